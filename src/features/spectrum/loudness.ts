/**
 * Loudness of a frame from its auditory spectrum: mel bands of the power spectrum with equal-loudness weights and
 * compression,
 *
 *     N = 1/B sum_b (e(f_b) max(E_b, floor))^0.33
 *     e(f) ~ w^2 (w + 56.8e6) / ((w + 6.3e6)^2 (w + 0.38e9) (w^3 + 9.58e26)),   w = (2 pi f)^2,   e(1 kHz) = 1
 *
 * H. Hermansky, "Perceptual linear predictive (PLP) analysis of speech", JASA 87(4), 1990; F. Eyben et al., "The Geneva
 * minimalistic acoustic parameter set (GeMAPS)", IEEE Trans. Affective Computing 7(2), 2016, whose frames and bands are
 * the defaults.
 */
import { allocate, checkDtype, floatView } from '../../core/array.ts'
import { checkNumber, checkOptions } from '../../core/check.ts'
import { withDefaults } from '../../core/defaults.ts'
import { pow } from '../../core/power.ts'
import type { Dtype, FloatNdArray, VectorLike } from '../../core/types.ts'
import { SparseFilters } from '../../kernels/sparse-filters.ts'
import {
  type FilterbankSettings,
  filterbankMatrix,
  filterbankOptionNames,
  resolveFilterbank,
} from '../mel-filterbank.ts'
import { hzOf, melOf } from '../mel-scale.ts'
import type { FilterbankOptions } from '../mfcc-options.ts'
import { type FrameSpectrumOptions, frameSpectrumOptionNames, resolveFrameSpectrum, visitSpectra } from './spectra.ts'

/** Options of {@link loudness}: frames of 20 ms under a Hamming window and 26 bands up to 8 kHz by default. */
export interface LoudnessOptions extends Omit<FrameSpectrumOptions, 'spectrum'>, FilterbankOptions {
  /** Least energy of a band; default 2^-30, the square of the least 16-bit sample. */
  floor?: number
  /** Element type of the result; default `float32`. */
  dtype?: Dtype
}

const EXPONENT = 0.33

function sensitivity(frequency: number): number {
  const w = 4 * Math.PI * Math.PI * frequency * frequency
  const resonance = (w * w * (w + 56.8e6)) / ((w + 6.3e6) * (w + 6.3e6) * (w + 0.38e9))
  return resonance / (w * w * w + 9.58e26)
}

/** Weight of power at a frequency in Hz relative to 1 kHz: the equal-loudness curve at about 40 dB. */
export function equalLoudness(frequency: number): number {
  return sensitivity(frequency) / sensitivity(1000)
}

/** Centres of the bands, Hz. */
function centresOf({ filters, lowFrequency, highFrequency, melScale }: FilterbankSettings): Float64Array {
  const low = melOf(lowFrequency, melScale)
  const step = (melOf(highFrequency, melScale) - low) / (filters + 1)
  return Float64Array.from({ length: filters }, (_, b) => hzOf(low + (b + 1) * step, melScale))
}

/**
 * Loudness of every frame, [frames], on a scale proportional to perceived loudness: ten decibels more about double it.
 * It is not in sones, because the absolute level of a recording is unknown.
 *
 * @example
 * ```ts
 * const hum = Float32Array.from({ length: 1600 }, (_, n) => Math.sin(n / 3))
 * const soft = loudness(hum.map((v) => v / 10), { sampleRate: 16000 })
 * loudness(hum, { sampleRate: 16000 }).get(3) / soft.get(3) > 4 // true
 * ```
 *
 * @param samples - One channel, as for `mfcc`.
 * @throws TypeError for unknown options or values of the wrong kind.
 * @throws RangeError for values out of range, filters so narrow that one contains no bin, and a sample that is not
 *   finite.
 */
export function loudness(samples: VectorLike, options: LoudnessOptions): FloatNdArray {
  const where = 'loudness'
  const frameNames = frameSpectrumOptionNames.filter((name) => name !== 'spectrum')
  checkOptions(where, options, [...frameNames, ...filterbankOptionNames, 'floor', 'dtype'] as const)
  const floor = checkNumber(where, 'floor', options.floor ?? 2 ** -30, { above: 0 })
  const dtype = checkDtype(where, options.dtype ?? 'float32')
  const given = withDefaults(options, { window: 'hamming', melScale: 'htk' } as const)
  if (options.frameLength === undefined && typeof given.window === 'string') given.frameLengthSeconds ??= 0.02
  const settings = resolveFrameSpectrum(where, { ...given, spectrum: 'power' })
  const bank = resolveFilterbank(where, given, settings.frames.sampleRate, settings.fftLength)
  const filters = new SparseFilters(filterbankMatrix(where, bank))
  const weights = centresOf(bank).map(equalLoudness)
  const energies = new Float64Array(filters.count)
  let out = allocate(0, dtype)
  visitSpectra(where, samples, settings, (frames) => {
    out = allocate(frames, dtype)
    return (power, t) => {
      filters.into(energies, power)
      let sum = 0
      for (let b = 0; b < energies.length; b++) sum += pow(weights[b] * Math.max(energies[b], floor), EXPONENT)
      out[t] = sum / energies.length
    }
  })
  return floatView(out, [out.length])
}
