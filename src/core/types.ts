import type { NdArray } from 'ndarray'

/** Storage of every array that the library computes with. */
export type FloatArray = Float32Array | Float64Array

/** Element type of parameters and results: `float32` unless asked otherwise. */
export type Dtype = 'float32' | 'float64'

/** A view of the package `ndarray` with numeric elements. */
export type ArrayView = NdArray<NumericData>

/** Storage of an {@link ArrayView}. */
export type NumericData =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array
  | number[]

/** A row-major array that the library returns. */
export type FloatNdArray = NdArray<Float32Array> | NdArray<Float64Array>

/** Typed arrays of numbers. */
export type TypedNumbers = Exclude<NumericData, number[]>

/**
 * A strided view as a plain object: element (i, j) is `data[offset + i * stride[0] + j * stride[1]]`. An `NdArray` is
 * one.
 */
export interface StridedArray {
  readonly data: NumericData | readonly number[]
  /** Integers >= 0. */
  readonly shape: readonly number[]
  /** Distance in `data` from one element to the next along each dimension. Default: row-major. */
  readonly stride?: readonly number[]
  /** Index in `data` of the first element. Default 0. */
  readonly offset?: number
}

/** One-dimensional input: numbers in an array, a typed array or a one-dimensional view. */
export type VectorLike = TypedNumbers | readonly number[] | StridedArray

/** A matrix as an array of its rows, such as `[[1, 2], [3, 4]]`: rows of one length, each of numbers. */
export type RowsLike = readonly (TypedNumbers | readonly number[])[]

/** Two-dimensional input, for example a sequence `[T, D]`: a view of two dimensions, or an array of rows. */
export type MatrixLike = StridedArray | RowsLike

/** A value that survives `JSON.stringify` unchanged. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
