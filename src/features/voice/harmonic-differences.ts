/**
 * Differences between the levels of harmonics, which tell a breathy voice from a pressed one:
 *
 *     H1-H2    level of harmonic 1 less that of harmonic 2          H1-A3    less that of the strongest harmonic within 10 % of F3 (or the nearest)
 *
 * The level of harmonic h is 20 lg of the largest |X| within a quarter of F0 about h F0, by the parabola through three levels.
 * H. M. Hanson, "Glottal characteristics of female speakers: acoustic correlates", JASA 101(1), 1997; F. Eyben et al., "The
 * Geneva minimalistic acoustic parameter set (GeMAPS)", IEEE Trans. Affective Computing 7(2), 2016.
 */
import { allocate, checkDtype, floatView } from '../../core/array.ts'
import { checkObject, checkOptions } from '../../core/check.ts'
import { log } from '../../core/elementary.ts'
import type { Dtype, FloatNdArray, VectorLike } from '../../core/types.ts'
import { FormantFrame, type FormantOptions, formantOptionNames, resolveFormants } from './formants.ts'
import { FrameMagnitudes } from './frame-magnitudes.ts'
import { topOffset } from './likeness.ts'
import { type ContourOptions, contourOptionNames, resolveContour } from './pitch-marks.ts'
import { type Rows, rowOptionNames, type VoiceRowOptions } from './rows.ts'

/** Options of {@link harmonicDifferences}. */
export interface HarmonicDifferenceOptions extends ContourOptions {
  /** How F3 is found, as for `formants`. */
  formants?: Omit<FormantOptions, keyof VoiceRowOptions | 'count' | 'dtype'>
  /** Element type of the result; default `float32`. */
  dtype?: Dtype
}

/** Length of the windows that harmonics are seen in. */
export const WINDOW_SECONDS = 0.06
const DECIBELS: number = 20 / Math.LN10
const SEARCH = 0.25
const NEAR_FORMANT = 0.1

/** Level in dB of harmonic h; -Infinity beyond the spectrum and in silence. */
export function harmonicLevel({ magnitude, binWidth }: FrameMagnitudes, f0: number, h: number): number {
  const [frequency, reach] = [h * f0, SEARCH * f0]
  const first = Math.max(1, Math.ceil((frequency - reach) / binWidth))
  const last = Math.min(magnitude.length - 2, Math.floor((frequency + reach) / binWidth))
  if (first > last) return Number.NEGATIVE_INFINITY
  let best = first
  for (let k = first; k <= last; k++) if (magnitude[k] > magnitude[best]) best = k
  const [before, top, after] = [-1, 0, 1].map((d) => DECIBELS * log(magnitude[best + d]))
  if (!Number.isFinite(before + top + after)) return top
  return top + ((after - before) * topOffset(before, top, after)) / 4
}

/** Level of the strongest harmonic within 10 % of a formant, of the nearest one where there is none. */
export function formantLevel(spectrum: FrameMagnitudes, f0: number, formant: number): number {
  const last = Math.floor(((1 + NEAR_FORMANT) * formant) / f0)
  let h = Math.ceil(((1 - NEAR_FORMANT) * formant) / f0)
  if (h > last) return harmonicLevel(spectrum, f0, Math.max(1, Math.round(formant / f0)))
  let level = Number.NEGATIVE_INFINITY
  for (; h <= last; h++) level = Math.max(level, harmonicLevel(spectrum, f0, h))
  return level
}

/** Rows of a contour, in whole samples. */
function rowsOf(times: Float64Array, sampleRate: number): Rows {
  const step = times.length > 1 ? times[1] - times[0] : 0.01
  return {
    sampleRate,
    step: Math.max(1, Math.round(step * sampleRate)),
    align: 0,
    start: Math.round((times[0] ?? 0) * sampleRate),
  }
}

/**
 * H1-H2 and H1-A3 in dB, [frames, 2], a row for each frame of the contour: `track`, or that of `pitchTrack`. Unvoiced frames
 * have 0 in both, and voiced ones 0 for a difference of which a part is missing. They are not corrected for the
 * formants' own influence on H1 and H2.
 *
 * @example
 * ```ts
 * const voice = Float64Array.from({ length: 8000 }, (_, n) => 0.5 * Math.sin(n / 20) + 0.25 * Math.sin(n / 10))
 * Math.round(harmonicDifferences(voice, { sampleRate: 16000 }).get(20, 0)) // 6
 * ```
 *
 * @param samples - One channel, as for `mfcc`.
 * @throws TypeError for unknown options or values of the wrong kind.
 * @throws RangeError for values out of range, and for a sample that is not finite, naming its index.
 */
export function harmonicDifferences(samples: VectorLike, options: HarmonicDifferenceOptions): FloatNdArray {
  const where = 'harmonicDifferences'
  checkOptions(where, options, [...contourOptionNames, 'formants', 'dtype'])
  const dtype = checkDtype(where, options.dtype ?? 'float32')
  const given = checkObject<FormantOptions>(where, 'formants', options.formants ?? {})
  const fixed: readonly string[] = [...rowOptionNames, 'count', 'dtype']
  checkOptions(
    where,
    given,
    formantOptionNames.filter((name) => !fixed.includes(name)),
  )
  const { x, sampleRate, track } = resolveContour(where, samples, options)
  const rows = rowsOf(track.times, sampleRate)
  const formant = new FormantFrame({ ...resolveFormants(where, { ...given, sampleRate, count: 3 }), rows })
  const spectrum = new FrameMagnitudes(Math.round(WINDOW_SECONDS * sampleRate), sampleRate)
  const out = allocate(2 * track.f0.length, dtype)
  for (const [t, f0] of track.f0.entries()) {
    if (track.voiced[t] === 0) continue
    spectrum.compute(x, t, rows)
    formant.find(x, t)
    const [first, second] = [1, 2].map((h) => harmonicLevel(spectrum, f0, h))
    const third = formant.frequencies[2] > 0 ? formantLevel(spectrum, f0, formant.frequencies[2]) : Number.NaN
    out[2 * t] = Number.isFinite(first - second) ? first - second : 0
    out[2 * t + 1] = Number.isFinite(first - third) ? first - third : 0
  }
  return floatView(out, [track.f0.length, 2])
}
