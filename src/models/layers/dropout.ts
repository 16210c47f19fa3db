import { checkNumber, checkOptions } from '../../core/check.ts'
import type { FloatArray, Json } from '../../core/types.ts'
import { type Activations, rowsOf } from '../batch.ts'
import { Layer, type LayerOptions, layerOptions, type PassContext } from './layer.ts'

/** Options of {@link Dropout}. */
export interface DropoutOptions extends LayerOptions {
  /** Share of the elements set to zero in training. Default 0.5. */
  rate?: number
}

/**
 * In training y = x m / (1 - rate) with m Bernoulli of probability 1 - rate, drawn anew for every element; otherwise y = x.
 * Srivastava et al. (2014).
 */
export class Dropout extends Layer {
  readonly type = 'dropout'
  readonly rate: number
  private mask: FloatArray | null = null

  constructor(options: DropoutOptions = {}) {
    checkOptions('Dropout', options, ['rate', ...layerOptions])
    super('Dropout', options)
    this.rate = checkNumber('Dropout', 'rate', options.rate ?? 0.5, { min: 0, below: 1 })
  }

  get outputs(): number {
    return this.inputs
  }

  override get draws(): boolean {
    return this.rate > 0
  }

  options(): { [key: string]: Json } {
    return { inputs: this.inputs, rate: this.rate }
  }

  forwardBatch(x: Activations, { training, random }: PassContext): Activations {
    this.mask = null
    if (!training || random === null || this.rate === 0) return x
    const n = rowsOf(x.plan) * x.cols
    const mask = this.buffer('mask', n)
    random.bernoulliInto(mask, 1 - this.rate)
    const y = this.buffer('y', n)
    const scale = 1 / (1 - this.rate)
    for (let i = 0; i < n; i++) {
      mask[i] *= scale
      y[i] = x.data[i] * mask[i]
    }
    this.mask = mask
    return { ...x, data: y }
  }

  backwardBatch(dy: FloatArray): FloatArray {
    return this.masked('dx', dy)
  }

  override tangentBatch(xDot: FloatArray | null): FloatArray | null {
    return xDot && this.masked('yDot', xDot)
  }

  override get hasHessian(): boolean {
    return true
  }

  override backwardTangentBatch(dyDot: FloatArray): FloatArray {
    return this.masked('dxDot', dyDot)
  }

  /** The same map in every direction: a diagonal matrix is its own transpose. */
  private masked(name: string, values: FloatArray): FloatArray {
    const { mask } = this
    if (mask === null) return values
    const out = this.buffer(name, mask.length)
    for (let i = 0; i < mask.length; i++) out[i] = values[i] * mask[i]
    return out
  }
}
