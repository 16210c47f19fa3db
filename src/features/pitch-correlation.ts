import { Recent } from '../core/recent.ts'
import { type CorrelationPlan, correlationPlan, peaksLength } from '../kernels/frame-correlations.ts'
import { frameCorrelations, frameMoments } from '../kernels/simd/correlations.ts'
import { loadWindow } from './load-window.ts'

/** Frames at once. */
const BLOCK = 64

const noMean = new Float64Array(1)
const plans = /* @__PURE__ */ new Recent<CorrelationPlan>(4)

/**
 * Normalised autocorrelations of frames x of N samples, at all lags 0..K at once:
 *
 *   r(k) = sum_n x[n] x[n+k] / (sqrt(sum_n x[n]^2 * sum_n x[n+k]^2) + floor (1 - k/N)),   n = 0..N-1-k
 *
 * By Cauchy-Schwarz |r(k)| <= 1, and every lag compares two segments that are symmetric about the middle of the frame.
 * A frame has the same bits alone and among others (kernels/frame-correlations.ts).
 */
export class NormalizedAutocorrelation {
  /** The frame to analyse, to be filled before {@link NormalizedAutocorrelation.compute}. */
  readonly frame: Float64Array
  /** r(0)..r(K). */
  readonly values: Float64Array
  /** The number of its peaks, then their lags; see `peaksInto` of kernels/frame-correlations.ts. */
  readonly peaks: Int32Array
  private readonly plan: CorrelationPlan

  /** For frames of N = `frameLength` samples, in clips one every `step` samples, and lags up to K = `maxLag` < N. */
  constructor(frameLength: number, maxLag: number, step: number = frameLength) {
    const name = `${frameLength}/${maxLag}/${step}`
    this.plan = plans.get(name, () => correlationPlan(frameLength, step, maxLag))
    this.frame = new Float64Array(frameLength)
    this.values = new Float64Array(maxLag + 1)
    this.peaks = new Int32Array(peaksLength(maxLag + 1))
  }

  /** Energy of the frame, sum of x[n]^2. */
  energy(): number {
    let sum = 0
    for (let n = 0; n < this.frame.length; n++) sum += this.frame[n] * this.frame[n]
    return sum
  }

  /** Fills `values` and `peaks`; a `floor` > 0 (an energy) reduces the correlations of much weaker frames towards zero. */
  compute(floor: number): void {
    const energy = Float64Array.of(this.energy())
    frameCorrelations(this.values, this.plan, this.frame, 0, 1, noMean, energy, floor, this.peaks)
  }

  /** Energy of the samples of a clip from `first` on, less their mean, and 0 beyond its ends. */
  energyAt(x: Float64Array, first: number): number {
    loadWindow(this.frame, x, first, true)
    return this.energy()
  }

  /** Fills `values` and `peaks` from the samples of a clip as {@link NormalizedAutocorrelation.energyAt} takes them. */
  computeAt(x: Float64Array, first: number, floor: number): void {
    loadWindow(this.frame, x, first, true)
    this.compute(floor)
  }

  /**
   * Calls `see` with r of each frame of a clip, which begins at an index of an array, and its peaks, in any order; the first frame begins at
   * `x[start]`. The floor is `share` of the energy of the loudest.
   */
  visit(
    x: Float64Array,
    start: number,
    frames: number,
    share: number,
    see: (t: number, r: Float64Array, from: number, peaks: Int32Array, peaksFrom: number) => void,
  ): void {
    const { plan } = this
    const { step, length, lags } = plan
    const placeOf = (t: number): number => start + t * step
    // The frames from..to-1 lie inside the clip.
    const from = Math.min(frames, Math.max(0, Math.ceil(-start / step)))
    const to = Math.max(from, Math.min(frames, Math.floor((x.length - length - start) / step) + 1))
    const edges = Array.from({ length: frames - to + from }, (_, i) => (i < from ? i : i - from + to))
    const [means, energies] = [new Float64Array(to - from), new Float64Array(to - from)]
    frameMoments(means, energies, plan, x, placeOf(from), to - from)
    let loudest = energies.reduce((most, energy) => Math.max(most, energy), 0)
    for (const t of edges) loudest = Math.max(loudest, this.energyAt(x, placeOf(t)))
    const floor = share * loudest
    for (const t of edges) {
      this.computeAt(x, placeOf(t), floor)
      see(t, this.values, 0, this.peaks, 0)
    }
    const block = Math.min(BLOCK, to - from)
    const row = peaksLength(lags)
    const [rows, peaks] = [new Float64Array(block * lags), new Int32Array(block * row)]
    for (let t = from; t < to; t += BLOCK) {
      const count = Math.min(BLOCK, to - t)
      const [ofMeans, ofEnergies] = [means, energies].map((all) => all.subarray(t - from, t - from + count))
      frameCorrelations(rows, plan, x, placeOf(t), count, ofMeans, ofEnergies, floor, peaks)
      for (let i = 0; i < count; i++) see(t + i, rows, i * lags, peaks, i * row)
    }
  }
}
