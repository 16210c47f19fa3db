/** Banks of triangular filters whose corners are equally spaced in mel. */
import { allocate, checkDtype, floatView, type Matrix } from '../core/array.ts'
import { checkInteger, checkNumber, checkOneOf, checkOptions } from '../core/check.ts'
import { withDefaults } from '../core/defaults.ts'
import type { Dtype, FloatNdArray } from '../core/types.ts'
import { nextPowerOfTwo } from '../kernels/spectrum.ts'
import { longestFrame } from './frames.ts'
import { hzOf, type MelScale, melOf, melScales } from './mel-scale.ts'
import type { EmptyFilters, FilterbankOptions, FilterNorm, FilterShape } from './mfcc-options.ts'
import { mfccPresets } from './presets.ts'

/** Options of {@link melFilterbank}. */
export interface MelFilterbankOptions extends FilterbankOptions {
  /** Hz. */
  sampleRate: number
  /** Points of the FFT, any integer >= 2; default the first power of two that holds 25 ms. */
  fftLength?: number
  /** Default `float32`. */
  dtype?: Dtype
}

/** Checked options of a filter bank. */
export interface FilterbankSettings {
  sampleRate: number
  fftLength: number
  filters: number
  lowFrequency: number
  highFrequency: number
  melScale: MelScale
  filterShape: FilterShape
  filterNorm: FilterNorm
  emptyFilters: EmptyFilters
}

/** The names of {@link FilterbankOptions}. */
export const filterbankOptionNames = [
  'filters',
  'lowFrequency',
  'highFrequency',
  'melScale',
  'filterShape',
  'filterNorm',
  'emptyFilters',
] as const

/** Checks the options of the filters against the spectrum to which they apply. */
export function resolveFilterbank(
  where: string,
  options: FilterbankOptions,
  sampleRate: number,
  fftLength: number,
): FilterbankSettings {
  const o = withDefaults(options, mfccPresets.study)
  const nyquist = sampleRate / 2
  const high = o.highFrequency === 'nyquist' ? nyquist : (o.highFrequency ?? Math.min(8000, nyquist))
  const highFrequency = checkNumber(where, 'highFrequency', high, { above: 0, max: nyquist })
  return {
    sampleRate,
    fftLength,
    filters: checkInteger(where, 'filters', o.filters, { min: 1, max: fftLength }),
    lowFrequency: checkNumber(where, 'lowFrequency', o.lowFrequency, { min: 0, below: highFrequency }),
    highFrequency,
    melScale: checkOneOf(where, 'melScale', o.melScale, melScales),
    filterShape: checkOneOf(where, 'filterShape', o.filterShape, ['mel', 'hertz', 'bins']),
    filterNorm: checkOneOf(where, 'filterNorm', o.filterNorm, ['peak', 'area']),
    emptyFilters: checkOneOf(where, 'emptyFilters', o.emptyFilters, ['refuse', 'keep']),
  }
}

/** The filters + 2 corners in Hz, and corners and bins on the axis over which the triangles are linear. */
function layout(s: FilterbankSettings): { hertz: number[]; corners: number[]; bins: number[] } {
  const low = melOf(s.lowFrequency, s.melScale)
  const span = melOf(s.highFrequency, s.melScale) - low
  const mels = Array.from({ length: s.filters + 2 }, (_, i) => low + (span * i) / (s.filters + 1))
  const hertz = mels.map((mel) => hzOf(mel, s.melScale))
  const indices = Array.from({ length: Math.floor(s.fftLength / 2) + 1 }, (_, k) => k)
  if (s.filterShape === 'bins') {
    const corners = hertz.map((f) => Math.floor(((s.fftLength + 1) * f) / s.sampleRate))
    return { hertz, corners, bins: indices }
  }
  const frequencies = indices.map((k) => (k * s.sampleRate) / s.fftLength)
  if (s.filterShape === 'hertz') return { hertz, corners: hertz, bins: frequencies }
  return { hertz, corners: mels, bins: frequencies.map((f) => melOf(f, s.melScale)) }
}

/** Height at x of the triangle over left, centre, right; corners may coincide. */
function triangle(x: number, left: number, centre: number, right: number): number {
  if (x < centre) return Math.max(0, (x - left) / (centre - left))
  return x < right ? (right - x) / (right - centre) : 0
}

function emptyFilter(where: string, m: number, filters: number, hertz: number[]): RangeError {
  const band = `${hertz[m].toFixed(1)} to ${hertz[m + 2].toFixed(1)} Hz`
  const remedy = 'give fewer "filters" or a longer "fftLength"'
  return new RangeError(`${where}: filter ${m} of ${filters} (${band}) meets no bin of the FFT: ${remedy}`)
}

/**
 * The weights [filters, bins] in float64; throws for a filter without weights, unless kept, or too narrow for floats.
 */
export function filterbankMatrix(where: string, settings: FilterbankSettings): Matrix {
  const { filters, filterNorm, emptyFilters } = settings
  const { hertz, corners, bins } = layout(settings)
  const cols = bins.length
  const data = new Float64Array(filters * cols)
  for (let m = 0; m < filters; m++) {
    const height = filterNorm === 'area' ? 2 / (hertz[m + 2] - hertz[m]) : 1
    let sum = 0
    for (let k = 0; k < cols; k++) {
      const weight = height * triangle(bins[k], corners[m], corners[m + 1], corners[m + 2])
      data[m * cols + k] = weight
      sum += weight
    }
    const usable = sum === 0 ? emptyFilters === 'keep' : Number.isFinite(Math.fround(sum))
    if (!usable) throw emptyFilter(where, m, filters, hertz)
  }
  return { data, rows: filters, cols }
}

/**
 * The weights of a mel filter bank, [filters, floor(fftLength / 2) + 1]; log mel energies are the logarithm of this
 * times a spectrum. Corners z_0..z_(filters+1) are equally spaced in mel from `lowFrequency` to `highFrequency`;
 * filter m rises from z_m to z_(m+1) and falls to z_(m+2), linearly over the axis of `filterShape`.
 *
 * @example
 * ```ts
 * melFilterbank({ sampleRate: 16000, fftLength: 512, filters: 40 }).shape // [40, 257]
 * ```
 *
 * @throws TypeError for unknown options or values of the wrong kind.
 * @throws RangeError for values out of range, or filters so narrow that one contains no bin where `emptyFilters` is
 *   `refuse`.
 */
export function melFilterbank(options: MelFilterbankOptions): FloatNdArray {
  const where = 'melFilterbank'
  checkOptions(where, options, ['sampleRate', 'fftLength', 'dtype', ...filterbankOptionNames])
  const sampleRate = checkNumber(where, 'sampleRate', options.sampleRate, { above: 0 })
  const usual = nextPowerOfTwo(Math.round(mfccPresets.study.frameLengthSeconds! * sampleRate))
  const fftLength = checkInteger(where, 'fftLength', options.fftLength ?? usual, { min: 2, max: longestFrame })
  const dtype = checkDtype(where, options.dtype ?? 'float32')
  const { data, rows, cols } = filterbankMatrix(where, resolveFilterbank(where, options, sampleRate, fftLength))
  const out = allocate(data.length, dtype)
  out.set(data)
  return floatView(out, [rows, cols])
}
