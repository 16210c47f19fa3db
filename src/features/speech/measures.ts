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
import { speechMeasureNames, speechTrackNames } from './names.ts'
import { energyMeasures, pitchMeasures, rhythmMeasures } from './prosody.ts'
import { bandModulations, loudSpectrumMeasures, qualityMeasures } from './shape.ts'
import { spanOf, type TrackRows } from './span.ts'
import { packedTracks } from './tracks.ts'

/** Options of {@link speechMeasures}. */
export interface SpeechMeasureOptions {
  /** Hz, a whole number from 4000 on. */
  sampleRate: number
  /** Length of sliding windows, s; default none: the whole recording. */
  windowSeconds?: number
  /** Time from one window to the next, s; default half of one. */
  hopSeconds?: number
}

const ROWS_PER_SECOND = 100

function measuresInto(out: Float64Array, at: number, tracks: TrackRows, from: number, to: number): void {
  const span = spanOf(tracks, from, to)
  if (span === null) {
    out.fill(Number.NaN, at, at + speechMeasureNames.length)
    return
  }
  out.set(pitchMeasures(span), at)
  out.set(rhythmMeasures(span), at + 15)
  out.set(energyMeasures(span), at + 22)
  out.set(qualityMeasures(span), at + 32)
  out.set(loudSpectrumMeasures(span), at + 87)
  out.set(bandModulations(span), at + 127)
}

/**
 * {@link speechMeasures} of rows of {@link speechTracks}, all of them or any stretch, [167] in float64; NaN where a measure is
 * not defined.
 *
 * @example
 * ```ts
 * const { sampleRate, samples } = syntheticCorpus()[0]
 * const tracks = speechTracks(samples(), { sampleRate })
 * measuresOfTracks(tracks).get(15) === speechMeasures(samples(), { sampleRate }).get(15) // true
 * ```
 *
 * @param tracks - [rows, 53]
 * @throws TypeError or RangeError for other than a matrix of finite numbers with 53 columns.
 */
export function measuresOfTracks(tracks: MatrixLike): FloatNdArray {
  const where = 'measuresOfTracks'
  const { data, rows, cols } = toMatrix(where, 'tracks', tracks, 'float64')
  if (cols !== speechTrackNames.length) {
    throw new RangeError(
      expectation(where, 'tracks', `${speechTrackNames.length} columns, those of speechTracks`, tracks),
    )
  }
  checkFinite(where, 'tracks', data, cols)
  const out = new Float64Array(speechMeasureNames.length)
  measuresInto(out, 0, { data, cols }, 0, rows)
  return floatView(out, [out.length])
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
 * defined: pitch and harmonics of fewer than four or five voiced rows, everything in silence.
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
  checkOptions(where, options, ['sampleRate', 'windowSeconds', 'hopSeconds'])
  const windows = slidingWindows(where, options)
  const data = packedTracks(where, samples, options.sampleRate)
  const cols = speechTrackNames.length
  const rows = data.length / cols
  const width = speechMeasureNames.length
  const count = windows ? Math.max(1, Math.floor((rows - windows.length) / windows.hop) + 1) : 1
  const out = new Float64Array(count * width)
  for (let i = 0; i < count; i++) {
    const first = windows ? i * windows.hop : 0
    measuresInto(out, i * width, { data, cols }, first, windows ? Math.min(rows, first + windows.length) : rows)
  }
  return floatView(out, windows ? [count, width] : [width])
}
