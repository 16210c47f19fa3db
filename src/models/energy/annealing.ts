/**
 * Annealed importance sampling of a partition function: R. Salakhutdinov and I. Murray, "On the quantitative analysis
 * of deep belief networks", ICML 2008, section 4.1; R. M. Neal, "Annealed importance sampling", 2001. From a base model
 * with biases b0 and no weights, along betas 0 = beta_0 < ... < beta_K = 1, with the hidden units summed out,
 *
 *   binary visibles     p*_beta(v) = exp(((1 - beta) b0 + beta b)'v) prod_j (1 + exp(beta a_j)),   a = c + W'v
 *   Gaussian visibles   p*_beta(v) = exp(-(1 - beta)/2 ||v - b0||^2 - beta/2 ||v - b||^2) prod_j (1 + exp(beta a_j))
 *
 * Both are the visible side of one pair of conditionals, that of a Gibbs step at beta:
 *
 *   h_j ~ sigm(beta a_j),   v_i ~ sigm(m_i) or N(m_i, 1),   m = (1 - beta) b0 + beta (b + W h)
 *
 * A chain starts at v_1 ~ p_0, and step k takes v_k to v_k+1 by a Gibbs step at beta_k. Its weight
 * w = prod_k p*_beta_k(v_k) / p*_beta_k-1(v_k) has the mean Z / Z_0, whatever the betas; they and the base decide its
 * spread. Z_0 = 2^H prod_i (1 + exp(b0_i)) or 2^H (2 pi)^(V/2).
 *
 * Legend: M chains, V visible units, H hidden units.
 */
import { checkInteger } from '../../core/check.ts'
import { exp, log, log1p } from '../../core/elementary.ts'
import { expectation } from '../../core/errors.ts'
import { square } from '../../core/power.ts'
import { kernels } from '../../kernels/index.ts'
import type { Random } from '../../numerics/random.ts'
import type { Potential } from './potential.ts'

/** Options of {@link annealedImportanceSampling}. */
export interface AisOptions {
  /** M, 2 or more. */
  chains: number
  /** The betas, rising from 0 to 1, or how many {@link temperatureLadder} makes. */
  temperatures: number | readonly number[]
  /** Where the chains draw from. A base that is not given comes from the substream `base`. */
  random: Random
  /** [V] b0. Default: the means of the visibles in a short Gibbs run of the model itself. */
  base?: Float64Array
}

/** An estimate of ln Z. */
export interface AisEstimate {
  logZ: number
  /** ln(Z - 3 sigma), sigma being the standard error of Z; -Infinity where that is not positive. */
  low: number
  /** ln(Z + 3 sigma). */
  high: number
  /** sigma / Z: to first order the standard error of ln Z. */
  standardError: number
  /** (sum w)^2 / sum w^2, between 1 and M. Near 1, one chain decides and no figure here can be trusted. */
  effectiveSampleSize: number
}

const BASE_CHAINS = 100
const BASE_STEPS = 50
/** Factors between 1 and 2 whose product is a finite float64. */
const FACTORS = 1000

/**
 * `count` evenly spaced betas, both ends included. No other spacing was better on the whole, on random models of 20 to
 * 38 units with weights of standard deviation 0.1 to 4: betas denser near 1, as 1 - (1 - t)^1.5 or 1 - (1 - t)^2, made
 * 0.7 to 1.7 times the error of even ones; the spacing of the paper, meant for 14,500 of them, 1.2 to 4.3 times.
 */
export function temperatureLadder(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => k / (count - 1))
}

/**
 * The betas of the option `temperatures`.
 *
 * @throws TypeError, RangeError unless it is an integer of 2 or more, or numbers that rise from 0 to 1
 */
export function checkTemperatures(where: string, temperatures: unknown): Float64Array {
  if (!Array.isArray(temperatures)) {
    return temperatureLadder(checkInteger(where, 'temperatures', temperatures, { min: 2 }))
  }
  const rises = temperatures.every((beta, k) => k === 0 || beta > temperatures[k - 1])
  if (!rises || temperatures[0] !== 0 || temperatures[temperatures.length - 1] !== 1) {
    throw new RangeError(expectation(where, 'temperatures', 'numbers that rise from 0 to 1', temperatures))
  }
  return Float64Array.from(temperatures)
}

/** sum_j ln(1 + exp(scale x_j)), one logarithm for many factors. */
function softplusSum(x: Float64Array, from: number, n: number, scale: number): number {
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

/** M Gibbs chains between a base model and a potential; they advance together, one matrix product a half step. */
class Chains {
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
  /** [V] b - b0: for both kinds of visibles the slope of ln p*_beta in v, hidden units aside. */
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
    kernels.fillRows(this.v, 0, base, 0, count, V)
    this.sampleVisible()
  }

  /** The visible states, from what they are given: log odds or means. */
  private sampleVisible(): void {
    const { v, random } = this
    if (this.potential.binary) {
      kernels.sigmoid(v, 0, v, 0, v.length)
      random.bernoulliInto(v, v)
    } else {
      for (let k = 0; k < v.length; k++) v[k] += random.normal()
    }
  }

  /** a = c + W'v, which the next two read. */
  activateHidden(): void {
    const { a, v, count: M } = this
    const { visible: V, hidden: H, W, c } = this.potential
    kernels.fillRows(a, 0, c, 0, M, H)
    kernels.gemm(a, 0, H, v, 0, V, false, W, 0, H, false, M, H, V, 1, 1)
  }

  /** logWeights += ln p*_to(v) - ln p*_from(v). */
  addLogRatios(logWeights: Float64Array, from: number, to: number): void {
    const { visible: V, hidden: H } = this.potential
    for (let r = 0; r < this.count; r++) {
      const linear = kernels.dot(this.v, r * V, this.slope, 0, V) + this.slopeOffset
      const hidden = softplusSum(this.a, r * H, H, to) - softplusSum(this.a, r * H, H, from)
      logWeights[r] += (to - from) * linear + hidden
    }
  }

  /** A Gibbs step that leaves p_beta as it is. */
  step(beta: number): void {
    const { v, a, h, bias, base, count: M } = this
    const { visible: V, hidden: H, W, b } = this.potential
    for (let k = 0; k < h.length; k++) h[k] = beta * a[k]
    kernels.sigmoid(h, 0, h, 0, h.length)
    this.random.bernoulliInto(h, h)
    for (let i = 0; i < V; i++) bias[i] = (1 - beta) * base[i] + beta * b[i]
    kernels.fillRows(v, 0, bias, 0, M, V)
    kernels.gemm(v, 0, V, h, 0, H, false, W, 0, H, true, M, V, H, beta, 1)
    this.sampleVisible()
  }
}

/**
 * The biases of a base model near the potential: the means of its visibles over Gibbs chains from random starts. The
 * rates of binary ones are counted with one chain more at 0 and one at 1, so that every state keeps a fair chance.
 */
function baseBiases(potential: Potential, random: Random): Float64Array {
  const { visible: V, binary, b } = potential
  const chains = new Chains(potential, binary ? new Float64Array(V) : b, BASE_CHAINS, random)
  const sum = new Float64Array(V)
  for (let step = 0; step < BASE_STEPS; step++) {
    chains.activateHidden()
    chains.step(1)
    if (step >= BASE_STEPS / 2) kernels.addColumnSums(sum, 0, chains.v, 0, BASE_CHAINS, V)
  }
  const kept = sum.map((total) => total / (BASE_STEPS / 2))
  return kept.map((total) => (binary ? log((total + 1) / (BASE_CHAINS - total + 1)) : total / BASE_CHAINS))
}

/** ln Z_0 */
function baseLogPartition({ visible: V, hidden: H, binary }: Potential, base: Float64Array): number {
  const visible = binary ? softplusSum(base, 0, V, 1) : (V / 2) * log(2 * Math.PI)
  return visible + H * Math.LN2
}

/** Mean, error and effective number of weights exp(logWeights), all times exp(offset). */
function estimate(logWeights: Float64Array, offset: number): AisEstimate {
  const M = logWeights.length
  const max = logWeights.reduce((a, b) => Math.max(a, b))
  const weights = logWeights.map((logWeight) => exp(logWeight - max))
  const sum = weights.reduce((a, b) => a + b)
  const mean = sum / M
  const squares = weights.reduce((total, w) => total + w * w, 0)
  const deviations = weights.reduce((total, w) => total + square(w - mean), 0)
  const standardError = Math.sqrt(deviations / (M - 1) / M) / mean
  const logZ = offset + max + log(mean)
  return {
    logZ,
    low: 3 * standardError < 1 ? logZ + log1p(-3 * standardError) : Number.NEGATIVE_INFINITY,
    high: logZ + log1p(3 * standardError),
    standardError,
    effectiveSampleSize: square(sum) / squares,
  }
}

/**
 * Estimates ln Z of a potential by annealed importance sampling. The interval tells the spread of the chains that were run, not what
 * none of them found: where a model has modes far apart, only more temperatures and chains show whether the estimate still grows.
 *
 * @throws TypeError, RangeError for `chains` or `temperatures` that are none
 */
export function annealedImportanceSampling(potential: Potential, options: AisOptions): AisEstimate {
  const where = 'annealedImportanceSampling'
  const count = checkInteger(where, 'chains', options.chains, { min: 2 })
  const betas = checkTemperatures(where, options.temperatures)
  const { random, base = baseBiases(potential, random.substream('base')) } = options
  const chains = new Chains(potential, base, count, random)
  const logWeights = new Float64Array(count)
  for (let k = 1; k < betas.length; k++) {
    chains.activateHidden()
    chains.addLogRatios(logWeights, betas[k - 1], betas[k])
    if (k < betas.length - 1) chains.step(betas[k])
  }
  return estimate(logWeights, baseLogPartition(potential, base))
}
