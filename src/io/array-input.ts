/** Vectors and matrices that are written to files of numbers. */
import { inputDtype, isArrayView, isRows, toMatrix, toVector } from '../core/array.ts'
import { expectation } from '../core/errors.ts'
import { typedArrayTag } from '../core/realm.ts'
import type { FloatArray, MatrixLike, VectorLike } from '../core/types.ts'

/** Integers of larger magnitude may be rounded by float32. */
const FIRST_ROUNDED = 2 ** 24

/** Throws RangeError where float32 would silently round 32 bit integers. */
function checkExact(where: string, name: string, x: VectorLike | MatrixLike, data: FloatArray): void {
  const sources: readonly unknown[] = isRows(x) ? x : [isArrayView(x) ? x.data : x]
  if (!sources.some((source) => ['Int32Array', 'Uint32Array'].includes(typedArrayTag(source) ?? ''))) return
  const at = data.findIndex((value) => Math.abs(value) >= FIRST_ROUNDED)
  if (at < 0) return
  const wanted = 'integers below 2^24, which float32 holds (give a Float64Array)'
  throw new RangeError(`${expectation(where, name, wanted, data[at])} at index ${at}`)
}

/** The numbers to write, row-major, and their shape: float64 stays float64, everything else becomes float32. */
export function arrayToWrite(
  where: string,
  name: string,
  x: VectorLike | MatrixLike,
): { data: FloatArray; shape: number[] } {
  if (isArrayView(x) && (x.shape.length < 1 || x.shape.length > 2)) {
    throw new RangeError(expectation(where, name, 'an ndarray of one or two dimensions', x))
  }
  if (isRows(x) || (isArrayView(x) && x.shape.length === 2)) {
    const { data, rows, cols } = toMatrix(where, name, x, inputDtype(x))
    checkExact(where, name, x, data)
    return { data, shape: [rows, cols] }
  }
  if (typeof x !== 'object' || x === null) {
    throw new TypeError(expectation(where, name, 'an ndarray, a typed array, or an array of numbers or of rows', x))
  }
  const data = toVector(where, name, x, inputDtype(x))
  checkExact(where, name, x, data)
  return { data, shape: [data.length] }
}

/** Named arrays as pairs, of an object, a Map or any list of pairs. */
export type NamedArrays =
  | Readonly<Record<string, VectorLike | MatrixLike>>
  | Iterable<readonly [string, VectorLike | MatrixLike]>

/**
 * The pairs of {@link NamedArrays}, with distinct names.
 *
 * @throws TypeError for anything else, RangeError for a name that occurs twice
 */
export function namedPairs(where: string, arrays: NamedArrays): (readonly [string, VectorLike | MatrixLike])[] {
  if (typeof arrays !== 'object' || arrays === null || ArrayBuffer.isView(arrays)) {
    throw new TypeError(expectation(where, 'arrays', 'arrays by their names, or pairs of a name and an array', arrays))
  }
  const listed = typeof (arrays as Iterable<unknown>)[Symbol.iterator] === 'function'
  const pairs = listed ? [...(arrays as Iterable<readonly [string, VectorLike]>)] : Object.entries(arrays)
  const names = new Set<string>()
  for (const pair of pairs as unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2 || typeof pair[0] !== 'string') {
      throw new TypeError(expectation(where, 'arrays', 'pairs of a name and an array', pair))
    }
    if (names.has(pair[0])) throw new RangeError(expectation(where, 'arrays', 'distinct names', pair[0]))
    names.add(pair[0])
  }
  return pairs
}
