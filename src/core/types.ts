import type { NdArray } from 'ndarray'

/** Storage of every array that the library computes with. */
export type FloatArray = Float32Array | Float64Array

/** Element type of parameters and results: `float32` unless asked otherwise. */
export type Dtype = 'float32' | 'float64'

/** Any strided view of the package `ndarray` with numeric elements. */
export type ArrayView = NdArray<NumericData>

/** What an {@link ArrayView} may stand on. */
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

/** One-dimensional input: a plain typed array or a one-dimensional view. */
export type VectorLike = Exclude<NumericData, number[]> | ArrayView

/** Two-dimensional input, for example a sequence `[T, D]`. */
export type MatrixLike = ArrayView

/** A value that survives `JSON.stringify` unchanged. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
