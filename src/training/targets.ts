/** Training targets in every form that `fit` accepts, written to packed rows. */
import { checkFinite, isArrayView, isRows, type Matrix, toLabels, toMatrix } from '../core/array.ts'
import { expectation } from '../core/errors.ts'
import type { Dtype, FloatArray, MatrixLike, VectorLike } from '../core/types.ts'
import type { BatchPlan } from '../layers/batch.ts'

/**
 * Class indices, one for each sequence (`Int32Array`, numbers, or a one-dimensional ndarray); targets, one row for each
 * sequence (ndarray [n, K]); or, for each sequence, an array of class indices of its frames or a matrix [T, K] of
 * targets. A list of lists such as [[1, 0], [0, 1]] therefore means classes of frames; give one-hot rows as an ndarray,
 * which `matrix` makes. Names of classes, such as `['joy', 'anger']`, may replace class indices.
 */
export type Labels =
  | VectorLike
  | MatrixLike
  | readonly VectorLike[]
  | readonly MatrixLike[]
  | readonly string[]
  | readonly (readonly string[])[]

/** Labels of any form, as one interface. */
export interface Targets {
  /** Class of each sequence; null where labels are not one class a sequence. */
  classes: Int32Array | null
  /** Whether each frame has a target of its own. */
  framewise: boolean
  /** Writes the target of step t of sequence i to out[at .. at + K). */
  write(out: FloatArray, at: number, i: number, t: number): void
}

/** Sizes against which labels are checked. */
export interface TargetShape {
  /** Rows of the model's output for each sequence. */
  lengths: ArrayLike<number>
  outputs: number
  dtype: Dtype
  /** Share of the probability spread over all classes; class indices only. */
  labelSmoothing: number
}

function checkCount(where: string, got: number, wanted: number): void {
  if (got !== wanted) {
    throw new RangeError(`${where}: "labels" expected one for each of the ${wanted} sequences, got ${got}`)
  }
}

function perSequenceClasses(classes: Int32Array, write: (out: FloatArray, at: number, k: number) => void): Targets {
  return { classes, framewise: false, write: (out, at, i) => write(out, at, classes[i]) }
}

/** Copies row `row` of a matrix to out[at .. at + K). */
export function copyRow(out: FloatArray, at: number, { data, cols }: Matrix, row: number): void {
  for (let k = 0; k < cols; k++) out[at + k] = data[row * cols + k]
}

function checkedMatrix(where: string, name: string, value: unknown, rows: number, shape: TargetShape): Matrix {
  if (shape.labelSmoothing > 0) {
    throw new RangeError(`${where}: "labelSmoothing" needs class indices, "${name}" gives targets`)
  }
  const matrix = toMatrix(where, name, value, shape.dtype)
  if (matrix.rows !== rows || matrix.cols !== shape.outputs) {
    const wanted = `[${rows}, ${shape.outputs}]`
    throw new RangeError(`${where}: "${name}" expected shape ${wanted}, got [${matrix.rows}, ${matrix.cols}]`)
  }
  checkFinite(where, name, matrix.data, matrix.cols)
  return matrix
}

/** Refuses lists of one-hot rows where the output is pooled: they would be read as lists of classes of frames. */
function refuseRows(where: string, list: readonly unknown[], { lengths, outputs }: TargetShape): void {
  const areTargets = outputs > 1 && isRows(list) && list.every((row) => row.length === outputs)
  if (!areTargets || Array.from(lengths).some((length) => length !== 1)) return
  const got = `got a list of ${outputs} for each sequence`
  throw new RangeError(
    `${where}: "labels" expected a class for the one frame (row of the output) of each sequence, ${got}; ` +
      'targets [n, K], a row for each sequence, come as matrix(rows)',
  )
}

function frameTargets(where: string, list: readonly unknown[], shape: TargetShape, oneHot: OneHot): Targets {
  checkCount(where, list.length, shape.lengths.length)
  refuseRows(where, list, shape)
  const writers = list.map((item, i) => {
    const name = `labels[${i}]`
    if (isRows(item) || (isArrayView(item) && item.shape.length === 2)) {
      const matrix = checkedMatrix(where, name, item, shape.lengths[i], shape)
      return (out: FloatArray, at: number, t: number) => copyRow(out, at, matrix, t)
    }
    const classes = toLabels(where, name, item, shape.outputs)
    if (classes.length !== shape.lengths[i]) {
      throw new RangeError(
        `${where}: "${name}" expected ${shape.lengths[i]} frames (rows of the output), got ${classes.length}`,
      )
    }
    return (out: FloatArray, at: number, t: number) => oneHot(out, at, classes[t])
  })
  return { classes: null, framewise: true, write: (out, at, i, t) => writers[i](out, at, t) }
}

/** Writes the target of class k to out[at .. at + K). */
export type OneHot = (out: FloatArray, at: number, k: number) => void

/** Writes the one-hot row of class k with label smoothing. */
export function smoothedOneHot({ outputs, labelSmoothing }: Pick<TargetShape, 'outputs' | 'labelSmoothing'>): OneHot {
  const off = labelSmoothing / outputs
  return (out, at, k) => {
    out.fill(off, at, at + outputs)
    out[at + k] = 1 - labelSmoothing + off
  }
}

/** Checks labels of any form against the model's output. */
export function resolveTargets(where: string, labels: unknown, shape: TargetShape): Targets {
  const n = shape.lengths.length
  const oneHot = smoothedOneHot(shape)
  if (isArrayView(labels) && labels.shape.length === 2) {
    const matrix = checkedMatrix(where, 'labels', labels, n, shape)
    return { classes: null, framewise: false, write: (out, at, i) => copyRow(out, at, matrix, i) }
  }
  if (Array.isArray(labels) && labels.length > 0 && typeof labels[0] === 'object') {
    return frameTargets(where, labels, shape, oneHot)
  }
  if (labels === undefined) throw new TypeError(expectation(where, 'labels', 'class indices or targets', labels))
  const classes = toLabels(where, 'labels', labels, shape.outputs)
  checkCount(where, classes.length, n)
  return perSequenceClasses(classes, oneHot)
}

/** The cases of a batch: `members` are indices of the data set, `from` the time step at which the batch begins. */
export interface BatchMembers {
  members: ArrayLike<number>
  from: number
}

/** Writes the targets of a batch, in packed rows of its output plan. */
export function writeTargets(
  out: FloatArray,
  targets: Targets,
  plan: BatchPlan,
  { members, from }: BatchMembers,
  outputs: number,
): void {
  const { order, lengths, offsets } = plan
  for (let b = 0; b < order.length; b++) {
    const i = members[order[b]]
    for (let t = 0; t < lengths[b]; t++) targets.write(out, (offsets[t] + b) * outputs, i, from + t)
  }
}

/** Class and frame weights, from which the weights of rows are computed. */
export interface RowWeighting {
  classWeights: Float64Array | null
  frameWeights?: readonly Float64Array[]
  /** B; by default the number of sequences in the plan. */
  batchSize?: number
}

/**
 * Writes the weight of every packed row: w_b / (B T_b), or w_b v_bt / (B sum_t v_bt) with the frame weights v of the
 * data set's sequences; 0 for a sequence of weights 0.
 */
export function writeRowWeights(
  out: Float64Array,
  targets: Targets,
  plan: BatchPlan,
  { members, from }: BatchMembers,
  { classWeights, frameWeights, batchSize }: RowWeighting,
): void {
  const { order, lengths, offsets } = plan
  const B = batchSize ?? order.length
  for (let b = 0; b < order.length; b++) {
    const label = targets.classes?.[members[order[b]]]
    const weight = classWeights === null || label === undefined ? 1 : classWeights[label]
    const frames = frameWeights?.[members[order[b]]].subarray(from, from + lengths[b])
    const mass = frames === undefined ? lengths[b] : frames.reduce((sum, v) => sum + v, 0)
    for (let t = 0; t < lengths[b]; t++) {
      out[offsets[t] + b] = mass === 0 ? 0 : (weight * (frames?.[t] ?? 1)) / (B * mass)
    }
  }
}
