/**
 * The states of an energy model with Gaussian visibles. The visibles integrate out in closed form, which leaves
 *
 *   ln integral over v of exp(-E) = V/2 ln(2 pi) + l'h + 1/2 h'K h,   l = c + W'b,  K = W'W
 *
 * With h = (high, low) the quadratic form is that of the low bits, from a table for W, plus that of the high bits, plus
 * a cross term linear in the low bits: a state costs two additions for any V and H.
 *
 * Given h, v ~ N(b + W h, I), so that all moments follow from M = E[h h']:
 *
 *   E[v] = b + W E[h],   E[v h'] = b E[h]' + W M,   E[v_i^2] = 1 + b_i E[v_i] + sum_j W_ij E[v_i h_j]
 */
import { log } from '../core/elementary.ts'
import { kernels } from '../kernels/index.ts'
import { addOverStates, sumOverUnits } from './enumeration-bits.ts'
import type { Means, StateSpace } from './enumeration-space.ts'
import type { Potential } from './potential.ts'

/** A table of 2^12 entries fits the first-level cache. */
const TABLE_BITS = 12

/** 1/2 s'K s for all states s of the first `bits` units; K is [H, H]. */
function halfSquares(K: Float64Array, H: number, bits: number): Float64Array {
  const table = new Float64Array(1 << bits)
  const row = new Float64Array(1 << bits)
  for (let i = 0; i < bits; i++) {
    const half = 1 << i
    sumOverUnits(row, K[i * H + i] / 2, K, i * H, i)
    for (let s = 0; s < half; s++) table[half + s] = table[s] + row[s]
  }
  return table
}

/** The states of the hidden side of a Gaussian model. */
export class GaussianStates implements StateSpace {
  readonly units: number
  readonly lowBits: number
  private readonly visible: number
  private readonly W: Float64Array
  /** [H, H] W'W */
  private readonly K: Float64Array
  /** [2^lowBits] 1/2 s'K s of the low bits. */
  private readonly table: Float64Array
  private b: Float64Array = new Float64Array(0)
  /** [H] c + W'b, and the same plus the contribution of a block's high bits. */
  private readonly linear: Float64Array
  private readonly blockLinear: Float64Array
  /** [H, H] E[h_i h_j] for j <= i, and [2^lowBits] P(low bits). */
  private pairs: Float64Array = new Float64Array(0)
  private lowMarginal: Float64Array = new Float64Array(0)

  constructor({ visible: V, hidden: H, W }: Omit<Potential, 'b' | 'c'>) {
    this.units = H
    this.lowBits = Math.min(H, TABLE_BITS)
    this.visible = V
    this.W = W.slice()
    this.K = new Float64Array(H * H)
    kernels.gemm(this.K, 0, H, W, 0, H, true, W, 0, H, false, H, H, V, 1, 0)
    this.table = halfSquares(this.K, H, this.lowBits)
    this.linear = new Float64Array(H)
    this.blockLinear = new Float64Array(H)
  }

  setBiases(b: Float64Array, c: Float64Array): void {
    const { visible: V, units: H } = this
    this.b = b
    this.linear.set(c)
    kernels.gemv(this.linear, 0, this.W, 0, H, true, b, 0, V, H, 1, 1)
  }

  score(out: Float64Array, high: number): void {
    sumOverUnits(out, this.enterBlock(high), this.blockLinear, 0, this.lowBits)
    for (let s = 0; s < out.length; s++) out[s] += this.table[s]
  }

  /** Sets `blockLinear`; returns the terms common to all states of the block. */
  private enterBlock(high: number): number {
    const { K, blockLinear, units: H } = this
    let shared = (this.visible / 2) * log(2 * Math.PI)
    blockLinear.set(this.linear)
    for (let i = this.lowBits, rest = high; rest > 0; i++, rest >>= 1) {
      if ((rest & 1) === 0) continue
      shared += blockLinear[i] + K[i * H + i] / 2
      kernels.axpy(blockLinear, 0, 1, K, i * H, H)
    }
    return shared
  }

  startMoments(): void {
    this.pairs = new Float64Array(this.units * this.units)
    this.lowMarginal = new Float64Array(1 << this.lowBits)
  }

  addMoments(probabilities: Float64Array, high: number): void {
    const { pairs, lowMarginal, lowBits, units: H } = this
    kernels.axpy(lowMarginal, 0, 1, probabilities, 0, lowMarginal.length)
    const lowOn = new Float64Array(lowBits)
    const mass = addOverStates(lowOn, 0, probabilities, lowBits)
    for (let i = lowBits; i < H; i++) {
      if (((high >> (i - lowBits)) & 1) === 0) continue
      kernels.axpy(pairs, i * H, 1, lowOn, 0, lowBits)
      for (let j = lowBits; j <= i; j++) pairs[i * H + j] += ((high >> (j - lowBits)) & 1) * mass
    }
  }

  moments(): Means {
    const { W, b, visible: V, units: H } = this
    const M = this.secondMoments()
    const hidden = Float64Array.from({ length: H }, (_, j) => M[j * H + j])
    const visible = b.slice()
    kernels.gemv(visible, 0, W, 0, H, false, hidden, 0, V, H, 1, 1)
    const product = new Float64Array(V * H)
    kernels.gemm(product, 0, H, W, 0, H, false, M, 0, H, false, V, H, H, 1, 0)
    kernels.ger(product, 0, H, b, 0, hidden, 0, V, H, 1)
    const square = visible.map((mean, i) => 1 + b[i] * mean + kernels.dot(W, i * H, product, i * H, H))
    return { visible, hidden, product, square }
  }

  /** M, from the pairs with a high bit and the marginal of the low bits. */
  private secondMoments(): Float64Array {
    const { pairs, lowMarginal, lowBits, units: H } = this
    for (let i = lowBits - 1; i >= 0; i--) {
      const half = 1 << i
      const on = lowMarginal.subarray(half, 2 * half)
      kernels.axpy(lowMarginal, 0, 1, on, 0, half)
      pairs[i * H + i] = addOverStates(pairs, i * H, on, i)
    }
    for (let i = 0; i < H; i++) {
      for (let j = 0; j < i; j++) pairs[j * H + i] = pairs[i * H + j]
    }
    return pairs
  }
}
