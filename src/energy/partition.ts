import { checkBoolean, checkInteger, checkOneOf, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { Steps } from '../core/steps.ts'
import { checkHooks } from '../numerics/loop.ts'
import { checkSeed, Random, type Seed } from '../numerics/random.ts'
import { type AisEstimate, type AisProgress, type AisSide, annealing, checkTemperatures } from './annealing.ts'
import { Enumeration, enumerableUnits, MAX_ENUMERABLE } from './enumeration.ts'
import type { Potential } from './potential.ts'

/** ln Z by the exact sum over all states. */
export interface ExactPartitionOptions {
  method?: 'exact'
}

/** ln Z by annealed importance sampling (Salakhutdinov & Murray 2008). */
export interface AisPartitionOptions {
  method: 'ais'
  /** Number of annealed chains; more of them narrow the interval. Default 100. */
  chains?: number
  /** Number of inverse temperatures, or a list of them, increasing from 0 to 1. Default 10000. */
  temperatures?: number | readonly number[]
  /**
   * Whether backward chains, a quarter as many, also run from the best modes of a search. They reveal modes that the
   * forward chains missed (`reliable`) and take a quarter more time. Default true.
   */
  reverse?: boolean
  /** Default: the model's. */
  seed?: Seed
  /**
   * Called after each Gibbs step of the chains; a CRBM counts those of all frames. An error that it throws ends the
   * call. `estimateLogPartition` awaits a promise of it.
   */
  onProgress?: (progress: AisProgress) => unknown
}

/** Options of `estimateLogPartition`: those of AIS, and a signal. */
export interface EstimateOptions extends Omit<AisPartitionOptions, 'method'> {
  /** Stops after the next Gibbs step of the chains; the call then rejects with the signal's reason. */
  signal?: AbortSignal
}

/** Checked options of AIS. */
export type ResolvedAis = Required<Omit<AisPartitionOptions, 'onProgress'>> & Pick<AisPartitionOptions, 'onProgress'>

/** Checks the options of `estimateLogPartition`. */
export function resolveEstimate(
  where: string,
  options: EstimateOptions,
  defaultSeed: Seed,
): { ais: ResolvedAis; signal: AbortSignal | undefined } {
  checkOptions(where, options, ['chains', 'temperatures', 'reverse', 'seed', 'onProgress', 'signal'])
  checkHooks(where, options, [])
  const { signal, ...rest } = options
  return { ais: resolvePartition(where, { ...rest, method: 'ais' }, defaultSeed) as ResolvedAis, signal }
}

/** Method for ln Z. Default: the exact sum. */
export type PartitionOptions = ExactPartitionOptions | AisPartitionOptions

/** AIS for a likelihood. The result is a plain number, so that doubts about ln Z come as a warning. */
export interface AisLikelihoodOptions extends AisPartitionOptions {
  /**
   * Receives a warning if ln Z cannot be trusted (`reliable` is false), at most one per call. Default `console.warn`.
   */
  onWarning?: (message: string) => void
}

/** Method for the ln Z of each frame. Default: the exact sum. */
export type FrameLikelihoodOptions = ExactPartitionOptions | AisLikelihoodOptions

/** Options of a log-likelihood: the method for ln Z, or a known ln Z. */
export type LikelihoodOptions = FrameLikelihoodOptions | { logPartition: number }

/** Names of {@link AisLikelihoodOptions}. */
export const likelihoodOptionNames = [
  'method',
  'chains',
  'temperatures',
  'reverse',
  'seed',
  'onProgress',
  'onWarning',
] as const

/** Checks the options; null for the exact sum. */
export function resolvePartition(where: string, options: PartitionOptions, defaultSeed: Seed): ResolvedAis | null {
  const names = ['method', 'chains', 'temperatures', 'reverse', 'seed', 'onProgress'] as const
  checkOptions(where, options as AisPartitionOptions, names)
  const method = checkOneOf(where, 'method', options.method ?? 'exact', ['exact', 'ais'])
  const { chains, temperatures, reverse, seed, onProgress } = options as Partial<AisPartitionOptions>
  if (method === 'ais') {
    checkHooks(where, options, ['onProgress'])
    checkTemperatures(where, temperatures ?? 2)
    return {
      method,
      chains: checkInteger(where, 'chains', chains ?? 100, { min: 2 }),
      temperatures: temperatures ?? 10_000,
      reverse: checkBoolean(where, 'reverse', reverse ?? true),
      seed: checkSeed(where, seed ?? defaultSeed),
      onProgress,
    }
  }
  for (const [name, value] of Object.entries({ chains, temperatures, reverse, seed, onProgress })) {
    if (value !== undefined) throw new RangeError(expectation(where, name, 'nothing unless method is "ais"', value))
  }
  return null
}

/** Checks the options of AIS and the receiver of warnings; null for the exact sum. */
export function resolveLikelihood(
  where: string,
  options: FrameLikelihoodOptions,
  defaultSeed: Seed,
): { ais: ResolvedAis; onWarning: (message: string) => void } | null {
  checkOptions(where, options as AisLikelihoodOptions, likelihoodOptionNames)
  const { onWarning, ...partition } = options as AisLikelihoodOptions
  const ais = resolvePartition(where, partition, defaultSeed)
  if (onWarning !== undefined) {
    if (ais === null) throw new RangeError(expectation(where, 'onWarning', 'nothing unless method is "ais"', onWarning))
    if (typeof onWarning !== 'function') throw new TypeError(expectation(where, 'onWarning', 'a function', onWarning))
  }
  return ais && { ais, onWarning: onWarning ?? ((message) => console.warn(message)) }
}

/** Warns once if an ln Z behind a likelihood cannot be trusted. */
export function warnOfDoubts(where: string, estimates: readonly AisEstimate[], warn: (message: string) => void): void {
  const doubtful = estimates.filter(({ reliable }) => !reliable)
  if (doubtful.length === 0) return
  const [{ logZ, low, high }] = doubtful
  const [taken, from, to] = [logZ, low, high].map((value) => value.toPrecision(6))
  const which = estimates.length === 1 ? 'ln Z' : `ln Z of ${doubtful.length} of ${estimates.length} frames`
  const figure = `${estimates.length === 1 ? '' : 'the first '}taken as ${taken} lies between ${from} and ${to}`
  const remedy =
    'take more "temperatures" (first) and "chains", or the exact sum (method: "exact") if it is small enough'
  warn(`${where}: ${which} by AIS cannot be trusted: ${figure}; ${remedy}. See logPartition for details`)
}

/** Exact sums for one W. @throws RangeError for too many states, with the remedy if there is one */
export function enumerationOf(where: string, coupling: Omit<Potential, 'b' | 'c'>, remedy: string): Enumeration {
  const units = enumerableUnits(coupling)
  if (units > MAX_ENUMERABLE) {
    throw new RangeError(`${where}: 2^${units} states are too many to sum (at most 2^${MAX_ENUMERABLE})${remedy}`)
  }
  return new Enumeration(coupling)
}

/** Remedy for an exact sum that is too large. */
export const AIS_REMEDY = '; method: "ais" estimates it'

/** Steps of AIS with the resolved options. */
export function anneal(
  potential: Potential,
  { seed, chains, temperatures, reverse }: ResolvedAis,
): Steps<AisEstimate, AisProgress> {
  return annealing(potential, { chains, temperatures, reverse, random: new Random(seed).substream('ais') })
}

/** AIS of several potentials in turn, the progress that of all. */
export function* annealEach(potentials: readonly Potential[], ais: ResolvedAis): Steps<AisEstimate[], AisProgress> {
  const estimates: AisEstimate[] = []
  for (const [r, potential] of potentials.entries()) {
    const steps = anneal(potential, { ...ais, seed: `${ais.seed}/${r}` })
    let next = steps.next()
    for (; !next.done; next = steps.next()) {
      const { done, all } = next.value
      yield { done: r * all + done, all: potentials.length * all }
    }
    estimates.push(next.value)
  }
  return estimates
}

/** Adds `shift` to every ln Z of an estimate. */
export function shiftEstimate(estimate: AisEstimate, shift: number): AisEstimate {
  const ends = ({ logZ, low, high }: AisSide) => ({ logZ: logZ + shift, low: low + shift, high: high + shift })
  const { reverse } = estimate
  return {
    ...estimate,
    ...ends(estimate),
    reverse: reverse && { ...reverse, ...ends(reverse) },
    bound: estimate.bound + shift,
  }
}
