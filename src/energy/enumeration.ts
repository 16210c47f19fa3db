/**
 * Exact sums over the states of an energy model: its partition function, its means, its joint distribution. One side is
 * enumerated, the smaller of a binary model, the hidden one of a Gaussian; the other is summed out in closed form:
 *
 *   binary     Z = sum_v exp(b'v) prod_j (1 + exp(c_j + v'W_j)), or the same with v and h exchanged
 *   Gaussian   Z = (2 pi)^(V/2) sum_h exp(c'h + b'W h + 1/2 ||W h||^2)
 *
 * A state of n binary units is an integer s: unit i is bit i, (s >> i) & 1. Its low bits select an entry of a table
 * that depends on W alone, its high bits a block; memory is that of a few tables for any n.
 */
import { exp, log } from '../core/elementary.ts'
import { pow } from '../core/power.ts'
import { kernels } from '../kernels/index.ts'
import { BinaryStates } from './enumeration-binary.ts'
import { sumOverUnits } from './enumeration-bits.ts'
import { GaussianStates } from './enumeration-gaussian.ts'
import type { Means, StateSpace } from './enumeration-space.ts'
import type { Potential } from './potential.ts'

/**
 * The largest number of units to enumerate: 33,554,432 states. ln Z of a binary model takes about 2 ns per state and
 * unit of the other side (2.3 s with 25 of them, half a minute with 500), its means three to four times that; a
 * Gaussian model takes 0.8 s and 1.6 s (Node 20, one core).
 */
export const MAX_ENUMERABLE: number = 25

/** Number of enumerated units n; there are 2^n states. */
export function enumerableUnits({ visible, hidden, binary }: Pick<Potential, 'visible' | 'hidden' | 'binary'>): number {
  return binary ? Math.min(visible, hidden) : hidden
}

/** Exact sums for one W and any number of bias pairs. Arguments are not checked; W is copied. */
export class Enumeration {
  private readonly potential: Omit<Potential, 'b' | 'c'>
  private readonly states: StateSpace
  private readonly block: Float64Array
  private readonly blocks: number

  /** Computes the tables for W. */
  constructor(potential: Omit<Potential, 'b' | 'c'>) {
    this.potential = { ...potential, W: potential.W.slice() }
    this.states = potential.binary ? new BinaryStates(potential) : new GaussianStates(potential)
    this.block = new Float64Array(1 << this.states.lowBits)
    this.blocks = 1 << (this.states.units - this.states.lowBits)
  }

  /** ln Z for b [V] and c [H]. */
  logPartition(b: Float64Array, c: Float64Array): number {
    const { states, block, blocks } = this
    states.setBiases(b, c)
    let max = Number.NEGATIVE_INFINITY
    let sum = 0
    for (let high = 0; high < blocks; high++) {
      states.score(block, high)
      const before = max
      for (let s = 0; s < block.length; s++) if (block[s] > max) max = block[s]
      sum *= exp(before - max)
      for (let s = 0; s < block.length; s++) sum += exp(block[s] - max)
    }
    return max + log(sum)
  }

  /** ln Z and the means of the model for b [V] and c [H]. */
  expectations(b: Float64Array, c: Float64Array): Means & { logZ: number } {
    const { states, block, blocks } = this
    const logZ = this.logPartition(b, c)
    states.startMoments()
    for (let high = 0; high < blocks; high++) {
      states.score(block, high)
      for (let s = 0; s < block.length; s++) block[s] = exp(block[s] - logZ)
      states.addMoments(block, high)
    }
    return { logZ, ...states.moments() }
  }

  /** P(v, h) of a binary model, [2^V, 2^H] row-major: element v 2^H + h, where v and h are states. */
  joint(b: Float64Array, c: Float64Array): Float64Array {
    const { visible: V, hidden: H, W } = this.potential
    const weights = new Float64Array(pow(2, V + H))
    const inputs = new Float64Array(H)
    for (let v = 0; v < 1 << V; v++) {
      inputs.set(c)
      let start = 0
      for (let i = 0; i < V; i++) {
        if (((v >> i) & 1) === 0) continue
        start += b[i]
        kernels.axpy(inputs, 0, 1, W, i * H, H)
      }
      sumOverUnits(weights.subarray(v << H, (v + 1) << H), start, inputs, 0, H)
    }
    kernels.softmax(weights, 0, weights, 0, 1, weights.length)
    return weights
  }
}
