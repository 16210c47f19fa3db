/** Gibbs chains of annealed importance sampling; `annealing.ts` has the equations and the legend. */
import { exp, log } from '../core/elementary.ts'
import { kernels } from '../kernels/index.ts'
import type { Random } from '../numerics/random.ts'
import type { Potential } from './potential.ts'

/** This many factors between 1 and 2 have a product that is a finite float64. */
const FACTORS = 1000

/** sum_j ln(1 + exp(scale x_j)), one logarithm for many factors. */
export function softplusSum(x: Float64Array, from: number, n: number, scale: number): number {
  let sum = 0
  for (let first = from; first < from + n; first += FACTORS) {
    let product = 1
    for (let j = first; j < Math.min(first + FACTORS, from + n); j++) {
      const y = scale * x[j]
      if (y > 0) sum += y
      product *= 1 + exp(-Math.abs(y))
    }
    sum += log(product)
  }
  return sum
}

/** As `softplusSum`; also sets p[j] = sigm(scale x_j), which needs the same exponential. */
function softplusSumInto(p: Float64Array, x: Float64Array, from: number, n: number, scale: number): number {
  let sum = 0
  for (let first = from; first < from + n; first += FACTORS) {
    let product = 1
    for (let j = first; j < Math.min(first + FACTORS, from + n); j++) {
      const y = scale * x[j]
      const smaller = exp(-Math.abs(y))
      if (y > 0) sum += y
      product *= 1 + smaller
      p[j] = (y < 0 ? smaller : 1) / (1 + smaller)
    }
    sum += log(product)
  }
  return sum
}

/** M Gibbs chains between a base model and a potential, advanced together: one matrix product per half step. */
export class AnnealedChains {
  readonly count: number
  /** [M, V] */
  readonly v: Float64Array
  private readonly potential: Potential
  private readonly base: Float64Array
  private readonly random: Random
  /** [M, H] c + W'v, and the hidden states. */
  private readonly a: Float64Array
  private readonly h: Float64Array
  /** [V] (1 - beta) b0 + beta b */
  private readonly bias: Float64Array
  /** [V] b - b0, which multiplies beta v in ln p*_beta for both kinds of visible units. */
  private readonly slope: Float64Array
  private readonly slopeOffset: number

  constructor(potential: Potential, base: Float64Array, count: number, random: Random) {
    const { visible: V, hidden: H, binary, b } = potential
    this.potential = potential
    this.base = base
    this.count = count
    this.random = random
    this.v = new Float64Array(count * V)
    this.a = new Float64Array(count * H)
    this.h = new Float64Array(count * H)
    this.bias = new Float64Array(V)
    this.slope = b.map((value, i) => value - base[i])
    this.slopeOffset = binary ? 0 : (kernels.dot(base, 0, base, 0, V) - kernels.dot(b, 0, b, 0, V)) / 2
  }

  /** Draws the visible states of the base model. */
  startAtBase(): this {
    kernels.fillRows(this.v, 0, this.base, 0, this.count, this.base.length)
    this.sampleVisible()
    return this
  }

  /** Draws the visible states of the potential given hidden ones [M, H]. */
  startGiven(hidden: Float64Array): this {
    this.h.set(hidden)
    this.drawVisible(1)
    return this
  }

  /** Draws the visible states from their log odds (binary) or means (Gaussian). */
  private sampleVisible(): void {
    const { v, random } = this
    if (this.potential.binary) {
      kernels.sigmoid(v, 0, v, 0, v.length)
      random.bernoulliInto(v, v)
    } else {
      for (let k = 0; k < v.length; k++) v[k] += random.normal()
    }
  }

  /** [M, H] P(h = 1 | v) after {@link AnnealedChains.addLogRatios}, else the states that were drawn last; a copy. */
  hidden(): Float64Array {
    return this.h.slice()
  }

  /** Sets a = c + W'v, which the following methods use. */
  activateHidden(): void {
    const { a, v, count: M } = this
    const { visible: V, hidden: H, W, c } = this.potential
    kernels.fillRows(a, 0, c, 0, M, H)
    kernels.gemm(a, 0, H, v, 0, V, false, W, 0, H, false, M, H, V, 1, 1)
  }

  /** logWeights += ln p*_to(v) - ln p*_from(v); leaves P(h = 1 | v) at `to` for {@link AnnealedChains.draw}. */
  addLogRatios(logWeights: Float64Array, from: number, to: number): void {
    const { visible: V, hidden: H } = this.potential
    for (let r = 0; r < this.count; r++) {
      const linear = kernels.dot(this.v, r * V, this.slope, 0, V) + this.slopeOffset
      const hidden = softplusSumInto(this.h, this.a, r * H, H, to) - softplusSum(this.a, r * H, H, from)
      logWeights[r] += (to - from) * linear + hidden
    }
  }

  /** A Gibbs step, under which p_beta is invariant. */
  step(beta: number): void {
    const { a, h } = this
    for (let k = 0; k < h.length; k++) h[k] = beta * a[k]
    kernels.sigmoid(h, 0, h, 0, h.length)
    this.draw(beta)
  }

  /** A Gibbs step that uses the probabilities that {@link AnnealedChains.addLogRatios} left. */
  draw(beta: number): void {
    this.random.bernoulliInto(this.h, this.h)
    this.drawVisible(beta)
  }

  /** v given h at beta. */
  private drawVisible(beta: number): void {
    const { v, h, bias, base, count: M } = this
    const { visible: V, hidden: H, W, b } = this.potential
    for (let i = 0; i < V; i++) bias[i] = (1 - beta) * base[i] + beta * b[i]
    kernels.fillRows(v, 0, bias, 0, M, V)
    kernels.gemm(v, 0, V, h, 0, H, false, W, 0, H, true, M, V, H, beta, 1)
    this.sampleVisible()
  }
}
