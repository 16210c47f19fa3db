/** Jitter and shimmer of periods found one after another by the correlation of neighbouring pieces. */
import { log } from '../../core/elementary.ts'
import { parabolaHeight, parabolaShift } from './parabola.ts'

const DECIBELS = 20 / Math.LN10
/** Periods may miss 1 / F0 by this share, and pieces must correlate at least so much. */
const REACH = 0.1
const LEAST_CORRELATION = 0.5
/** Samples that must follow the longest two periods within the step of a frame, for a further period to be sought in it. */
const MARGIN = 3

/** Samples before a frame at which its first piece begins at the latest; else the piece before is looked at again. */
const LEAD = 2

/** Ratio and dB of each frame. */
export interface Perturbation {
  jitter: Float64Array
  shimmer: Float64Array
}

/** Sums over the periods of a frame. */
interface Sums {
  periods: number
  count: number
  differences: number
  compared: number
  amplitudes: number
  amplitudeDifferences: number
}

export class PeriodTracker {
  private readonly samples: Float64Array
  /** Correlations of pieces from the shortest length on. */
  private readonly correlation: Float64Array
  /** Sums of the first samples of the piece, and of their squares. */
  private readonly sum: Float64Array
  private readonly squares: Float64Array
  /** Where the piece begins that was looked at last, and how far on the next does. */
  private start = -1
  private advance = 0
  /** Period before, 0 where there is none. */
  private previous = 0
  private readonly sums: Sums = {
    periods: 0,
    count: 0,
    differences: 0,
    compared: 0,
    amplitudes: 0,
    amplitudeDifferences: 0,
  }

  /** For periods up to so many samples. */
  constructor(samples: Float64Array, longest: number) {
    this.samples = samples
    this.correlation = new Float64Array(Math.ceil(2 * REACH * longest) + 3)
    this.sum = new Float64Array(2 * Math.ceil((1 + REACH) * longest) + 1)
    this.squares = new Float64Array(this.sum.length)
  }

  /**
   * Jitter and shimmer of all frames, `f0` their Hz or 0. A frame without a new period keeps the values of the one before; the
   * first period of a voiced stretch has no jitter.
   */
  track(f0: Float64Array, step: number, sampleRate: number): Perturbation {
    const jitter = new Float64Array(f0.length)
    const shimmer = new Float64Array(f0.length)
    for (let t = 0; t < f0.length; t++) {
      if (f0[t] === 0) {
        this.start = -1
        continue
      }
      const isFirst = this.start < 0
      this.searchFrame(t * step, step, sampleRate / f0[t])
      const { periods, count, differences, compared, amplitudes, amplitudeDifferences } = this.sums
      jitter[t] = isFirst ? 0 : jitter[t - 1]
      shimmer[t] = isFirst ? 0 : shimmer[t - 1]
      if (compared > 0) jitter[t] = Math.min(1, differences / compared / (periods / count))
      if (count > 0) shimmer[t] = DECIBELS * log(1 + Math.min(1, amplitudeDifferences / amplitudes))
    }
    return { jitter, shimmer }
  }

  /** Visits the periods that belong to the frame. */
  private searchFrame(frame: number, step: number, period: number): void {
    const { sums } = this
    for (const name of Object.keys(sums) as (keyof Sums)[]) sums[name] = 0
    const longest = Math.floor((1 + REACH) * period)
    if (this.start < 0) {
      this.start = frame
      this.previous = 0
    } else if (this.start + this.advance + LEAD <= frame) this.start += this.advance
    for (;;) {
      this.visit(period, longest)
      if (this.start + this.advance + 2 * longest + MARGIN >= frame + step) return
      this.start += this.advance
    }
  }

  /** Looks for a period at `start`; the next piece begins where this one ends, be it a period or not. */
  private visit(period: number, longest: number): void {
    const { correlation, start, sums } = this
    const shortest = Math.floor((1 - REACH) * period)
    this.correlate(shortest, longest)
    const best = highestPeak(correlation, longest - shortest + 1)
    this.advance = best > 0 ? shortest + best : Math.floor(period + 0.5)
    if (best === 0 || !(parabolaHeight(correlation, best) > LEAST_CORRELATION)) return
    const found = this.advance + parabolaShift(correlation, best)
    if (this.previous > 0) {
      sums.differences += Math.abs(found - this.previous)
      sums.compared++
    }
    this.previous = found
    sums.periods += found
    sums.count++
    const first = this.range(start, this.advance)
    const second = this.range(start + this.advance, this.advance)
    sums.amplitudes += (first + second) / 2
    sums.amplitudeDifferences += Math.abs(first - second)
  }

  /** Largest less smallest sample of a piece, its ends left out. */
  private range(start: number, length: number): number {
    const { samples } = this
    let [least, most] = [samples[start + 1], samples[start + 1]]
    for (let i = start + 2; i < start + length - 1; i++) {
      least = Math.min(least, samples[i])
      most = Math.max(most, samples[i])
    }
    return most - least
  }

  /**
   * Pearson's correlation of x[start, start + n) with x[start + n, start + 2n), n = shortest..longest. The same piece gives the
   * same bits whatever the range, so that a period looked at again has no jitter.
   */
  private correlate(shortest: number, longest: number): void {
    const { samples: x, correlation, sum, squares, start } = this
    for (let i = 0; i < 2 * longest; i++) {
      const value = x[start + i]
      sum[i + 1] = sum[i] + value
      squares[i + 1] = squares[i] + value * value
    }
    for (let n = shortest; n <= longest; n++) {
      let product = 0
      for (let i = start; i < start + n; i++) product += x[i] * x[i + n]
      const [u, v] = [sum[n], sum[2 * n] - sum[n]]
      const spread = (squares[n] - (u * u) / n) * (squares[2 * n] - squares[n] - (v * v) / n)
      correlation[n - shortest] = spread > 0 ? (product - (u * v) / n) / Math.sqrt(spread) : 0
    }
  }
}

/** The highest of the first n values that is above both neighbours; 0 where there is none. */
function highestPeak(x: Float64Array, n: number): number {
  let best = 0
  for (let k = 1; k + 1 < n; k++) {
    if (x[k] > x[k - 1] && x[k] > x[k + 1] && (best === 0 || x[k] > x[best])) best = k
  }
  return best
}
