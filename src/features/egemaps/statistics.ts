/** Statistics of contours. */
import { quantileOf } from '../track-statistics.ts'
import { slopesOf } from './extrema.ts'

/** Values a second. */
export const RATE = 100

/** Mean, and the population's deviation over it, with its sign; 0 where it is 0 or there are no values. */
export function normedMoments(x: Float64Array): [mean: number, deviation: number] {
  if (x.length === 0) return [0, 0]
  let sum = 0
  for (let t = 0; t < x.length; t++) sum += x[t]
  const mean = sum / x.length
  let squares = 0
  for (let t = 0; t < x.length; t++) squares += (x[t] - mean) * (x[t] - mean)
  return [mean, mean === 0 ? 0 : Math.sqrt(squares / x.length) / mean]
}

/** The ten numbers of F0 and loudness. */
export function contourStatistics(x: Float64Array): number[] {
  const sorted = x.slice().sort()
  const [low, middle, high] = [0.2, 0.5, 0.8].map((p) => quantileOf(sorted, p))
  return [...normedMoments(x), low, middle, high, high - low, ...slopesOf(x, RATE)]
}

/** Without zeros. */
export function nonZero(x: Float64Array): Float64Array {
  const out = new Float64Array(x.length)
  let count = 0
  for (let t = 0; t < x.length; t++) if (x[t] !== 0) out[count++] = x[t]
  return out.subarray(0, count)
}

/** Least values in a segment. */
const SHORTEST = 3

/** Seconds of the stretches where `inside`, gaps of one value bridged, from their first value to their last. */
export function segmentLengths(inside: boolean[]): Float64Array {
  const lengths: number[] = []
  let [first, last, count] = [-1, -1, 0]
  const close = () => {
    if (count >= SHORTEST) lengths.push((last - first) / RATE)
  }
  for (const [t, is] of inside.entries()) {
    if (!is) continue
    if (count === 0 || t - last > 2) {
      close()
      first = t
      count = 0
    }
    last = t
    count++
  }
  close()
  return Float64Array.from(lengths)
}
