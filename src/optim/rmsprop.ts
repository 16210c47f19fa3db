import { checkBoolean, checkNumber, checkOptions } from '../core/check.ts'
import type { FloatArray } from '../core/types.ts'
import type { LearningRate } from '../numerics/schedule.ts'
import { FirstOrder, type Update } from './first-order.ts'

/** Options of {@link RMSprop}. */
export interface RMSpropOptions {
  /** Step size, or a schedule over updates. Default 0.01. */
  learningRate?: LearningRate
  /** alpha: decay of the mean square. Default 0.99. */
  alpha?: number
  /** Added to the root mean square. Default 1e-8. */
  epsilon?: number
  /** mu. Default 0. */
  momentum?: number
  /** Divides by the standard deviation of the gradient instead of its root mean square. Default false. */
  centered?: boolean
  /** lambda of lambda/2 ||w||^2, biases exempt. Default 0. */
  weightDecay?: number
}

function vectorNames(momentum: number, centered: boolean): string[] {
  return ['square', ...(centered ? ['mean'] : []), ...(momentum > 0 ? ['velocity'] : [])]
}

/**
 * RMSprop (Tieleman & Hinton 2012, lecture 6.5), centred as in Graves (2013), equations 38 to 45:
 *
 *   s <- a s + (1 - a) g^2,   m <- a m + (1 - a) g   (m = 0 unless centred)
 *   v <- mu v + g / (sqrt(s - m^2) + eps),   w <- w - eta v
 *
 * with g the gradient plus lambda w.
 */
export class RMSprop extends FirstOrder {
  readonly kind = 'rmsprop'
  private readonly alpha: number
  private readonly epsilon: number
  private readonly momentum: number

  constructor(options: RMSpropOptions = {}) {
    const where = 'RMSprop'
    checkOptions(where, options, ['learningRate', 'alpha', 'epsilon', 'momentum', 'centered', 'weightDecay'])
    const momentum = checkNumber(where, 'momentum', options.momentum ?? 0, { min: 0, below: 1 })
    const centered = checkBoolean(where, 'centered', options.centered ?? false)
    super(where, options.learningRate ?? 0.01, options.weightDecay ?? 0, vectorNames(momentum, centered))
    this.alpha = checkNumber(where, 'alpha', options.alpha ?? 0.99, { min: 0, below: 1 })
    this.epsilon = checkNumber(where, 'epsilon', options.epsilon ?? 1e-8, { above: 0 })
    this.momentum = momentum
  }

  /** @internal */
  protected updater(vectors: Record<string, FloatArray>, rate: number): Update {
    const { alpha, epsilon, momentum } = this
    const { square, mean, velocity }: Record<string, FloatArray | undefined> = vectors
    return (w, gradient, from, to, decay) => {
      for (let i = from; i < to; i++) {
        const g = gradient[i] + decay * w[i]
        square[i] = alpha * square[i] + (1 - alpha) * g * g
        let spread = square[i]
        if (mean !== undefined) {
          mean[i] = alpha * mean[i] + (1 - alpha) * g
          // Rounding can make the variance of a constant gradient slightly negative.
          spread = Math.max(spread - mean[i] * mean[i], 0)
        }
        let step = g / (Math.sqrt(spread) + epsilon)
        if (velocity !== undefined) {
          step += momentum * velocity[i]
          velocity[i] = step
        }
        w[i] -= rate * step
      }
    }
  }
}
