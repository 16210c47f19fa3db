import { checkFinite, type Matrix, toMatrix } from './array.ts'
import type { Dtype } from './types.ts'

/** Converts input to a matrix [T >= 1, inputs] of finite numbers; shares the caller's data where possible. */
export function toSequence(
  where: string,
  name: string,
  value: unknown,
  inputs: number,
  dtype: Dtype,
  rowsName = 'T',
): Matrix {
  return checkSequence(where, name, toMatrix(where, name, value, dtype), inputs, rowsName)
}

/** The matrix if it is a sequence [T >= 1, inputs] of finite numbers. */
export function checkSequence(where: string, name: string, matrix: Matrix, inputs: number, rowsName: string): Matrix {
  if (matrix.cols !== inputs || matrix.rows === 0) {
    const got = `[${matrix.rows}, ${matrix.cols}]`
    throw new RangeError(`${where}: "${name}" expected shape [${rowsName} >= 1, ${inputs}], got ${got}`)
  }
  checkFinite(where, name, matrix.data, matrix.cols)
  return matrix
}
