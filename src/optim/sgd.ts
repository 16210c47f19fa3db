import { checkBoolean, checkNumber, checkOptions } from '../core/check.ts'
import type { FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import type { LearningRate } from '../numerics/schedule.ts'
import { FirstOrder, type Update } from './first-order.ts'

/** Options of {@link SGD}. */
export interface SGDOptions {
  /** Step size, or a schedule over updates. */
  learningRate: LearningRate
  /** mu. Default 0. */
  momentum?: number
  /** Nesterov's form of momentum, see {@link SGD}. Default false. */
  nesterov?: boolean
  /** lambda of lambda/2 ||w||^2, biases exempt. Default 0. */
  weightDecay?: number
}

/**
 * Stochastic gradient descent with momentum:
 *
 *   v <- mu v + g,   w <- w - eta v        (Polak)
 *   v <- mu v + g,   w <- w - eta (g + mu v)   (Nesterov; Sutskever et al. 2013)
 *
 * with g the gradient plus lambda w.
 */
export class SGD extends FirstOrder {
  readonly kind = 'sgd'
  private readonly momentum: number
  private readonly nesterov: boolean

  constructor(options: SGDOptions) {
    checkOptions('SGD', options, ['learningRate', 'momentum', 'nesterov', 'weightDecay'])
    super('SGD', options.learningRate, options.weightDecay ?? 0, ['velocity'])
    this.momentum = checkNumber('SGD', 'momentum', options.momentum ?? 0, { min: 0, below: 1 })
    this.nesterov = checkBoolean('SGD', 'nesterov', options.nesterov ?? false)
    if (this.nesterov && this.momentum === 0) throw new RangeError('SGD: "nesterov" needs a "momentum" above 0')
  }

  /** @internal */
  protected updater({ velocity }: Record<string, FloatArray>, rate: number): Update {
    const { momentum, nesterov } = this
    return (w, gradient, from, to, decay) =>
      kernels.sgdStep(w, velocity, gradient, from, to - from, rate, momentum, decay, nesterov)
  }
}
