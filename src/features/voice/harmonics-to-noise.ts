/**
 * Harmonics-to-noise ratio: with r the largest normalised cross-correlation of stretches a period apart, the periodic share of
 * the power is r and the rest 1 - r,
 *
 *     r(L) = sum x[n] x[n + L] / sqrt(sum x[n]^2 sum x[n + L]^2)        over P samples about the middle of the frame
 *     HNR = 10 lg(r / (1 - r)) dB,   r = max r(L) between the lags, by a sinc, for lags L of the range of F0
 *
 * P. Boersma, "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a sampled sound",
 * Proc. Inst. Phonetic Sciences Amsterdam 17, 1993; stretches as in Praat's "To Harmonicity (cc)".
 */
import { allocate, checkDtype, floatView, toSoundOfAnyLevel } from '../../core/array.ts'
import { checkNumber, checkOptions } from '../../core/check.ts'
import { log } from '../../core/elementary.ts'
import type { Dtype, FloatNdArray, VectorLike } from '../../core/types.ts'
import { type FramedRows, resolveRows, rowCount, rowMiddle, rowOptionNames, type VoiceRowOptions } from './rows.ts'
import { StretchCorrelation } from './stretch-correlation.ts'

/** Options of {@link harmonicsToNoise}. */
export interface HarmonicsToNoiseOptions extends VoiceRowOptions {
  /** Lowest F0, Hz; default 65. */
  lowFrequency?: number
  /** Highest F0, Hz; default 500. */
  highFrequency?: number
  /** Length of the stretches that are compared, in periods of `lowFrequency`; default 1. */
  periods?: number
  /** Element type of the result; default `float32`. */
  dtype?: Dtype
}

const DECIBELS: number = 10 / Math.LN10
/** dB of frames with nothing periodic in them, silence too; tops of as many dB more are rounding. */
const LEAST = -60

interface Settings {
  rows: FramedRows
  stretch: number
  shortest: number
  longest: number
}

function resolve(where: string, options: HarmonicsToNoiseOptions): Settings {
  const rows = resolveRows(where, options)
  const { sampleRate } = rows
  const low = checkNumber(where, 'lowFrequency', options.lowFrequency ?? 65, { min: 1 })
  const high = checkNumber(where, 'highFrequency', options.highFrequency ?? 500, { above: low, max: sampleRate / 4 })
  const periods = checkNumber(where, 'periods', options.periods ?? 1, { min: 0.5, max: 100 })
  return {
    rows,
    stretch: Math.round((periods * sampleRate) / low),
    shortest: Math.floor(sampleRate / high),
    longest: Math.ceil(sampleRate / low),
  }
}

/** The ratio in dB of r, at least -60. */
export function noiseRatioOf(r: number): number {
  const top = Math.min(r, 1 - 1e-10)
  return top > 0 ? Math.max(LEAST, DECIBELS * log(top / (1 - top))) : LEAST
}

/**
 * Harmonics-to-noise ratio in dB, [frames]: 20 means that 1 % of the power is noise. Every frame has one, whether it is voiced
 * or not (`pitchTrack` tells): noise has about -5 dB; a silent or aperiodic frame has -60, which is the least, as has one so near an
 * edge of the clip that its stretches leave it (first and last rows with `centered`). Rows line up with those of `mfcc`.
 *
 * @example
 * ```ts
 * const hum = Float64Array.from({ length: 8000 }, (_, n) => Math.sin(n / 20) + Math.sin(n / 10 + 1))
 * harmonicsToNoise(hum, { sampleRate: 16000 }).get(20) > 50 // true
 * ```
 *
 * @param samples - One channel, as for `mfcc`.
 * @throws TypeError for unknown options or values of the wrong kind.
 * @throws RangeError for values out of range, and for a sample that is not finite, naming its index.
 */
export function harmonicsToNoise(samples: VectorLike, options: HarmonicsToNoiseOptions): FloatNdArray {
  const where = 'harmonicsToNoise'
  checkOptions(where, options, [...rowOptionNames, 'lowFrequency', 'highFrequency', 'periods', 'dtype'])
  const { rows, stretch, shortest, longest } = resolve(where, options)
  const dtype = checkDtype(where, options.dtype ?? 'float32')
  const x = toSoundOfAnyLevel(where, samples)
  const out = allocate(rowCount(x.length, rows), dtype)
  const correlation = new StretchCorrelation(longest + 1, stretch)
  for (let t = 0; t < out.length; t++) {
    out[t] = noiseRatioOf(correlation.top(x, rowMiddle(t, rows), Math.max(1, shortest - 1), longest + 1))
  }
  return floatView(out, [out.length])
}
