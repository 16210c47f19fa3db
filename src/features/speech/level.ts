/** The level of the loud parts of speech, which silence before and behind them leaves as it is. */
import { quantileOf } from '../track-statistics.ts'

/** Rows this far below the loud are no part of the level, dB. */
const RANGE = 40
/** So many rows may be louder than the one from which the range counts: a click is no speech. */
const LOUDER = 9

/** The 95th percentile of those ascending levels in dB that lie within 40 dB of the tenth largest; -Infinity of none. */
export function loudLevel(sorted: Float64Array): number {
  if (sorted.length === 0) return Number.NEGATIVE_INFINITY
  const least = sorted[Math.max(0, sorted.length - 1 - LOUDER)] - RANGE
  let first = 0
  while (sorted[first] < least) first++
  return quantileOf(first === 0 ? sorted : sorted.subarray(first), 0.95)
}
