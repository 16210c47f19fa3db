/** Searches for numbers that are no numbers or too large; -1 where there is none. */
import type { FloatArray } from './types.ts'

/** Index of the first element that is NaN or infinite. */
export function nonFiniteIndex(data: FloatArray): number {
  // 0 x is 0 unless x is NaN or infinite; two sums, each waiting for itself alone, take half the time of a comparison.
  let [even, odd] = [0, 0]
  const pairs = data.length - (data.length % 2)
  for (let i = 0; i < pairs; i += 2) {
    even += 0 * data[i]
    odd += 0 * data[i + 1]
  }
  if (pairs < data.length) even += 0 * data[pairs]
  return even + odd === 0 ? -1 : data.findIndex((x: number) => !Number.isFinite(x))
}

/** Index of the first element that is NaN or of a magnitude above `limit`. */
export function indexBeyond(data: FloatArray, limit: number): number {
  for (let i = 0; i < data.length; i++) if (!(Math.abs(data[i]) <= limit)) return i
  return -1
}
