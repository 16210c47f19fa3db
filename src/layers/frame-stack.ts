/**
 * Causal frame stacking and subsampling: with time steps counted from 0, row k is
 *
 *   y_k = [x_(k step - frames + 1), ..., x_(k step)]
 *
 * the oldest frame first; frames before the start repeat the first frame. [T, D] becomes [ceil(T / step), frames D]. A
 * row needs no later frame, so that a stream returns it with the arrival of its last frame.
 */

import { allocate } from '../core/array.ts'
import { checkInteger, checkOptions } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { limits } from '../core/limits.ts'
import type { FloatArray, Json } from '../core/types.ts'
import { type Activations, type BatchPlan, packedPlan, rowsOf } from './batch.ts'
import { Layer, type LayerOptions, type LayerState, layerOptions, type PassContext } from './layer.ts'

/** Options of {@link FrameStack}. */
export interface FrameStackOptions extends LayerOptions {
  /** Frames per output row. Default 3; 1 only subsamples. */
  frames?: number
  /** Frames from one row to the next. Default `frames`. */
  step?: number
}

/** The first row of the output that ends at frame `position` or later. */
function rowFrom(position: number, step: number): number {
  return Math.ceil(position / step)
}

/**
 * Stacks `frames` frames every `step` frames: [T, D] to [ceil(T / step), frames D]. In a stream, most frames then
 * complete no row.
 */
export class FrameStack extends Layer {
  readonly type = 'frameStack'
  readonly frames: number
  readonly step: number
  private input: BatchPlan | undefined
  private output: BatchPlan | undefined
  /** [B] number of frames of each sequence before the last batch. */
  private before: Float64Array = new Float64Array(0)

  constructor(options: FrameStackOptions = {}) {
    checkOptions('FrameStack', options, ['frames', 'step', ...layerOptions])
    super('FrameStack', options)
    this.frames = checkInteger('FrameStack', 'frames', options.frames ?? 3, { min: 1, limit: limits.units })
    this.step = checkInteger('FrameStack', 'step', options.step ?? this.frames, { min: 1 })
  }

  get outputs(): number {
    return this.frames * this.inputs
  }

  override outputLength(steps: number): number {
    return rowFrom(checkInteger('FrameStack.outputLength', 'steps', steps, { min: 0 }), this.step)
  }

  /** @internal */
  override get words(): string {
    return `${this.frames} frames, step ${this.step}`
  }

  /** @internal */
  override rowsLeft(rows: string): string {
    return this.step === 1 ? rows : `ceil(${rows}/${this.step})`
  }

  options(): { [key: string]: Json } {
    return { inputs: this.inputs, frames: this.frames, step: this.step }
  }

  /** Frames so far [B] and the last frames - 1 of them [B, frames - 1, D], the oldest first, after zeros. @internal */
  override createState(sequences = 1): LayerState {
    return {
      count: new Float64Array(sequences),
      recent: allocate(sequences * (this.frames - 1) * this.inputs, this.dtype),
    }
  }

  forwardBatch(x: Activations, { state }: PassContext): Activations {
    const B = x.plan.lengths.length
    this.before = state === null ? new Float64Array(B) : Float64Array.from(state.count.subarray(0, B))
    this.input = x.plan
    this.output = this.outputPlan(x.plan)
    const y = this.buffer('y', rowsOf(this.output) * this.outputs)
    this.gather(y, x.data, state?.recent ?? null)
    if (state !== null) this.remember(state, x)
    return { data: y, cols: this.outputs, plan: this.output }
  }

  backwardBatch(dy: FloatArray, wantInput: boolean): FloatArray | null {
    if (!wantInput) return null
    const { inputs: D } = this
    const dx = this.buffer('dx', rowsOf(this.input as BatchPlan) * D).fill(0)
    this.eachFrame((at, row) => {
      if (row >= 0) for (let j = 0; j < D; j++) dx[row * D + j] += dy[at + j]
    })
    return dx
  }

  /** @internal */
  override tangentBatch(xDot: FloatArray | null): FloatArray | null {
    if (xDot === null) return null
    const yDot = this.buffer('yDot', rowsOf(this.output as BatchPlan) * this.outputs)
    this.gather(yDot, xDot, null)
    return yDot
  }

  /** Gathers y from the rows of x and, for frames of earlier batches, from `recent`; zeros where that is null. */
  private gather(y: FloatArray, x: FloatArray, recent: FloatArray | null): void {
    const { inputs: D, frames } = this
    this.eachFrame((at, row, b, age) => {
      if (row >= 0) for (let j = 0; j < D; j++) y[at + j] = x[row * D + j]
      else {
        const from = (b * (frames - 1) + frames - 1 - age) * D
        for (let j = 0; j < D; j++) y[at + j] = recent === null ? 0 : recent[from + j]
      }
    })
  }

  /**
   * Visits every frame of every output row: its index in the output, its input row or, for a frame of an earlier batch
   * of sequence b, -1 and its age in frames (1 for the latest).
   */
  private eachFrame(visit: (at: number, row: number, b: number, age: number) => void): void {
    const { inputs: D, frames, step, before } = this
    const input = this.input as BatchPlan
    const output = this.output as BatchPlan
    for (let b = 0; b < output.lengths.length; b++) {
      const first = rowFrom(before[b], step)
      for (let k = 0; k < output.lengths[b]; k++) {
        const to = (output.offsets[k] + b) * this.outputs
        for (let f = 0; f < frames; f++) {
          const frame = Math.max(0, (first + k) * step - frames + 1 + f) - before[b]
          visit(to + f * D, frame < 0 ? -1 : input.offsets[frame] + b, b, -frame)
        }
      }
    }
  }

  /**
   * The plan of the output. Its lengths decrease too, since continued sequences have had equally many frames before.
   */
  private outputPlan({ order, lengths }: BatchPlan): BatchPlan {
    const { before, step } = this
    const rows = lengths.map((length, b) => rowFrom(before[b] + length, step) - rowFrom(before[b], step))
    if (rows.some((count, b) => b > 0 && count > rows[b - 1])) {
      throw new StateError('frameStack: continued sequences must have had equally many frames before')
    }
    const running = rows.filter((count) => count > 0).length
    return packedPlan(order.subarray(0, running), rows.subarray(0, running))
  }

  private remember({ count, recent }: LayerState, { data, plan: { lengths, offsets } }: Activations): void {
    const { inputs: D, frames, before } = this
    const kept = frames - 1
    for (let b = 0; b < lengths.length; b++) {
      count[b] = before[b] + lengths[b]
      for (let q = 0; q < kept; q++) {
        const frame = count[b] - kept + q - before[b]
        const to = (b * kept + q) * D
        const source = frame < 0 ? recent : data
        const from = (frame < 0 ? b * kept + kept + frame : offsets[frame] + b) * D
        // In ascending order, because a row within the memory is copied from a later place of the same array.
        for (let j = 0; j < D; j++) recent[to + j] = source[from + j]
      }
    }
  }
}
