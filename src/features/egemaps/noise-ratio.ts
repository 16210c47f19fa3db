import { log } from '../../core/elementary.ts'
import { cos } from '../../core/trigonometric.ts'

const DECIBELS = 10 / Math.LN10
/** Ratios so near to 1 are 1 in single precision, and 0 dB count as no value where voiced frames are averaged. */
const SINGLE_PRECISION = 2 ** -22

/**
 * Harmonics-to-noise ratio in dB, 10 lg (r / (r_0 - r)), from the autocorrelation of the windowed frame, which is the transform
 * of its power spectrum: r is the peak of |r_k| nearest to a lag. The window's own decay is in it: an ideal tone of 200 Hz
 * has 13.4. Of the correlation only the lags that the search comes to are computed.
 */
export class NoiseRatio {
  /** Power of each bin, the inner ones twice, as they stand for two of the whole spectrum. */
  private readonly power: Float64Array
  /** cos(2 pi k / N). */
  private readonly cosines: Float64Array
  /** |r_k|, NaN where it is not known yet. */
  private readonly correlation: Float64Array

  /** For a transform of N points, a power of two. */
  constructor(fftLength: number) {
    this.power = new Float64Array(fftLength / 2 + 1)
    this.correlation = new Float64Array(fftLength / 2 + 1)
    this.cosines = Float64Array.from({ length: fftLength }, (_, k) => cos((2 * Math.PI * k) / fftLength))
  }

  /** Takes |X| of a frame. */
  load(magnitude: Float64Array): void {
    const { power } = this
    const last = power.length - 1
    for (let k = 0; k <= last; k++) power[k] = (k === 0 || k === last ? 1 : 2) * magnitude[k] * magnitude[k]
    this.correlation.fill(Number.NaN)
  }

  private at(lag: number): number {
    const { power, cosines, correlation } = this
    if (Number.isNaN(correlation[lag])) {
      const mask = cosines.length - 1
      let sum = 0
      for (let k = 0, turn = 0; k < power.length; k++, turn = (turn + lag) & mask) sum += power[k] * cosines[turn]
      correlation[lag] = Math.abs(sum)
    }
    return correlation[lag]
  }

  private isPeak(k: number): boolean {
    if (k < 1 || k + 1 >= this.correlation.length) return false
    return this.at(k) > this.at(k - 1) && this.at(k) > this.at(k + 1)
  }

  /** The ratio at a lag in samples, of peaks equally near the lower one's; 0 where there is no peak. */
  ratio(lag: number): number {
    for (let d = 0; d < this.correlation.length; d++) {
      const peak = this.isPeak(lag - d) ? lag - d : this.isPeak(lag + d) ? lag + d : 0
      if (peak > 0) return decibels(this.at(peak) / (this.at(0) - this.at(peak)))
    }
    return 0
  }
}

function decibels(ratio: number): number {
  return Math.abs(ratio - 1) <= SINGLE_PRECISION ? 0 : DECIBELS * log(ratio)
}
