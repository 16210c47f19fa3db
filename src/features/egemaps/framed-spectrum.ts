import { Spectrum } from '../../kernels/spectrum.ts'

/** Power spectra of windowed frames. */
export class FramedSpectrum {
  /** |X|^2, bins 0..N/2. */
  readonly power: Float64Array
  /** The windowed frame, zeros behind it. */
  readonly frame: Float64Array
  /** Samples of a frame. */
  readonly length: number
  private readonly window: Float64Array
  private readonly spectrum: Spectrum

  constructor(window: Float64Array, fftLength: number) {
    this.window = window
    this.length = window.length
    this.spectrum = new Spectrum(fftLength, 'power')
    this.power = new Float64Array(this.spectrum.bins)
    this.frame = new Float64Array(fftLength)
  }

  /** Takes the frame that begins at `start`. */
  load(samples: Float64Array, start: number): void {
    const { window, frame, length } = this
    for (let n = 0; n < length; n++) frame[n] = window[n] * samples[start + n]
    this.spectrum.into(this.power, frame)
  }

  /** Root of the mean square of the windowed frame. */
  level(): number {
    const { frame, length } = this
    let sum = 0
    for (let n = 0; n < length; n++) sum += frame[n] * frame[n]
    return Math.sqrt(sum / length)
  }
}
