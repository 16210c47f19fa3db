/** Strided views of any kind: an `ndarray`, a `StridedView`, or a plain `{ data, shape, stride, offset }`. */
import { isDeferred } from './deferred.ts'
import { expectation } from './errors.ts'
import { ownArray } from './realm.ts'
import { allocate, holdsDtype, isTypedNumbers, rowMajorStride, sizeOf } from './storage.ts'
import type { Dtype, FloatArray, StridedArray } from './types.ts'

/** A view with all fields present and consistent. */
export type CheckedView = Required<StridedArray>

/** Whether the value looks like a strided view; stride and offset may be missing. */
export function isArrayView(value: unknown): value is StridedArray {
  if (typeof value !== 'object' || value === null) return false
  if (isDeferred(value)) return true
  const { data, shape, stride = [], offset = 0 } = value as Partial<StridedArray>
  const isData = typeof data === 'object' && data !== null
  return isData && Array.isArray(shape) && Array.isArray(stride) && typeof offset === 'number'
}

function isNatural(n: unknown): boolean {
  return Number.isSafeInteger(n) && (n as number) >= 0
}

/** Completes the view's strides and checks that its fields are consistent and within the data, of any type. */
export function checkView(where: string, name: string, value: StridedArray): CheckedView {
  const checked = withStride(where, name, value)
  checkReach(where, name, checked)
  return checked
}

function withStride(where: string, name: string, value: StridedArray): CheckedView {
  const { data, shape, stride = rowMajorStride(shape), offset = 0 } = value
  if (!shape.every(isNatural)) {
    throw new RangeError(`${where}: "${name}" expected a shape of integers >= 0, got [${shape.join(', ')}]`)
  }
  if (stride.length !== shape.length || !stride.every(Number.isSafeInteger)) {
    const wanted = `${shape.length} integers, one for each dimension`
    throw new RangeError(`${where}: "${name}" expected a stride of ${wanted}, got [${stride.join(', ')}]`)
  }
  if (!Number.isSafeInteger(offset)) {
    throw new RangeError(expectation(where, `${name}.offset`, 'an integer', offset))
  }
  return { data, shape, stride, offset }
}

function isPacked({ shape, stride }: CheckedView): boolean {
  const packed = rowMajorStride(shape)
  return shape.every((length, axis) => length <= 1 || stride[axis] === packed[axis])
}

function checkReach(where: string, name: string, { data, shape, stride, offset }: CheckedView): void {
  let first = offset
  let last = offset
  for (let axis = 0; axis < shape.length; axis++) {
    if (shape[axis] === 0) return
    const span = (shape[axis] - 1) * stride[axis]
    if (span < 0) first += span
    else last += span
  }
  if (!(first >= 0 && last < data.length)) {
    throw new RangeError(
      `${where}: "${name}" of shape [${shape.join(', ')}] reaches outside its ${data.length} elements`,
    )
  }
}

/** Throws unless the element is a number; `row` is given for an element of a matrix. */
export function checkNumberAt(where: string, name: string, value: unknown, column: number, row?: number): void {
  if (typeof value === 'number') return
  const place = row === undefined ? `index ${column}` : `row ${row}, column ${column}`
  throw new TypeError(`${expectation(where, name, 'numbers', value)} at ${place}`)
}

/** Throws at the first element that is not a number. */
export function checkNumbers(where: string, name: string, data: ArrayLike<unknown>, row?: number): void {
  for (let i = 0; i < data.length; i++) checkNumberAt(where, name, data[i], i, row)
}

function copyPacked(where: string, name: string, checked: CheckedView, dtype: Dtype): FloatArray {
  const { data, shape, stride, offset } = checked
  const isMatrix = shape.length === 2
  const [rows, cols] = isMatrix ? shape : [1, shape[0]]
  const [rowStride, colStride] = isMatrix ? stride : [0, stride[0]]
  // Only copied elements are checked, or else one row of a long array would cost as much as the array.
  const mayHoldOthers = !isTypedNumbers(data)
  const out = allocate(rows * cols, dtype)
  for (let i = 0, k = 0; i < rows; i++) {
    let at = offset + i * rowStride
    for (let j = 0; j < cols; j++, k++, at += colStride) {
      if (mayHoldOthers) checkNumberAt(where, name, data[at], j, isMatrix ? i : undefined)
      out[k] = data[at]
    }
  }
  return out
}

/** The elements of a view of `rank` dimensions in row-major order; shares the caller's data where it is so already. */
export function takeView(where: string, name: string, value: StridedArray, rank: 1 | 2, dtype: Dtype): FloatArray {
  if (value.shape.length !== rank) {
    const wanted = rank === 1 ? 'one dimension' : 'two dimensions'
    throw new RangeError(expectation(where, name, wanted, value))
  }
  const { data: source } = value
  if (!isTypedNumbers(source) && !Array.isArray(source)) {
    throw new TypeError(expectation(where, `${name}.data`, 'a typed array or an array of numbers', source))
  }
  const checked = checkView(where, name, value)
  const { offset } = checked
  if (!holdsDtype(source, dtype) || !isPacked(checked)) return copyPacked(where, name, checked, dtype)
  const data = ownArray(source)
  const size = sizeOf(checked.shape)
  return size === data.length && offset === 0 ? data : data.subarray(offset, offset + size)
}
