/**
 * Statistics over time as input of a deeper MLP, trained by a second-order method: Hessian-free optimisation (Martens
 * 2010), which solves for each step by conjugate gradients with Gauss-Newton products.
 */
import { HessianFree } from '../optim/hessian-free.ts'
import {
  type FunctionalsState,
  type FunctionalsSystemOptions,
  functionalsSystem,
  functionalsTable,
  resolveFunctionals,
} from './functionals-system.ts'
import type { System } from './system.ts'

const table = {
  ...functionalsTable,
  defaults: { ...functionalsTable.defaults, hidden: [64, 32], epochs: 15, weightDecays: [0.03] },
}

/** The second-order system: by default hidden layers of 64 and 32 units, 15 iterations, weight decay 0.03. */
export function dnnHfSystem(options: FunctionalsSystemOptions = {}): System<FunctionalsState> {
  return functionalsSystem({
    name: 'dnn-hf',
    settings: resolveFunctionals('dnnHfSystem', options, table),
    activation: 'tanh',
    // Its products need a positive semi-definite curvature, which the loss by concordance has not.
    learnsTargets: false,
    optimizer: (maxIterations) => new HessianFree({ maxIterations, maxConjugateSteps: 50 }),
  })
}
