/** Running statistics over the frames so far, updated row by row; only the requested ones are computed. */
import type { FloatArray } from '../core/types.ts'
import type { Activations } from './batch.ts'

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

/** Welford's step for a row with n frames so far, it included; `moments` [D, 2] are means and sums of squared deviations. */
function takeMoments(moments: Float64Array, n: number, x: FloatArray, at: number, D: number): void {
  for (let j = 0, k = 0; j < D; j++, k += 2) {
    const value = x[at + j]
    const before = value - moments[k]
    const now = moments[k] + before / n
    moments[k] = now
    moments[k + 1] += before * (value - now)
  }
}

function takeMean(mean: FloatArray, n: number, k: number, x: FloatArray, at: number, D: number): void {
  for (let j = 0; j < D; j++) mean[k + j] += (x[at + j] - mean[k + j]) / n
}

function takeMax(
  max: FloatArray,
  argmax: Int32Array,
  n: number,
  k: number,
  x: FloatArray,
  row: number,
  D: number,
): void {
  const at = row * D
  for (let j = 0; j < D; j++) {
    const value = x[at + j]
    if (n > 1 && value <= max[k + j]) continue
    max[k + j] = value
    argmax[k + j] = row
  }
}

/**
 * Adds the rows [D] of packed sequence b to its statistics; records in `argmax` [B, D] the rows of the maxima. A loop for
 * each kind of statistic, with few arrays: with all of them in one, a pool of all three took half as long again, and with
 * means and deviations in arrays of their own instead of `moments` [D, 2] a third more.
 */
export function takeSequenceIn(
  { count, mean, deviations, max }: Running,
  wanted: Wanted,
  b: number,
  { data: x, cols: D, plan: { lengths, offsets } }: Activations,
  argmax: Int32Array,
  moments: Float64Array,
): void {
  const k = b * D
  for (let j = 0; wanted.deviations && j < D; j++) {
    moments[2 * j] = mean[k + j]
    moments[2 * j + 1] = deviations[k + j]
  }
  for (let t = 0, n = count[b] + 1; t < lengths[b]; t++, n++) {
    const row = offsets[t] + b
    if (wanted.deviations) takeMoments(moments, n, x, row * D, D)
    else if (wanted.mean) takeMean(mean, n, k, x, row * D, D)
    if (wanted.max) takeMax(max, argmax, n, k, x, row, D)
  }
  count[b] += lengths[b]
  for (let j = 0; wanted.deviations && j < D; j++) {
    mean[k + j] = moments[2 * j]
    deviations[k + j] = moments[2 * j + 1]
  }
}
