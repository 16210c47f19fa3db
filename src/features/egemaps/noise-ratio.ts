import { log } from '../../core/elementary.ts'
import { Spectrum } from '../../kernels/spectrum.ts'

const DECIBELS = 10 / Math.LN10
/** Ratios so near to 1 are 1 in single precision, and 0 dB count as no value where voiced frames are averaged. */
const SINGLE_PRECISION = 2 ** -22

/**
 * Harmonics-to-noise ratio in dB, 10 lg (r / (r_0 - r)), from the autocorrelation of the windowed frame, which is the transform
 * of its power spectrum: r is the peak of |r_k| nearest to a lag. The window's own decay is in it: an ideal tone of 200 Hz has 13.4.
 */
export class NoiseRatio {
  private readonly power: Float64Array
  /** |r|; the transform of an even sequence is real. */
  private readonly correlation: Float64Array
  private readonly spectrum: Spectrum

  constructor(fftLength: number) {
    this.spectrum = new Spectrum(fftLength, 'magnitude')
    this.power = new Float64Array(fftLength)
    this.correlation = new Float64Array(this.spectrum.bins)
  }

  load(magnitude: Float64Array): void {
    const { power } = this
    const n = power.length
    for (let k = 0; k < magnitude.length; k++) power[k] = magnitude[k] * magnitude[k]
    for (let k = 1; k < n / 2; k++) power[n - k] = power[k]
    this.spectrum.into(this.correlation, power)
  }

  /** The ratio at a lag in samples, of peaks equally near the lower one's; 0 where there is no peak. */
  at(lag: number): number {
    const { correlation: r } = this
    for (let d = 0; d < r.length; d++) {
      for (const k of [lag - d, lag + d]) {
        if (k > 0 && k + 1 < r.length && r[k] > r[k - 1] && r[k] > r[k + 1]) return decibels(r[k] / (r[0] - r[k]))
      }
    }
    return 0
  }
}

function decibels(ratio: number): number {
  return Math.abs(ratio - 1) <= SINGLE_PRECISION ? 0 : DECIBELS * log(ratio)
}
