/**
 * Normalised cross-correlation of stretches of P samples about a place,
 *
 *     r(L) = sum x[n] x[n + L] / sqrt(sum x[n]^2 sum x[n + L]^2)
 *
 * at lags and between them, for `harmonicsToNoise`.
 */
import { cos } from '../../core/trigonometric.ts'
import { laggedSums } from './lagged-sums.ts'
import { topHeight } from './likeness.ts'

/** Lags on either side of one, for the interpolation of products, and of energies. */
const MARGIN = 24
const NEAR = 2
/** Share of a stretch on either side in which it fades. */
const FADE = 0.15

/** Likeness of stretches at lags of a range. */
export class StretchCorrelation {
  private readonly r: Float64Array
  private readonly stretch: number
  /** Sums of squares from the first sample that is looked at on. */
  private readonly sums: Float64Array
  private readonly fade: Float64Array
  /** The first stretch, faded. */
  private readonly head: Float64Array
  /** Sums of products and squares of stretches about one lag behind the same first one, and the squares. */
  private readonly products = new Float64Array(2 * MARGIN + 1)
  private readonly energies = new Float64Array(2 * NEAR + 1)
  private readonly tail: Float64Array
  private readonly squares: Float64Array

  /** For lags up to `longest`, and stretches of so many samples. */
  constructor(longest: number, stretch: number) {
    this.r = new Float64Array(longest + 1)
    this.stretch = stretch
    this.sums = new Float64Array(stretch + longest + 2)
    this.head = new Float64Array(stretch)
    this.tail = new Float64Array(stretch + 2 * MARGIN)
    this.squares = new Float64Array(stretch + 2 * NEAR)
    this.fade = Float64Array.from({ length: stretch }, (_, n) => {
      const inside = Math.min(1, (Math.min(n, stretch - 1 - n) + 0.5) / (FADE * stretch))
      return 0.5 - 0.5 * cos(Math.PI * inside)
    })
  }

  /** The largest r of stretches symmetric about a place, at lags first..last and between the inner ones. */
  top(x: Float64Array, middle: number, first: number, last: number): number {
    const { r } = this
    this.correlate(x, middle, first, last)
    let best = 0
    for (let lag = first + 1; lag < last; lag++) {
      if (r[lag] < r[lag - 1] || r[lag] < r[lag + 1]) continue
      // A top is higher than its highest sample, but not by more than it falls to the lower neighbour.
      if (2 * r[lag] - Math.min(r[lag - 1], r[lag + 1]) < best) continue
      best = Math.max(best, this.between(x, middle, lag))
    }
    return best
  }

  /** Whether the stretches at all lags up to `last` about a place lie in a clip of so many samples. */
  fits(length: number, middle: number, last: number): boolean {
    const start = Math.floor(middle - (this.stretch + last) / 2)
    return start >= 0 && start + last + this.stretch <= length
  }

  /** Fills `r`, index lag; 0 where stretches leave the clip. */
  private correlate(x: Float64Array, middle: number, first: number, last: number): void {
    const { r, stretch, sums } = this
    const base = Math.floor(middle - (stretch + last) / 2)
    for (let n = 0; n < stretch + last + 1; n++) {
      const value = x[base + n] ?? 0
      sums[n + 1] = sums[n] + value * value
    }
    for (let lag = first; lag <= last; lag++) {
      const a = Math.floor(middle - (stretch + lag) / 2)
      const b = a + lag
      r[lag] = 0
      if (a < 0 || b + stretch > x.length) continue
      let product = 0
      for (let n = 0; n < stretch; n++) product += x[a + n] * x[b + n]
      const left = sums[a - base + stretch] - sums[a - base]
      const energies = left * (sums[b - base + stretch] - sums[b - base])
      if (energies > 0) r[lag] = product / Math.sqrt(energies)
    }
  }

  /**
   * The top of r near a lag. The first stretch stays where it is, and both fade in and out: without that the energy of the second
   * is uneven from one lag to the next, and cannot be interpolated.
   */
  private between(x: Float64Array, middle: number, lag: number): number {
    const { stretch, products, energies, fade, head, tail, squares } = this
    const start = Math.floor(middle - (stretch + lag) / 2)
    let energy = 0
    for (let n = 0; n < stretch; n++) {
      head[n] = fade[n] * x[start + n]
      energy += head[n] * x[start + n]
    }
    const from = start + lag - MARGIN
    for (let n = 0; n < tail.length; n++) tail[n] = x[from + n] ?? 0
    const skipped = MARGIN - NEAR
    for (let n = 0; n < squares.length; n++) squares[n] = tail[n + skipped] * tail[n + skipped]
    laggedSums(products, head, 0, stretch, tail, 0, products.length)
    laggedSums(energies, fade, 0, stretch, squares, 0, energies.length)
    // Stretches that leave the clip count as silence.
    const leaves = (place: number) => place < 0 || place + stretch > x.length
    for (let k = 0; k < products.length; k++) if (leaves(from + k)) products[k] = 0
    for (let k = 0; k < energies.length; k++) if (leaves(from + skipped + k)) energies[k] = 0
    return topHeight(products, energies, energy, MARGIN)
  }
}
