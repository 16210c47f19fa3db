import { StateError } from '../../core/errors.ts'
import type { FloatArray } from '../../core/types.ts'
import { addScaledInto, dot, scaleInto } from './vectors.ts'

/** The pairs of an {@link LbfgsHistory}, concatenated, oldest first. */
export interface LbfgsHistoryState {
  /** [pairs * n] steps s_k = x_(k+1) - x_k. */
  s: Float64Array
  /** [pairs * n] gradient differences y_k = g_(k+1) - g_k. */
  y: Float64Array
}

/**
 * The last m pairs of steps and gradient differences, and the product of the inverse Hessian that they imply with a
 * gradient: the two-loop recursion of Nocedal & Wright (2006), algorithm 7.4, with H_0 = gamma I,
 * gamma = s'y / y'y of the newest pair (7.20). Its memory of 2 m n numbers is allocated once.
 */
export class LbfgsHistory {
  private readonly s: Float64Array[]
  private readonly y: Float64Array[]
  /** s'y of each slot. */
  private readonly curvature: Float64Array
  private readonly alpha: Float64Array
  private gamma = 1
  /** Slot of the oldest pair. */
  private oldest = 0
  private pairs = 0

  constructor(size: number, memory: number) {
    this.s = Array.from({ length: memory }, () => new Float64Array(size))
    this.y = Array.from({ length: memory }, () => new Float64Array(size))
    this.curvature = new Float64Array(memory)
    this.alpha = new Float64Array(memory)
  }

  /** Pairs kept, 0..m. */
  get length(): number {
    return this.pairs
  }

  /**
   * Stores a pair in place of the oldest; returns false and skips it if s'y <= eps y'y, since H would not remain
   * positive definite (Byrd, Lu & Zhu 1995, 3.9).
   */
  add(s: Float64Array, y: Float64Array): boolean {
    const sy = dot(s, y)
    const yy = dot(y, y)
    if (!(sy > Number.EPSILON * yy && Number.isFinite(yy))) return false
    const slot = this.slot(this.pairs)
    this.s[slot].set(s)
    this.y[slot].set(y)
    this.curvature[slot] = sy
    this.gamma = sy / yy
    if (this.pairs < this.s.length) this.pairs++
    else this.oldest = this.slot(1)
    return true
  }

  /** out = -H g, the search direction; -g while there are no pairs. */
  direction(out: Float64Array, gradient: FloatArray): void {
    const { s, y, curvature, alpha } = this
    for (let i = 0; i < out.length; i++) out[i] = -gradient[i]
    for (let k = this.pairs - 1; k >= 0; k--) {
      const slot = this.slot(k)
      alpha[k] = dot(s[slot], out) / curvature[slot]
      addScaledInto(out, out, -alpha[k], y[slot])
    }
    if (this.pairs > 0) scaleInto(out, this.gamma, out)
    for (let k = 0; k < this.pairs; k++) {
      const slot = this.slot(k)
      const beta = dot(y[slot], out) / curvature[slot]
      addScaledInto(out, out, alpha[k] - beta, s[slot])
    }
  }

  /** Removes all pairs. */
  clear(): void {
    this.pairs = 0
    this.oldest = 0
  }

  /** A copy of the pairs. */
  state(): LbfgsHistoryState {
    return { s: this.ordered(this.s), y: this.ordered(this.y) }
  }

  /** A history of saved pairs, exactly; null where there are none, so that a size alone makes nothing. */
  static from(saved: LbfgsHistoryState, size: number, memory: number): LbfgsHistory | null {
    checkPairs(saved, size, memory)
    if (saved.s.length === 0) return null
    const history = new LbfgsHistory(size, memory)
    history.restore(saved)
    return history
  }

  /** Restores saved pairs exactly. Throws StateError where they are from a problem of another size. */
  restore({ s, y }: LbfgsHistoryState): void {
    const size = this.s[0].length
    checkPairs({ s, y }, size, this.s.length)
    this.clear()
    for (let at = 0; at < s.length; at += size) this.add(s.subarray(at, at + size), y.subarray(at, at + size))
  }

  private slot(k: number): number {
    return (this.oldest + k) % this.s.length
  }

  private ordered(vectors: Float64Array[]): Float64Array {
    const size = vectors[0].length
    const out = new Float64Array(this.pairs * size)
    for (let k = 0; k < this.pairs; k++) out.set(vectors[this.slot(k)], k * size)
    return out
  }
}

function checkPairs({ s, y }: LbfgsHistoryState, size: number, memory: number): void {
  const pairs = s.length === 0 ? 0 : s.length / size
  if (s.length === y.length && Number.isInteger(pairs) && pairs <= memory) return
  throw new StateError(
    `LbfgsHistory: cannot restore ${s.length} and ${y.length} numbers, expected up to ${memory} pairs of ${size}`,
  )
}
