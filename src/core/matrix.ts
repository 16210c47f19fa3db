import { checkDtype, matrixView, toHeldMatrix } from './array.ts'
import { checkOptions } from './check.ts'
import type { Dtype, FloatNdArray, MatrixLike } from './types.ts'

/** Options of {@link matrix}. */
export interface MatrixOptions {
  /** Element type. Default `float32`. */
  dtype?: Dtype
}

/**
 * A matrix [n, D] of n rows of D numbers, row-major and of its own memory. Models and features take rows as they are; this is for
 * rows that are used more than once, which are then copied only here.
 *
 * @param rows - n arrays or typed arrays of D numbers, or any view of two dimensions
 * @throws TypeError for what is no number, RangeError for rows of different lengths or of none, naming row and column, and for
 *   finite numbers that the element type cannot hold
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
