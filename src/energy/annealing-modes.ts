/**
 * Modes of an energy model over its hidden states, the visible units summed out:
 *
 *   binary     f(h) = c'h + sum_i softplus(u_i),                     u = b + W h
 *   Gaussian   f(h) = c'h + 1/2 ||u||^2 - 1/2 ||b||^2 + V/2 ln 2 pi
 *
 * Z = sum_h exp(f(h)), so any set of different states bounds ln Z from below.
 */
import { exp, log } from '../core/elementary.ts'
import { square } from '../core/power.ts'
import { softplusOf } from '../kernels/activations.ts'
import { kernels } from '../kernels/index.ts'
import type { Random } from '../numerics/random.ts'
import type { Potential } from './potential.ts'

/** The result of {@link findModes}. */
export interface Modes {
  /** [M, H] states drawn among the modes by exp(f). */
  starts: Float64Array
  /** ln of the sum of exp(f) over the different modes: a lower bound of ln Z. */
  bound: number
}

/** Units are looked at once more after a round that flipped one, this often at most. */
const MOST_ROUNDS = 100

/** One hidden state, climbing. */
class Climber {
  readonly h: Float64Array
  private readonly potential: Potential
  /** [V] u */
  private readonly u: Float64Array

  constructor(potential: Potential, h: Float64Array) {
    const { visible: V, hidden: H, W, b } = potential
    this.potential = potential
    this.h = h
    this.u = b.slice()
    kernels.gemv(this.u, 0, W, 0, H, false, h, 0, V, H, 1, 1)
  }

  /** The contribution of u_i to f. */
  private term(u: number): number {
    return this.potential.binary ? softplusOf(u) : square(u) / 2
  }

  /** Flips unit j where that raises f; whether it did. */
  private tryFlip(j: number): boolean {
    const { h, u, potential } = this
    const { visible: V, hidden: H, W, c } = potential
    const sign = 1 - 2 * h[j]
    let gain = sign * c[j]
    for (let i = 0; i < V; i++) gain += this.term(u[i] + sign * W[i * H + j]) - this.term(u[i])
    if (!(gain > 0)) return false
    for (let i = 0; i < V; i++) u[i] += sign * W[i * H + j]
    h[j] = 1 - h[j]
    return true
  }

  /** Climbs to a state that no single flip raises. */
  climb(): this {
    let flipped = true
    for (let round = 0; flipped && round < MOST_ROUNDS; round++) {
      flipped = false
      for (let j = 0; j < this.h.length; j++) if (this.tryFlip(j)) flipped = true
    }
    return this
  }

  /** f(h) */
  value(): number {
    const { binary, b, c } = this.potential
    let sum = kernels.dot(c, 0, this.h, 0, c.length)
    for (let i = 0; i < b.length; i++) sum += this.term(this.u[i]) - (binary ? 0 : square(b[i]) / 2)
    return binary ? sum : sum + (b.length / 2) * log(2 * Math.PI)
  }
}

/** Climbs from each state [M, H], and draws as many among the modes that were reached. */
export function findModes(potential: Potential, states: Float64Array, random: Random): Modes {
  const { hidden: H } = potential
  const count = states.length / H
  const modes = new Map<string, { h: Float64Array; value: number }>()
  for (let r = 0; r < count; r++) {
    const climber = new Climber(potential, states.slice(r * H, (r + 1) * H)).climb()
    const key = climber.h.join('')
    if (!modes.has(key)) modes.set(key, { h: climber.h, value: climber.value() })
  }
  const found = [...modes.values()]
  const max = found.reduce((best, { value }) => Math.max(best, value), Number.NEGATIVE_INFINITY)
  const shares = found.map(({ value }) => exp(value - max))
  const total = shares.reduce((a, b) => a + b, 0)
  const starts = new Float64Array(count * H)
  for (let r = 0; r < count; r++) starts.set(found[drawIndex(shares, random.uniform() * total)].h, r * H)
  return { starts, bound: max + log(total) }
}

/** The first index at which the sum of the shares passes `at`. */
function drawIndex(shares: readonly number[], at: number): number {
  let sum = 0
  const index = shares.findIndex((share) => {
    sum += share
    return at < sum
  })
  return index < 0 ? shares.length - 1 : index
}
