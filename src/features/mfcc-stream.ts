/** MFCC of a signal that arrives in chunks. */
import { counted, Printed } from '../core/printed.ts'
import { memoryOf, type SoundStreamState, streamState } from '../core/stream-state.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import { FrameRows } from './frame-rows.ts'
import { takeSamples } from './frames.ts'
import type { MfccOptions } from './mfcc-options.ts'
import { type FrontEndSettings, mfccSettings } from './mfcc-settings.ts'

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
  private rows: FrameRows

  /**
   * @throws TypeError for unknown options or values of the wrong kind.
   * @throws RangeError for values out of range, and for `topDecibels`, which needs the whole clip.
   */
  constructor(options: MfccOptions) {
    super()
    this.settings = mfccSettings('MfccStream', options)
    this.rows = new FrameRows('MfccStream', this.settings)
    this.columns = this.rows.columns
  }

  /** One line with rate, columns and samples so far, which consoles print. */
  override toString(): string {
    const { sampleRate } = this.settings.frames
    return `MfccStream: ${sampleRate} Hz -> rows of ${this.columns}, ${counted(this.rows.samples, 'sample')} so far`
  }

  /**
   * Appends samples (as for `mfcc`; may be empty) and returns the rows that they complete.
   *
   * @throws TypeError for anything but a vector, RangeError for a sample that is not finite, naming its index in the
   *   chunk; the stream is then unchanged.
   */
  push(chunk: VectorLike): FloatArray[] {
    return this.rows.push(takeSamples('MfccStream.push', 'chunk', chunk))
  }

  /**
   * Ends the signal: returns the remaining rows and leaves the stream ready for another signal.
   *
   * @throws RangeError where `deltaEdges` is `interp` and the signal had fewer frames than that needs; the stream is
   *   then also ready for another signal
   */
  flush(): FloatArray[] {
    return this.rows.flush('MfccStream.flush')
  }

  /** Discards the signal so far. */
  reset(): void {
    this.rows.reset()
  }

  /** A copy of the stream's memory. */
  state(): SoundStreamState {
    return streamState('mfcc-stream', this.settings, this.rows.memory)
  }

  /**
   * Continues from the state of a stream of the same options. If it throws, nothing has changed.
   *
   * @throws FormatError for anything but such a state, RangeError for one of other options
   */
  restore(state: SoundStreamState): void {
    const where = 'MfccStream.restore'
    const fresh = new FrameRows(where, this.settings)
    fresh.recall(memoryOf(where, 'mfcc-stream', this.settings, fresh.memory, state))
    this.rows = fresh
  }
}
