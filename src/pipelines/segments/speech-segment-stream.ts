import { ResampleStream } from '../../audio/resample-stream.ts'
import { checkFinite, toSamples } from '../../core/array.ts'
import { counted, Printed } from '../../core/printed.ts'
import type { VectorLike } from '../../core/types.ts'
import { PRESENCE_RATE } from '../../features/presence/tracks.ts'
import { SegmentFinder, type SpeechSegment } from './segment-finder.ts'
import { type SegmentSettings, type SpeechSegmentsOptions, segmentSettings } from './segment-settings.ts'

/**
 * The segments of `speechSegments(samples, options)`, bit for bit, of sound that comes in chunks of any size. The loud frames of 30 s to
 * either side tell how loud the background is at least, so that a segment is returned some 30 s after its end, or by `flush`. Memory is some
 * 3 MB, however long the sound is.
 *
 * @example
 * ```ts
 * const [voice] = syntheticCorpus({ speakers: 1, sentences: 1 })
 * const recording = new Float32Array(4 * 16000)
 * recording.set(voice.samples(), 16000)
 * const stream = new SpeechSegmentStream({ sampleRate: 16000 })
 * const segments = []
 * for (let from = 0; from < 64000; from += 1600) segments.push(...stream.push(recording.subarray(from, from + 1600)))
 * segments.push(...stream.flush()) // together speechSegments(recording, { sampleRate: 16000 })
 * segments[0].start.toFixed(1) // '1.1'
 * ```
 */
export class SpeechSegmentStream extends Printed {
  private readonly settings: SegmentSettings
  private readonly resampler: ResampleStream
  private finder: SegmentFinder
  private samples = 0

  /** @throws TypeError for unknown options or values of the wrong kind, RangeError for values out of range */
  constructor(options: SpeechSegmentsOptions) {
    super()
    this.settings = segmentSettings('SpeechSegmentStream', options)
    const { sampleRate } = this.settings
    this.resampler = new ResampleStream({ fromRate: sampleRate, toRate: PRESENCE_RATE, dtype: 'float64' })
    this.finder = new SegmentFinder(this.settings)
  }

  /** Rate and length so far in one line, which consoles print. */
  override toString(): string {
    return `SpeechSegmentStream: ${this.settings.sampleRate} Hz, ${counted(this.samples, 'sample')} so far`
  }

  /** No segment that is still to be returned begins before this time, s from the first sample: what lies before can be let go. */
  get earliest(): number {
    return this.finder.earliest
  }

  /**
   * Appends samples (as for `speechSegments`, within +-1e37; may be empty) and returns the segments that are certain.
   *
   * @throws TypeError for anything but a vector, RangeError for a sample that is not finite, naming its index in the chunk; the stream is
   *   then unchanged
   */
  push(chunk: VectorLike): SpeechSegment[] {
    const where = 'SpeechSegmentStream.push'
    const samples = toSamples(where, 'chunk', chunk, 'float64')
    checkFinite(where, 'chunk', samples)
    const sound = this.resampler.push(samples)
    this.samples += samples.length
    return this.finder.push(sound)
  }

  /** Ends the sound: returns the rest of its segments, and leaves the stream ready for another. */
  flush(): SpeechSegment[] {
    const { finder } = this
    const segments = finder.push(this.resampler.flush())
    segments.push(...finder.finish(this.samples / this.settings.sampleRate))
    this.reset()
    return segments
  }

  /** Discards the sound so far. */
  reset(): void {
    this.resampler.reset()
    this.finder = new SegmentFinder(this.settings)
    this.samples = 0
  }
}
