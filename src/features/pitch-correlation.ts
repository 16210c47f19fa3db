import type FFT from 'fft.js'
import { createTransform, nextPowerOfTwo } from '../kernels/spectrum.ts'

/**
 * Normalised autocorrelation of a frame x of N samples, at all lags 0..K at once:
 *
 *   r(k) = sum_n x[n] x[n+k] / (sqrt(sum_n x[n]^2 * sum_n x[n+k]^2) + floor (1 - k/N)),   n = 0..N-1-k
 *
 * By Cauchy-Schwarz |r(k)| <= 1, and every lag compares two segments that are symmetric about the middle of the frame.
 * The numerators are the inverse transform of the power spectrum, which is real and even, so that a second forward real
 * transform computes it.
 */
export class NormalizedAutocorrelation {
  /** The frame to analyse, to be filled before {@link NormalizedAutocorrelation.compute}. */
  readonly frame: Float64Array
  /** r(0)..r(K). */
  readonly values: Float64Array
  private readonly fft: FFT
  private readonly padded: Float64Array
  private readonly power: Float64Array
  private readonly spectrum: Float64Array

  /** For frames of N = `frameLength` samples and lags up to K = `maxLag` < N. */
  constructor(frameLength: number, maxLag: number) {
    const size = nextPowerOfTwo(frameLength + maxLag)
    this.fft = createTransform(size)
    this.padded = new Float64Array(size)
    this.frame = this.padded.subarray(0, frameLength)
    this.values = new Float64Array(maxLag + 1)
    this.power = new Float64Array(size)
    this.spectrum = new Float64Array(2 * size)
  }

  /** Energy of the frame, sum of x[n]^2. */
  energy(): number {
    let sum = 0
    for (let n = 0; n < this.frame.length; n++) sum += this.frame[n] * this.frame[n]
    return sum
  }

  /** Fills `values`; a `floor` > 0 (an energy) reduces the correlations of much weaker frames towards zero. */
  compute(floor: number): void {
    this.transformPower()
    const { frame, values, spectrum } = this
    const size = this.padded.length
    let left = this.energy()
    let right = left
    for (let k = 0; k < values.length; k++) {
      const scale = Math.sqrt(Math.max(left * right, 0)) + floor * (1 - k / frame.length)
      values[k] = scale > 0 ? Math.max(-1, Math.min(1, spectrum[2 * k] / size / scale)) : 0
      const last = frame[frame.length - 1 - k]
      left -= last * last
      right -= frame[k] * frame[k]
    }
  }

  /** Computes `size` times the autocorrelation in the real parts of `spectrum`. */
  private transformPower(): void {
    const { fft, power, spectrum } = this
    const size = power.length
    fft.realTransform(spectrum, this.padded)
    for (let k = 0; k <= size / 2; k++) {
      const re = spectrum[2 * k]
      const im = spectrum[2 * k + 1]
      power[k] = re * re + im * im
    }
    for (let k = 1; k < size / 2; k++) power[size - k] = power[k]
    fft.realTransform(spectrum, power)
  }
}
