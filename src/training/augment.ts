import { checkFinite, dtypeOf, type Matrix, matrixView, toMatrix } from '../core/array.ts'
import type { Random } from '../numerics/random.ts'
import { type Dataset, sequencesOf } from './dataset.ts'
import type { FitOptions } from './fit-options.ts'

function checkShape(wanted: Matrix, got: Matrix, keepRows: boolean): void {
  const rowsFit = keepRows ? got.rows === wanted.rows : got.rows >= 1
  if (rowsFit && got.cols === wanted.cols) return
  const rows = keepRows ? String(wanted.rows) : 'T >= 1'
  throw new RangeError(
    `fit: "augment" expected to return shape [${rows}, ${wanted.cols}], got [${got.rows}, ${got.cols}]`,
  )
}

/** The sequences of a batch after `augment`, in the order of `members`; each has a random stream of its own. */
export function augmented(
  { inputs, targets, frameWeights }: Dataset,
  members: ArrayLike<number>,
  augment: NonNullable<FitOptions['augment']>,
  random: Random,
): Matrix[] {
  const source = random.substream('augment')
  const keepRows = targets.framewise || frameWeights !== undefined
  return sequencesOf(inputs, members).map((sequence, m) => {
    const result = augment(matrixView(sequence), source.substream(members[m]))
    const changed = toMatrix('fit', 'augment()', result, dtypeOf(sequence.data))
    checkFinite('fit', 'augment()', changed.data, changed.cols)
    checkShape(sequence, changed, keepRows)
    return changed
  })
}
