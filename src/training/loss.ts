/**
 * Losses over packed rows. The loss of a sequence is the mean over its rows, of a batch the mean over its sequences, so
 * that row r of sequence b weighs w_r = w_b / (B T_b), with w_b the weight of its class (1 unless given).
 */
import { log, sigmoid as sigmoidOf, softplus as softplusOf } from '../core/elementary.ts'
import type { FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'

/** Losses of a `Sequential`; `concordance` is 1 - CCC over the rows of a batch, see `concordance-loss.ts`. */
export type LossName = 'crossEntropy' | 'squaredError' | 'concordance'

/** Every loss; `binaryCrossEntropy` is computed from logits, which a linear layer puts out. */
export type LossKind = LossName | 'binaryCrossEntropy'

/** Arguments of a loss: targets [rows, cols] and weights [rows]. */
export interface LossRows {
  targets: FloatArray
  weights: Float64Array
  rows: number
  cols: number
}

/**
 * Cross-entropy on softmax: L = -sum_r w_r sum_k t_rk ln softmax(z_r)_k. Writes dL/dz = w (softmax(z) sum t - t).
 */
export function crossEntropyOnLogits(
  dz: FloatArray,
  z: FloatArray,
  { targets, weights, rows, cols }: LossRows,
): number {
  return kernels.crossEntropy(dz, z, targets, weights, rows, cols)
}

/**
 * Below this probability losses work with ln p instead of p: in float32 1 / p would overflow, and p itself underflow
 * soon after.
 */
export const LEAST_PROBABILITY: number = 1e-30

/** A loss, and dL/d ln y [rows, cols] for the elements computed from their logarithms; null where there are none. */
export interface LossOfLogs {
  loss: number
  dLogs: Float64Array | null
}

/**
 * Cross-entropy on probabilities, for outputs that are means of softmaxes: L = -sum w t ln y, dL/dy = -w t / y. Where y
 * is below {@link LEAST_PROBABILITY} its logarithm is taken from `logsOf`, dL/d ln y = -w t, and dL/dy left at 0.
 * Outputs that dropout has set to zero count as that least probability and have no gradient.
 */
export function crossEntropyOnProbabilities(
  dy: FloatArray,
  y: FloatArray,
  { targets, weights, rows, cols }: LossRows,
  logsOf: () => Float64Array,
): LossOfLogs {
  let loss = 0
  let logs: Float64Array | null = null
  let dLogs: Float64Array | null = null
  for (let r = 0, k = 0; r < rows; r++) {
    for (let end = k + cols; k < end; k++) {
      const weight = weights[r] * targets[k]
      dy[k] = 0
      if (targets[k] === 0) continue
      if (!(y[k] < LEAST_PROBABILITY)) {
        dy[k] = -weight / y[k]
        loss -= weight * log(y[k])
        continue
      }
      logs ??= logsOf()
      dLogs ??= new Float64Array(rows * cols)
      const known = logs[k] > Number.NEGATIVE_INFINITY
      if (known) dLogs[k] = -weight
      loss -= weight * (known ? logs[k] : log(LEAST_PROBABILITY))
    }
  }
  return { loss, dLogs }
}

/**
 * Cross-entropy of independent yes-or-no outputs sigm(z) with targets in [0, 1]:
 * L = sum w (t softplus(-z) + (1 - t) softplus(z)), dL/dz = w ((1 - t) sigm(z) - t sigm(-z)): no cancellation,
 * however close the output is to 0 or 1.
 */
export function binaryCrossEntropyOnLogits(
  dz: FloatArray,
  z: FloatArray,
  { targets, weights, rows, cols }: LossRows,
): number {
  let loss = 0
  for (let r = 0, k = 0; r < rows; r++) {
    for (let end = k + cols; k < end; k++) {
      const t = targets[k]
      dz[k] = weights[r] * ((1 - t) * sigmoidOf(z[k]) - t * sigmoidOf(-z[k]))
      loss += weights[r] * (t * softplusOf(-z[k]) + (1 - t) * softplusOf(z[k]))
    }
  }
  return loss
}

/** Squared error: L = sum w/2 ||y - t||^2, dL/dy = w (y - t). */
export function squaredError(dy: FloatArray, y: FloatArray, { targets, weights, rows, cols }: LossRows): number {
  let loss = 0
  for (let r = 0, k = 0; r < rows; r++) {
    for (let end = k + cols; k < end; k++) {
      const error = y[k] - targets[k]
      dy[k] = weights[r] * error
      loss += 0.5 * weights[r] * error * error
    }
  }
  return loss
}
