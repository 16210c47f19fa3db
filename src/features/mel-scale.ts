/** Conversion between frequency and mel. */
import { checkNumber, checkOneOf } from '../core/check.ts'
import { exp, expm1, log, log1p } from '../core/elementary.ts'
import { expectation } from '../core/errors.ts'

/**
 * Name of a mel scale, f in Hz:
 *
 * - `study`: 1125 ln(1 + f/700)
 * - `htk`: 1127 ln(1 + f/700), also Kaldi's
 * - `oshaughnessy`: 2595 log10(1 + f/700)
 * - `slaney`: 3 f / 200 up to 1 kHz, above it 15 + 27 ln(f/1000) / ln 6.4 (Auditory Toolbox, librosa's default)
 */
export type MelScale = 'study' | 'htk' | 'oshaughnessy' | 'slaney'

/** m in mel = factor ln(1 + f / 700). */
const factors: Readonly<Record<Exclude<MelScale, 'slaney'>, number>> = {
  study: 1125,
  htk: 1127,
  oshaughnessy: 2595 / Math.LN10,
}

/** The names that {@link hzToMel} and {@link melToHz} know. */
export const melScales: readonly MelScale[] = ['study', 'htk', 'oshaughnessy', 'slaney']

const breakHz = 1000
const breakMel = 15
const melPerHz = breakMel / breakHz
/** Above 1 kHz, 27 mel are a factor of 6.4 in frequency. */
const lnPerMel = /* @__PURE__ */ log(6.4) / 27

/** {@link hzToMel} without checks. */
export function melOf(frequency: number, scale: MelScale): number {
  if (scale !== 'slaney') return factors[scale] * log1p(frequency / 700)
  return frequency < breakHz ? frequency * melPerHz : breakMel + log(frequency / breakHz) / lnPerMel
}

/** {@link melToHz} without checks. */
export function hzOf(mel: number, scale: MelScale): number {
  if (scale !== 'slaney') return 700 * expm1(mel / factors[scale])
  return mel < breakMel ? mel / melPerHz : breakHz * exp((mel - breakMel) * lnPerMel)
}

/**
 * Mel of a frequency in Hz, by the formula of {@link MelScale}.
 *
 * @example
 * ```ts
 * hzToMel(1000) // 998.2
 * hzToMel(1000, 'slaney') // 15
 * ```
 *
 * @throws TypeError for an argument of the wrong kind.
 * @throws RangeError for a frequency that is not finite and >= 0, or an unknown scale.
 */
export function hzToMel(frequency: number, scale: MelScale = 'study'): number {
  checkNumber('hzToMel', 'frequency', frequency, { min: 0 })
  return melOf(frequency, checkOneOf('hzToMel', 'scale', scale, melScales))
}

/**
 * Frequency in Hz of a mel value: the inverse of {@link hzToMel}.
 *
 * @throws TypeError for an argument of the wrong kind.
 * @throws RangeError for a value that is not finite and >= 0, or so large that its frequency overflows float64 (from
 *   10,300 mel of `slaney`, 791,000 of `study` on), or an unknown scale.
 * @example
 * ```ts
 * melToHz(hzToMel(440)) // 440.00
 * ```
 */
export function melToHz(mel: number, scale: MelScale = 'study'): number {
  checkNumber('melToHz', 'mel', mel, { min: 0 })
  const frequency = hzOf(mel, checkOneOf('melToHz', 'scale', scale, melScales))
  if (Number.isFinite(frequency)) return frequency
  throw new RangeError(expectation('melToHz', 'mel', `mel of a finite frequency in "${scale}"`, mel))
}
