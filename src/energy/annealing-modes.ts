/**
 * Modes of an energy model over its hidden states, the visible units summed out:
 *
 *   binary     f(h) = c'h + sum_i softplus(u_i),                     u = b + W h
 *   Gaussian   f(h) = c'h + 1/2 ||u||^2 - 1/2 ||b||^2 + V/2 ln 2 pi
 *
 * Z = sum_h exp(f(h)), so that any set of distinct states bounds ln Z from below. Chains of P(h) = exp(f(h)) / Z that
 * draw one hidden unit at a time mix better than chains that alternate v and h: with strong weights, the v drawn given
 * a hidden unit pins that unit.
 */
import { exp, log, softplus as softplusOf } from '../core/elementary.ts'
import { square } from '../core/power.ts'
import type { Steps } from '../core/steps.ts'
import { kernels } from '../kernels/index.ts'
import type { Random } from '../numerics/random.ts'
import type { Potential } from './potential.ts'

/** The result of {@link findModes}. */
export interface Modes {
  /** [M, H] final states of chains of P(h) that started from modes drawn with probabilities proportional to exp(f). */
  starts: Float64Array
  /** ln of the sum of exp(f) over the distinct states visited: a lower bound of ln Z. */
  bound: number
}

/** Most rounds over all units in a climb; it ends earlier after a round without a flip. */
const MOST_ROUNDS = 100
/** Gibbs sweeps of a chain. */
const SWEEPS = 30

/** A hidden state that climbs to a mode or moves by Gibbs sampling. */
class Walker {
  readonly h: Float64Array
  private readonly potential: Potential
  /** [V] u */
  private readonly u: Float64Array
  /** [V] the contributions of u to f, kept because most flips are rejected and leave them unchanged. */
  private readonly terms: Float64Array

  constructor(potential: Potential, h: Float64Array) {
    const { visible: V, hidden: H, W, b } = potential
    this.potential = potential
    this.h = h
    this.u = b.slice()
    kernels.gemv(this.u, 0, W, 0, H, false, h, 0, V, H, 1, 1)
    this.terms = this.u.map((u) => this.term(u))
  }

  /** The contribution of u_i to f. */
  private term(u: number): number {
    return this.potential.binary ? softplusOf(u) : square(u) / 2
  }

  /** Change of f by a flip of unit j. */
  private gain(j: number): number {
    const { h, u, terms, potential } = this
    const { visible: V, hidden: H, W, c } = potential
    const sign = 1 - 2 * h[j]
    let gain = sign * c[j]
    for (let i = 0; i < V; i++) gain += this.term(u[i] + sign * W[i * H + j]) - terms[i]
    return gain
  }

  private flip(j: number): void {
    const { h, u, terms, potential } = this
    const { visible: V, hidden: H, W } = potential
    const sign = 1 - 2 * h[j]
    for (let i = 0; i < V; i++) {
      u[i] += sign * W[i * H + j]
      terms[i] = this.term(u[i])
    }
    h[j] = 1 - h[j]
  }

  /** Flips unit j if that increases f; returns whether it did. */
  private tryFlip(j: number): boolean {
    if (!(this.gain(j) > 0)) return false
    this.flip(j)
    return true
  }

  /** Draws each unit given the others. */
  sweep(random: Random): this {
    for (let j = 0; j < this.h.length; j++) if (random.uniform() < 1 / (1 + exp(-this.gain(j)))) this.flip(j)
    return this
  }

  /** Climbs to a local maximum: no single flip increases f. */
  *climb(): Steps<this, number> {
    let flipped = true
    for (let round = 0; flipped && round < MOST_ROUNDS; round++) {
      flipped = false
      for (let j = 0; j < this.h.length; j++) if (this.tryFlip(j)) flipped = true
      yield 0
    }
    return this
  }

  /** f(h) */
  value(): number {
    const { binary, b, c } = this.potential
    let sum = kernels.dot(c, 0, this.h, 0, c.length)
    for (let i = 0; i < b.length; i++) sum += this.terms[i] - (binary ? 0 : square(b[i]) / 2)
    return binary ? sum : sum + (b.length / 2) * log(2 * Math.PI)
  }
}

/** States visited, by their bits, with f. */
type Seen = Map<string, { h: Float64Array; value: number }>

function look(seen: Seen, walker: Walker): void {
  const key = walker.h.join('')
  if (!seen.has(key)) seen.set(key, { h: walker.h.slice(), value: walker.value() })
}

/** exp(f) of each state relative to the largest, whose f is `max`. */
function sharesOf(seen: Seen): { states: Float64Array[]; shares: number[]; total: number; max: number } {
  const found = [...seen.values()]
  const max = found.reduce((best, { value }) => Math.max(best, value), Number.NEGATIVE_INFINITY)
  const shares = found.map(({ value }) => exp(value - max))
  return { states: found.map(({ h }) => h), shares, total: shares.reduce((a, b) => a + b, 0), max }
}

/** Climbs from each state [N, H] to a mode, then runs M chains from the modes; pauses after each round and sweep. */
export function* findModes(
  potential: Potential,
  states: Float64Array,
  chains: number,
  random: Random,
): Steps<Modes, number> {
  const { hidden: H } = potential
  const seen: Seen = new Map()
  for (let at = 0; at < states.length; at += H) {
    look(seen, yield* new Walker(potential, states.slice(at, at + H)).climb())
  }
  const modes = sharesOf(seen)
  const starts = new Float64Array(chains * H)
  for (let r = 0; r < chains; r++) {
    const mode = modes.states[drawIndex(modes.shares, random.uniform() * modes.total)]
    const walker = new Walker(potential, mode.slice())
    for (let sweep = 0; sweep < SWEEPS; sweep++) {
      look(seen, walker.sweep(random))
      yield 0
    }
    starts.set(walker.h, r * H)
  }
  const { max, total } = sharesOf(seen)
  return { starts, bound: max + log(total) }
}

/** The first index at which the cumulative sum of the shares exceeds `at`. */
function drawIndex(shares: readonly number[], at: number): number {
  let sum = 0
  const index = shares.findIndex((share) => {
    sum += share
    return at < sum
  })
  return index < 0 ? shares.length - 1 : index
}
