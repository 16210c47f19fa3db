/** Running statistics over the frames so far, updated row by row; only the requested ones are computed. */
import type { FloatArray } from '../core/types.ts'

/** Statistics over time. */
export type PoolStatistic = 'mean' | 'max' | 'sd'

/** All values of {@link PoolStatistic}. */
export const poolStatistics: readonly PoolStatistic[] = ['mean', 'max', 'sd']

/** Running statistics of B sequences; those that are not requested stay empty. */
export interface Running {
  /** [B] frames so far. */
  count: FloatArray
  /** [B, D] each: running mean, sum of squared deviations (Welford 1962), maximum. */
  mean: FloatArray
  deviations: FloatArray
  max: FloatArray
}

/** Which running statistics are computed. */
export type Wanted = Record<Exclude<keyof Running, 'count'>, boolean>

const everything: Wanted = { mean: true, deviations: true, max: true }

/** The running statistics that a pool needs. */
export function wantedFor(statistics: readonly PoolStatistic[]): Wanted {
  const deviations = statistics.includes('sd')
  return { mean: deviations || statistics.includes('mean'), deviations, max: statistics.includes('max') }
}

/** Running statistics of no frames, with memory for the wanted ones. */
export function startRunning(sequences: number, columns: number, wanted: Wanted = everything): Running {
  const zeros = (isWanted: boolean): Float64Array => new Float64Array(isWanted ? sequences * columns : 0)
  return {
    count: new Float64Array(sequences),
    mean: zeros(wanted.mean),
    deviations: zeros(wanted.deviations),
    max: zeros(wanted.max),
  }
}

/**
 * Adds a row [D] to the statistics of sequence b; records in `argmax` [B, D] the columns of which it is the maximum.
 */
export function takeRowIn(
  { count, mean, deviations, max }: Running,
  wanted: Wanted,
  b: number,
  x: FloatArray,
  row: number,
  D: number,
  argmax: Int32Array,
): void {
  // Read before the loop over columns: reading them inside made a pool of all three 5 % slower.
  const { mean: wantsMean, deviations: wantsDeviations, max: wantsMax } = wanted
  const n = count[b] + 1
  count[b] = n
  for (let j = 0; j < D; j++) {
    const k = b * D + j
    const value = x[row * D + j]
    if (wantsMean) {
      const before = value - mean[k]
      mean[k] += before / n
      if (wantsDeviations) deviations[k] += before * (value - mean[k])
    }
    if (wantsMax && (n === 1 || !(value <= max[k]))) {
      max[k] = value
      argmax[k] = row
    }
  }
}
