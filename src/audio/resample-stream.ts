/** Conversion between sample rates of a signal that arrives in chunks. */
import { allocate, checkDtype, checkFinite, largestOf, toSamples } from '../core/array.ts'
import { checkInteger, checkOptions } from '../core/check.ts'
import { counted, Printed } from '../core/printed.ts'
import { memoryOf, type SoundStreamState, streamState } from '../core/stream-state.ts'
import type { Dtype, FloatArray, VectorLike } from '../core/types.ts'
import { createResampler, type OutputPlace, type Resampler } from '../kernels/resampler.ts'

/** Options of {@link ResampleStream}. */
export interface ResampleStreamOptions {
  /** Sample rate of the chunks, a whole number of Hz. */
  fromRate: number
  /** Wanted sample rate, a whole number of Hz; 1/1000 to 1000 times `fromRate`. */
  toRate: number
  /** Element type of the result; default `float32`. */
  dtype?: Dtype
}

/** Farthest rates: the filter then reaches over 64,000 samples to either side. */
const FURTHEST = 1000
/** Beyond this a float32 output could overflow. */
const LOUDEST = 1e37
/** Least samples kept at once, so that few are moved. */
const BLOCK = 4096

/**
 * The samples of `resample(signal, fromRate, toRate)`, bit for bit, from chunks of any size. An output sample is
 * returned with the chunk that brings the last input sample it depends on: 64 samples of the lower rate after its time,
 * 4 ms where that is 16 kHz. Memory depends on the rates alone.
 *
 * @example
 * ```ts
 * const microphone = Float32Array.from({ length: 48000 }, (_, n) => Math.sin(0.05 * n))
 * const stream = new ResampleStream({ fromRate: 48000, toRate: 16000 })
 * const parts = []
 * for (let from = 0; from < 48000; from += 4800) parts.push(stream.push(microphone.subarray(from, from + 4800)))
 * parts.push(stream.flush()) // together resample(microphone, 48000, 16000), bit for bit
 * parts.map((part) => part.length) // [1536, 1600, 1600, 1600, 1600, 1600, 1600, 1600, 1600, 1600, 64]
 * ```
 */
export class ResampleStream extends Printed {
  readonly fromRate: number
  readonly toRate: number
  readonly dtype: Dtype
  private readonly kernel: Resampler
  /** The latest input; the next output needs nothing before it. */
  private readonly data: Float64Array
  private filled = 0
  /** Place of the next output in `data`. */
  private place: OutputPlace = { whole: 0, phase: 0 }
  private samples = 0

  /** @throws TypeError for unknown options or values of the wrong kind, RangeError for values out of range */
  constructor(options: ResampleStreamOptions) {
    super()
    const where = 'ResampleStream'
    checkOptions(where, options, ['fromRate', 'toRate', 'dtype'])
    this.fromRate = checkInteger(where, 'fromRate', options.fromRate, { min: 1 })
    const limits = { min: Math.ceil(this.fromRate / FURTHEST), max: FURTHEST * this.fromRate }
    this.toRate = checkInteger(where, 'toRate', options.toRate, limits)
    this.dtype = checkDtype(where, options.dtype ?? 'float32')
    this.kernel = createResampler(this.fromRate, this.toRate)
    this.data = new Float64Array(this.fromRate === this.toRate ? 0 : Math.max(BLOCK, 4 * this.kernel.reach))
  }

  /** One line with rates and samples so far, which consoles print. */
  override toString(): string {
    return `ResampleStream: ${this.fromRate} -> ${this.toRate} Hz, ${this.dtype}, ${counted(this.samples, 'sample')} so far`
  }

  /**
   * Appends samples (as for `resample`; may be empty) and returns the output samples that they complete.
   *
   * @throws TypeError for anything but a vector, RangeError for a sample that is not finite or beyond 1e37, the former
   *   with its index in the chunk; the stream is then unchanged
   */
  push(chunk: VectorLike): FloatArray {
    const input = toSamples('ResampleStream.push', 'chunk', chunk, 'float64') as Float64Array
    checkFinite('ResampleStream.push', 'chunk', input)
    const loudest = largestOf(input)
    if (loudest > LOUDEST) {
      throw new RangeError(`ResampleStream.push: "chunk" expected samples within +-${LOUDEST}, got up to ${loudest}`)
    }
    this.samples += input.length
    return this.data.length === 0 ? this.copied(input) : this.converted(input)
  }

  /** Ends the signal: returns the remaining samples and leaves the stream ready for another signal. */
  flush(): FloatArray {
    const out = allocate(this.kernel.countBefore(this.filled, this.place), this.dtype)
    this.kernel.fill(out, this.data.subarray(0, this.filled), this.place)
    this.reset()
    return out
  }

  /** Discards the signal so far. */
  reset(): void {
    this.samples = 0
    this.filled = 0
    this.place = { whole: 0, phase: 0 }
  }

  /** A copy of the stream's memory. */
  state(): SoundStreamState {
    return streamState('resample-stream', this.settings, this.memory)
  }

  /**
   * Continues from the state of a stream of the same options. If it throws, nothing has changed.
   *
   * @throws FormatError for anything but such a state, RangeError for one of other options
   */
  restore(state: SoundStreamState): void {
    const where = 'ResampleStream.restore'
    const memory = memoryOf(where, 'resample-stream', this.settings, this.memory, state)
    const { samples, filled, whole, phase, data } = memory
    const within = (name: 'filled' | 'whole' | 'phase', max: number): number =>
      checkInteger(where, `state.memory.${name}`, memory[name], { min: 0, max })
    within('filled', data.length)
    within('whole', 2 * data.length)
    within('phase', this.toRate)
    this.samples = samples
    this.filled = filled
    this.place = { whole, phase }
    this.data.set(data)
  }

  private get settings(): Required<ResampleStreamOptions> {
    const { fromRate, toRate, dtype } = this
    return { fromRate, toRate, dtype }
  }

  private get memory() {
    const { samples, filled, place, data } = this
    return { samples, filled, ...place, data }
  }

  private copied(input: Float64Array): FloatArray {
    const out = allocate(input.length, this.dtype)
    out.set(input)
    return out
  }

  private converted(input: Float64Array): FloatArray {
    const { kernel, data, place } = this
    const end = (): number => this.filled - kernel.reach
    const out = allocate(kernel.countBefore(end() + input.length, place), this.dtype)
    for (let at = 0, done = 0; at < input.length; ) {
      if (this.filled === data.length) this.slide()
      const part = input.subarray(at, at + data.length - this.filled)
      data.set(part, this.filled)
      this.filled += part.length
      at += part.length
      const fresh = kernel.countBefore(end(), place)
      kernel.fill(out.subarray(done, done + fresh), data, place)
      done += fresh
    }
    return out
  }

  /** Drops samples that no further output depends on. */
  private slide(): void {
    const dropped = Math.max(0, this.place.whole + 1 - this.kernel.reach)
    this.data.copyWithin(0, dropped, this.filled)
    this.filled -= dropped
    this.place.whole -= dropped
  }
}
