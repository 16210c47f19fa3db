/** A frame at a lower sample rate, through its spectrum. */
import type FFT from 'fft.js'
import { AnyLengthTransform } from '../../kernels/any-length-transform.ts'
import { createTransform, nextPowerOfTwo } from '../../kernels/spectrum.ts'

/**
 * Frames of L samples at the rate of some M / N of theirs: the bins below M / 2 of a transform of N points, the frame followed by
 * zeros, transformed back with M points. A frame that fades out at both ends loses nothing but what lies above the band.
 */
export class BandLimitedFrame {
  /** The frame, to be filled before {@link BandLimitedFrame.compute}. */
  readonly frame: Float64Array
  /** Samples at the new rate, which are the frame itself where that is no lower. */
  readonly samples: Float64Array
  /** The new rate, within 0.2 % of the wanted one, Hz. */
  readonly sampleRate: number
  private readonly plan: FFT | undefined
  private readonly back: AnyLengthTransform | undefined
  private readonly padded: Float64Array
  private readonly spectrum: Float64Array
  private readonly low: Float64Array

  constructor(length: number, sampleRate: number, wanted: number) {
    const size = nextPowerOfTwo(Math.max(length, 512))
    const points = Math.round((size * wanted) / sampleRate)
    this.padded = new Float64Array(size)
    this.frame = this.padded.subarray(0, length)
    const lower = points < size
    this.sampleRate = lower ? (points * sampleRate) / size : sampleRate
    this.samples = lower ? new Float64Array(Math.ceil((length * points) / size)) : this.frame
    this.plan = lower ? createTransform(size) : undefined
    this.back = lower ? new AnyLengthTransform(points) : undefined
    this.spectrum = new Float64Array(lower ? 2 * size : 0)
    this.low = new Float64Array(lower ? 2 * points : 0)
  }

  /** Fills `samples`. */
  compute(): void {
    const { plan, back, padded, spectrum, low, samples } = this
    if (!plan || !back) return
    plan.realTransform(spectrum, padded)
    const points = low.length / 2
    low.fill(0)
    // The transform forwards of X* is N times x: both are real.
    low[0] = spectrum[0]
    for (let k = 1; 2 * k < points; k++) {
      low[2 * k] = low[2 * (points - k)] = spectrum[2 * k]
      low[2 * (points - k) + 1] = spectrum[2 * k + 1]
      low[2 * k + 1] = -spectrum[2 * k + 1]
    }
    back.transform(spectrum, low)
    for (let n = 0; n < samples.length; n++) samples[n] = spectrum[2 * n] / padded.length
  }
}
