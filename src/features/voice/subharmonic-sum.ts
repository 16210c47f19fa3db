/**
 * Subharmonic summation of a spectrum: how much each frequency has of harmonics.
 *
 *   1. of the magnitudes what lies near a local maximum stays, all else is 0; then 1/4, 1/2, 1/4 over neighbours
 *   2. P(s) on an axis of 48 points an octave, by cubics through four bins, weighted by 1/2 + atan(3 log2(f / 65)) / pi
 *   3. H(s) = sum_{n=1..N} c^(n-1) P(s + log2 n)
 *
 * D. J. Hermes, "Measurement of pitch by subharmonic summation", JASA 83(1), 1988.
 */
import { atan } from '../../core/arctangent.ts'
import { log } from '../../core/elementary.ts'
import { pow } from '../../core/power.ts'
import { topOffset } from './likeness.ts'

const POINTS_PER_OCTAVE = 48

/** How a sum is made. */
export interface SumSettings {
  /** Hz from one bin to the next. */
  binWidth: number
  bins: number
  lowFrequency: number
  highFrequency: number
  /** Harmonics above this count for nothing, Hz. */
  limit: number
  harmonics: number
  /** c. */
  compression: number
  /** Half width of what stays about a maximum, Hz. */
  reach: number
}

/** Called with each local maximum of H. */
export type VisitPeak = (frequency: number, height: number) => void

/** Sums of one frame after the other. */
export class SubharmonicSum {
  private readonly settings: SumSettings
  private readonly points: number
  private readonly kept: Float64Array
  private readonly axis: Float64Array
  private readonly sum: Float64Array
  /** Where points lie among the bins. */
  private readonly places: Float64Array
  private readonly weights: Float64Array
  /** log2 n in points, and c^(n-1). */
  private readonly shifts: Float64Array
  private readonly factors: Float64Array

  constructor(settings: SumSettings) {
    const { lowFrequency, highFrequency, limit, harmonics, compression, binWidth, bins } = settings
    const octaves = (from: number, to: number): number => log(to / from) / Math.LN2
    // A point beyond the range on either side, so that tops at its ends are seen.
    const lowest = lowFrequency * pow(2, -1 / POINTS_PER_OCTAVE)
    this.settings = settings
    this.points = Math.ceil(POINTS_PER_OCTAVE * octaves(lowest, highFrequency)) + 2
    const length = Math.max(this.points, Math.ceil(POINTS_PER_OCTAVE * octaves(lowest, limit)) + 1)
    const frequencies = Float64Array.from({ length }, (_, j) => lowest * pow(2, j / POINTS_PER_OCTAVE))
    this.kept = new Float64Array(bins)
    this.axis = new Float64Array(length)
    this.sum = new Float64Array(this.points)
    this.places = frequencies.map((f) => f / binWidth)
    this.weights = frequencies.map((f) => (f > limit ? 0 : 0.5 + atan((3 * log(f / 65)) / Math.LN2) / Math.PI))
    this.shifts = Float64Array.from({ length: harmonics }, (_, n) => (POINTS_PER_OCTAVE * log(n + 1)) / Math.LN2)
    this.factors = Float64Array.from({ length: harmonics }, (_, n) => pow(compression, n))
  }

  /** Visits the maxima of H in the range; gives the mean of H. */
  compute(magnitude: Float64Array, visit: VisitPeak): number {
    this.enhance(magnitude)
    this.resample()
    const mean = this.add()
    const { sum, settings } = this
    for (let j = 1; j + 1 < sum.length; j++) {
      if (!(sum[j] > sum[j - 1] && sum[j] >= sum[j + 1])) continue
      const shift = topOffset(sum[j - 1], sum[j], sum[j + 1])
      const frequency = settings.lowFrequency * pow(2, (j - 1 + shift) / POINTS_PER_OCTAVE)
      if (frequency < settings.lowFrequency || frequency > settings.highFrequency) continue
      visit(frequency, sum[j] + ((sum[j + 1] - sum[j - 1]) * shift) / 4)
    }
    return mean
  }

  private enhance(magnitude: Float64Array): void {
    const { kept, settings } = this
    const reach = Math.max(1, Math.round(settings.reach / settings.binWidth))
    kept.fill(0)
    for (let k = 1; k + 1 < kept.length; k++) {
      if (!(magnitude[k] > magnitude[k - 1] && magnitude[k] >= magnitude[k + 1])) continue
      const end = Math.min(kept.length, k + reach + 1)
      for (let i = Math.max(0, k - reach); i < end; i++) kept[i] = magnitude[i]
    }
    let before = kept[0]
    for (let k = 0; k < kept.length; k++) {
      const here = kept[k]
      kept[k] = before / 4 + here / 2 + (kept[k + 1] ?? 0) / 4
      before = here
    }
  }

  private resample(): void {
    const { kept, axis, places, weights } = this
    const last = kept.length - 1
    for (let j = 0; j < axis.length; j++) {
      axis[j] = 0
      if (weights[j] === 0 || places[j] >= last) continue
      const k = Math.floor(places[j])
      const u = places[j] - k
      const [a, b, c, d] = [kept[Math.max(0, k - 1)], kept[k], kept[k + 1], kept[Math.min(last, k + 2)]]
      const cubic = b + (u / 2) * (c - a + u * (2 * a - 5 * b + 4 * c - d + u * (3 * (b - c) + d - a)))
      axis[j] = Math.max(0, cubic) * weights[j]
    }
  }

  private add(): number {
    const { axis, sum, shifts, factors } = this
    let total = 0
    for (let j = 0; j < sum.length; j++) {
      sum[j] = 0
      for (let n = 0; n < shifts.length; n++) {
        const place = j + shifts[n]
        const below = Math.floor(place)
        if (below + 1 >= axis.length) break
        sum[j] += factors[n] * (axis[below] + (place - below) * (axis[below + 1] - axis[below]))
      }
      total += sum[j]
    }
    return total / sum.length
  }
}
