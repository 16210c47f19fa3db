/**
 * Subharmonic summation: D. J. Hermes, "Measurement of pitch by subharmonic summation", J. Acoust. Soc. Am. 83(1), 1988. The
 * magnitude spectrum, its peaks enhanced, is read on an axis of octaves, f_j = 25 * 2^(j L / (K - 1)) Hz for j = 0..K-1 and L
 * octaves up to half the sample rate, weighted as the ear does, and
 *
 *     S_j = 1/15 sum_{h=1..15} 0.85^(h-1) H_(j + floor(K log2(h) / L))
 */
import { atan } from '../../core/arctangent.ts'
import { log } from '../../core/elementary.ts'
import { pow } from '../../core/power.ts'
import type { Geometry } from './geometry.ts'
import { ResamplingSpline } from './resampling-spline.ts'

const LOWEST = 25
const HARMONICS = 15
/** Harmonics added in one pass. */
const TOGETHER = 5
const COMPRESSION = 0.85
/** Bins on either side of a peak that are not cleared. */
const KEPT = 2

function log2(x: number): number {
  return log(x) / Math.LN2
}

/** Weight of a frequency: the auditory sensitivity of Hermes' eq. 5. */
function sensitivity(hertz: number): number {
  return 0.5 + atan(3 * log2(hertz / 65)) / Math.PI
}

/** Copies the spectrum and clears what lies between neighbouring peaks; the first bin is one if it is above the second. */
function enhance(out: Float64Array, magnitude: Float64Array): void {
  out.set(magnitude)
  let last = -1
  for (let k = 0; k + 1 < magnitude.length; k++) {
    if (!(magnitude[k] > magnitude[k + 1]) || (k > 0 && !(magnitude[k] > magnitude[k - 1]))) continue
    if (last >= 0) for (let i = last + KEPT + 1; i < k - KEPT; i++) out[i] = 0
    last = k
  }
}

/** 1/4, 1/2, 1/4; the last bin stays, the first has no neighbour below. */
function smooth(out: Float64Array, x: Float64Array): void {
  const last = x.length - 1
  out[0] = 0.5 * x[0] + 0.25 * x[1]
  for (let k = 1; k < last; k++) out[k] = 0.5 * x[k] + 0.25 * (x[k - 1] + x[k + 1])
  out[last] = x[last]
}

export class SubharmonicSum {
  /** S. */
  readonly sum: Float64Array
  /** L. */
  readonly octaves: number
  private readonly enhanced: Float64Array
  private readonly smoothed: Float64Array
  /** The weighted spectrum on the axis of octaves, with zeros behind. */
  private readonly spectrum: Float64Array
  private readonly spline: ResamplingSpline
  private readonly shifts: Int32Array
  private readonly gains: Float64Array

  /**
   * openSMILE was found to weight points as if they lay an octave and two points further up, and to round all shifts down; so do we
   * unless it is to be as the paper has it.
   */
  constructor({ longFft, longHertz }: Pick<Geometry, 'longFft' | 'longHertz'>, asPublished = false) {
    const points = longFft / 2 + 1
    const octaves = log2((longHertz * longFft) / 2 / LOWEST)
    this.octaves = octaves
    this.sum = new Float64Array(points)
    this.enhanced = new Float64Array(points)
    this.smoothed = new Float64Array(points)
    // The first bin has no logarithm: it stands at half the second.
    const knots = Float64Array.from({ length: points }, (_, k) => log2(Math.max(k, 0.5) * longHertz))
    const places = Float64Array.from({ length: points }, (_, j) => log2(LOWEST) + (j * octaves) / (points - 1))
    const gains = Float64Array.from({ length: points }, (_, j) =>
      sensitivity(
        asPublished ? LOWEST * pow(2, (j * octaves) / (points - 1)) : 50 * pow(2, ((j + 2) * octaves) / points),
      ),
    )
    this.spline = new ResamplingSpline(knots, places, gains)
    this.shifts = Int32Array.from({ length: HARMONICS }, (_, h) =>
      asPublished ? Math.round(((points - 1) * log2(h + 1)) / octaves) : Math.floor((points * log2(h + 1)) / octaves),
    )
    this.spectrum = new Float64Array(points + this.shifts[HARMONICS - 1])
    this.gains = Float64Array.from({ length: HARMONICS }, (_, h) => pow(COMPRESSION, h) / HARMONICS)
  }

  /** Fills `sum`. */
  load(magnitude: Float64Array): void {
    const { enhanced, smoothed, spectrum, sum } = this
    enhance(enhanced, magnitude)
    smooth(smoothed, enhanced)
    this.spline.positiveInto(spectrum, smoothed)
    sum.fill(0)
    for (let h = 0; h < HARMONICS; h += TOGETHER) this.addHarmonics(h)
  }

  /** Adds five harmonics, which is twice as fast as one after the other; beyond its end the spectrum is 0. */
  private addHarmonics(h: number): void {
    const { sum, spectrum, shifts, gains } = this
    const [a, b, c, d, e] = [gains[h], gains[h + 1], gains[h + 2], gains[h + 3], gains[h + 4]]
    const [i, k, l, m, n] = [shifts[h], shifts[h + 1], shifts[h + 2], shifts[h + 3], shifts[h + 4]]
    const points = sum.length - i
    for (let j = 0; j < points; j++) {
      sum[j] +=
        a * spectrum[j + i] + b * spectrum[j + k] + c * spectrum[j + l] + d * spectrum[j + m] + e * spectrum[j + n]
    }
  }

  /** Mean of S. */
  mean(): number {
    const { sum } = this
    let total = 0
    for (let j = 0; j < sum.length; j++) total += sum[j]
    return total / sum.length
  }

  /** Hz at a place of the axis. */
  hertz(place: number): number {
    return LOWEST * pow(2, (place * this.octaves) / (this.sum.length - 1))
  }
}
