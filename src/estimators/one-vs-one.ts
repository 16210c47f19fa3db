/** A support-vector machine for each pair of classes, trained on their rows. */
import type { Matrix } from '../core/array.ts'
import { grouped } from '../core/groups.ts'
import { KeptRows, KernelRows, type SvcKernel } from './kernel-function.ts'
import { type DualLimits, type DualSolution, solveDual } from './smo.ts'

/** Rows in the order of their classes. */
export interface SortedRows {
  /** [n, D] */
  x: Matrix
  /** The first row of each class, and n [K + 1]. */
  starts: number[]
  /** C_i > 0. */
  bounds: Float64Array
}

/** Machines of all pairs of classes, (0, 1), (0, 2), ..., (1, 2), ...; a positive value stands for the first of a pair. */
export interface PairMachines {
  /** The rows that any machine needs [S, D]. */
  supportVectors: Float64Array
  /** y_i a_i [P, S]. */
  dualCoefficients: Float64Array
  /** [P] */
  intercepts: Float64Array
  iterations: number
  converged: boolean
}

/** The pairs of K classes. */
export function pairsOf(classes: number): [number, number][] {
  return Array.from({ length: classes }, (_, i) => {
    return Array.from({ length: classes - 1 - i }, (__, j): [number, number] => [i, i + 1 + j])
  }).flat()
}

/** Rows sorted by class, in their order within each; those of weight 0 are left out. */
export function sortedRows(x: Matrix, labels: Int32Array, weights: Float64Array, C: number): SortedRows {
  const positions = Array.from(labels, (_, i) => i).filter((i) => weights[i] > 0)
  const byClass = grouped(
    positions,
    positions.map((i) => labels[i]),
  )
  const classes = [...byClass.keys()].sort((a, b) => a - b)
  const order = classes.flatMap((k) => byClass.get(k) as number[])
  const data = new Float64Array(order.length * x.cols)
  for (const [at, i] of order.entries()) data.set(x.data.subarray(i * x.cols, (i + 1) * x.cols), at * x.cols)
  const starts = [0]
  for (const k of classes) starts.push(starts[starts.length - 1] + (byClass.get(k) as number[]).length)
  const bounds = Float64Array.from(order, (i) => C * weights[i])
  return { x: { data, rows: order.length, cols: x.cols }, starts, bounds }
}

/** The rows of two classes out of numbers for all rows. */
function joined(
  values: Float64Array,
  out: Float64Array,
  starts: readonly number[],
  [a, b]: [number, number],
): Float64Array {
  out.set(values.subarray(starts[a], starts[a + 1]))
  out.set(values.subarray(starts[b], starts[b + 1]), starts[a + 1] - starts[a])
  return out
}

function solvePair(
  { starts, bounds }: SortedRows,
  diagonal: Float64Array,
  kept: KeptRows,
  pair: [number, number],
  limits: DualLimits,
): DualSolution {
  const [a, b] = pair
  const first = starts[a + 1] - starts[a]
  const n = first + starts[b + 1] - starts[b]
  const pick = (values: Float64Array): Float64Array => joined(values, new Float64Array(n), starts, pair)
  const buffers = [new Float64Array(n), new Float64Array(n)]
  const held = [-1, -1]
  let turn = 0
  const row = (i: number): Float64Array => {
    const known = held.indexOf(i)
    if (known >= 0) {
      turn = 1 - known
      return buffers[known]
    }
    const to = turn
    held[to] = i
    turn = 1 - to
    return joined(kept.row(i < first ? starts[a] + i : starts[b] + i - first), buffers[to], starts, pair)
  }
  const signs = new Float64Array(n).fill(1).fill(-1, first)
  return solveDual({ signs, bounds: pick(bounds), diagonal: pick(diagonal), row }, limits)
}

/** Writes the coefficients of two classes' rows to those of all rows. */
function spread(out: Float64Array, from: Float64Array, starts: readonly number[], [a, b]: [number, number]): void {
  const first = starts[a + 1] - starts[a]
  out.set(from.subarray(0, first), starts[a])
  out.set(from.subarray(first), starts[b])
}

/** Trains the machine of each pair. */
export function trainPairs(sorted: SortedRows, kernel: SvcKernel, gamma: number, limits: DualLimits): PairMachines {
  const { x, starts } = sorted
  const rows = new KernelRows(kernel, gamma, x)
  const [kept, diagonal] = [new KeptRows(rows, x.rows), rows.diagonal()]
  const pairs = pairsOf(starts.length - 1)
  const solutions = pairs.map((pair) => solvePair(sorted, diagonal, kept, pair, limits))
  const all = solutions.map(({ coefficients }, p) => {
    const out = new Float64Array(x.rows)
    spread(out, coefficients, starts, pairs[p])
    return out
  })
  const support = Array.from({ length: x.rows }, (_, i) => i).filter((i) => all.some((one) => one[i] !== 0))
  const supportVectors = new Float64Array(support.length * x.cols)
  for (const [s, i] of support.entries()) {
    supportVectors.set(x.data.subarray(i * x.cols, (i + 1) * x.cols), s * x.cols)
  }
  return {
    supportVectors,
    dualCoefficients: Float64Array.from(all.flatMap((one) => support.map((i) => one[i]))),
    intercepts: Float64Array.from(solutions, ({ intercept }) => intercept),
    iterations: solutions.reduce((sum, one) => sum + one.iterations, 0),
    converged: solutions.every(({ converged }) => converged),
  }
}
