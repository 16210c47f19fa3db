/**
 * The one place where arrays are made and taken in. Results are `NdArray`s of the package `ndarray`, row-major; input is
 * any strided view, and a plain typed array where one dimension is asked for.
 */
import ndarray, { type NdArray } from 'ndarray'
import { checkOneOf } from './check.ts'
import { describe, expectation } from './errors.ts'
import { isBytes, isFloat32, isFloat64, ownArray, typedArrayTag } from './realm.ts'
import type { ArrayView, Dtype, FloatArray, FloatNdArray, NumericData, VectorLike } from './types.ts'
import { StridedView } from './view.ts'

/** A packed row-major matrix inside the library: element (i, j) is `data[i * cols + j]`. */
export interface Matrix {
  data: FloatArray
  rows: number
  cols: number
}

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

/** Row-major strides of a shape. */
function rowMajorStride(shape: readonly number[]): number[] {
  const stride = new Array<number>(shape.length)
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    stride[axis] = step
    step *= shape[axis]
  }
  return stride
}

/** Numbers of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1)
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

/** A new typed array of zeros. */
export function allocate(length: number, dtype: Dtype): FloatArray {
  return dtype === 'float64' ? new Float64Array(length) : new Float32Array(length)
}

/** A view of float data of either type. */
export function floatView(data: FloatArray, shape: number[]): FloatNdArray {
  return view(data, shape) as FloatNdArray
}

/** The public form of a packed matrix; shares its data. */
export function matrixView({ data, rows, cols }: Matrix): FloatNdArray {
  return floatView(data, [rows, cols])
}

/** The element type of a typed array. */
export function dtypeOf(data: FloatArray): Dtype {
  return isFloat64(data) ? 'float64' : 'float32'
}

/** The value if it is an element type. */
export function checkDtype(where: string, value: unknown): Dtype {
  return checkOneOf<Dtype>(where, 'dtype', value, ['float32', 'float64'])
}

/** Whether the value looks like an `ndarray` of any make. */
export function isArrayView(value: unknown): value is ArrayView {
  if (typeof value !== 'object' || value === null) return false
  const { data, shape, stride, offset } = value as Partial<ArrayView>
  return typeof data === 'object' && Array.isArray(shape) && Array.isArray(stride) && typeof offset === 'number'
}

function isTypedArray(value: unknown): value is Exclude<NumericData, number[]> {
  const tag = typedArrayTag(value)
  return tag !== undefined && !tag.startsWith('Big')
}

function holdsDtype(data: unknown, dtype: Dtype): data is FloatArray {
  return dtype === 'float64' ? isFloat64(data) : isFloat32(data)
}

function isPacked(x: ArrayView): boolean {
  const packed = rowMajorStride(x.shape)
  return x.shape.every((length, axis) => length <= 1 || x.stride[axis] === packed[axis])
}

function checkReach(where: string, name: string, x: ArrayView): void {
  let first = x.offset
  let last = x.offset
  for (let axis = 0; axis < x.shape.length; axis++) {
    if (x.shape[axis] === 0) return
    const span = (x.shape[axis] - 1) * x.stride[axis]
    if (span < 0) first += span
    else last += span
  }
  const length = x.data.length
  if (!(first >= 0 && last < length)) {
    throw new RangeError(`${where}: "${name}" of shape [${x.shape.join(', ')}] reaches outside its ${length} elements`)
  }
}

function copyPacked(x: ArrayView, dtype: Dtype): FloatArray {
  const rank = x.shape.length
  const [rows, cols] = rank === 2 ? x.shape : [1, x.shape[0]]
  const [rowStride, colStride] = rank === 2 ? x.stride : [0, x.stride[0]]
  const out = allocate(rows * cols, dtype)
  for (let i = 0, k = 0; i < rows; i++) {
    let at = x.offset + i * rowStride
    for (let j = 0; j < cols; j++, k++, at += colStride) out[k] = x.data[at]
  }
  return out
}

function taken(where: string, name: string, value: ArrayView, rank: number, dtype: Dtype): FloatArray {
  if (value.shape.length !== rank) {
    const wanted = rank === 1 ? 'one dimension' : 'two dimensions'
    throw new RangeError(expectation(where, name, wanted, value))
  }
  checkReach(where, name, value)
  if (!holdsDtype(value.data, dtype) || !isPacked(value)) return copyPacked(value, dtype)
  const { offset } = value
  const data = ownArray(value.data)
  const size = sizeOf(value.shape)
  return size === data.length && offset === 0 ? data : data.subarray(offset, offset + size)
}

/**
 * One-dimensional input as a contiguous typed array of the element type; shares the caller's data where it already is
 * one, so it must not be written to.
 */
export function toVector(where: string, name: string, value: unknown, dtype: Dtype): FloatArray {
  // First of all, as this is what streams are given frame by frame.
  if (holdsDtype(value, dtype)) return ownArray(value)
  if (isArrayView(value)) return taken(where, name, value, 1, dtype)
  if (!isTypedArray(value)) {
    throw new TypeError(expectation(where, name, 'a typed array or a one-dimensional ndarray', value))
  }
  return dtype === 'float64' ? new Float64Array(value) : new Float32Array(value)
}

/** `float64` where the input stands on float64 data, else `float32`. */
export function inputDtype(value: unknown): Dtype {
  return isFloat64(isArrayView(value) ? value.data : value) ? 'float64' : 'float32'
}

/**
 * Samples of sound in [-1, 1): floats as they are, shared where they can be; integer typed arrays hold 16 bit samples,
 * -32768..32767, whatever their width, and are divided by 32768. Bytes are none: they are likely those of a file.
 */
export function toSamples(where: string, name: string, value: VectorLike, dtype: Dtype): FloatArray {
  const data = isArrayView(value) ? value.data : value
  if (isBytes(data) || typedArrayTag(data) === 'Uint8ClampedArray') {
    throw new TypeError(expectation(where, name, 'samples, and bytes of a file are none (see decodeWav)', value))
  }
  const samples = toVector(where, name, value, dtype)
  if (Array.isArray(data) || typedArrayTag(data)?.startsWith('Float')) return samples
  return samples.map((sample) => sample / 32768)
}

/** Two-dimensional input as a packed matrix; shares the caller's data where it can, so it must not be written to. */
export function toMatrix(where: string, name: string, value: unknown, dtype: Dtype): Matrix {
  if (!isArrayView(value)) throw new TypeError(expectation(where, name, 'a two-dimensional ndarray', value))
  const data = taken(where, name, value, 2, dtype)
  return { data, rows: value.shape[0], cols: value.shape[1] }
}

/** Throws unless every element is finite, naming the first that is not. */
export function checkFinite(where: string, name: string, data: FloatArray, cols = 0): void {
  for (let i = 0; i < data.length; i++) {
    if (!Number.isFinite(data[i])) {
      const at = cols > 0 ? `row ${Math.floor(i / cols)}, column ${i % cols}` : `index ${i}`
      throw new RangeError(`${where}: "${name}" expected finite numbers, got ${data[i]} at ${at}`)
    }
  }
}

/** Class indices as an `Int32Array`, checked to lie in 0..classes-1 (any non-negative integer where no number is given). */
export function toLabels(
  where: string,
  name: string,
  value: unknown,
  classes: number = Number.MAX_SAFE_INTEGER,
): Int32Array {
  const list = isArrayView(value) ? taken(where, name, value, 1, 'float64') : value
  if (!Array.isArray(list) && !isTypedArray(list)) {
    throw new TypeError(expectation(where, name, 'class indices (an array or typed array of integers)', value))
  }
  for (let i = 0; i < list.length; i++) {
    if (!Number.isInteger(list[i]) || list[i] < 0 || list[i] >= classes) {
      const range = classes < Number.MAX_SAFE_INTEGER ? `integers 0..${classes - 1}` : 'integers >= 0'
      throw new RangeError(`${where}: "${name}" expected ${range}, got ${describe(list[i])} at index ${i}`)
    }
  }
  return Int32Array.from(list)
}
