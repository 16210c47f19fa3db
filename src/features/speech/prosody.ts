/** Measures of pitch, rhythm and energy. */
import { log } from '../../core/elementary.ts'
import { meanAndDeviation, momentsOf, quantileOf } from '../track-statistics.ts'
import { windowFunction } from '../windows.ts'
import { MARGIN, markedInto, type Span, sortedOf } from './span.ts'

const ROWS_PER_SECOND = 100
/** Fewest voiced rows for measures of pitch. */
const LEAST_VOICED = 5
/** Semitones within 20 ms that are a jump of the tracker and no movement. */
const JUMP = 3

function meanOf(values: Float64Array, from: number, to: number): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += values[i]
  return sum / (to - from)
}

function quantilesOf(sorted: Float64Array, quantiles: readonly number[]): number[] {
  return quantiles.map((q) => quantileOf(sorted, q))
}

/** Means of the size, rise and fall of the pitch over 20 ms of voiced rows, jumps left out, semitones; zeros where there are fewer than four. */
function movements({ pitch, voiced, rows }: Span): number[] {
  let [n, size, rise, fall] = [0, 0, 0, 0]
  for (let t = 1; t < rows - 1; t++) {
    if (voiced[t - 1] === 0 || voiced[t] === 0 || voiced[t + 1] === 0) continue
    const change = pitch[t + 1] - pitch[t - 1]
    if (!(Math.abs(change) < JUMP)) continue
    n++
    size += Math.abs(change)
    rise += Math.max(change, 0)
    fall += Math.min(change, 0)
  }
  return n > 3 ? [size / n, rise / n, fall / n] : [0, 0, 0]
}

/** Slope of the line through the pitch of voiced rows, semitones a second. */
function declination({ voiced, rows, voicedRows, pitch }: Span, mean: number): number {
  let middle = 0
  for (let t = 0; t < rows; t++) if (voiced[t] !== 0) middle += t / ROWS_PER_SECOND
  middle /= voicedRows
  let products = 0
  let squares = 1e-3
  for (let t = 0; t < rows; t++) {
    if (voiced[t] === 0) continue
    const time = t / ROWS_PER_SECOND - middle
    products += time * (pitch[t] - mean)
    squares += time * time
  }
  return products / squares
}

/** The 15 measures of pitch; NaN of fewer than five voiced rows. */
export function pitchMeasures(span: Span): number[] {
  const { voiced, voicedRows: n, tracks } = span
  if (n < LEAST_VOICED) return new Array<number>(15).fill(Number.NaN)
  const { values, sorted } = tracks.scratch
  markedInto(values, tracks.pitch.values, span, voiced)
  const [mean, deviation, skewness] = momentsOf(values.subarray(0, n))
  const quantiles = [0.05, 0.2, 0.5, 0.8, 0.95]
  const [p5, p20, p50, p80, p95] = quantilesOf(sortedOf(sorted, tracks.pitch, span, voiced), quantiles)
  const cube = deviation * deviation * deviation
  const quarter = Math.max(1, Math.floor(n / 4))
  return [
    ...[mean, p50, p20, p80, p95, p5, deviation, p80 - p20, p95 - p5],
    (skewness * cube) / (cube + 0.1),
    ...movements(span),
    declination(span, mean),
    meanOf(values, n - quarter, n) - meanOf(values, 0, quarter),
  ]
}

/** Lengths of the runs of marked rows, seconds. */
function runLengths(marks: Uint8Array, rows: number): number[] {
  const lengths: number[] = []
  for (let t = 0; t < rows; t++) {
    const from = t
    while (t < rows && marks[t] !== 0) t++
    if (t > from) lengths.push((t - from) / ROWS_PER_SECOND)
  }
  return lengths
}

/** Window that smooths the energy, of sum 1; its ends are 0. */
const smoother: Float64Array = /* @__PURE__ */ unitWindow(2 * MARGIN + 1)

function unitWindow(length: number): Float64Array {
  const window = windowFunction('hann', length)
  const sum = window.reduce((a, b) => a + b)
  return window.map((w) => w / sum)
}

function limited(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** Peaks of the smoothed energy that are at most 20 dB below the loud. */
function energyPeaks({ energy, rows, tracks }: Span): number {
  const { values: level, sorted: smooth } = tracks.scratch
  level.fill(-40, 0, rows + 2 * MARGIN)
  for (let t = 0; t < rows; t++) level[MARGIN + t] = limited(energy[t], -40, 5)
  for (let t = 0; t < rows; t++) {
    let sum = 0
    for (let i = 0; i < smoother.length; i++) sum += smoother[i] * level[t + i]
    smooth[t] = sum
  }
  let peaks = 0
  for (let t = 1; t < rows - 1; t++) {
    if (smooth[t] > smooth[t - 1] && smooth[t] >= smooth[t + 1] && smooth[t] > -20) peaks++
  }
  return peaks
}

/** The 7 measures of rhythm. */
export function rhythmMeasures(span: Span): number[] {
  const { voiced, voicedRows, activeRows, rows } = span
  const seconds = rows / ROWS_PER_SECOND
  const lengths = runLengths(voiced, rows)
  const [mean, deviation] = meanAndDeviation(lengths)
  return [
    voicedRows / activeRows,
    activeRows / rows,
    log(seconds),
    lengths.length / seconds,
    lengths.length > 0 ? log(mean + 0.01) : Number.NaN,
    deviation,
    energyPeaks(span) / seconds,
  ]
}

/** Mean size, 90th and 10th percentile of the changes of the limited energy over 40 ms, dB a row; NaN of fewer than five rows. */
function energySlopes({ energy, rows, tracks }: Span): number[] {
  const { values, sorted: slopes } = tracks.scratch
  const n = rows - 4
  if (n <= 0) return [Number.NaN, Number.NaN, Number.NaN]
  for (let t = 0; t < rows; t++) values[t] = limited(energy[t], -40, 9)
  let sum = 0
  for (let t = 0; t < n; t++) {
    slopes[t] = (values[t + 4] - values[t]) / 4
    sum += Math.abs(slopes[t])
  }
  return [sum / n, ...quantilesOf(slopes.subarray(0, n).sort(), [0.9, 0.1])]
}

/** The 10 measures of energy relative to the loud; of fewer than five rows the slopes are NaN. */
export function energyMeasures(span: Span): number[] {
  const { energy, active, activeRows, rows, top, tracks } = span
  const { values, sorted } = tracks.scratch
  let [n, most] = [0, Number.NEGATIVE_INFINITY]
  for (let t = 0; t < rows; t++) {
    if (active[t] !== 0) values[n++] = energy[t]
    most = Math.max(most, energy[t])
  }
  const [mean, deviation] = meanAndDeviation(values, activeRows)
  const heard = sortedOf(sorted, tracks.levels, span, active)
  for (let i = 0; i < n; i++) heard[i] -= top
  return [deviation, mean, ...quantilesOf(heard, [0.1, 0.25, 0.5, 0.75]), ...energySlopes(span), most]
}
