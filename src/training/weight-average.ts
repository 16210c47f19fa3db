import type { FloatArray } from '../core/types.ts'

/**
 * Exponential moving average of the weights over updates, a_n = d_n a_{n-1} + (1 - d_n) w_n with
 * d_n = min(decay, (1 + n) / (10 + n)), which forgets the first weights soon. Polyak & Juditsky (1992) show why
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

  /** Adds the weights after one more update to the average. */
  add(weights: FloatArray): void {
    this.updates++
    const decay = Math.min(this.decay, (1 + this.updates) / (10 + this.updates))
    for (let i = 0; i < weights.length; i++) this.values[i] = decay * this.values[i] + (1 - decay) * weights[i]
  }

  /** Swaps the average and the weights: once to measure the average, once more to train on. */
  swap(weights: FloatArray): void {
    const kept = weights.slice()
    weights.set(this.values)
    this.values.set(kept)
  }

  state(): { values: FloatArray; updates: number } {
    return { values: this.values.slice(), updates: this.updates }
  }
}
