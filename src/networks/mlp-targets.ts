/** Training targets of an MLP in every form that its `fit` accepts. */
import { checkFinite, isArrayView, isRows, type Matrix, toLabels, toMatrix, toVector } from '../core/array.ts'
import { expectation } from '../core/errors.ts'
import type { Dtype, FloatArray } from '../core/types.ts'
import type { LossKind } from '../training/loss.ts'
import { copyRow, smoothedOneHot, type Targets } from '../training/targets.ts'

/** Sizes and loss against which labels are checked. */
export interface RowTargetShape {
  rows: number
  outputs: number
  dtype: Dtype
  loss: LossKind
  /** Whether outputs are probabilities of classes. */
  classifies: boolean
  labelSmoothing: number
}

/** The targets [n, K] where labels are targets; null where they are class indices. */
function givenTargets(where: string, labels: unknown, { outputs, dtype }: RowTargetShape): Matrix | null {
  const isMatrix = isRows(labels) || (isArrayView(labels) && labels.shape.length === 2)
  if (isMatrix) return toMatrix(where, 'labels', labels, dtype)
  if (outputs > 1) return null
  const vector = toVector(where, 'labels', labels, dtype)
  return { data: vector, rows: vector.length, cols: 1 }
}

function checkTargets(where: string, { data, rows, cols }: Matrix, shape: RowTargetShape): void {
  if (rows !== shape.rows || cols !== shape.outputs) {
    const wanted = `[${shape.rows}, ${shape.outputs}]`
    throw new RangeError(`${where}: "labels" expected shape ${wanted}, got [${rows}, ${cols}]`)
  }
  checkFinite(where, 'labels', data, cols)
  if (shape.loss === 'squaredError' || shape.loss === 'concordance') return
  const bad = data.findIndex((t) => t < 0 || t > 1)
  if (bad < 0) return
  const place = `row ${Math.floor(bad / cols)}, column ${bad % cols}`
  throw new RangeError(
    `${where}: "labels" expected probabilities for the loss "${shape.loss}", got ${data[bad]} at ${place}`,
  )
}

/** The classes of one-hot rows; null where a row is anything else. */
function namedClasses({ data, rows, cols }: Matrix): Int32Array | null {
  const classes = new Int32Array(rows)
  for (let r = 0; r < rows; r++) {
    const row = Array.from(data.subarray(r * cols, (r + 1) * cols))
    const ones = row.filter((t) => t === 1).length
    if (row.some((t) => t !== 0 && t !== 1) || (cols > 1 && ones !== 1)) return null
    classes[r] = cols > 1 ? row.indexOf(1) : ones
  }
  return classes
}

function writerOf({ outputs, labelSmoothing }: RowTargetShape): (out: FloatArray, at: number, k: number) => void {
  if (outputs > 1) return smoothedOneHot({ outputs, labelSmoothing })
  return (out, at, k) => {
    out[at] = k * (1 - labelSmoothing) + labelSmoothing / 2
  }
}

function classTargets(where: string, classes: Int32Array, shape: RowTargetShape): Targets {
  if (classes.length !== shape.rows) {
    throw new RangeError(`${where}: "labels" expected one for each of the ${shape.rows} rows, got ${classes.length}`)
  }
  const write = writerOf(shape)
  return { classes, framewise: false, write: (out, at, i) => write(out, at, classes[i]) }
}

/** Checks labels of any form against the rows and the network's output. */
export function resolveRowTargets(where: string, labels: unknown, shape: RowTargetShape): Targets {
  if (labels === undefined) throw new TypeError(expectation(where, 'labels', 'class indices or targets', labels))
  const given = givenTargets(where, labels, shape)
  if (given === null) return classTargets(where, toLabels(where, 'labels', labels, shape.outputs), shape)
  checkTargets(where, given, shape)
  const classes = shape.classifies ? namedClasses(given) : null
  if (classes !== null) return classTargets(where, classes, shape)
  if (shape.labelSmoothing > 0) {
    throw new RangeError(`${where}: "labelSmoothing" needs labels of one class a row`)
  }
  return { classes: null, framewise: false, write: (out, at, i) => copyRow(out, at, given, i) }
}
