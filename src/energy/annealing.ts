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
 * w = prod_k p*_beta_k(v_k) / p*_beta_k-1(v_k) has the mean Z / Z_0 for any betas; these and the base determine its
 * variance. Z_0 = 2^H prod_i (1 + exp(b0_i)) or 2^H (2 pi)^(V/2).
 *
 * Chains that all miss the same modes have consistent but wrong weights. Chains therefore also run backward, from beta
 * = 1 to 0, as in R. Grosse, Z. Ghahramani and R. Adams, "Sandwiching the marginal likelihood using bidirectional Monte
 * Carlo", 2015: 1/w then has the mean Z_0 / Z: forward chains tend to underestimate ln Z, backward ones to overestimate
 * it. Exact samples to start from are not available, so that backward chains start from chains of h alone, from the
 * best modes of a search (`annealing-modes.ts`); the states visited by it bound ln Z from below.
 *
 * Legend: M chains, V visible units, H hidden units.
 */
import { checkInteger } from '../core/check.ts'
import { exp, log, log1p } from '../core/elementary.ts'
import { expectation } from '../core/errors.ts'
import { square } from '../core/power.ts'
import { finish, type Steps } from '../core/steps.ts'
import { kernels } from '../kernels/index.ts'
import type { Random } from '../numerics/random.ts'
import { AnnealedChains, softplusSum } from './annealing-chains.ts'
import { findModes } from './annealing-modes.ts'
import type { Potential } from './potential.ts'

/** How far an estimate by AIS is. */
export interface AisProgress {
  /** Gibbs steps of all chains that are done, of `all`. */
  done: number
  all: number
}

/** Options of {@link annealedImportanceSampling}. */
export interface AisOptions {
  /** M, 2 or more. */
  chains: number
  /** The betas, increasing from 0 to 1, or their number for {@link temperatureLadder}. */
  temperatures: number | readonly number[]
  /** Random stream of the chains. The default base uses its substream `base`. */
  random: Random
  /** [V] b0. Default: the means of the visibles in a short Gibbs run of the model itself. */
  base?: Float64Array
  /** Whether chains run backward as well. Default true. */
  reverse?: boolean
}

/** Estimate of ln Z by the chains of one direction. */
export interface AisSide {
  logZ: number
  /** Interval of three standard errors to each side; infinite where it has no end. */
  low: number
  high: number
  /** Standard error of ln Z, to first order. */
  standardError: number
}

/** An estimate of ln Z. */
export interface AisEstimate extends AisSide {
  /** Estimate by the forward chains. Where `reliable` is false it may be far too low, because chains can miss modes. */
  logZ: number
  /** ln(Z - 3 sigma), with sigma the standard error of Z; -Infinity where the difference is not positive. */
  low: number
  /** ln(Z + 3 sigma); where `reliable` is false, no less than `bound` and the end of the backward interval. */
  high: number
  /** sigma / Z: to first order the standard error of ln Z. */
  standardError: number
  /** (sum w)^2 / sum w^2, between 1 and M. Near 1, a single chain dominates and no figure here can be trusted. */
  effectiveSampleSize: number
  /** Estimate by the backward chains, or null if there were none. */
  reverse: AisSide | null
  /** Lower bound of ln Z: ln of the sum of exp(-E) over the hidden states visited by the search for modes. */
  bound: number
  /**
   * Whether the figures can be trusted: `low` is finite, `high` is not below `bound`, and both directions agree within
   * three standard errors of their difference. If not, more temperatures (first) and chains help; very strong weights
   * need the exact sum, or weight decay.
   */
  reliable: boolean
}

/** Relative rounding error of ln Z, within which two directions count as equal. */
const ROUNDING = 1e-9
/** Backward chains per forward chain. */
const BACKWARD = 0.25
const BASE_CHAINS = 100
const BASE_STEPS = 50

/**
 * `count` evenly spaced betas from 0 to 1, both included. No other spacing was better overall, on random models of 20
 * to 38 units with weights of standard deviation 0.1 to 4: betas denser near 1, as 1 - (1 - t)^1.5 or 1 - (1 - t)^2,
 * made 0.7 to 1.7 times the error of even ones; the spacing of the paper, meant for 14,500 of them, 1.2 to 4.3 times.
 */
export function temperatureLadder(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, k) => k / (count - 1))
}

/**
 * The betas of the option `temperatures`.
 *
 * @throws TypeError, RangeError unless it is an integer of 2 or more, or numbers increasing from 0 to 1
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

/**
 * The biases of a base model near the potential: the means of its visibles over Gibbs chains from random starts. For
 * binary units, one chain at 0 and one at 1 are added to the counts, so that no state has a probability near 0.
 */
function* baseBiases(potential: Potential, random: Random): Steps<Float64Array, number> {
  const { visible: V, binary, b } = potential
  const chains = new AnnealedChains(potential, binary ? new Float64Array(V) : b, BASE_CHAINS, random).startAtBase()
  const sum = new Float64Array(V)
  for (let step = 0; step < BASE_STEPS; step++) {
    chains.activateHidden()
    chains.step(1)
    if (step >= BASE_STEPS / 2) kernels.addColumnSums(sum, 0, chains.v, 0, BASE_CHAINS, V)
    yield 1
  }
  const kept = sum.map((total) => total / (BASE_STEPS / 2))
  return kept.map((total) => (binary ? log((total + 1) / (BASE_CHAINS - total + 1)) : total / BASE_CHAINS))
}

/** ln Z_0 */
function baseLogPartition({ visible: V, hidden: H, binary }: Potential, base: Float64Array): number {
  const visible = binary ? softplusSum(base, 0, V, 1) : (V / 2) * log(2 * Math.PI)
  return visible + H * Math.LN2
}

/** Mean, standard error and effective sample size of the weights exp(logWeights), scaled by exp(offset). */
function meanWeight(logWeights: Float64Array, offset: number): Omit<AisEstimate, 'reverse' | 'bound' | 'reliable'> {
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

/** Takes the chains along the betas; returns ln w of each chain. */
function* annealAlong(chains: AnnealedChains, betas: Float64Array): Steps<Float64Array, number> {
  const logWeights = new Float64Array(chains.count)
  for (let k = 1; k < betas.length; k++) {
    chains.activateHidden()
    chains.addLogRatios(logWeights, betas[k - 1], betas[k])
    if (k < betas.length - 1) chains.draw(betas[k])
    yield 1
  }
  return logWeights
}

/** ln Z from the mean of 1/w of backward chains that start from Gibbs chains given the hidden states. */
function* annealBackwards(
  chains: AnnealedChains,
  starts: Float64Array,
  betas: Float64Array,
  offset: number,
): Steps<AisSide, number> {
  chains.startGiven(starts)
  for (let step = 0; step < BASE_STEPS; step++) {
    chains.activateHidden()
    chains.step(1)
    yield 1
  }
  const weights = yield* annealAlong(chains, betas.slice().reverse())
  const { logZ, low, high, standardError } = meanWeight(weights, -offset)
  return { logZ: -logZ, low: -high, high: -low, standardError }
}

/** Starts of the search [M, H]: half the likeliest hidden states given the ends of the forward chains, half random. */
function searchStates(chains: AnnealedChains, random: Random): Float64Array {
  const states = chains.hidden().map(Math.round)
  const half = states.subarray(Math.floor(states.length / 2))
  random.bernoulliInto(half, 0.5)
  return states
}

/**
 * Estimates ln Z of a potential by annealed importance sampling. The forward interval reflects the spread of the
 * chains, not the modes that all of them missed; backward chains from the best modes of a search, and the states of
 * that search, reveal those (`reliable`). Modes that neither finds remain unknown.
 *
 * @throws TypeError, RangeError for invalid `chains` or `temperatures`
 */
export function annealedImportanceSampling(potential: Potential, options: AisOptions): AisEstimate {
  return finish(annealing(potential, options))
}

/** {@link annealedImportanceSampling} in steps, each of which tells its progress. */
export function* annealing(potential: Potential, options: AisOptions): Steps<AisEstimate, AisProgress> {
  const where = 'annealedImportanceSampling'
  const count = checkInteger(where, 'chains', options.chains, { min: 2 })
  const betas = checkTemperatures(where, options.temperatures)
  const { base, reverse = true } = options
  const passes = betas.length - 1
  const all = (base ? 0 : BASE_STEPS) + passes + (reverse ? BASE_STEPS + passes : 0)
  const steps = estimation(potential, { ...options, base, reverse }, count, betas)
  for (let done = 0; ; ) {
    const next = steps.next()
    if (next.done) return next.value
    done += next.value
    yield { done, all }
  }
}

/** The estimate; each pause tells how many Gibbs steps of the chains were done since the last. */
function* estimation(
  potential: Potential,
  options: AisOptions,
  count: number,
  betas: Float64Array,
): Steps<AisEstimate, number> {
  const { random } = options
  const base = options.base ?? (yield* baseBiases(potential, random.substream('base')))
  const offset = baseLogPartition(potential, base)
  const chains = new AnnealedChains(potential, base, count, random).startAtBase()
  const forward = meanWeight(yield* annealAlong(chains, betas), offset)
  const behind = random.substream('reverse')
  const backward = Math.max(2, Math.ceil(count * BACKWARD))
  const { starts, bound } = yield* findModes(potential, searchStates(chains, behind), backward, behind)
  const back = new AnnealedChains(potential, base, backward, behind)
  const reverse = options.reverse === false ? null : yield* annealBackwards(back, starts, betas, offset)
  return judged(forward, reverse, bound)
}

/** Whether two estimates are consistent: by their difference or, where an error is infinite, by their intervals. */
function agree(a: AisSide, b: AisSide, slack: number): boolean {
  if (!Number.isFinite(a.low) || !Number.isFinite(b.high)) return a.low <= b.high + slack && b.low <= a.high + slack
  return Math.abs(a.logZ - b.logZ) <= 3 * Math.sqrt(square(a.standardError) + square(b.standardError)) + slack
}

/** Combines the forward estimate with the backward one and the bound. */
function judged(forward: ReturnType<typeof meanWeight>, reverse: AisSide | null, bound: number): AisEstimate {
  const slack = ROUNDING * Math.abs(forward.logZ)
  const agrees = reverse === null || agree(forward, reverse, slack)
  const missed = bound > forward.high + slack
  const reliable = forward.low > Number.NEGATIVE_INFINITY && agrees && !missed
  const high = reliable ? forward.high : Math.max(forward.high, bound, reverse?.high ?? Number.NEGATIVE_INFINITY)
  return { ...forward, high, reverse, bound, reliable }
}
