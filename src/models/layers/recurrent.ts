import type { FloatArray } from '../../core/types.ts'
import type { PackedGradients, PackedPass, PackedTangents } from '../../kernels/types.ts'
import { Layer, type LayerOptions } from './layer.ts'

/** A layer that goes along the sequence, so that it can also go the other way. */
export abstract class Recurrent extends Layer {
  abstract readonly units: number

  /** A new layer with the same options and weights of its own. @internal */
  abstract copy(): Recurrent

  /** The options of every layer, as this one has them. @internal */
  copiedOptions(): LayerOptions {
    return { inputs: this.knownInputs, dtype: this.ownDtype, seed: this.seed }
  }

  /** What the backward pass of any recurrent layer works on, given the gradients of its weights. @internal */
  protected gradientsOf(
    pass: PackedPass,
    dy: FloatArray,
    { wx, wh, b }: Record<'wx' | 'wh' | 'b', FloatArray>,
    wantInput: boolean,
  ): PackedGradients {
    return {
      dh: dy,
      previous: this.buffer('previous', pass.h.length),
      dhCarry: this.buffer('dhCarry', pass.h0.length),
      dx: wantInput ? this.buffer('dx', pass.x.length) : null,
      dwx: wx,
      dwh: wh,
      db: b,
    }
  }

  /** What the tangents of any recurrent layer are computed from, given those of its weights. @internal */
  protected tangentsOf(
    pass: PackedPass,
    xDot: FloatArray | null,
    { wx, wh, b }: Record<'wx' | 'wh' | 'b', FloatArray>,
  ): PackedTangents {
    return {
      xDot,
      wxDot: wx,
      whDot: wh,
      bDot: b,
      previous: this.buffer('previous', pass.h.length),
      hDot: this.buffer('hDot', pass.h.length),
    }
  }
}
