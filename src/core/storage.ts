/** Typed-array storage: element types, allocation and row-major strides. */
import { isFloat32, isFloat64, typedArrayTag } from './realm.ts'
import type { Dtype, FloatArray, TypedNumbers } from './types.ts'

/** Number of elements of a shape. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, n) => product * n, 1)
}

/** Row-major strides of a shape. */
export function rowMajorStride(shape: readonly number[]): number[] {
  const stride = new Array<number>(shape.length)
  let step = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    stride[axis] = step
    step *= shape[axis]
  }
  return stride
}

/** A new typed array of zeros. */
export function allocate(length: number, dtype: Dtype): FloatArray {
  return dtype === 'float64' ? new Float64Array(length) : new Float32Array(length)
}

/** The element type of a typed array. */
export function dtypeOf(data: FloatArray): Dtype {
  return isFloat64(data) ? 'float64' : 'float32'
}

/** Whether the value is a typed array of numbers, of any realm. */
export function isTypedNumbers(value: unknown): value is TypedNumbers {
  const tag = typedArrayTag(value)
  return tag !== undefined && !tag.startsWith('Big')
}

/** Whether the value is an array of floats of the element type already. */
export function holdsDtype(data: unknown, dtype: Dtype): data is FloatArray {
  return dtype === 'float64' ? isFloat64(data) : isFloat32(data)
}

/** Numbers of all parts, one after the other, in float64. */
export function joined(parts: readonly FloatArray[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}
