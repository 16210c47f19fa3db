/**
 * Creation of result arrays, for the whole library: `NdArray`s of the package `ndarray`, row-major. What converts and checks input is
 * re-exported.
 */
import ndarray, { type NdArray } from 'ndarray'
import { DeferredMatrix } from './deferred.ts'
import type { Matrix } from './input.ts'
import { rowMajorStride } from './storage.ts'
import type { FloatArray, FloatNdArray, NumericData } from './types.ts'
import { StridedView } from './view.ts'

export { nonFiniteIndex } from './finite.ts'
export {
  atUsableLevel,
  checkDtype,
  checkFinite,
  checkOverflow,
  checkSound,
  exactDtype,
  inputDtype,
  largestOf,
  type Matrix,
  toHeldMatrix,
  toLabels,
  toMatrix,
  toSamples,
  toSoundOfAnyLevel,
  toVector,
} from './input.ts'
export { isRows, isVector, sequenceList } from './rows.ts'
export { allocate, dtypeOf, sizeOf } from './storage.ts'
export { isArrayView } from './strided.ts'

let generatesCode: boolean | undefined

/** Whether `ndarray` can compile its views here; it cannot under a strict content security policy. */
function canGenerateCode(): boolean {
  if (generatesCode === undefined) {
    try {
      ndarray(new Float64Array(1), [1])
      generatesCode = true
    } catch {
      generatesCode = false
    }
  }
  return generatesCode
}

/** A view of `data`, row-major unless a stride is given. Nothing is copied. */
export function view<D extends NumericData>(
  data: D,
  shape: number[],
  stride: number[] = rowMajorStride(shape),
  offset = 0,
): NdArray<D> {
  if (canGenerateCode()) return ndarray(data, shape, stride, offset)
  return new StridedView(data, shape, stride, offset) as unknown as NdArray<D>
}

/** A view of float data of either type. */
export function floatView(data: FloatArray, shape: number[]): FloatNdArray {
  return view(data, shape) as FloatNdArray
}

/** The public form of a packed matrix; shares its data. */
export function matrixView(matrix: Matrix): FloatNdArray {
  if (matrix instanceof DeferredMatrix) return matrix.view
  const { data, rows, cols } = matrix
  return floatView(data, [rows, cols])
}
