/** Combines the posteriors of frames into the posterior of the utterance. */
import type { Matrix } from '../core/array.ts'
import { exp } from '../core/elementary.ts'
import type { FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'

/**
 * How frame posteriors are combined: `meanLog` is the renormalised exponential of the mean log posterior, `mean` the
 * mean posterior, `majority` the share of frames in which each class is the likeliest.
 */
export type Decision = 'meanLog' | 'mean' | 'majority'

/** All values of {@link Decision}. */
export const decisions: readonly Decision[] = ['meanLog', 'mean', 'majority']

/** Index of the largest element; of equal ones, the first. */
export function argmax(x: FloatArray, from = 0, n: number = x.length): number {
  let best = 0
  for (let k = 1; k < n; k++) if (x[from + k] > x[from + best]) best = k
  return best
}

/** The posterior [K] of an utterance from its log posteriors [T, K]. */
export function decide({ data, rows, cols }: Matrix, decision: Decision): FloatArray {
  const sums = new Float64Array(cols)
  for (let t = 0; t < rows; t++) {
    const at = t * cols
    if (decision === 'majority') sums[argmax(data, at, cols)]++
    else for (let k = 0; k < cols; k++) sums[k] += decision === 'mean' ? exp(data[at + k]) : data[at + k]
  }
  for (let k = 0; k < cols; k++) sums[k] /= rows
  if (decision === 'meanLog') kernels.softmax(sums, 0, sums, 0, 1, cols)
  const posterior = data.slice(0, cols)
  posterior.set(sums)
  return posterior
}

/** The mean of a matrix's rows [K]. */
export function meanRow({ data, rows, cols }: Matrix): FloatArray {
  const out = data.slice(0, cols)
  for (let k = 0; k < cols; k++) {
    let sum = 0
    for (let t = 0; t < rows; t++) sum += data[t * cols + k]
    out[k] = sum / rows
  }
  return out
}
