/**
 * 167 measures of a recording, or of a window of it, that carry over from one corpus of emotional speech to another: none
 * depends on level, offset, or silence about the speech. They are statistics of the tracks of `tracks.ts` between the first
 * and the last active row; a row is active whose energy is within 30 dB of the loud (level.ts). docs/guide/speech-measures.md
 * has them one by one.
 */
import { checkFinite, floatView, toMatrix } from '../../core/array.ts'
import { checkNumber, checkOptions } from '../../core/check.ts'
import { expectation } from '../../core/errors.ts'
import type { FloatNdArray, MatrixLike, VectorLike } from '../../core/types.ts'
import { column, speechMeasureNames } from './names.ts'
import { energyMeasures, pitchMeasures, rhythmMeasures } from './prosody.ts'
import { bandModulations, loudSpectrumMeasures, qualityMeasures } from './shape.ts'
import { type Span, spanOf, type TrackRows, trackRows } from './span.ts'
import { packedTracks, type SpeechTrackOptions, trackColumns } from './tracks.ts'

/** Options of {@link speechMeasures}. */
export interface SpeechMeasureOptions extends SpeechTrackOptions {
  /** Length of sliding windows, s; default none: the whole recording. */
  windowSeconds?: number
  /** Time from one window to the next, s; default half of one. */
  hopSeconds?: number
}

const ROWS_PER_SECOND = 100

/** Measures of tracks of so many columns. */
function measureCount(cols: number): number {
  return speechMeasureNames.length + cols - column.level
}

/** Mean level of the active rows. */
function levelOf(span: Span): number {
  const { data, cols } = span.tracks
  const { active, activeRows, first, rows } = span
  let mean = 0
  for (let t = 0; t < rows; t++) if (active[t] !== 0) mean += data[(first + t) * cols + column.level] / activeRows
  return mean
}

/** The measures of rows of tracks, 168 where they have the level. */
function measuresInto(out: Float64Array, at: number, tracks: TrackRows, from: number, to: number): void {
  const span = spanOf(tracks, from, to)
  if (span === null) {
    out.fill(Number.NaN, at, at + measureCount(tracks.cols))
    return
  }
  out.set(pitchMeasures(span), at)
  out.set(rhythmMeasures(span), at + 15)
  out.set(energyMeasures(span), at + 22)
  out.set(qualityMeasures(span), at + 32)
  out.set(loudSpectrumMeasures(span), at + 87)
  out.set(bandModulations(span), at + 127)
  if (tracks.cols > column.level) out[at + speechMeasureNames.length] = levelOf(span)
}

/**
 * {@link speechMeasures} of rows of {@link speechTracks}, all of them or any stretch, [167] in float64, [168] where they have the level; NaN where a measure is
 * not defined.
 *
 * @example
 * ```ts
 * const { sampleRate, samples } = syntheticCorpus()[0]
 * const tracks = speechTracks(samples(), { sampleRate })
 * measuresOfTracks(tracks).get(15) === speechMeasures(samples(), { sampleRate }).get(15) // true
 * ```
 *
 * @param tracks - [rows, 53], or [rows, 54] with the level
 * @throws TypeError or RangeError for other than a matrix of finite numbers with as many columns.
 */
export function measuresOfTracks(tracks: MatrixLike): FloatNdArray {
  const [measures] = measuresOfWindows(tracks, [0])
  return floatView(measures, [measures.length])
}

/** {@link measuresOfTracks} of windows of `length` rows, or of all from the first on. */
export function measuresOfWindows(tracks: MatrixLike, firsts: readonly number[], length?: number): Float64Array[] {
  const where = 'measuresOfTracks'
  const { data, rows, cols } = toMatrix(where, 'tracks', tracks, 'float64')
  if (cols !== column.level && cols !== column.level + 1) {
    const wanted = `${column.level} columns, those of speechTracks, or ${column.level + 1} with the level`
    throw new RangeError(expectation(where, 'tracks', wanted, tracks))
  }
  checkFinite(where, 'tracks', data, cols)
  const all = trackRows(data as Float64Array, cols)
  return firsts.map((first) => {
    const out = new Float64Array(measureCount(cols))
    measuresInto(out, 0, all, first, length === undefined ? rows : first + length)
    return out
  })
}

/** Length and hop of the windows in rows; undefined where none are asked for. */
function slidingWindows(where: string, options: SpeechMeasureOptions): { length: number; hop: number } | undefined {
  const { windowSeconds, hopSeconds } = options
  if (windowSeconds === undefined) {
    if (hopSeconds !== undefined) throw new RangeError(`${where}: "hopSeconds" needs "windowSeconds"`)
    return undefined
  }
  const least = { min: 1 / ROWS_PER_SECOND }
  const length = checkNumber(where, 'windowSeconds', windowSeconds, least)
  const hop = checkNumber(where, 'hopSeconds', hopSeconds ?? Math.max(least.min, length / 2), least)
  return { length: Math.round(ROWS_PER_SECOND * length), hop: Math.round(ROWS_PER_SECOND * hop) }
}

/**
 * 167 measures of a recording, [167] in float64, in the order of {@link speechMeasureNames}, or of sliding windows, [windows,
 * 167]: floor((T - W) / H) + 1 of T rows of 10 ms, at least one. Pitch in semitones above 100 Hz, times in s, levels in dB,
 * other units as of {@link speechTracks}; {@link speechMeasureGroups} tells which belong together. NaN where a measure is not
 * defined: pitch and harmonics of fewer than four or five voiced rows, everything in silence. With `level` one more, the mean
 * level of the active rows in dB, which alone depends on the gain.
 *
 * @example
 * ```ts
 * const { sampleRate, samples } = syntheticCorpus()[0]
 * const x = speechMeasures(samples(), { sampleRate })
 * x.get(speechMeasureNames.indexOf('pitchMean')) // semitones above 100 Hz
 * const { first, end } = speechMeasureGroups.modulation
 * end - first // 40
 * speechMeasures(samples(), { sampleRate, windowSeconds: 1, hopSeconds: 0.25 }).shape // [3, 167]
 * ```
 *
 * @param samples - One channel, as for `mfcc`.
 * @throws As {@link speechTracks}.
 */
export function speechMeasures(samples: VectorLike, options: SpeechMeasureOptions): FloatNdArray {
  const where = 'speechMeasures'
  checkOptions(where, options, ['sampleRate', 'level', 'windowSeconds', 'hopSeconds'])
  const windows = slidingWindows(where, options)
  const cols = trackColumns(where, options.level)
  const data = packedTracks(where, samples, options.sampleRate, cols)
  const rows = data.length / cols
  const width = measureCount(cols)
  const count = windows ? Math.max(1, Math.floor((rows - windows.length) / windows.hop) + 1) : 1
  const out = new Float64Array(count * width)
  const all = trackRows(data, cols)
  for (let i = 0; i < count; i++) {
    const first = windows ? i * windows.hop : 0
    measuresInto(out, i * width, all, first, windows ? Math.min(rows, first + windows.length) : rows)
  }
  return floatView(out, windows ? [count, width] : [width])
}
