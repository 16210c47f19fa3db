/** Spectra of voice: wide Gaussian windows, so that harmonics stand apart. */
import { nextPowerOfTwo, Spectrum } from '../../kernels/spectrum.ts'
import { gaussianWindow } from '../windows.ts'
import { loadRow, type Rows } from './rows.ts'

/** Magnitudes |X| of windows about the middles of rows, their mean taken off. */
export class FrameMagnitudes {
  readonly magnitude: Float64Array
  readonly binWidth: number
  private readonly frame: Float64Array
  private readonly padded: Float64Array
  private readonly window: Float64Array
  private readonly spectrum: Spectrum

  /** Transforms are at least `padding` times as long as the windows. */
  constructor(length: number, sampleRate: number, padding = 2) {
    this.spectrum = new Spectrum(nextPowerOfTwo(padding * length), 'magnitude')
    this.magnitude = new Float64Array(this.spectrum.bins)
    this.binWidth = sampleRate / this.spectrum.length
    this.padded = new Float64Array(this.spectrum.length)
    this.frame = this.padded.subarray(0, length)
    this.window = gaussianWindow(length)
  }

  /** Fills `magnitude`; gives the energy of the window. */
  compute(x: Float64Array, t: number, rows: Rows): number {
    const { frame, window } = this
    loadRow(frame, x, t, rows, true)
    let energy = 0
    for (let n = 0; n < frame.length; n++) {
      frame[n] *= window[n]
      energy += frame[n] * frame[n]
    }
    this.spectrum.into(this.magnitude, this.padded)
    return energy
  }
}
