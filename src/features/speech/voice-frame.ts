/** Autocorrelation and harmonics of windows of 64 ms, from one spectrum. */
import { EvenTransform } from '../../kernels/even-transform.ts'
import { Spectrum } from '../../kernels/spectrum.ts'
import type { Band } from '../spectrum/measures.ts'
import { windowFunction } from '../windows.ts'
import { BlockedSpectra } from './blocked-spectra.ts'
import { LONG, RATE } from './sound.ts'

const POINTS = 2 * LONG
/** Energy below which correlations tend to 0. */
const FLOOR = 1e-9
const HEARD: Band = { first: Math.ceil((60 * POINTS) / RATE), end: Math.ceil((7200 * POINTS) / RATE) }
/** Bins to either side of a harmonic among which it is the largest. */
const REACH = 2

/** The 64 ms about the middle of a row, less their mean, under Hann's window. */
export class VoiceFrame {
  /**
   * r(k) = (a(k) / (a(0) + floor)) / (w(k) / w(0)), a the autocorrelation of the windowed frame, w that of the window: of a
   * periodic sound 1 at its periods. P. Boersma, Proc. Inst. Phonetic Sciences Amsterdam 17, 1993.
   */
  readonly values: Float64Array
  private readonly spectra: BlockedSpectra
  private readonly power: Float64Array
  /** 1 / of the window's own correlation. */
  private readonly correction: Float64Array

  /** For lags up to `maxLag` samples. */
  constructor(maxLag: number) {
    const window = windowFunction('hannPeriodic', LONG)
    this.spectra = new BlockedSpectra(window, POINTS, maxLag + 1)
    this.power = this.spectra.power
    this.values = this.spectra.correlation
    const even = new EvenTransform(POINTS)
    const padded = new Float64Array(POINTS)
    padded.set(window)
    const power = new Float64Array(LONG + 1)
    new Spectrum(POINTS, 'power').into(power, padded)
    even.into(this.values, power)
    this.correction = this.values.map((w) => this.values[0] / w)
  }

  /**
   * Visits `count` frames, the first about `middle`, one every row, with the mean square of the sound from 60 Hz to 7200 Hz: neither hum nor what the
   * resampler cuts.
   */
  visit(data: Float64Array, middle: number, count: number, each: (t: number, meanSquare: number) => void): void {
    this.spectra.visit(data, middle - LONG / 2, count, HEARD, (t, sum) => {
      this.normalize()
      each(t, sum / (LONG * LONG * 0.375))
    })
  }

  private normalize(): void {
    const { values, correction } = this
    const scale = 1 / (values[0] + FLOOR * POINTS)
    for (let k = 0; k < values.length; k++) values[k] *= scale * correction[k]
  }

  /** Largest power within two bins of a frequency in Hz. */
  harmonic(frequency: number): number {
    const bin = Math.min(LONG - REACH, Math.max(REACH, Math.round((frequency * POINTS) / RATE)))
    let most = 0
    for (let k = bin - REACH; k <= bin + REACH; k++) most = Math.max(most, this.power[k])
    return most
  }

  /** Largest power from `low` to `high` Hz. */
  strongest(low: number, high: number): number {
    let most = 0
    const end = Math.floor((high * POINTS) / RATE)
    for (let k = Math.floor((low * POINTS) / RATE); k < end; k++) if (this.power[k] > most) most = this.power[k]
    return most
  }
}
