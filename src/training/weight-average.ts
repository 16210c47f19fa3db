import type { FloatArray } from '../core/types.ts'

/**
 * Exponential moving average of the weights over updates, a_n = d_n a_{n-1} + (1 - d_n) w_n with
 * d_n = min(decay, (1 + n) / (10 + n)), so that the first weights are soon forgotten. Polyak & Juditsky (1992) show why
 * averaging helps.
 */
export class WeightAverage {
  readonly values: FloatArray
  private updates: number
  private readonly decay: number

  constructor(start: FloatArray, decay: number, updates = 0) {
    this.values = start.slice()
    this.decay = decay
    this.updates = updates
  }

  /** Takes the weights of one more update in. */
  add(weights: FloatArray): void {
    this.updates++
    const decay = Math.min(this.decay, (1 + this.updates) / (10 + this.updates))
    for (let i = 0; i < weights.length; i++) this.values[i] = decay * this.values[i] + (1 - decay) * weights[i]
  }

  /** Exchanges the average with the weights: to measure it, and back. */
  swap(weights: FloatArray): void {
    const kept = weights.slice()
    weights.set(this.values)
    this.values.set(kept)
  }

  state(): { values: FloatArray; updates: number } {
    return { values: this.values.slice(), updates: this.updates }
  }
}
