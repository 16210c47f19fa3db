/** Statistics of one column over time, by name. */
import { runsOf, slopesBetween, turningPoints } from './turning-points.ts'

/** Name of a statistic of `functionals`; defined there. */
export type TrackStatistic =
  | 'mean'
  | 'sd'
  | 'skewness'
  | 'kurtosis'
  | 'quantiles'
  | 'coefficientOfVariation'
  | 'slopes'
  | 'peaks'
  | 'segments'

/** A column with the intermediate results that its statistics share. */
export interface Track {
  /** Every row. */
  column: Float64Array
  /** The selected rows in order of time, and sorted. */
  values: Float64Array
  sorted: Float64Array
  /** The selected rows as runs without a gap. */
  runs: readonly Float64Array[]
  /** Mean, standard deviation, skewness, excess kurtosis. */
  moments: Float64Array
  quantiles: readonly number[]
  /** Seconds from one row to the next. */
  step: number
}

/** How a column becomes a {@link Track}. */
export interface TrackSettings {
  quantiles: readonly number[]
  /** Whether rows that are 0 are left out. */
  nonZero: boolean
  /** Seconds from one row to the next. */
  step: number
}

/** A column with what its statistics share. */
export function trackOf(column: Float64Array, { nonZero, quantiles, step }: TrackSettings): Track {
  const values = nonZero ? column.filter((x) => x !== 0) : column
  const runs = nonZero ? runsOf(column, false) : [column]
  return { column, values, runs, quantiles, step, sorted: values.slice().sort(), moments: momentsOf(values) }
}

/** Turning points must differ by more than this fraction of the track's range. */
const LEAST_TURN = 0.1

/** Mean, standard deviation, skewness, excess kurtosis; zeros without values. */
export function momentsOf(values: Float64Array): Float64Array {
  const n = values.length
  let mean = 0
  for (let t = 0; t < n; t++) mean += values[t] / n
  let second = 0
  let third = 0
  let fourth = 0
  for (let t = 0; t < n; t++) {
    const d = values[t] - mean
    second += (d * d) / n
    third += (d * d * d) / n
    fourth += (d * d * d * d) / n
  }
  const sd = Math.sqrt(second)
  const constant = sd <= 1e-10 * Math.abs(mean)
  return Float64Array.of(mean, sd, constant ? 0 : third / (sd * second), constant ? 0 : fourth / (second * second) - 3)
}

/** The quantile q of sorted values, at index q (n - 1), by straight lines between neighbours; 0 of none. */
export function quantileOf(sorted: Float64Array, q: number): number {
  if (sorted.length === 0) return 0
  const place = q * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (place - below) * (sorted[above] - sorted[below])
}

/** Mean and standard deviation of the first n values, by default of all: the first two of {@link momentsOf}. */
export function meanAndDeviation(values: ArrayLike<number>, n: number = values.length): [number, number] {
  let mean = 0
  for (let t = 0; t < n; t++) mean += values[t] / n
  let second = 0
  for (let t = 0; t < n; t++) second += ((values[t] - mean) * (values[t] - mean)) / n
  return [mean, Math.sqrt(second)]
}

function turnsOf({ runs, sorted }: Track): { run: Float64Array; points: ReturnType<typeof turningPoints> }[] {
  const least = sorted.length > 0 ? LEAST_TURN * (sorted[sorted.length - 1] - sorted[0]) : 0
  return runs.map((run) => ({ run, points: turningPoints(run, least) }))
}

function slopeStatistics(track: Track): number[] {
  const slopes = turnsOf(track).map(({ run, points }) => slopesBetween(run, points))
  return [slopes.flatMap(({ rising }) => rising), slopes.flatMap(({ falling }) => falling)].flatMap((list) =>
    meanAndDeviation(list.map((slope) => slope / track.step)),
  )
}

function peakRate(track: Track): number {
  const peaks = turnsOf(track).flatMap(({ points }) => points.filter(({ isMaximum }) => isMaximum))
  return track.values.length > 0 ? peaks.length / (track.values.length * track.step) : 0
}

function segmentStatistics({ column, step }: Track): number[] {
  const [heard, silent] = [false, true].map((zero) => runsOf(column, zero).map((run) => run.length * step))
  return [heard.length / (column.length * step), ...meanAndDeviation(heard), ...meanAndDeviation(silent)]
}

/** Functions that compute the numbers of each statistic. */
export const trackStatistics: Readonly<Record<TrackStatistic, (track: Track) => readonly number[]>> = {
  mean: ({ moments }) => [moments[0]],
  sd: ({ moments }) => [moments[1]],
  skewness: ({ moments }) => [moments[2]],
  kurtosis: ({ moments }) => [moments[3]],
  quantiles: ({ sorted, quantiles }) => quantiles.map((q) => quantileOf(sorted, q)),
  coefficientOfVariation: ({ moments: [mean, sd] }) => [mean === 0 ? 0 : sd / mean],
  slopes: slopeStatistics,
  peaks: (track) => [peakRate(track)],
  segments: segmentStatistics,
}
