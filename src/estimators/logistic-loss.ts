/** The penalised loss of logistic regression as a function of the flat vector of its parameters. */
import { kernels } from '../kernels/index.ts'
import type { Objective } from '../numerics/objective.ts'
import { binaryCrossEntropyOnLogits, crossEntropyOnLogits } from '../training/loss.ts'
import { scoresInto, scoresOf } from './linear-scores.ts'
import type { ClassRows } from './training-rows.ts'

/** Probabilities [n, K] from the scores [n, M]; M = 1 for two classes. */
export function probabilitiesOf(z: Float64Array, rows: number, classes: number): Float64Array {
  if (classes > 2) {
    kernels.softmax(z, 0, z, 0, rows, classes)
    return z
  }
  const pairs = new Float64Array(2 * rows)
  for (let i = 0; i < rows; i++) pairs[2 * i + 1] = z[i]
  kernels.softmax(pairs, 0, pairs, 0, rows, 2)
  return pairs
}

function oneHot(labels: Int32Array, outputs: number): Float64Array {
  const targets = new Float64Array(labels.length * outputs)
  for (const [i, k] of labels.entries()) targets[outputs === 1 ? i : i * outputs + k] = outputs === 1 ? k : 1
  return targets
}

/**
 * J / (C sum w) = sum_i w_i / sum w (-ln p_i) + decay / 2 ||W||^2 with decay = 1 / (C sum w), and its gradient: the mean
 * keeps tolerances of the gradient independent of the number of rows.
 *
 * @param intercept - whether b is learned; otherwise its gradient is 0
 */
export function logisticObjective(
  { x, labels, weights }: Pick<ClassRows, 'x' | 'labels' | 'weights'>,
  classes: number,
  { C, intercept }: { C: number; intercept: boolean },
): Objective {
  const { data, rows, cols } = x
  const outputs = scoresOf(classes)
  const total = weights.reduce((sum, w) => sum + w, 0)
  const decay = 1 / (C * total)
  const scaled = { targets: oneHot(labels, outputs), weights: weights.map((w) => w / total), rows, cols: outputs }
  const lossOf = outputs === 1 ? binaryCrossEntropyOnLogits : crossEntropyOnLogits
  const z = new Float64Array(rows * outputs)
  const dz = new Float64Array(rows * outputs)
  const size = outputs * cols
  return (parameters, gradient) => {
    scoresInto(z, x, parameters, outputs)
    const loss = lossOf(dz, z, scaled)
    gradient.set(parameters)
    kernels.gemm(gradient, 0, cols, dz, 0, outputs, true, data, 0, cols, false, outputs, cols, rows, 1, decay)
    gradient.fill(0, size)
    if (intercept) for (let i = 0; i < dz.length; i++) gradient[size + (i % outputs)] += dz[i]
    return loss + (decay / 2) * kernels.dot(parameters, 0, parameters, 0, size)
  }
}
