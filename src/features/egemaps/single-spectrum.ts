import { SingleTransform } from '../../kernels/single-transform.ts'

const fround = Math.fround

/**
 * Spectra in single precision of windowed frames that lie in the middle of their transform: what openSMILE's formants and
 * harmonics are read from, to the last bit.
 */
export class SingleSpectrum {
  /** |X|, bins 0..N/2. */
  readonly magnitude: Float64Array
  /** Real and imaginary parts, the latter of exp(+2 pi i k n / N). */
  readonly bins: Float32Array
  private readonly window: Float32Array
  private readonly padded: Float32Array
  private readonly transform: SingleTransform
  private readonly margin: number

  constructor(window: Float64Array, fftLength: number) {
    this.window = Float32Array.from(window)
    this.padded = new Float32Array(fftLength)
    this.transform = new SingleTransform(fftLength)
    this.bins = this.transform.output
    this.magnitude = new Float64Array(fftLength / 2 + 1)
    this.margin = Math.floor((fftLength - window.length) / 2)
  }

  /** Takes the frame that begins at `start`. */
  load(samples: Float64Array, start: number): void {
    const { window, padded, margin } = this
    for (let n = 0; n < window.length; n++) padded[margin + n] = window[n] * fround(samples[start + n])
    this.transform.transform(padded)
  }

  /** Fills `magnitude`. */
  measure(): void {
    const { magnitude, bins } = this
    for (let k = 0; k < magnitude.length; k++) {
      const re = bins[2 * k]
      const im = bins[2 * k + 1]
      magnitude[k] = fround(Math.sqrt(fround(fround(re * re) + fround(im * im))))
    }
  }
}
