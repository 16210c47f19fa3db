/** Sum and extremes of samples. */
import type { FloatArray } from './types.ts'

/** Sum in order, least and largest; of none 0, Infinity and -Infinity. */
export interface Extent {
  sum: number
  low: number
  high: number
}

/** Samples of a part. */
const PART = 2048

/**
 * The extent of samples, part by part: engines keep the sums of a function that is called often in registers, where those of one
 * long loop are an object each, made anew at every sample.
 */
export function extentOf(x: FloatArray): Extent {
  const found = Float64Array.of(0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
  for (let from = 0; from < x.length; from += PART) extend(found, x, from, Math.min(from + PART, x.length))
  const [sum, low, high] = found
  return { sum, low, high }
}

function extend(found: Float64Array, x: FloatArray, from: number, to: number): void {
  let sum = found[0]
  let low = found[1]
  let high = found[2]
  for (let n = from; n < to; n++) {
    const value = x[n]
    sum += value
    if (value < low) low = value
    if (value > high) high = value
  }
  found[0] = sum
  found[1] = low
  found[2] = high
}
