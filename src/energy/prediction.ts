/** The mean or a mode of a frame given its history, with hidden units summed out. */
import { allocate } from '../core/array.ts'
import { square } from '../core/power.ts'
import type { FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import type { Enumeration } from './enumeration.ts'
import { type Cases, inBlocks, type Machine } from './machine.ts'

/** Default iterations of a prediction; trained models converge within ten. */
export const PREDICTION_ITERATIONS = 20

/** Target of the fixed-point iteration x <- E[x | h], h <- P(h = 1 | x): the mean or a mode of x. */
export type FixedPoint = 'mean' | 'mode'

/** [H] ||W_j||^2; zero for binary units. */
function squaredColumns({ shape: { visible, hidden, binary }, w }: Machine): Float64Array {
  const out = new Float64Array(hidden)
  if (!binary) for (let at = 0; at < visible * hidden; at++) out[at % hidden] += square(w[at])
  return out
}

/**
 * [rows, V] by iteration of x <- E[x | h], h <- P(h = 1 | x).
 *
 * `mode` starts at x_{t-1}; with linear units it climbs to a stationary point of p(x | history). `mean` is mean field:
 * with linear units x is integrated out and P(h | history) ~ exp(ct'h + bt'W h + 1/2 ||W h||^2) fitted by independent
 * units with means m, from m = 1/2:
 *
 *   x = bt + W m,   m_j <- sigm(ct_j + x'W_j + ||W_j||^2 (1/2 - m_j))
 *
 * The last term removes the influence of h_j on itself through x; `mode` and binary units do without it.
 */
export function fixedPointPrediction(machine: Machine, cases: Cases, kind: FixedPoint, iterations: number): FloatArray {
  const { visible, hidden } = machine.shape
  const out = allocate(cases.rows * visible, machine.dtype)
  const squares = squaredColumns(machine)
  inBlocks(cases, (block, first) => {
    const x = out.subarray(first * visible, (first + block.rows) * visible)
    const m = allocate(block.rows * hidden, machine.dtype).fill(0.5)
    const inputs = allocate(m.length, machine.dtype)
    const biases = machine.biases(block)
    const predicted: Cases = { data: x, offset: 0, stride: visible, rows: block.rows }
    if (kind === 'mode') {
      copyLastFrames(x, block, visible)
      machine.hiddenProbabilitiesInto(m, predicted, biases)
    }
    machine.visibleMeansInto(x, m, biases, block.rows)
    for (let i = 0; i < iterations; i++) {
      machine.hiddenInputsInto(inputs, predicted, biases)
      if (kind === 'mean') for (let at = 0; at < m.length; at++) inputs[at] += squares[at % hidden] * (0.5 - m[at])
      kernels.sigmoid(m, 0, inputs, 0, m.length)
      machine.visibleMeansInto(x, m, biases, block.rows)
    }
  })
  return out
}

function copyLastFrames(x: FloatArray, { data, offset, stride, rows }: Cases, visible: number): void {
  for (let r = 0; r < rows; r++) {
    for (let i = 0; i < visible; i++) x[r * visible + i] = data[offset + r * stride + visible + i]
  }
}

/** [rows, V] E[x | history] by summing over all states. */
export function exactPrediction(machine: Machine, cases: Cases, enumeration: Enumeration): FloatArray {
  const { visible } = machine.shape
  const out = allocate(cases.rows * visible, machine.dtype)
  const biases = machine.biases(cases)
  for (let r = 0; r < cases.rows; r++) {
    const { b, c } = machine.biasesOf(biases, r)
    out.set(enumeration.expectations(b, c).visible, r * visible)
  }
  return out
}
