/** Lookup of the previous step's rows in a packed batch. */
import type { FloatArray } from '../core/types.ts'
import type { PackedPass } from './types.ts'

/** Layout of a packed batch; `units` is the width of the rows that are looked up. */
type PackedRows = Pick<PackedPass, 'offsets' | 'units'>

/** The array that holds the values [.., H] of step t - 1, and the offset of its first row there. */
export function previousOf(
  { offsets, units }: PackedRows,
  t: number,
  initial: FloatArray,
  values: FloatArray,
): [source: FloatArray, offset: number] {
  return t === 0 ? [initial, 0] : [values, offsets[t - 1] * units]
}

/** previous[row] = value of the same sequence one step earlier, `initial` at the first step. */
export function gatherPrevious(pass: PackedRows, previous: FloatArray, initial: FloatArray, values: FloatArray): void {
  const { offsets, units: H } = pass
  for (let t = 0; t < offsets.length - 1; t++) {
    const [source, before] = previousOf(pass, t, initial, values)
    const to = offsets[t] * H
    const length = (offsets[t + 1] - offsets[t]) * H
    for (let j = 0; j < length; j++) previous[to + j] = source[before + j]
  }
}
