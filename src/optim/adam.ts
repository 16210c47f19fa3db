import { checkNumber, checkOptions } from '../core/check.ts'
import { pow } from '../core/power.ts'
import type { FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import type { LearningRate } from '../numerics/schedule.ts'
import { FirstOrder, type Update } from './first-order.ts'

/** Options of {@link Adam} and {@link AdamW}. */
export interface AdamOptions {
  /** Step size, or a schedule over updates. Default 1e-3. */
  learningRate?: LearningRate
  /** Decay of the first moment. Default 0.9. */
  beta1?: number
  /** Decay of the second moment. Default 0.999. */
  beta2?: number
  /** Added to the root of the second moment. Default 1e-8. */
  epsilon?: number
  /** lambda: added to the gradient in Adam, decoupled in AdamW; biases exempt. Default 0 and 0.01. */
  weightDecay?: number
}

abstract class AdamFamily extends FirstOrder {
  private readonly beta1: number
  private readonly beta2: number
  private readonly epsilon: number
  private readonly decoupled: boolean

  constructor(where: string, options: AdamOptions, decoupled: boolean) {
    checkOptions(where, options, ['learningRate', 'beta1', 'beta2', 'epsilon', 'weightDecay'])
    super(where, options.learningRate ?? 1e-3, options.weightDecay ?? (decoupled ? 0.01 : 0), ['first', 'second'])
    this.beta1 = checkNumber(where, 'beta1', options.beta1 ?? 0.9, { min: 0, below: 1 })
    this.beta2 = checkNumber(where, 'beta2', options.beta2 ?? 0.999, { min: 0, below: 1 })
    this.epsilon = checkNumber(where, 'epsilon', options.epsilon ?? 1e-8, { above: 0 })
    this.decoupled = decoupled
  }

  /** @internal */
  protected updater({ first, second }: Record<string, FloatArray>, rate: number): Update {
    const { beta1, beta2, epsilon, decoupled } = this
    const correction1 = 1 - pow(beta1, this.steps + 1)
    const correction2 = 1 - pow(beta2, this.steps + 1)
    return (w, gradient, from, to, decay) => {
      const [coupledDecay, decoupledDecay] = decoupled ? [0, decay] : [decay, 0]
      const settings = { rate, beta1, beta2, correction1, correction2, epsilon, coupledDecay, decoupledDecay }
      kernels.adamStep(w, first, second, gradient, from, to - from, settings)
    }
  }
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1):
 *
 *   m <- b1 m + (1 - b1) g,   v <- b2 v + (1 - b2) g^2,
 *   w <- w - eta (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + eps)
 */
export class Adam extends AdamFamily {
  readonly kind = 'adam'

  constructor(options: AdamOptions = {}) {
    super('Adam', options, false)
  }
}

/** Adam with decoupled weight decay, an additional w <- (1 - eta lambda) w: Loshchilov & Hutter (2019). */
export class AdamW extends AdamFamily {
  readonly kind = 'adamw'

  constructor(options: AdamOptions = {}) {
    super('AdamW', options, true)
  }
}
