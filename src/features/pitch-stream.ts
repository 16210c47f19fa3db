/** Pitch of a signal that arrives in chunks. */
import { allocate } from '../core/array.ts'
import { checkInteger, checkNumber } from '../core/check.ts'
import { exp, log } from '../core/elementary.ts'
import { counted, Printed } from '../core/printed.ts'
import { memoryOf, type SoundStreamState, streamState } from '../core/stream-state.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import { frameCount, takeSamples } from './frames.ts'
import { autocorrelationOf, CANDIDATES, frameCandidates, frameEnergy, middleOfRange, voicingOf } from './pitch.ts'
import { clearCandidates, emptyCandidates, type PitchCandidates } from './pitch-candidates.ts'
import type { NormalizedAutocorrelation } from './pitch-correlation.ts'
import { extendPaths, type PathCosts, type PathSums, traceBack } from './pitch-path.ts'
import {
  type PitchGeometry,
  type PitchOptions,
  type PitchSettings,
  pathCosts,
  pitchGeometry,
  pitchSettings,
} from './pitch-settings.ts'

/** Options of {@link PitchStream}. */
export interface PitchStreamOptions extends PitchOptions {
  /** Sound after a frame that its row may depend on, s, at most 60; default 0.2. */
  lookAheadSeconds?: number
  /** Sound whose loudest frame `silenceThreshold` refers to, s, at most 3600; default 10, or a longer look-ahead. */
  levelSeconds?: number
}

const SLOTS = CANDIDATES + 1
/** Samples received at once, so that few are moved. */
const BLOCK = 4096

/**
 * The rows of `pitch(signal, options)` from chunks of any size, with what a stream cannot know left out: the row of a
 * frame depends on the `lookAheadSeconds` of sound after it, no longer on the rest of the clip.
 *
 * - Path: the slot of a frame is that on the best path to the latest frame within the look-ahead.
 * - Level: the loudest frame is that of the `levelSeconds` up to the end of the look-ahead.
 * - Unvoiced frames: log F0 leads to the next voiced frame within the look-ahead; where there is none the last one is held.
 *
 * With a look-ahead and `levelSeconds` as long as the clip the rows are those of `pitch`, bit for bit. How far the default
 * is from them on recordings is in docs/guide/features.md. Rows depend on no chunk's length; memory depends on
 * the options alone. Samples far below any microphone's (1e-77) have no pitch.
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * const stream = new PitchStream({ sampleRate: 16000 })
 * const rows = []
 * for (let from = 0; from < samples.length; from += 1600) rows.push(...stream.push(samples.subarray(from, from + 1600)))
 * rows.push(...stream.flush())
 * rows.length === pitch(samples, { sampleRate: 16000 }).shape[0] // true
 * ```
 */
export class PitchStream extends Printed {
  /** Numbers in a row: log F0 and voicing. */
  readonly columns: number = 2
  private readonly options: PitchSettings & { lookAheadSeconds: number; levelSeconds: number }
  private readonly geometry: PitchGeometry
  private readonly costs: PathCosts
  private readonly autocorrelation: NormalizedAutocorrelation
  /** Frames within the look-ahead. */
  readonly lookAhead: number
  /** The latest samples, `data[0]` being that at `base`. */
  private readonly data: Float64Array
  /** Energies of the latest frames, frame t at t mod length. */
  private readonly energies: Float64Array
  /** Row 0 is the last frame given, row i the i-th of those that wait. */
  private readonly table: PitchCandidates
  private readonly sums: PathSums
  private base = 0
  private filled = 0
  private given = 0
  private waiting = 0
  private loudest = 0
  /** Log F0 of the last voiced frame given, and how many rows were given with and after it; 0 where there is none. */
  private voiced = 0
  private since = 0

  /** @throws TypeError for unknown options or values of the wrong kind, RangeError for values out of range */
  constructor(options: PitchStreamOptions) {
    super()
    const where = 'PitchStream'
    const { lookAheadSeconds = 0.2, levelSeconds: level, ...rest } = options ?? {}
    const settings = pitchSettings(where, options === undefined ? options : rest)
    checkNumber(where, 'lookAheadSeconds', lookAheadSeconds, { min: 0, max: 60 })
    const levelSeconds = level === undefined ? Math.max(10, lookAheadSeconds) : level
    checkNumber(where, 'levelSeconds', levelSeconds, { min: lookAheadSeconds, max: 3600 })
    this.options = { ...settings, lookAheadSeconds, levelSeconds }
    this.geometry = pitchGeometry(settings)
    this.costs = pathCosts(settings)
    this.autocorrelation = autocorrelationOf(settings)
    const { step, length, frames } = this.geometry
    const framesIn = (seconds: number): number => Math.round((seconds * settings.sampleRate) / step)
    this.lookAhead = framesIn(lookAheadSeconds)
    this.data = new Float64Array((this.lookAhead + 1) * step + length + frames.length + BLOCK)
    this.energies = new Float64Array(Math.max(this.lookAhead + 1, framesIn(levelSeconds)))
    this.table = emptyCandidates(this.lookAhead + 2, SLOTS, settings.voicingThreshold)
    const size = (this.lookAhead + 2) * SLOTS
    this.sums = { sum: new Float64Array(size), back: new Int32Array(size) }
  }

  /** One line with rate, look-ahead and rows so far, which consoles print. */
  override toString(): string {
    const { sampleRate, lookAheadSeconds } = this.options
    return `PitchStream: ${sampleRate} Hz -> rows of 2, ${lookAheadSeconds} s late, ${counted(this.given, 'row')} so far`
  }

  /**
   * Appends samples (as for `pitch`; may be empty) and returns the rows that they complete.
   *
   * @throws TypeError for anything but a vector, RangeError for a sample that is not finite or beyond 1e70, naming its
   *   index in the chunk; the stream is then unchanged
   */
  push(chunk: VectorLike): FloatArray[] {
    const samples = takeSamples('PitchStream.push', 'chunk', chunk)
    const rows: FloatArray[] = []
    for (let at = 0; at < samples.length; ) {
      if (this.filled === this.data.length) this.slide()
      const part = samples.subarray(at, at + this.data.length - this.filled)
      this.data.set(part, this.filled)
      this.filled += part.length
      at += part.length
      this.enterFrames(rows, false)
    }
    return rows
  }

  /** Ends the signal: returns the remaining rows and leaves the stream ready for another signal. */
  flush(): FloatArray[] {
    const rows: FloatArray[] = []
    this.enterFrames(rows, true)
    while (this.waiting > 0) rows.push(this.give())
    this.reset()
    return rows
  }

  /** Discards the signal so far. */
  reset(): void {
    this.base = this.filled = this.given = this.waiting = this.loudest = this.voiced = this.since = 0
  }

  /** A copy of the stream's memory. */
  state(): SoundStreamState {
    return streamState('pitch-stream', this.options, this.memory)
  }

  /**
   * Continues from the state of a stream of the same options. If it throws, nothing has changed.
   *
   * @throws FormatError for anything but such a state, RangeError for one of other options
   */
  restore(state: SoundStreamState): void {
    const where = 'PitchStream.restore'
    const memory = memoryOf(where, 'pitch-stream', this.options, this.memory, state)
    const { base, filled, given, waiting, since } = memory
    checkInteger(where, 'state.memory.filled', filled, { min: 0, max: this.data.length })
    checkInteger(where, 'state.memory.waiting', waiting, { min: 0, max: this.lookAhead })
    Object.assign(this, { base, filled, given, waiting, since })
    this.data.set(memory.data)
    this.energies.set(memory.energies)
    this.table.logF0.set(memory.logF0)
    this.sums.sum.set(memory.sum)
    ;[this.loudest, this.voiced] = memory.levels
    this.rescore()
  }

  /** All that the rest can be computed from. */
  private get memory() {
    const { base, filled, given, waiting, since, data, energies } = this
    // A slot that is not used has the sum -Infinity, which JSON cannot hold; any low number serves.
    const sum = this.sums.sum.subarray(0, SLOTS).map((one) => Math.max(one, -Number.MAX_VALUE))
    const levels = Float64Array.of(this.loudest, this.voiced)
    const logF0 = this.table.logF0.subarray(0, SLOTS)
    return { base, filled, given, waiting, since, data, energies, logF0, sum, levels }
  }

  /** Index in `data` of the window of frame t. */
  private windowOf(t: number): number {
    return this.geometry.start + t * this.geometry.step - this.base
  }

  private enterFrames(rows: FloatArray[], ended: boolean): void {
    const { length, frames } = this.geometry
    const count = frameCount(this.base + this.filled, frames)
    for (;;) {
      const t = this.given + this.waiting
      if (t >= count || (!ended && this.windowOf(t) + length > this.filled)) return
      this.enter(t, ended ? this.data.subarray(0, this.filled) : this.data)
      if (this.waiting > this.lookAhead) rows.push(this.give())
    }
  }

  private enter(t: number, x: Float64Array): void {
    const before = this.loudest
    this.hear(t, frameEnergy(this.autocorrelation, x, this.windowOf(t)))
    this.waiting++
    if (this.loudest === before) this.score(this.waiting, x)
    else this.rescore(x)
  }

  /** Adds the energy of frame t, which takes the place of an old one. */
  private hear(t: number, energy: number): void {
    const { energies } = this
    const at = t % energies.length
    const left = t < energies.length ? 0 : energies[at]
    energies[at] = energy
    if (energy >= this.loudest) this.loudest = energy
    else if (left === this.loudest) this.loudest = energies.reduce((most, one) => Math.max(most, one), 0)
  }

  /** Scores all that wait, after the level has changed. */
  private rescore(x: Float64Array = this.data): void {
    for (let row = 1; row <= this.waiting; row++) this.score(row, x)
  }

  private score(row: number, x: Float64Array): void {
    const { table, sums, options } = this
    const t = this.given + row - 1
    clearCandidates(table, row, options.voicingThreshold)
    frameCandidates(this.autocorrelation, x, this.windowOf(t), this.loudest, table, row, options)
    if (t > 0) extendPaths(sums, table, row, this.costs)
    else sums.sum.set(table.score.subarray(SLOTS, 2 * SLOTS), SLOTS)
  }

  /** The row of the first frame that waits, which is then the last one given. */
  private give(): FloatArray {
    const { table, sums, options } = this
    const path = traceBack(sums, SLOTS, this.waiting + 1)
    const row = allocate(2, options.dtype)
    row[0] = this.logF0(path)
    row[1] = voicingOf(table.correlation[SLOTS + path[1]], options)
    for (const array of [table.logF0, table.score, table.correlation, sums.sum, sums.back]) {
      array.copyWithin(0, SLOTS, (this.waiting + 1) * SLOTS)
    }
    this.given++
    this.waiting--
    return row
  }

  /** Log F0 of row 1: its own, on the line to the next voiced row, or the last one's. */
  private logF0(path: Int32Array): number {
    // As the contour has it: Hz, of which a logarithm is taken.
    const at = (row: number): number => log(exp(this.table.logF0[row * SLOTS + path[row]]))
    let next = 1
    while (next < path.length && path[next] === 0) next++
    const voiced = this.since > 0
    if (next === path.length) {
      if (voiced) this.since++
      return voiced ? this.voiced : middleOfRange(this.options)
    }
    const to = at(next)
    if (next > 1) {
      if (!voiced) return to
      const gone = this.since++
      return this.voiced + ((to - this.voiced) * gone) / (gone + next - 1)
    }
    this.voiced = to
    this.since = 1
    return to
  }

  /** Drops samples that no further frame needs. */
  private slide(): void {
    const dropped = Math.min(Math.max(0, this.windowOf(this.given)), this.filled)
    this.data.copyWithin(0, dropped, this.filled)
    this.base += dropped
    this.filled -= dropped
  }
}
