import type { NdArray } from 'ndarray'
import { view } from '../../src/core/array.ts'
import { Random } from '../../src/numerics/random.ts'

/** A matrix of normals, float64. */
export function normalMatrix(random: Random, rows: number, cols: number): NdArray<Float64Array> {
  const data = new Float64Array(rows * cols)
  random.normalInto(data)
  return view(data, [rows, cols])
}

/** Sequences of the given lengths. */
export function normalSequences(
  seed: number | string,
  lengths: readonly number[],
  cols: number,
): NdArray<Float64Array>[] {
  const random = new Random(seed)
  return lengths.map((rows) => normalMatrix(random, rows, cols))
}

/** The same numbers as float32. */
export function toFloat32(x: NdArray<Float64Array>): NdArray<Float32Array> {
  return view(Float32Array.from(x.data), x.shape)
}
