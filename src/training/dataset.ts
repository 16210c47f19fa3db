import { checkFinite, type Matrix, toVector } from '../core/array.ts'
import { checkArray } from '../core/check.ts'
import type { Dtype } from '../core/types.ts'
import { type Activations, packInto, planBatch, rowPlan, rowsOf } from '../layers/batch.ts'
import type { Workspace } from '../numerics/workspace.ts'
import type { LossOptions } from './fit-options.ts'
import { resolveTargets, type Targets } from './targets.ts'

/** Inputs of a network: sequences [T, D], or a matrix [n, D] whose rows are sequences of one frame each. */
export type Inputs = readonly Matrix[] | Matrix

/** A data set ready for training. */
export interface Dataset {
  inputs: Inputs
  targets: Targets
  /** Weight of each output row in the loss of its sequence; 1 where absent. */
  frameWeights?: readonly Float64Array[]
}

function isRowMatrix(inputs: Inputs): inputs is Matrix {
  return 'data' in inputs
}

/** The number of cases. */
export function countOf(inputs: Inputs): number {
  return isRowMatrix(inputs) ? inputs.rows : inputs.length
}

/** The indices of all cases, 0..n-1. */
export function everyMember(inputs: Inputs): Int32Array {
  return Int32Array.from({ length: countOf(inputs) }, (_, i) => i)
}

function rowOf({ data, cols }: Matrix, i: number): Matrix {
  return { data: data.subarray(i * cols, (i + 1) * cols), rows: 1, cols }
}

/** The sequences of some cases, in the order of `members`. */
export function sequencesOf(inputs: Inputs, members: ArrayLike<number>): Matrix[] {
  return Array.from(members, (i) => (isRowMatrix(inputs) ? rowOf(inputs, i) : inputs[i]))
}

/** A function from a member's index to its sequence; `sequences` come in the order of `members`. */
export function byMember(members: ArrayLike<number>, sequences: readonly Matrix[]): (member: number) => Matrix {
  const found = new Map(sequences.map((sequence, m) => [members[m], sequence]))
  return (member) => found.get(member) as Matrix
}

/** Packs sequences into the buffer `x`. */
export function packSequences(workspace: Workspace, sequences: readonly Matrix[]): Activations {
  const plan = planBatch(sequences.map(({ rows }) => rows))
  const { cols } = sequences[0]
  const data = workspace.take('x', rowsOf(plan) * cols)
  packInto(data, plan, sequences)
  return { data, cols, plan }
}

/** Some rows of a matrix: a view where they are contiguous, else a copy in the buffer `x`. */
function packRows(workspace: Workspace, { data, cols }: Matrix, members: ArrayLike<number>): Activations {
  const n = members.length
  const plan = rowPlan(n)
  let inOrder = 1
  while (inOrder < n && members[inOrder] === members[0] + inOrder) inOrder++
  if (inOrder >= n) return { data: data.subarray(members[0] * cols, (members[0] + n) * cols), cols, plan }
  const x = workspace.take('x', n * cols)
  for (let r = 0; r < n; r++) {
    for (let to = r * cols, from = members[r] * cols; to < (r + 1) * cols; to++, from++) x[to] = data[from]
  }
  return { data: x, cols, plan }
}

/** Packs some cases of a data set; valid until the buffer `x` is taken again. */
export function packInputs(workspace: Workspace, inputs: Inputs, members: ArrayLike<number>): Activations {
  if (isRowMatrix(inputs)) return packRows(workspace, inputs, members)
  return packSequences(workspace, sequencesOf(inputs, members))
}

/** Sizes of the network's output, against which a data set is checked. */
export interface DatasetShape {
  /** Rows of the output for a sequence of `steps` time steps. */
  outputLength: (steps: number) => number
  outputs: number
  dtype: Dtype
  labelSmoothing: number
}

/** Checks the weights of output rows: one vector for each sequence, as long as its output. */
function resolveFrameWeights(
  where: string,
  weights: LossOptions['frameWeights'],
  lengths: ArrayLike<number>,
): Float64Array[] | undefined {
  if (weights === undefined) return undefined
  const list = checkArray(where, 'frameWeights', weights)
  if (list.length !== lengths.length) {
    throw new RangeError(
      `${where}: "frameWeights" expected one for each of the ${lengths.length} sequences, got ${list.length}`,
    )
  }
  return list.map((item, i) => {
    const name = `frameWeights[${i}]`
    const vector = Float64Array.from(toVector(where, name, item, 'float64'))
    if (vector.length !== lengths[i]) {
      throw new RangeError(`${where}: "${name}" expected shape [${lengths[i]}], got [${vector.length}]`)
    }
    checkFinite(where, name, vector)
    const negative = vector.findIndex((v) => v < 0)
    if (negative >= 0) throw new RangeError(`${where}: "${name}" expected numbers >= 0, got ${vector[negative]}`)
    return vector
  })
}

/** Checks labels and frame weights against the sequences and the network's output. */
export function resolveDataset(
  where: string,
  sequences: readonly Matrix[],
  labels: unknown,
  { outputLength, ...shape }: DatasetShape,
  frameWeights?: LossOptions['frameWeights'],
): Dataset {
  const lengths = sequences.map(({ rows }) => outputLength(rows))
  const targets = resolveTargets(where, labels, { lengths, ...shape })
  return { inputs: sequences, targets, frameWeights: resolveFrameWeights(where, frameWeights, lengths) }
}
