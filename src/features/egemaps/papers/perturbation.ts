/** Jitter and shimmer about every row: the measures of `jitter` and `shimmer`, of the periods within 60 ms about its middle. */
import { amplitudeRuns, decibelsOf, periodRuns, type Runs } from '../../voice/perturbation.ts'
import { type Contoured, marksOf } from '../../voice/pitch-marks.ts'
import { type Rows, rowMiddle } from '../../voice/rows.ts'

/** Half the length of what is looked at. */
const REACH_SECONDS = 0.03

/**
 * Visits neighbours of the runs with the rows that see both: those whose middle is no farther than 30 ms from the mark before
 * the first (`before` marks back) and from that of the second.
 */
function visitPairs(
  runs: Runs,
  rows: Rows,
  count: number,
  extentOf: (first: Runs[0][0], second: Runs[0][0]) => [number, number],
  visit: (row: number, first: number, second: number) => void,
): void {
  const reach = REACH_SECONDS * rows.sampleRate
  const origin = rowMiddle(0, rows)
  for (const run of runs) {
    for (let i = 1; i < run.length; i++) {
      const [from, to] = extentOf(run[i - 1], run[i])
      const first = Math.max(0, Math.ceil((to - reach - origin) / rows.step))
      const last = Math.min(count - 1, Math.floor((from + reach - origin) / rows.step))
      for (let t = first; t <= last; t++) visit(t, run[i - 1].value, run[i].value)
    }
  }
}

/** Ratios and dB of rows with F0, NaN where there are too few periods. */
export function perturbationContours(clip: Contoured, rows: Rows): { jitter: Float64Array; shimmer: Float64Array } {
  const { x, sampleRate, track } = clip
  const count = track.f0.length
  const marks = marksOf(clip)
  const [changes, periods, decibels, pairs] = Array.from({ length: 4 }, () => new Float64Array(count))
  const ofPeriods = periodRuns(marks, sampleRate)
  visitPairs(
    ofPeriods,
    rows,
    count,
    (first, second) => [first.at - first.value * sampleRate, second.at],
    (t, before, after) => {
      changes[t] += Math.abs(after - before)
      periods[t] += (before + after) / 2
    },
  )
  const ofAmplitudes = amplitudeRuns(x, marks, sampleRate)
  visitPairs(
    ofAmplitudes,
    rows,
    count,
    (first, second) => [first.at, second.at],
    (t, before, after) => {
      decibels[t] += Math.abs(decibelsOf(after) - decibelsOf(before))
      pairs[t]++
    },
  )
  // Without a pair 0 / 0, which is no value.
  const meanOf = (sum: number, t: number, counts: Float64Array) => (track.voiced[t] ? sum / counts[t] : Number.NaN)
  return {
    jitter: changes.map((sum, t) => meanOf(sum, t, periods)),
    shimmer: decibels.map((sum, t) => meanOf(sum, t, pairs)),
  }
}
