/** MFCC of a signal that arrives in chunks. */
import { counted, Printed } from '../core/printed.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import type { FramePlan } from '../kernels/frame-plan.ts'
import { frameFeatures } from '../kernels/simd/frames.ts'
import { DeltaStream } from './delta-stream.ts'
import { checkHeldRows } from './deltas.ts'
import { createFrameBuffer } from './frame-buffer.ts'
import { type FrameSource, takeSamples } from './frames.ts'
import { optionNames } from './mfcc.ts'
import type { MfccOptions } from './mfcc-options.ts'
import { type FrontEndSettings, mfccSettings } from './mfcc-settings.ts'
import { framePlan } from './plan-frames.ts'

/**
 * The rows of `mfcc(samples, options)`, bit for bit, from chunks of any size: a row is returned with the chunk that
 * completes its frame and, with deltas, the `deltas * deltaWindow` frames after it (`deltaWindow` where `deltaFit` is
 * `polynomial`). Memory is bounded by frame and delta window, not by the length of the signal.
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * const stream = new MfccStream({ sampleRate: 16000, deltas: 2 })
 * const rows = []
 * for (let from = 0; from < samples.length; from += 1000) rows.push(...stream.push(samples.subarray(from, from + 1000)))
 * rows.push(...stream.flush()) // together the rows of mfcc(samples, ...), bit for bit
 * rows[0].length // 39
 * ```
 */
export class MfccStream extends Printed {
  /** Numbers in a row: coefficients * (1 + deltas). */
  readonly columns: number
  private readonly settings: FrontEndSettings
  private readonly plan: FramePlan
  private readonly buffer: FrameSource
  private readonly deltas: DeltaStream
  private readonly statics: Float64Array
  private samples = 0
  private rows: FloatArray[] = []

  /**
   * @throws TypeError for unknown options or values of the wrong kind.
   * @throws RangeError for values out of range, and for `topDecibels`, which needs the whole clip.
   */
  constructor(options: MfccOptions) {
    super()
    const where = 'MfccStream'
    const settings = mfccSettings(where, options)
    if (settings.topDecibels < Number.POSITIVE_INFINITY) {
      throw new RangeError(
        `${where}: "topDecibels" needs the maximum of the whole clip: set it to "off", or use mfcc on the whole clip`,
      )
    }
    this.settings = settings
    this.plan = framePlan(where, settings)
    const { columns } = this.plan
    this.buffer = createFrameBuffer(settings.frames, (...frames) => this.analyze(...frames))
    this.deltas = new DeltaStream(columns, settings.deltas, settings.dynamics, settings.dtype)
    this.statics = new Float64Array(this.buffer.mostFrames * columns)
    this.columns = columns * (1 + settings.deltas)
  }

  /** One line with rate, columns and samples so far, which consoles print. */
  override toString(): string {
    const { sampleRate } = this.settings.frames
    return `MfccStream: ${sampleRate} Hz -> rows of ${this.columns}, ${counted(this.samples, 'sample')} so far`
  }

  /**
   * Appends samples (as for `mfcc`; may be empty) and returns the rows that they complete.
   *
   * @throws TypeError for anything but a vector, RangeError for a sample that is not finite, naming its index in the
   *   chunk; the stream is then unchanged.
   */
  push(chunk: VectorLike): FloatArray[] {
    const samples = takeSamples('MfccStream.push', 'chunk', chunk)
    this.samples += samples.length
    this.buffer.append(samples)
    return this.takeRows()
  }

  /**
   * Ends the signal: returns the remaining rows and leaves the stream ready for another signal.
   *
   * @throws RangeError where `deltaEdges` is `interp` and the signal had fewer frames than that needs; the stream is
   *   then also ready for another signal
   */
  flush(): FloatArray[] {
    const { deltas, dynamics } = this.settings
    try {
      this.buffer.finish(this.samples)
      if (deltas > 0) checkHeldRows('MfccStream.flush', optionNames, dynamics, this.deltas.rows)
      this.deltas.flush(this.rows)
      return this.takeRows()
    } finally {
      this.reset()
    }
  }

  /** Discards the signal so far. */
  reset(): void {
    this.samples = 0
    this.rows = []
    this.buffer.reset()
    this.deltas.reset()
  }

  private analyze(data: Float64Array, start: number, frames: number, end: number): void {
    frameFeatures(this.statics, 0, this.plan, data, start, frames, end)
    for (let t = 0; t < frames; t++) this.deltas.push(this.statics, t * this.plan.columns, this.rows)
  }

  private takeRows(): FloatArray[] {
    const { rows } = this
    this.rows = []
    return rows
  }
}
