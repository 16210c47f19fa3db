/** Statistics over the frames so far, a row at a time, no more of them than asked for. */
import type { FloatArray } from '../core/types.ts'

/** Statistics over time. */
export type PoolStatistic = 'mean' | 'max' | 'sd'

/** The words of {@link PoolStatistic}. */
export const poolStatistics: readonly PoolStatistic[] = ['mean', 'max', 'sd']

/** Statistics of B sequences; those that nobody asks for are not kept up. */
export interface Running {
  /** [B] frames so far. */
  count: FloatArray
  /** [B, D] each: running mean, sum of squared deviations (Welford 1962), maximum. */
  mean: FloatArray
  deviations: FloatArray
  max: FloatArray
}

/** Which statistics are kept up. */
export type Wanted = Record<Exclude<keyof Running, 'count'>, boolean>

const everything: Wanted = { mean: true, deviations: true, max: true }

/** The running statistics that those of a pool are computed from. */
export function wantedFor(statistics: readonly PoolStatistic[]): Wanted {
  const deviations = statistics.includes('sd')
  return { mean: deviations || statistics.includes('mean'), deviations, max: statistics.includes('max') }
}

/** Statistics of no frames, with memory for the wanted ones. */
export function startRunning(sequences: number, columns: number, wanted: Wanted = everything): Running {
  const zeros = (isWanted: boolean): Float64Array => new Float64Array(isWanted ? sequences * columns : 0)
  return {
    count: new Float64Array(sequences),
    mean: zeros(wanted.mean),
    deviations: zeros(wanted.deviations),
    max: zeros(wanted.max),
  }
}

/** Takes a row [D] of sequence b in; where it has the maximum of a column, notes so in `argmax` [B, D]. */
export function takeRowIn(
  { count, mean, deviations, max }: Running,
  wanted: Wanted,
  b: number,
  x: FloatArray,
  row: number,
  D: number,
  argmax: Int32Array,
): void {
  // Read before the loop over columns: read within it, a pool of all three took 5 % longer.
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
