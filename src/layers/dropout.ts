import { checkBoolean, checkNumber, checkOptions } from '../core/check.ts'
import type { FloatArray, Json } from '../core/types.ts'
import { decideMask, maskInto } from '../kernels/dropout.ts'
import { kernels } from '../kernels/index.ts'
import type { Random } from '../numerics/random.ts'
import { type Activations, rowsOf } from './batch.ts'
import { Layer, type LayerOptions, layerOptions, type PassContext } from './layer.ts'

/** Options of {@link Dropout}. */
export interface DropoutOptions extends LayerOptions {
  /** Share of the elements set to zero in training. Default 0.5. */
  rate?: number
  /** Whether a sequence has one mask for all its time steps. Default false. */
  variational?: boolean
}

/**
 * In training y = x m / (1 - rate) with m Bernoulli of probability 1 - rate, otherwise y = x. m is drawn for every
 * element of every frame (Srivastava et al. 2014); with `variational`, once for every column of a sequence and kept
 * over its time steps (Gal & Ghahramani 2016): the mask then depends on the sequence's place in its batch, not on any
 * length.
 */
export class Dropout extends Layer {
  readonly type = 'dropout'
  readonly rate: number
  readonly variational: boolean
  private mask: FloatArray | null = null

  constructor(options: DropoutOptions = {}) {
    checkOptions('Dropout', options, ['rate', 'variational', ...layerOptions])
    super('Dropout', options)
    this.rate = checkNumber('Dropout', 'rate', options.rate ?? 0.5, { min: 0, below: 1 })
    this.variational = checkBoolean('Dropout', 'variational', options.variational ?? false)
  }

  get outputs(): number {
    return this.inputs
  }

  /** @internal */
  override get rowwise(): boolean {
    return true
  }

  /** @internal */
  override get words(): string {
    return this.variational ? `${this.rate}, variational` : `${this.rate}`
  }

  options(): { [key: string]: Json } {
    return { inputs: this.inputs, rate: this.rate, variational: this.variational }
  }

  forwardBatch(x: Activations, { training, random }: PassContext): Activations {
    this.mask = null
    if (!training || random === null || this.rate === 0) return x
    const n = rowsOf(x.plan) * x.cols
    const mask = this.buffer('mask', n)
    const y = this.buffer('y', n)
    if (this.variational) {
      this.drawForSequences(mask, x, random)
      maskInto(y, x.data, mask)
    } else kernels.dropout(y, mask, x.data, random.blockSeed(), this.least, this.factor)
    this.mask = mask
    return { ...x, data: y }
  }

  backwardBatch(dy: FloatArray): FloatArray {
    return this.masked('dx', dy)
  }

  /** @internal */
  override tangentBatch(xDot: FloatArray | null): FloatArray | null {
    return xDot && this.masked('yDot', xDot)
  }

  /** @internal */
  override get draws(): boolean {
    return this.rate > 0
  }

  /** @internal */
  override get hasHessian(): boolean {
    return true
  }

  /** Factors m / (1 - rate) of the elements in the last pass; null where all are 1. @internal */
  get scales(): FloatArray | null {
    return this.mask
  }

  /** @internal */
  override backwardTangentBatch(dyDot: FloatArray): FloatArray {
    return this.masked('dxDot', dyDot)
  }

  /** Inverse of the share of elements that are kept. */
  private get factor(): number {
    return 1 / (1 - this.rate)
  }

  /** The least uniform that is kept, in steps of 24 bits. */
  private get least(): number {
    return Math.ceil(this.rate * 2 ** 24)
  }

  /** Draws a row for each sequence, in the caller's order, and repeats it at each of its steps. */
  private drawForSequences(
    mask: FloatArray,
    { cols, plan: { order, lengths, offsets } }: Activations,
    random: Random,
  ): void {
    const drawn = this.buffer('drawn', (order.reduce((a, b) => Math.max(a, b), -1) + 1) * cols)
    kernels.uniforms(drawn, random.blockSeed())
    decideMask(drawn, this.least, this.factor)
    for (let b = 0; b < order.length; b++) {
      const row = drawn.subarray(order[b] * cols, (order[b] + 1) * cols)
      for (let t = 0; t < lengths[b]; t++) mask.set(row, (offsets[t] + b) * cols)
    }
  }

  /** Multiplies by the mask; serves outputs, gradients and tangents, since a diagonal matrix is its own transpose. */
  private masked(name: string, values: FloatArray): FloatArray {
    const { mask } = this
    if (mask === null) return values
    const out = this.buffer(name, mask.length)
    maskInto(out, values, mask)
    return out
  }
}
