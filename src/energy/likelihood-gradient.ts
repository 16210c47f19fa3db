/** The gradient of the log-likelihood where the model's means are known exactly. */
import { allocate } from '../core/array.ts'
import { square } from '../core/power.ts'
import type { FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import type { Means } from './enumeration-space.ts'
import type { Cases, Machine } from './machine.ts'

/** The mean of some numbers. */
export function meanOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

/**
 * Converts a gradient by W, b and c in units of s to one by the parameters: b is in the data's units, and with u = x /
 * s,
 *
 *   d/d ln s_i = <u_i^2> - 2 b_i / s_i <u_i> - sum_j W_ij <u_i h_j>,
 *
 * with < > the mean under the data minus that under the model; `squares` is <u_i^2>. The other terms follow from the
 * gradients by b and W.
 */
export function toDataUnits(machine: Machine, gradient: FloatArray, squares: Float64Array): void {
  const { visible, hidden } = machine.shape
  const bias = machine.unitBias()
  const sigma = machine.sigma()
  const db = visible * hidden
  const dLogSigma = db + visible + hidden
  for (let i = 0; i < visible; i++) {
    const joint = kernels.dot(machine.w, i * hidden, gradient, i * hidden, hidden)
    gradient[dLogSigma + i] = squares[i] - 2 * bias[i] * gradient[db + i] - joint
    gradient[db + i] /= sigma[i]
  }
}

/**
 * Mean over the cases of -dF/dtheta minus its mean under the model; `meansOf` gives the model's exact means given each
 * case's history.
 */
export function exactGradient(machine: Machine, cases: Cases, meansOf: (row: number) => Means): FloatArray {
  const { visible, hidden } = machine.shape
  const { data, offset, stride, rows } = cases
  const units = visible + hidden
  const gradient = new Float64Array(machine.parameters.values.length)
  const differences = new Float64Array(rows * units)
  const squares = new Float64Array(visible)
  const p = machine.transform(cases)
  const history = machine.history
  const afterW = visible * hidden
  const biasesAt = afterW + units * history
  for (let r = 0; r < rows; r++) {
    const at = offset + r * stride
    const model = meansOf(r)
    kernels.ger(gradient, 0, hidden, data, at, p, r * hidden, visible, hidden, 1 / rows)
    kernels.axpy(gradient, 0, -1 / rows, model.product, 0, afterW)
    kernels.axpy(differences, r * units, 1, data, at, visible)
    kernels.axpy(differences, r * units + visible, 1, p, r * hidden, hidden)
    kernels.axpy(differences, r * units, -1, model.visible, 0, visible)
    kernels.axpy(differences, r * units + visible, -1, model.hidden, 0, hidden)
    kernels.ger(gradient, afterW, history, differences, r * units, data, at + visible, units, history, 1 / rows)
    kernels.axpy(gradient, biasesAt, 1 / rows, differences, r * units, units)
    for (let i = 0; i < visible; i++) squares[i] += (square(data[at + i]) - model.square[i]) / rows
  }
  if (machine.logSigma !== null) toDataUnits(machine, gradient, squares)
  const out = allocate(gradient.length, machine.dtype)
  out.set(gradient)
  return out
}
