/** Harmonics of a voiced frame, as peaks of its magnitude spectrum. */
import { log } from '../../core/elementary.ts'
import { parabolaHeight, parabolaShift } from './parabola.ts'

const MOST = 100
const DECIBELS = 20 / Math.LN10

/** Level of a harmonic without a peak, dB, and of one whose peak is the harmonic's before it: found from openSMILE's numbers. */
const SILENT = -200
export const NO_LEVEL = -201

/** Share of a formant's frequency by which a harmonic may miss it. */
const REACH = 0.2

/** The nearest whole number, halves up. */
function nearest(x: number): number {
  return Math.floor(x + 0.5)
}

/** A difference of levels, which both stay above the level of nothing. */
function limited(difference: number): number {
  return Math.max(NO_LEVEL, Math.min(-NO_LEVEL, difference))
}

export class Harmonics {
  private readonly magnitude: Float64Array
  private readonly hertz: number
  /** Bins of the peaks, 0 where a harmonic has none; harmonic h at h - 1. */
  private readonly peaks = new Int32Array(MOST)
  private count = 0
  /** Level of the bin of the fundamental, which levels are relative to. */
  private reference = 0

  /** For a spectrum of so many Hz a bin. */
  constructor(magnitude: Float64Array, hertz: number) {
    this.magnitude = magnitude
    this.hertz = hertz
  }

  /** Finds the peaks of the spectrum at multiples of f0, Hz. */
  load(f0: number): void {
    const { peaks, hertz, magnitude } = this
    const period = f0 / hertz
    this.count = 0
    for (let h = 1; h <= MOST && nearest(h * period) < magnitude.length; h++) {
      const bin = nearest(h * period)
      const most = nearest((h + 0.5) * period)
      // Where the next harmonic would lie beyond the spectrum, peaks above are none.
      peaks[this.count++] = this.peakNear(bin, nearest((h - 0.5) * period), most < magnitude.length ? most : bin)
    }
    this.reference = DECIBELS * log(magnitude[peaks[0]])
  }

  /** The local maximum nearest to a bin within limits, of two the upper; 0 where there is none. */
  private peakNear(bin: number, least: number, most: number): number {
    const farthest = Math.max(bin - least, most - bin)
    for (let d = 0; d <= farthest; d++) {
      if (bin + d <= most && this.isPeak(bin + d)) return bin + d
      if (bin - d >= least && this.isPeak(bin - d)) return bin - d
    }
    return 0
  }

  private isPeak(k: number): boolean {
    const { magnitude } = this
    return k > 0 && k + 1 < magnitude.length && magnitude[k] > magnitude[k - 1] && magnitude[k] > magnitude[k + 1]
  }

  /** Whether the fundamental has a peak. */
  hasReference(): boolean {
    return this.peaks[0] > 0
  }

  /** Level of harmonic h relative to the bin of the fundamental, dB; undefined where it has no peak. */
  level(h: number): number | undefined {
    const peak = h <= this.count ? this.peaks[h - 1] : 0
    if (peak > 0 && h > 1 && peak === this.peaks[h - 2]) return NO_LEVEL
    return peak === 0 ? undefined : DECIBELS * log(parabolaHeight(this.magnitude, peak)) - this.reference
  }

  /** Level of the second harmonic less that of the third, and of a formant's; openSMILE counts harmonics from one too high. */
  differences(formant: number | undefined): [number, number] {
    const second = this.level(2) ?? SILENT
    const third = this.level(3) ?? SILENT
    return [this.count < 3 ? 0 : limited(second - third), limited(second - (formant ?? -NO_LEVEL))]
  }

  /** Level of the harmonic with the highest bin, beyond the fundamental, within 20 % of a frequency. */
  levelNear(frequency: number): number | undefined {
    const { peaks, magnitude, hertz } = this
    let best = 0
    for (let h = 2; h <= this.count; h++) {
      const peak = peaks[h - 1]
      if (peak === 0 || (best > 0 && magnitude[peak] <= magnitude[peaks[best - 1]])) continue
      const at = (peak + parabolaShift(magnitude, peak)) * hertz
      if (at >= (1 - REACH) * frequency && at <= (1 + REACH) * frequency) best = h
    }
    return best > 0 ? this.level(best) : undefined
  }
}
