/**
 * Statistics over time of cepstra, energy, pitch and voicing as input of a small MLP, trained by L-BFGS with strong
 * weight decay: a strong baseline that trains in seconds.
 */
import { LBFGS } from '../optim/lbfgs.ts'
import {
  type FunctionalsState,
  type FunctionalsSystemOptions,
  functionalsSystem,
  resolveFunctionals,
} from './functionals-system.ts'
import type { System } from './system.ts'

/** The system of statistics and an MLP: by default one hidden layer of 64 units; weight decay 0.03, 0.1 or 0.3. */
export function functionalsMlpSystem(options: FunctionalsSystemOptions = {}): System<FunctionalsState> {
  return functionalsSystem({
    name: 'functionals-mlp',
    settings: resolveFunctionals('functionalsMlpSystem', options),
    activation: 'tanh',
    learnsTargets: true,
    optimizer: (maxIterations) => new LBFGS({ maxIterations }),
  })
}
