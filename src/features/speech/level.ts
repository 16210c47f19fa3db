/** The level of the loud parts of speech, which silence before and behind them leaves as it is. */
import { quantileOf } from '../track-statistics.ts'

/** Rows this far below the loud are no part of the level, dB. */
const RANGE = 40
/** So many rows may be louder than the one from which the range counts: a click is no speech. */
const LOUDER = 9

/**
 * The 95th percentile of the levels in dB of those rows that lie within 40 dB of the tenth loudest row; -Infinity where no
 * row is above `silence`.
 */
export function loudLevel(levels: ArrayLike<number>, silence: number): number {
  const heard = new Float64Array(levels.length)
  let count = 0
  for (let t = 0; t < levels.length; t++) if (levels[t] > silence) heard[count++] = levels[t]
  const sorted = heard.subarray(0, count).sort()
  if (sorted.length === 0) return Number.NEGATIVE_INFINITY
  const least = sorted[Math.max(0, sorted.length - 1 - LOUDER)] - RANGE
  let first = 0
  while (sorted[first] < least) first++
  return quantileOf(sorted.subarray(first), 0.95)
}
