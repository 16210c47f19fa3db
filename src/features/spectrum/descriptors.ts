/**
 * Spectral descriptors, one number per frame: location, slope and change of the energy.
 *
 *   centroid    c = sum f M / sum M                            spread      sqrt(sum (f - c)^2 M / sum M)
 *   rolloff     first f below which a share of sum M lies      flatness    geometric / arithmetic mean of P
 *   slope       of the line through 10 lg P over f, dB/Hz      flux        root of mean (M_t - M_(t-1))^2
 *   alpha ratio        10 lg(sum of P over 1 to 5 kHz / sum of P over 50 Hz to 1 kHz)
 *   Hammarberg index   10 lg(max of P below 2 kHz / max of P over 2 to 5 kHz)
 *
 * P = |X|^2, M as given by `spectrum`, |X| by default; sums are over the bins. G. Peeters, "A large set of audio
 * features for sound description", IRCAM, 2004; F. Eyben et al., "The Geneva minimalistic acoustic parameter set
 * (GeMAPS) for voice research and affective computing", IEEE Trans. Affective Computing 7(2), 2016; B. Hammarberg et
 * al., "Perceptual and acoustic correlates of abnormal voice qualities", Acta Otolaryngologica 90, 1980.
 */
import { allocate, atUsableLevel, checkDtype, checkOverflow, floatView } from '../../core/array.ts'
import { checkBoolean, checkNames, checkNumber } from '../../core/check.ts'
import type { Dtype, FloatNdArray, VectorLike } from '../../core/types.ts'
import * as measures from './measures.ts'
import {
  binsOf,
  binWidthOf,
  type FrameSpectrumOptions,
  type FrameSpectrumSettings,
  frameSpectrumOptionNames,
  resolveFrameSpectrum,
  visitSpectra,
} from './spectra.ts'

/** Options of {@link spectralCentroid} and of all other spectral descriptors. */
export interface SpectralOptions extends FrameSpectrumOptions {
  /** Element type of the result; default `float32`. */
  dtype?: Dtype
}

/** Options of descriptors of power in decibels, whose spectrum is |X|^2. */
export interface SpectralPowerOptions extends Omit<SpectralOptions, 'spectrum'> {
  /** Lower limit of |X|^2 before the logarithm; default 1e-10. */
  floor?: number
}

/** Options of {@link spectralRolloff}. */
export interface SpectralRolloffOptions extends SpectralOptions {
  /** Fraction of the sum below the roll-off, in (0, 1); default 0.85. */
  share?: number
}

/** Options of {@link spectralSlope}. */
export interface SpectralSlopeOptions extends SpectralPowerOptions {
  /** Lower edge of the band of the fit, Hz; default 0. */
  lowFrequency?: number
  /** Upper edge of the band of the fit, Hz; default 500. GeMAPS also uses 500 to 1500. */
  highFrequency?: number
}

/** Options of {@link spectralFlux}. */
export interface SpectralFluxOptions extends SpectralOptions {
  /** Lowest frequency used, Hz; default 0. */
  lowFrequency?: number
  /** Highest frequency used, Hz; default 5000, or half the sample rate where that is less. */
  highFrequency?: number
  /** Divides every spectrum by its root mean square first, so that the level has no effect; default false. */
  normalized?: boolean
}

/** A measure, called with the spectrum of each frame in order. */
type Measure = (spectrum: Float64Array) => number

interface Analysis {
  settings: FrameSpectrumSettings
  width: number
  bins: number
  dtype: Dtype
}

function begin(where: string, options: SpectralOptions, own: readonly string[], spectrum?: 'power'): Analysis {
  const shared = spectrum ? frameSpectrumOptionNames.filter((name) => name !== 'spectrum') : frameSpectrumOptionNames
  checkNames(where, options, [...shared, 'dtype', ...own])
  const settings = resolveFrameSpectrum(where, { ...options, spectrum: spectrum ?? options.spectrum ?? 'magnitude' })
  const dtype = checkDtype(where, options.dtype ?? 'float32')
  return { settings, width: binWidthOf(settings), bins: binsOf(settings), dtype }
}

function perFrame(
  where: string,
  samples: VectorLike,
  { settings, dtype }: Analysis,
  measure: Measure,
  prepare?: typeof atUsableLevel,
): FloatNdArray {
  let data = new Float64Array(0)
  const begin = (frames: number) => {
    data = new Float64Array(frames)
    return (spectrum: Float64Array, t: number): void => {
      data[t] = measure(spectrum)
    }
  }
  visitSpectra(where, samples, settings, begin, prepare)
  const out = dtype === 'float64' ? data : allocate(data.length, dtype)
  out.set(data)
  checkOverflow(where, 'samples', out, data)
  return floatView(out, [out.length])
}

function floorOf(where: string, options: SpectralPowerOptions): number {
  return checkNumber(where, 'floor', options.floor ?? 1e-10, { above: 0 })
}

/** The bins of a band; RangeError for fewer than `least`. */
function band(
  where: string,
  { settings, width, bins }: Analysis,
  low: number,
  high: number,
  closed: boolean,
  least = 1,
) {
  const found = measures.bandOf(low, high, width, bins, closed)
  if (found.end - found.first >= least) return found
  const { sampleRate } = settings.frames
  const got = `${Math.max(0, found.end - found.first)} of ${bins} at ${sampleRate} Hz`
  throw new RangeError(`${where}: expected ${least} bins or more from ${low} to ${high} Hz, got ${got}`)
}

/**
 * Centroid of the spectrum, Hz, [frames]: sum f M / sum M, 0 in silence. librosa's `spectral_centroid`.
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * const x = spectralCentroid(samples, { sampleRate: 16000 })
 * x.shape // [163]
 * ```
 *
 * @param samples - As for `mfcc`.
 * @throws TypeError for unknown options or values of the wrong kind, RangeError for values out of range.
 */
export function spectralCentroid(samples: VectorLike, options: SpectralOptions): FloatNdArray {
  const analysis = begin('spectralCentroid', options, [])
  return perFrame('spectralCentroid', samples, analysis, (s) => measures.centroidOf(s, analysis.width), atUsableLevel)
}

/**
 * Spread of the spectrum about its centroid c, Hz, [frames]: sqrt(sum (f - c)^2 M / sum M), 0 in silence. librosa's
 * `spectral_bandwidth`.
 *
 * @example
 * ```ts
 * const tone = Float32Array.from({ length: 800 }, (_, n) => Math.sin(n))
 * const x = spectralSpread(tone, { sampleRate: 16000, spectrum: 'power' })
 * x.get(0) < 50 // true
 * ```
 *
 * @param samples - As for `mfcc`.
 * @throws As {@link spectralCentroid}.
 */
export function spectralSpread(samples: VectorLike, options: SpectralOptions): FloatNdArray {
  const analysis = begin('spectralSpread', options, [])
  const { width } = analysis
  const measure: Measure = (s) => measures.spreadOf(s, width, measures.centroidOf(s, width))
  return perFrame('spectralSpread', samples, analysis, measure, atUsableLevel)
}

/**
 * Roll-off frequency, Hz, [frames]: that of the first bin at which the running sum of M reaches `share` (0.85) of the
 * whole; 0 in silence. librosa's `spectral_rolloff`.
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * const x = spectralRolloff(samples, { sampleRate: 16000, share: 0.95 })
 * x.shape // [163]
 * ```
 *
 * @param samples - As for `mfcc`.
 * @throws As {@link spectralCentroid}.
 */
export function spectralRolloff(samples: VectorLike, options: SpectralRolloffOptions): FloatNdArray {
  const where = 'spectralRolloff'
  const analysis = begin(where, options, ['share'])
  const share = checkNumber(where, 'share', options.share ?? 0.85, { above: 0, below: 1 })
  return perFrame(where, samples, analysis, (s) => measures.rolloffOf(s, analysis.width, share), atUsableLevel)
}

/**
 * Flatness of the power spectrum, [frames]: the geometric over the arithmetic mean of max(P, floor), 1 for a flat
 * spectrum and in silence, near 0 for tones. librosa's `spectral_flatness`.
 *
 * @example
 * ```ts
 * const tone = Float32Array.from({ length: 800 }, (_, n) => Math.sin(n))
 * spectralFlatness(tone, { sampleRate: 16000 }).get(0) < 1e-3 // true
 * ```
 *
 * @param samples - As for `mfcc`.
 * @throws As {@link spectralCentroid}.
 */
export function spectralFlatness(samples: VectorLike, options: SpectralPowerOptions): FloatNdArray {
  const where = 'spectralFlatness'
  const analysis = begin(where, options, ['floor'], 'power')
  const floor = floorOf(where, options)
  return perFrame(where, samples, analysis, (s) => measures.flatnessOf(s, floor))
}

/**
 * Slope of the spectrum in dB/Hz, [frames]: that of the least-squares line through 10 lg max(P, floor) over the bins
 * from `lowFrequency` to `highFrequency`, both included. It does not depend on the level of the sound (in openSMILE it
 * does).
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * const low = spectralSlope(samples, { sampleRate: 16000 }) // 0 to 500 Hz
 * const high = spectralSlope(samples, { sampleRate: 16000, lowFrequency: 500, highFrequency: 1500 })
 * low.get(80) > high.get(80) // true
 * ```
 *
 * @param samples - As for `mfcc`.
 * @throws As {@link spectralCentroid}, and for a band of fewer than two bins.
 */
export function spectralSlope(samples: VectorLike, options: SpectralSlopeOptions): FloatNdArray {
  const where = 'spectralSlope'
  const analysis = begin(where, options, ['floor', 'lowFrequency', 'highFrequency'], 'power')
  const low = checkNumber(where, 'lowFrequency', options.lowFrequency ?? 0, { min: 0 })
  const high = checkNumber(where, 'highFrequency', options.highFrequency ?? 500, { above: low })
  const floor = floorOf(where, options)
  const bins = band(where, analysis, low, high, true, 2)
  return perFrame(where, samples, analysis, (s) => measures.slopeOf(s, analysis.width, bins, floor))
}

/** Keeps the spectrum of the frame before; `normalized` divides each by its root mean square. */
function fluxMeasure(bins: measures.Band, length: number, normalized: boolean): Measure {
  const before = new Float64Array(length)
  let scaleBefore = 0
  return (s) => {
    const scale = normalized ? measures.rootMeanSquareOf(s, bins) || 1 : 1
    const flux = scaleBefore === 0 ? 0 : measures.fluxOf(s, before, bins, scale, scaleBefore)
    before.set(s)
    scaleBefore = scale
    return flux
  }
}

/**
 * Flux of the spectrum, [frames]: the root of the mean over the bins of (M_t - M_(t-1))^2; 0 in the first frame. With
 * `normalized` it lies between 0 and sqrt(2) and reflects changes of shape only.
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * const x = spectralFlux(samples, { sampleRate: 16000, normalized: true })
 * x.get(0) // 0
 * ```
 *
 * @param samples - As for `mfcc`.
 * @throws As {@link spectralCentroid}, for a band without a bin, and where float32 cannot hold a value.
 */
export function spectralFlux(samples: VectorLike, options: SpectralFluxOptions): FloatNdArray {
  const where = 'spectralFlux'
  const analysis = begin(where, options, ['lowFrequency', 'highFrequency', 'normalized'])
  const nyquist = analysis.settings.frames.sampleRate / 2
  const low = checkNumber(where, 'lowFrequency', options.lowFrequency ?? 0, { min: 0 })
  const high = checkNumber(where, 'highFrequency', options.highFrequency ?? Math.min(5000, nyquist), { above: low })
  const normalized = checkBoolean(where, 'normalized', options.normalized ?? false)
  const bins = band(where, analysis, low, high, true)
  const measure = fluxMeasure(bins, analysis.bins, normalized)
  return perFrame(where, samples, analysis, measure, normalized ? atUsableLevel : undefined)
}

/**
 * Alpha ratio in dB, [frames]: 10 lg of the energy from 1 to 5 kHz over that from 50 Hz to 1 kHz; 0 where either is
 * zero. Louder and more strained voices have higher values.
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * alphaRatio(samples, { sampleRate: 16000 }).get(80) < 0 // true
 * ```
 *
 * @param samples - As for `mfcc`.
 * @throws As {@link spectralCentroid}, and for sample rates with no bin above 1 kHz.
 */
export function alphaRatio(samples: VectorLike, options: Omit<SpectralOptions, 'spectrum'>): FloatNdArray {
  const where = 'alphaRatio'
  const analysis = begin(where, options, [], 'power')
  const above = band(where, analysis, 1000, 5000, true)
  const below = band(where, analysis, 50, 1000, false)
  const measure: Measure = (s) => measures.decibelsBetween(measures.sumOf(s, above), measures.sumOf(s, below))
  return perFrame(where, samples, analysis, measure, atUsableLevel)
}

/**
 * Hammarberg index in dB, [frames]: 10 lg of the strongest power below 2 kHz over the strongest from 2 to 5 kHz; 0
 * where either of them is zero.
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * hammarbergIndex(samples, { sampleRate: 16000 }).get(80) > 0 // true
 * ```
 *
 * @param samples - As for `mfcc`.
 * @throws As {@link spectralCentroid}, and for sample rates with no bin above 2 kHz.
 */
export function hammarbergIndex(samples: VectorLike, options: Omit<SpectralOptions, 'spectrum'>): FloatNdArray {
  const where = 'hammarbergIndex'
  const analysis = begin(where, options, [], 'power')
  const above = band(where, analysis, 2000, 5000, true)
  const below = band(where, analysis, 0, 2000, false)
  const measure: Measure = (s) => measures.decibelsBetween(measures.maximumOf(s, below), measures.maximumOf(s, above))
  return perFrame(where, samples, analysis, measure, atUsableLevel)
}
