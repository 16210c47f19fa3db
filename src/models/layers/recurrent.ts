import { allocate } from '../../core/array.ts'
import type { FloatArray } from '../../core/types.ts'
import type { PackedGradients, PackedPass, PackedTangents } from '../../kernels/types.ts'
import { type Activations, rowsOf } from '../batch.ts'
import { Layer, type LayerOptions, type LayerState, type PassContext } from './layer.ts'

/** A layer that goes along the sequence, so that it can also go the other way. */
export abstract class Recurrent extends Layer {
  abstract readonly units: number

  /** A new layer with the same options and weights of its own. @internal */
  abstract copy(): Recurrent

  /** The options of every layer, as this one has them. @internal */
  copiedOptions(): LayerOptions {
    return { inputs: this.knownInputs, dtype: this.ownDtype, seed: this.seed }
  }

  /** No output yet. @internal */
  override createState(sequences = 1): LayerState {
    return { h: allocate(sequences * this.units, this.dtype) }
  }

  /** What the pass of any recurrent layer works on: input, outputs, and the output before the first step. @internal */
  protected packedPass(x: Activations, { truncation, state }: PassContext): PackedPass {
    const { units: H, inputs } = this
    return {
      inputs,
      units: H,
      offsets: x.plan.offsets,
      truncation,
      x: x.data,
      h0: state?.h ?? this.buffer('h0', x.plan.lengths.length * H).fill(0),
      h: this.buffer('h', rowsOf(x.plan) * H),
    }
  }

  /** The last rows of a pass, one of each of `arrays`, as the state that a stream goes on from. @internal */
  protected keepLast(state: LayerState | null, arrays: LayerState): void {
    if (state === null) return
    for (const [name, array] of Object.entries(arrays)) state[name].set(array.subarray(array.length - this.units))
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
