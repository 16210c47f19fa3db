/** The autocorrelation of a frame at a lower sample rate, straight from its power spectrum. */
import { cos } from '../../core/trigonometric.ts'
import { nextPowerOfTwo, Spectrum } from '../../kernels/spectrum.ts'

/**
 * For frames at a rate R of at most `wanted` Hz whose differences y[n] - e y[n-1] are taken. Of the power P_k of the bins of the
 * frame, zeros behind it, those below R / 2 count, the first and the last one half:
 *
 *     r_l = sum_k P_k |1 - e exp(-i w_k)|^2 cos(l w_k),   w_k = 2 pi k / M,   k = 0..M/2
 *
 * J. Makhoul, "Spectral linear prediction: properties and applications", IEEE Trans. ASSP 23(3), 1975.
 */
export class BandLimitedLags {
  /** The frame, to be filled before {@link BandLimitedLags.compute}. */
  readonly frame: Float64Array
  /** r_0..r_order, but for a factor. */
  readonly lags: Float64Array
  /** R, within 0.2 % of the wanted rate, or that of the frame where it is lower, Hz. */
  readonly sampleRate: number
  private readonly spectrum: Spectrum
  private readonly padded: Float64Array
  private readonly power: Float64Array
  /** Factors of the bins, lag by lag. */
  private readonly factors: Float64Array
  private readonly bins: number

  /** `emphasisOf` is e at a rate. */
  constructor(length: number, sampleRate: number, wanted: number, order: number, emphasisOf: (rate: number) => number) {
    const size = nextPowerOfTwo(Math.max(length, 512))
    const points = Math.min(size, Math.round((size * wanted) / sampleRate))
    this.spectrum = new Spectrum(size, 'power')
    this.padded = new Float64Array(size)
    this.frame = this.padded.subarray(0, length)
    this.power = new Float64Array(this.spectrum.bins)
    this.sampleRate = (points * sampleRate) / size
    this.bins = Math.floor(points / 2) + 1
    this.lags = new Float64Array(order + 1)
    const emphasis = emphasisOf(this.sampleRate)
    this.factors = new Float64Array((order + 1) * this.bins)
    for (let k = 0; k < this.bins; k++) {
      const angle = (2 * Math.PI * k) / points
      const gain = (1 + emphasis * (emphasis - 2 * cos(angle))) * (k === 0 || 2 * k === points ? 0.5 : 1)
      for (let lag = 0; lag <= order; lag++) this.factors[lag * this.bins + k] = gain * cos(lag * angle)
    }
  }

  /** Fills `lags`. */
  compute(): void {
    const { spectrum, padded, power, factors, lags, bins } = this
    spectrum.into(power, padded)
    for (let lag = 0; lag < lags.length; lag++) {
      let [a, b, c, d] = [0, 0, 0, 0]
      let k = 0
      const first = lag * bins
      for (; k + 4 <= bins; k += 4) {
        a += power[k] * factors[first + k]
        b += power[k + 1] * factors[first + k + 1]
        c += power[k + 2] * factors[first + k + 2]
        d += power[k + 3] * factors[first + k + 3]
      }
      for (; k < bins; k++) a += power[k] * factors[first + k]
      lags[lag] = a + b + c + d
    }
  }
}
