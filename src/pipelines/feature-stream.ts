/** Features of a front end from sound that arrives in chunks. */
import { ResampleStream } from '../audio/resample-stream.ts'
import { allocate, checkFinite, toSamples } from '../core/array.ts'
import { checkInteger, checkOptions } from '../core/check.ts'
import { counted, Printed } from '../core/printed.ts'
import { memoryOf, type SoundStreamState, type StreamMemory, streamState } from '../core/stream-state.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import { DeltaStream } from '../features/delta-stream.ts'
import { FrameRows } from '../features/frame-rows.ts'
import { type FrontEndSettings, logMelSettings, mfccSettings } from '../features/mfcc-settings.ts'
import { PitchStream, type PitchStreamOptions } from '../features/pitch-stream.ts'
import {
  contourDynamics,
  type FrontEndOptions,
  frameStep,
  LOWEST_RATE,
  resolveFrontEnd,
  type SpectralFrontEnd,
  spectralOptions,
} from './front-end.ts'
import { columnsOf } from './front-end-columns.ts'
import { soundFrontEnd } from './given-front-end.ts'

/** Options of {@link FeatureStream}. */
export interface FeatureStreamOptions extends Pick<PitchStreamOptions, 'lookAheadSeconds' | 'levelSeconds'> {
  /** Sample rate of the chunks, a whole number of Hz >= 4000. */
  sampleRate: number
  /** As for {@link extractFeatures}, without `set`. Default: its defaults. */
  frontEnd?: FrontEndOptions
}

/** The streams that sound passes through; they take what is checked. */
class Stages {
  readonly resampler: ResampleStream
  private readonly spectral: FrameRows
  private readonly pitch: PitchStream | null
  private readonly dynamics: DeltaStream
  /** Spectral rows that wait for the pitch, which looks ahead. */
  private waiting: FloatArray[] = []
  private readonly capacity: number
  rows = 0

  constructor(where: string, rate: number, frontEnd: SpectralFrontEnd, path: PitchStreamOptions) {
    const { sampleRate, spectral, deltas } = frontEnd
    const settingsOf = spectral === 'mfcc' ? mfccSettings : logMelSettings
    const settings: FrontEndSettings = settingsOf(where, spectralOptions(frontEnd))
    this.resampler = new ResampleStream({ fromRate: rate, toRate: sampleRate })
    this.spectral = new FrameRows(where, settings)
    this.pitch = frontEnd.pitch ? new PitchStream(path) : null
    this.dynamics = new DeltaStream(2, deltas, contourDynamics, 'float32')
    this.capacity = this.pitch === null ? 0 : this.pitch.lookAhead + 2
  }

  push(chunk: FloatArray): FloatArray[] {
    const samples = this.resampler.push(chunk)
    return this.joined(this.spectral.push(samples), this.pitch?.push(samples) ?? null, false)
  }

  flush(where: string): FloatArray[] {
    const rest = this.resampler.flush()
    const spectral = [...this.spectral.push(rest), ...this.spectral.flush(where)]
    return this.joined(spectral, this.pitch && [...this.pitch.push(rest), ...this.pitch.flush()], true)
  }

  get memory(): StreamMemory {
    const { rows, capacity, resampler, spectral, pitch, dynamics } = this
    const data = new Float64Array(capacity * spectral.columns)
    for (const [i, row] of this.waiting.entries()) data.set(row, i * spectral.columns)
    const voice: StreamMemory = pitch === null ? {} : { pitch: pitch.state().memory }
    const queue = { waiting: this.waiting.length, data, dynamics: dynamics.memory }
    return { ...voice, ...queue, rows, resampler: resampler.state().memory, spectral: spectral.memory }
  }

  recall(memory: StreamMemory): void {
    const { columns } = this.spectral
    const at = (name: string): StreamMemory => memory[name] as StreamMemory
    const waiting = checkInteger('restore', 'state.memory.waiting', memory.waiting, { max: this.capacity })
    const data = memory.data as Float64Array
    this.waiting = Array.from({ length: waiting }, (_, i) => {
      return Float32Array.from(data.subarray(i * columns, (i + 1) * columns))
    })
    this.rows = memory.rows as number
    this.resampler.restore({ ...this.resampler.state(), memory: at('resampler') })
    this.spectral.recall(at('spectral') as FrameRows['memory'])
    this.dynamics.recall(at('dynamics'))
    this.pitch?.restore({ ...this.pitch.state(), memory: at('pitch') })
  }

  /** Spectral rows, each with the pitch of its frame where there is pitch. */
  private joined(spectral: FloatArray[], contour: FloatArray[] | null, ended: boolean): FloatArray[] {
    const rows = contour === null ? spectral : this.withPitch(spectral, contour, ended)
    this.rows += rows.length
    return rows
  }

  private withPitch(spectral: FloatArray[], contour: FloatArray[], ended: boolean): FloatArray[] {
    const voice: FloatArray[] = []
    for (const row of contour) this.dynamics.push(Float64Array.from(row), 0, voice)
    if (ended) this.dynamics.flush(voice)
    const waiting = [...this.waiting, ...spectral]
    this.waiting = waiting.splice(voice.length)
    return waiting.map((row, t) => {
      const out = allocate(row.length + voice[t].length, 'float32')
      out.set(row)
      out.set(voice[t], row.length)
      return out
    })
  }
}

/**
 * The rows of `extractFeatures`, bit for bit, from chunks of any size: of MFCC or log mel energies, with any options. Columns
 * of pitch are those of {@link PitchStream}, which looks ahead for `lookAheadSeconds` (0.2) where `extractFeatures` sees the
 * whole recording; all others are the same. A row comes as soon as what it depends on is there, and memory depends on the
 * options alone.
 *
 * Sets of features (`set`) are defined on whole recordings, whose level and pitch they refer to, and are refused: call
 * `extractFeatures` with stretches of the sound, as `Recognizer.stream` does.
 *
 * @example
 * ```ts
 * const [voice] = syntheticCorpus()
 * const samples = voice.samples()
 * const stream = new FeatureStream({ sampleRate: voice.sampleRate, frontEnd: { deltas: 1 } })
 * const rows = []
 * for (let from = 0; from < samples.length; from += 1600) rows.push(...stream.push(samples.subarray(from, from + 1600)))
 * rows.push(...stream.flush()) // together the rows of extractFeatures(..., { deltas: 1 }), bit for bit
 * rows[0].length // 26
 * ```
 */
export class FeatureStream extends Printed {
  /** Hz, of the chunks. */
  readonly sampleRate: number
  /** Numbers in a row. */
  readonly columns: number
  /** Seconds from the start of one row's frame to the next's; row t begins at t times this. */
  readonly stepSeconds: number
  private readonly frontEnd: SpectralFrontEnd
  private readonly path: PitchStreamOptions
  private stages: Stages

  /** @throws TypeError for unknown options or values of the wrong kind, RangeError for values out of range and for `set` */
  constructor(options: FeatureStreamOptions) {
    super()
    const where = 'FeatureStream'
    checkOptions(where, options, ['sampleRate', 'frontEnd', 'lookAheadSeconds', 'levelSeconds'])
    const { lookAheadSeconds, levelSeconds } = options
    this.sampleRate = checkInteger(where, 'sampleRate', options.sampleRate, { min: LOWEST_RATE })
    const frontEnd = soundFrontEnd(where, resolveFrontEnd(options.frontEnd))
    if (frontEnd.set !== undefined) {
      const remedy = 'call extractFeatures with stretches of the sound, as Recognizer.stream does'
      throw new RangeError(`${where}: "set" ${String(frontEnd.set)} is defined on whole recordings; ${remedy}`)
    }
    this.frontEnd = frontEnd
    this.columns = columnsOf(frontEnd)
    this.stepSeconds = frameStep(frontEnd.sampleRate) / frontEnd.sampleRate
    this.path = { sampleRate: frontEnd.sampleRate, lookAheadSeconds, levelSeconds }
    this.stages = this.begin(where)
  }

  /** One line with rate, columns and rows so far, which consoles print. */
  override toString(): string {
    return `FeatureStream: ${this.sampleRate} Hz -> rows of ${this.columns}, ${counted(this.stages.rows, 'row')} so far`
  }

  /**
   * Appends samples of one channel (in [-1, 1), or integers of 16 bits; may be empty) and returns the rows that they
   * complete, float32.
   *
   * @throws TypeError for anything but a vector, RangeError for a sample that is not finite or far too large; the stream is
   *   then unchanged
   */
  push(chunk: VectorLike): FloatArray[] {
    const samples = toSamples('FeatureStream.push', 'chunk', chunk, 'float32')
    checkFinite('FeatureStream.push', 'chunk', samples)
    return this.stages.push(samples)
  }

  /** Ends the sound: returns the remaining rows and leaves the stream ready for another sound. */
  flush(): FloatArray[] {
    const rows = this.stages.flush('FeatureStream.flush')
    this.reset()
    return rows
  }

  /** Discards the sound so far. */
  reset(): void {
    this.stages = this.begin('FeatureStream.reset')
  }

  /** A copy of the stream's memory. */
  state(): SoundStreamState {
    return streamState('feature-stream', this.settings, this.stages.memory)
  }

  /**
   * Continues from the state of a stream of the same options. If it throws, nothing has changed.
   *
   * @throws FormatError for anything but such a state, RangeError for one of other options
   */
  restore(state: SoundStreamState): void {
    const where = 'FeatureStream.restore'
    const fresh = this.begin(where)
    fresh.recall(memoryOf(where, 'feature-stream', this.settings, fresh.memory, state))
    this.stages = fresh
  }

  private begin(where: string): Stages {
    return new Stages(where, this.sampleRate, this.frontEnd, this.path)
  }

  private get settings(): object {
    const { sampleRate, frontEnd, path } = this
    return { sampleRate, frontEnd, path }
  }
}
