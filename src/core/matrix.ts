import { checkDtype, matrixView, toHeldMatrix } from './array.ts'
import { checkOptions } from './check.ts'
import type { Dtype, FloatNdArray, MatrixLike } from './types.ts'

/** Options of {@link matrix}. */
export interface MatrixOptions {
  /** Element type. Default `float32`. */
  dtype?: Dtype
}

/**
 * A matrix [n, D] of n rows of D numbers, row-major, in memory of its own. Models and features accept arrays of rows
 * but copy them at each call; convert rows that are used repeatedly once.
 *
 * @param rows - n arrays or typed arrays of D numbers, or any view of two dimensions
 * @throws TypeError for elements that are not numbers, RangeError for rows of different lengths or without elements,
 *   naming row and column, and for finite numbers that overflow the element type
 *
 * @example
 * ```ts
 * import { matrix } from 'ser-core'
 *
 * const x = matrix([[1, 2, 3], [4, 5, 6]])
 * console.log(x.shape, x.get(1, 0)) // [2, 3] 4
 * ```
 */
export function matrix(rows: MatrixLike, options: MatrixOptions = {}): FloatNdArray {
  const where = 'matrix'
  checkOptions(where, options, ['dtype'])
  const { data, ...shape } = toHeldMatrix(where, 'rows', rows, checkDtype(where, options.dtype ?? 'float32'))
  return matrixView({ ...shape, data: data.slice() })
}
