import { square } from '../core/power.ts'
import type { ConfusionMatrix } from './confusion-matrix.ts'
import type { Interval } from './intervals.ts'

/**
 * A 95 % interval of the unweighted recall, combined from the Wilson intervals l_k..u_k of the recalls r_k of the K
 * classes that occur (Zou & Donner, Statistics in Medicine 27, 2008): UAR - sqrt(sum_k (r_k - l_k)^2) / K to
 * UAR + sqrt(sum_k (u_k - r_k)^2) / K. Without predictions 0..1.
 */
export function unweightedRecallInterval(matrix: ConfusionMatrix): Interval {
  const { recall, recallIntervals, unweightedRecall } = matrix
  const known = matrix.classes.filter((name) => !Number.isNaN(recall[name]))
  if (known.length === 0) return { low: 0, high: 1 }
  const reach = (end: 'low' | 'high'): number => {
    const squares = known.map((name) => square(recall[name] - recallIntervals[name][end]))
    return Math.sqrt(squares.reduce((sum, value) => sum + value, 0)) / known.length
  }
  return { low: Math.max(0, unweightedRecall - reach('low')), high: Math.min(1, unweightedRecall + reach('high')) }
}
