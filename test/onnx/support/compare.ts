/** The outputs of a file beside those of the model that it was written of. */
import { expect } from 'vitest'
import type { FloatNdArray } from '../../../src/core/types.ts'
import { type MatrixLike, matrix } from '../../../src/index.ts'
import { Random } from '../../../src/numerics/random.ts'
import { type ToOnnxOptions, toOnnx } from '../../../src/onnx/to-onnx.ts'
import { type Ran, runPadded, sessionOf } from './runtime.ts'

/** Largest difference that is accepted: of numbers up to 1 absolute, beyond relative. */
export const TOLERANCE = 1e-5

/** Sequences [T, columns] of normal numbers. */
export function drawn(seed: string, lengths: readonly number[], columns: number): Float32Array[] {
  const random = new Random(seed)
  return lengths.map((T) => {
    const data = new Float32Array(T * columns)
    random.normalInto(data, 0, 1)
    return data
  })
}

/** The rows of a flat array as a matrix. */
export function rowsOf(data: Float32Array, columns: number): FloatNdArray {
  const rows = Array.from({ length: data.length / columns }, (_, t) => [
    ...data.subarray(t * columns, (t + 1) * columns),
  ])
  return matrix(rows)
}

/** The largest difference, relative to numbers beyond 1. */
export function difference(got: ArrayLike<number>, want: ArrayLike<number>): number {
  expect(got.length).toBe(want.length)
  let worst = 0
  for (let i = 0; i < want.length; i++) {
    const apart = Math.abs(got[i] - want[i]) / Math.max(1, Math.abs(want[i]))
    worst = Number.isNaN(apart) ? Infinity : Math.max(worst, apart)
  }
  return worst
}

/** The numbers of a sequence in an output of a batch. */
export function partOf({ data, dims }: Ran, b: number): Float32Array {
  const size = data.length / dims[0]
  return data.subarray(b * size, (b + 1) * size)
}

/**
 * The largest difference of a model's outputs from those of its file, for sequences padded by 3 frames beyond the longest with large
 * numbers; rows behind a sequence's end must be 0.
 */
export async function worstOf(
  model: Parameters<typeof toOnnx>[0],
  outputs: Record<string, (x: MatrixLike) => { data: ArrayLike<number> }>,
  sequences: readonly Float32Array[],
  columns: number,
  options: ToOnnxOptions = {},
): Promise<number> {
  const names = Object.keys(outputs)
  const session = await sessionOf(toOnnx(model, { ...options, outputs: names }))
  expect(session.outputNames).toEqual(names.length === 1 ? ['y'] : names)
  const steps = Math.max(...sequences.map(({ length }) => length / columns)) + 3
  const ran = await runPadded(session, sequences, columns, { padding: 1e4, steps })
  await session.release()
  let worst = 0
  for (const name of names) {
    sequences.forEach((data, b) => {
      const want = outputs[name](rowsOf(data, columns)).data
      const got = partOf(ran[names.length === 1 ? 'y' : name], b)
      worst = Math.max(worst, difference(got.subarray(0, want.length), want))
      expect(got.subarray(want.length).every((value) => value === 0)).toBe(true)
    })
  }
  return worst
}
