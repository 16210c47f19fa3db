/** Spectra of the frames of a sound, computed in blocks and visited one by one. */
import { EvenTransform } from '../../kernels/even-transform.ts'
import type { SpectraPlan } from '../../kernels/frame-spectra.ts'
import { frameSpectra } from '../../kernels/simd/spectra.ts'
import { Spectrum } from '../../kernels/spectrum.ts'
import type { Band } from '../spectrum/measures.ts'
import { STEP } from './sound.ts'

/** Frames computed at once. */
const BLOCK = 32

/** Powers, and autocorrelations where asked for, of windowed frames less their means, every `STEP` samples. */
export class BlockedSpectra {
  /** |X|^2 of the frame that is visited. */
  readonly power: Float64Array
  /** Its first autocorrelations. */
  readonly correlation: Float64Array
  private readonly plan: SpectraPlan
  private readonly powers: Float64Array
  private readonly correlations: Float64Array
  private readonly sums: Float64Array = new Float64Array(BLOCK)

  constructor(window: Float64Array, points: number, lags: number) {
    const spectrum = new Spectrum(points, 'power')
    const taper = { removeMean: true, preEmphasis: 0, wholeSignal: false, window, frame: new Float64Array(points) }
    this.plan = { ...taper, step: STEP, spectrum, even: lags > 0 ? new EvenTransform(points) : null, lags }
    this.power = new Float64Array(spectrum.bins)
    this.correlation = new Float64Array(lags)
    this.powers = new Float64Array(BLOCK * spectrum.bins)
    this.correlations = new Float64Array(BLOCK * lags)
  }

  /**
   * Visits `count` frames, the first of which begins at `start`, with the sum of the powers from bin `first` on, before `end`.
   */
  visit(
    data: Float64Array,
    start: number,
    count: number,
    { first, end }: Band,
    each: (t: number, sum: number) => void,
  ): void {
    const { plan, power, powers, correlation, correlations, sums } = this
    for (let t = 0; t < count; t++) {
      const i = t % BLOCK
      if (i === 0) {
        frameSpectra(powers, correlations, plan, data, start + t * STEP, Math.min(BLOCK, count - t))
        sumRows(sums, powers, power.length, first, end)
      }
      power.set(powers.subarray(i * power.length, (i + 1) * power.length))
      if (plan.lags > 0) correlation.set(correlations.subarray(i * correlation.length, (i + 1) * correlation.length))
      each(t, sums[i])
    }
  }
}

/** Sums of columns of every row, in order, four rows at a time: no sum waits for another. */
function sumRows(sums: Float64Array, x: Float64Array, cols: number, first: number, end: number): void {
  for (let i = 0; i < sums.length; i += 4) {
    let [a, b, c, d] = [0, 0, 0, 0]
    const last = i * cols + end
    for (let at = i * cols + first; at < last; at++) {
      a += x[at]
      b += x[at + cols]
      c += x[at + 2 * cols]
      d += x[at + 3 * cols]
    }
    sums[i] = a
    sums[i + 1] = b
    sums[i + 2] = c
    sums[i + 3] = d
  }
}
