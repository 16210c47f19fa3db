import { checkFinite, dtypeOf, type Matrix, matrixView, toMatrix } from '../core/array.ts'
import type { FloatNdArray } from '../core/types.ts'
import { type Activations, planBatch, rowsOf } from '../layers/batch.ts'
import type { Random } from '../numerics/random.ts'
import type { Workspace } from '../numerics/workspace.ts'
import { type Dataset, packSequences, sequencesOf } from './dataset.ts'
import type { FitOptions } from './fit-options.ts'

type Augment = NonNullable<FitOptions['augment']>

/** An augmentation that writes its results where the batch has their rows: no array is made for each sequence. */
export interface PackingAugmentation {
  (sequence: FloatNdArray, random: Random): FloatNdArray
  readonly augmenter: {
    /** Rows of the result for a sequence of `rows`. */
    resultRows(rows: number): number
    /** Writes row t of the result, all finite, to the rows `rowOf[t] + b` of `out`, which has the columns of the sequence. */
    writeRows(out: Float32Array, rowOf: Int32Array, b: number, sequence: Matrix, random: Random): void
  }
}

function packs(augment: Augment): augment is PackingAugmentation {
  return 'augmenter' in augment
}

/** Whether each row of the output has a target or weight of its own, so that rows may be neither added nor left out. */
function keepsRows({ targets, frameWeights }: Dataset): boolean {
  return targets.framewise || frameWeights !== undefined
}

function checkShape(wanted: Matrix, got: Matrix, keepRows: boolean): void {
  const rowsFit = keepRows ? got.rows === wanted.rows : got.rows >= 1
  if (rowsFit && got.cols === wanted.cols) return
  const rows = keepRows ? String(wanted.rows) : 'T >= 1'
  throw new RangeError(
    `fit: "augment" expected to return shape [${rows}, ${wanted.cols}], got [${got.rows}, ${got.cols}]`,
  )
}

/** The sequences of a batch after `augment`, in the order of `members`; each has a random stream of its own. */
export function augmented(dataset: Dataset, members: ArrayLike<number>, augment: Augment, random: Random): Matrix[] {
  const source = random.substream('augment')
  const keepRows = keepsRows(dataset)
  return sequencesOf(dataset.inputs, members).map((sequence, m) => {
    const result = augment(matrixView(sequence), source.substream(members[m]))
    const changed = toMatrix('fit', 'augment()', result, dtypeOf(sequence.data))
    checkFinite('fit', 'augment()', changed.data, changed.cols)
    checkShape(sequence, changed, keepRows)
    return changed
  })
}

/** A batch after `augment`, packed into the buffer `x`. */
export function packAugmented(
  workspace: Workspace,
  dataset: Dataset,
  members: ArrayLike<number>,
  augment: Augment,
  random: Random,
): Activations {
  const sequences = sequencesOf(dataset.inputs, members)
  if (!packs(augment) || keepsRows(dataset) || dtypeOf(sequences[0].data) !== 'float32') {
    return packSequences(workspace, augmented(dataset, members, augment, random))
  }
  const { augmenter } = augment
  const source = random.substream('augment')
  const plan = planBatch(sequences.map(({ rows }) => augmenter.resultRows(rows)))
  const { cols } = sequences[0]
  const data = workspace.take('x', rowsOf(plan) * cols) as Float32Array
  plan.order.forEach((m, b) => {
    augmenter.writeRows(data, plan.offsets, b, sequences[m], source.substream(members[m]))
  })
  return { data, cols, plan }
}
