/**
 * Statistics over time into a deeper network, trained by a second-order method: Hessian-free optimisation (Martens
 * 2010), whose conjugate gradients see the curvature by Gauss-Newton products.
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

/** The second-order system: by default hidden layers of 64 and 32, 15 iterations, decay 0.03. */
export function dnnHfSystem(options: FunctionalsSystemOptions = {}): System<FunctionalsState> {
  return functionalsSystem({
    name: 'dnn-hf',
    settings: resolveFunctionals('dnnHfSystem', options, table),
    activation: 'tanh',
    optimizer: (maxIterations) => new HessianFree({ maxIterations, maxConjugateSteps: 50 }),
  })
}
