/** Searches for numbers that are no numbers or too large; -1 where there is none. */
import type { FloatArray } from './types.ts'

/** Index of the first element that is NaN or infinite. */
export function nonFiniteIndex(data: FloatArray): number {
  // 0 x is 0 unless x is NaN or infinite; sums that each wait for themselves alone take a quarter of the time of a comparison.
  let [a, b, c, d] = [0, 0, 0, 0]
  const fours = data.length - (data.length % 4)
  for (let i = 0; i < fours; i += 4) {
    a += 0 * data[i]
    b += 0 * data[i + 1]
    c += 0 * data[i + 2]
    d += 0 * data[i + 3]
  }
  for (let i = fours; i < data.length; i++) a += 0 * data[i]
  return a + b + c + d === 0 ? -1 : data.findIndex((x: number) => !Number.isFinite(x))
}

/** sum x_i^2, in four sums, which hide the latency of additions. */
export function sumOfSquares(data: FloatArray): number {
  let [a, b, c, d] = [0, 0, 0, 0]
  const fours = data.length - (data.length % 4)
  for (let i = 0; i < fours; i += 4) {
    a += data[i] * data[i]
    b += data[i + 1] * data[i + 1]
    c += data[i + 2] * data[i + 2]
    d += data[i + 3] * data[i + 3]
  }
  for (let i = fours; i < data.length; i++) a += data[i] * data[i]
  return a + b + (c + d)
}

/** Index of the first element that is NaN or of a magnitude above `limit`. */
export function indexBeyond(data: FloatArray, limit: number): number {
  // A number beyond the limit makes the sum of squares greater; the half is for rounding.
  if (sumOfSquares(data) <= (limit * limit) / 2) return -1
  for (let i = 0; i < data.length; i++) if (!(Math.abs(data[i]) <= limit)) return i
  return -1
}
