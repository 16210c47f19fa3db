/**
 * Short-time spectra of clips, optionally through mel filters.
 *
 *     X_t[k] = sum_n w[n] x[t S + n] exp(-2 pi i k n / N)        frames of L samples every S, k = 0..floor(N/2)
 *     P_t[k] = |X_t[k]|^2, |X_t[k]|, or |X_t[k]|^2 / N           `spectrum`
 *     E_t[m] = sum_k v[m, k] P_t[k]                              mel filters v
 */
import { allocate, checkDtype, checkOverflow, floatView } from '../../core/array.ts'
import { checkNames, checkNumber, checkOneOf } from '../../core/check.ts'
import { log } from '../../core/elementary.ts'
import type { Dtype, FloatNdArray, VectorLike } from '../../core/types.ts'
import { SparseFilters } from '../../kernels/sparse-filters.ts'
import { filterbankMatrix, resolveFilterbank } from '../mel-filterbank.ts'
import { limitRange } from '../mfcc.ts'
import type { FilterbankOptions, LogOptions } from '../mfcc-options.ts'
import { decibelsPerLn, mfccOptionNames } from '../mfcc-settings.ts'
import {
  binsOf,
  type FrameSpectrumOptions,
  type FrameSpectrumSettings,
  resolveFrameSpectrum,
  visitSpectra,
} from './spectra.ts'

/** Options of {@link spectrogram}. */
export interface SpectrogramOptions extends FrameSpectrumOptions, Omit<LogOptions, 'log'> {
  /**
   * `none` (default), `ln`, or `decibel`: 10 lg of powers, 20 lg of magnitudes. Values are raised to at least `floor`
   * before the logarithm, default 1e-10, for magnitudes 1e-5, and afterwards to the maximum minus `topDecibels`.
   */
  log?: 'none' | 'ln' | 'decibel'
  /** Element type of the result; default `float32`. The arithmetic is float64 in any case. */
  dtype?: Dtype
}

/** Options of {@link melSpectrogram}. */
export interface MelSpectrogramOptions extends SpectrogramOptions, FilterbankOptions {}

interface Values {
  /** Factor on the natural logarithm; 0 for no logarithm. */
  logUnit: number
  floor: number
  /** Infinity when off. */
  topDecibels: number
  dtype: Dtype
}

/** All known options, those of later stages included since presets have them. */
const knownOptions = mfccOptionNames

function resolveValues(where: string, options: SpectrogramOptions, kind: FrameSpectrumSettings['kind']): Values {
  const scale = checkOneOf(where, 'log', options.log ?? 'none', ['none', 'ln', 'decibel'])
  const top = options.topDecibels ?? 'off'
  if (scale === 'ln' && top !== 'off') throw new RangeError(`${where}: "topDecibels" needs "log" to be "decibel"`)
  const limit = top === 'off' ? Number.POSITIVE_INFINITY : checkNumber(where, 'topDecibels', top, { min: 0 })
  const magnitude = kind === 'magnitude'
  const decibels = magnitude ? 2 * decibelsPerLn : decibelsPerLn
  return {
    logUnit: scale === 'none' ? 0 : scale === 'ln' ? 1 : decibels,
    floor: checkNumber(where, 'floor', options.floor ?? (magnitude ? 1e-5 : 1e-10), { above: 0 }),
    topDecibels: scale === 'decibel' ? limit : Number.POSITIVE_INFINITY,
    dtype: checkDtype(where, options.dtype ?? 'float32'),
  }
}

function takeLogs(data: Float64Array, { logUnit, floor }: Values): void {
  if (logUnit === 0) return
  for (let i = 0; i < data.length; i++) data[i] = logUnit * log(Math.max(data[i], floor))
}

function analyze(
  where: string,
  samples: VectorLike,
  settings: FrameSpectrumSettings,
  values: Values,
  filters?: SparseFilters,
): FloatNdArray {
  const cols = filters ? filters.count : binsOf(settings)
  let data = new Float64Array(0)
  visitSpectra(where, samples, settings, (frames) => {
    data = new Float64Array(frames * cols)
    const row = new Float64Array(cols)
    return (spectrum, t) => {
      if (filters) filters.into(row, spectrum)
      data.set(filters ? row : spectrum, t * cols)
    }
  })
  takeLogs(data, values)
  const rows = data.length / cols
  if (values.topDecibels < Number.POSITIVE_INFINITY) limitRange({ data, rows, cols }, cols, values.topDecibels)
  if (values.dtype === 'float64') return floatView(data, [rows, cols])
  const out = allocate(data.length, values.dtype)
  out.set(data)
  checkOverflow(where, 'samples', out, data)
  return floatView(out, [rows, cols])
}

/**
 * Spectrogram of a clip, [frames, floor(fftLength / 2) + 1]: |X|^2 of every frame, or as `spectrum` and `log` say. Bin
 * k is k * sampleRate / fftLength Hz. A preset of `mfcc` may be spread among the options (its `log` too); its options
 * for filters and cepstra have no effect here.
 *
 * librosa's `stft(y, n_fft=N, hop_length=S)` is `{ frameLength: N, frameStep: S, centered: true, fftRounding: 'none'
 * }`.
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * const x = spectrogram(samples, { sampleRate: 16000, frameLength: 400, frameStep: 160, log: 'decibel' })
 * x.shape[1] // 257
 * ```
 *
 * @param samples - One channel, as for `mfcc`.
 * @throws TypeError for unknown options or values of the wrong kind.
 * @throws RangeError for values out of range, for a sample that is not finite, naming its index, and where float32
 *   cannot hold a value.
 */
export function spectrogram(samples: VectorLike, options: SpectrogramOptions): FloatNdArray {
  const where = 'spectrogram'
  checkNames(where, options, knownOptions)
  const settings = resolveFrameSpectrum(where, options)
  return analyze(where, samples, settings, resolveValues(where, options, settings.kind))
}

/**
 * Energies of mel filters, [frames, filters]: {@link spectrogram} times `melFilterbank`, with its defaults. With `log`
 * they are log mel energies; `logMel` computes those faster, with the pre-emphasis of the MFCC front end.
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * const x = melSpectrogram(samples, { sampleRate: 16000, ...mfccPresets.librosa, log: 'none' }) // librosa.feature.melspectrogram
 * x.shape[1] // 128
 * ```
 *
 * @param samples - As for {@link spectrogram}.
 * @throws As {@link spectrogram}; RangeError also for filters so narrow that one contains no bin, unless `emptyFilters`
 *   is `keep`.
 */
export function melSpectrogram(samples: VectorLike, options: MelSpectrogramOptions): FloatNdArray {
  const where = 'melSpectrogram'
  checkNames(where, options, knownOptions)
  const settings = resolveFrameSpectrum(where, options)
  const bank = resolveFilterbank(where, options, settings.frames.sampleRate, settings.fftLength)
  const values = resolveValues(where, options, settings.kind)
  return analyze(where, samples, settings, values, new SparseFilters(filterbankMatrix(where, bank)))
}
