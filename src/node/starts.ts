/** Working time of an experiment over all its starts. */
import type { ExperimentStart } from '../experiments/results.ts'

/** Seconds in which at least one start was active; parts that ran at the same time count once. */
export function activeSeconds(starts: readonly ExperimentStart[]): number {
  const spans = starts
    .map(({ started, seconds }) => ({
      from: Date.parse(started) / 1000,
      to: Date.parse(started) / 1000 + Math.max(0, seconds),
    }))
    .sort((a, b) => a.from - b.from)
  let [sum, end] = [0, Number.NEGATIVE_INFINITY]
  for (const { from, to } of spans) {
    sum += Math.max(0, to - Math.max(from, end))
    end = Math.max(end, to)
  }
  return Math.round(1000 * sum) / 1000
}

/** Times of the first start and of the last end, ISO 8601; null without starts. */
export function spanOf(starts: readonly ExperimentStart[]): { started: string; finished: string } | null {
  if (starts.length === 0) return null
  const first = Math.min(...starts.map(({ started }) => Date.parse(started)))
  const last = Math.max(...starts.map(({ started, seconds }) => Date.parse(started) + 1000 * Math.max(0, seconds)))
  return { started: new Date(first).toISOString(), finished: new Date(last).toISOString() }
}
