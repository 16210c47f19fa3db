import { checkBoolean, checkInteger, checkOneOf, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import { checkSeed, Random, type Seed } from '../numerics/random.ts'
import { type AisEstimate, type AisSide, annealedImportanceSampling, checkTemperatures } from './annealing.ts'
import { Enumeration, enumerableUnits, MAX_ENUMERABLE } from './enumeration.ts'
import type { Potential } from './potential.ts'

/** ln Z as the sum over all states. */
export interface ExactPartitionOptions {
  method?: 'exact'
}

/** ln Z by annealed importance sampling (Salakhutdinov & Murray 2008). */
export interface AisPartitionOptions {
  method: 'ais'
  /** Annealed chains; more of them narrow the interval. Default 100. */
  chains?: number
  /** Number of inverse temperatures, or these themselves rising from 0 to 1. Default 10000. */
  temperatures?: number | readonly number[]
  /**
   * Whether as many chains run backwards from the best modes of a search, which tells modes that the forward ones missed
   * (`reliable`) and doubles the time. Default true.
   */
  reverse?: boolean
  /** Default: the model's. */
  seed?: Seed
}

/** How ln Z is found. Default: exactly. */
export type PartitionOptions = ExactPartitionOptions | AisPartitionOptions

/** Options of a log-likelihood: how ln Z is found, or ln Z itself. */
export type LikelihoodOptions = PartitionOptions | { logPartition: number }

/** The options of AIS, or null for the exact sum. */
export function resolvePartition(
  where: string,
  options: PartitionOptions,
  defaultSeed: Seed,
): Required<AisPartitionOptions> | null {
  checkOptions(where, options, ['method', 'chains', 'temperatures', 'reverse', 'seed'])
  const method = checkOneOf(where, 'method', options.method ?? 'exact', ['exact', 'ais'])
  const { chains, temperatures, reverse, seed } = options as Partial<AisPartitionOptions>
  if (method === 'ais') {
    checkTemperatures(where, temperatures ?? 2)
    return {
      method,
      chains: checkInteger(where, 'chains', chains ?? 100, { min: 2 }),
      temperatures: temperatures ?? 10_000,
      reverse: checkBoolean(where, 'reverse', reverse ?? true),
      seed: checkSeed(where, seed ?? defaultSeed),
    }
  }
  for (const [name, value] of Object.entries({ chains, temperatures, reverse, seed })) {
    if (value !== undefined) throw new RangeError(expectation(where, name, 'nothing unless method is "ais"', value))
  }
  return null
}

/** Exact sums for one W. @throws RangeError where there are too many states, naming the remedy where there is one */
export function enumerationOf(where: string, coupling: Omit<Potential, 'b' | 'c'>, remedy: string): Enumeration {
  const units = enumerableUnits(coupling)
  if (units > MAX_ENUMERABLE) {
    throw new RangeError(`${where}: 2^${units} states are too many to sum (at most 2^${MAX_ENUMERABLE})${remedy}`)
  }
  return new Enumeration(coupling)
}

/** What to say where an exact sum is too large. */
export const AIS_REMEDY = '; method: "ais" estimates it'

/** AIS with the resolved options. */
export function anneal(potential: Potential, { seed, ...options }: Required<AisPartitionOptions>): AisEstimate {
  return annealedImportanceSampling(potential, { ...options, random: new Random(seed).substream('ais') })
}

/** The same of a model whose ln Z is larger by `shift`. */
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
