/** Matrices as arrays of rows, such as `[[1, 2], [3, 4]]`; a row is an array of numbers or a typed array. */
import { expectation } from './errors.ts'
import { allocate, isTypedNumbers } from './storage.ts'
import { checkNumbers, isArrayView } from './strided.ts'
import type { Dtype, FloatArray, MatrixLike, RowsLike, VectorLike } from './types.ts'

/** Whether the value is a row: it holds numbers or nothing, not further arrays. */
function isRow(value: unknown): value is RowsLike[number] {
  return isTypedNumbers(value) || (Array.isArray(value) && (typeof value[0] !== 'object' || value[0] === null))
}

/** Whether the value is an array of rows of numbers, judged by its first row. */
export function isRows(value: unknown): value is RowsLike {
  return Array.isArray(value) && value.length > 0 && isRow(value[0])
}

/** Whether the value is one-dimensional, such as one frame of a sequence. */
export function isVector(value: VectorLike | MatrixLike): value is VectorLike {
  if (isArrayView(value)) return value.shape.length === 1
  return isTypedNumbers(value) || (Array.isArray(value) && typeof value[0] === 'number')
}

/**
 * The value if it is a list of sequences; null if it is one sequence, that is a view or an array of rows. Thus
 * `[[1, 2], [3, 4]]` is one sequence of two frames, and `[[[1, 2], [3, 4]]]` a list of one sequence.
 */
export function sequenceList(value: MatrixLike | readonly MatrixLike[]): readonly MatrixLike[] | null {
  const isList = Array.isArray(value) && !isRows(value) && !isVector(value)
  return isList ? (value as readonly MatrixLike[]) : null
}

function checkRow(where: string, name: string, row: unknown, i: number, cols: number): void {
  if (!isRow(row)) throw new TypeError(expectation(where, `${name}[${i}]`, 'a row of numbers', row))
  if (row.length !== cols) {
    const got = `${cols} numbers in row 0 and ${row.length} in row ${i}`
    throw new RangeError(`${where}: "${name}" expected rows of one length, got ${got}`)
  }
  if (!isTypedNumbers(row)) checkNumbers(where, name, row, i)
}

/** Rows of numbers as one packed matrix; always a copy. */
export function packRows(
  where: string,
  name: string,
  rows: RowsLike,
  dtype: Dtype,
): { data: FloatArray; rows: number; cols: number } {
  const cols = rows[0].length
  if (cols === 0) throw new RangeError(`${where}: "${name}" expected rows of numbers, got none in row 0`)
  const data = allocate(rows.length * cols, dtype)
  for (let i = 0; i < rows.length; i++) {
    checkRow(where, name, rows[i], i, cols)
    data.set(rows[i], i * cols)
  }
  return { data, rows: rows.length, cols }
}
