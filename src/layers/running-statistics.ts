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

/** Welford's step for a row with n frames so far, it included; with neither flag, the mean alone is kept. */
function takeMean(
  { mean, deviations }: Running,
  wantsDeviations: boolean,
  n: number,
  k: number,
  x: FloatArray,
  at: number,
  D: number,
): void {
  if (wantsDeviations) {
    for (let j = 0; j < D; j++) {
      const value = x[at + j]
      const before = value - mean[k + j]
      const now = mean[k + j] + before / n
      mean[k + j] = now
      deviations[k + j] += before * (value - now)
    }
  } else {
    for (let j = 0; j < D; j++) mean[k + j] += (x[at + j] - mean[k + j]) / n
  }
}

/**
 * Adds a row [D] to the statistics of sequence b; records in `argmax` [B, D] the columns of which it is the maximum.
 * A loop for each kind of statistic: with all of them in one, a pool of all three took half as long again.
 */
export function takeRowIn(
  running: Running,
  wanted: Wanted,
  b: number,
  x: FloatArray,
  row: number,
  D: number,
  argmax: Int32Array,
): void {
  const { count, max } = running
  const [k, at] = [b * D, row * D]
  const n = count[b] + 1
  count[b] = n
  if (wanted.mean) takeMean(running, wanted.deviations, n, k, x, at, D)
  if (!wanted.max) return
  for (let j = 0; j < D; j++) {
    const value = x[at + j]
    if (n > 1 && value <= max[k + j]) continue
    max[k + j] = value
    argmax[k + j] = row
  }
}
