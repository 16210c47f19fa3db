/** Matrices as people write them down, `[[1, 2], [3, 4]]`: an array of rows, each an array of numbers or a typed array. */
import { expectation } from './errors.ts'
import { allocate, isTypedNumbers } from './storage.ts'
import { checkNumbers, isArrayView } from './strided.ts'
import type { Dtype, FloatArray, MatrixLike, RowsLike, VectorLike } from './types.ts'

/** Whether the value can only be meant as a row: it holds numbers, or nothing, and no further arrays. */
function isRow(value: unknown): value is RowsLike[number] {
  return isTypedNumbers(value) || (Array.isArray(value) && (typeof value[0] !== 'object' || value[0] === null))
}

/** Whether the value is an array of rows of numbers, as its first row tells. */
export function isRows(value: unknown): value is RowsLike {
  return Array.isArray(value) && value.length > 0 && isRow(value[0])
}

/** Whether the value is numbers in one dimension, such as one frame of a sequence. */
export function isVector(value: VectorLike | MatrixLike): value is VectorLike {
  if (isArrayView(value)) return value.shape.length === 1
  return isTypedNumbers(value) || (Array.isArray(value) && typeof value[0] === 'number')
}

/**
 * The sequences where the value is a list of them; null where it is one sequence: a view, or an array of rows. So
 * `[[1, 2], [3, 4]]` is one sequence of two frames, and `[[[1, 2], [3, 4]]]` a list of it.
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
