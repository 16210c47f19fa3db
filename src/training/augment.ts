import { checkFinite, dtypeOf, type Matrix, matrixView, toMatrix } from '../core/array.ts'
import type { Random } from '../numerics/random.ts'
import type { Dataset } from './dataset.ts'
import type { FitOptions } from './options.ts'

function checkShape(wanted: Matrix, got: Matrix, keepRows: boolean): void {
  const rowsFit = keepRows ? got.rows === wanted.rows : got.rows >= 1
  if (rowsFit && got.cols === wanted.cols) return
  const rows = keepRows ? String(wanted.rows) : 'T >= 1'
  throw new RangeError(
    `fit: "augment" expected to return shape [${rows}, ${wanted.cols}], got [${got.rows}, ${got.cols}]`,
  )
}

/** The data set with the members of a batch changed by `augment`, each with a random stream of its own. */
export function augmented(
  { sequences, targets, ...rest }: Dataset,
  members: ArrayLike<number>,
  augment: NonNullable<FitOptions['augment']>,
  random: Random,
): Dataset {
  const source = random.substream('augment')
  const changed = [...sequences]
  for (let m = 0; m < members.length; m++) {
    const i = members[m]
    const result = augment(matrixView(sequences[i]), source.substream(i))
    changed[i] = toMatrix('fit', 'augment()', result, dtypeOf(sequences[i].data))
    checkFinite('fit', 'augment()', changed[i].data, changed[i].cols)
    checkShape(sequences[i], changed[i], targets.framewise || rest.frameWeights !== undefined)
  }
  return { sequences: changed, targets, ...rest }
}
