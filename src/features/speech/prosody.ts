/** Measures of pitch, rhythm and energy. */
import { log } from '../../core/elementary.ts'
import { meanAndDeviation, momentsOf, quantileOf } from '../track-statistics.ts'
import { windowFunction } from '../windows.ts'
import { countOf, markedValues, type Span } from './span.ts'

const ROWS_PER_SECOND = 100
/** Fewest voiced rows for measures of pitch. */
const LEAST_VOICED = 5
/** Semitones within 20 ms that are a jump of the tracker and no movement. */
const JUMP = 3

function meanOf(values: ArrayLike<number>, from = 0, to: number = values.length): number {
  let sum = 0
  for (let i = from; i < to; i++) sum += values[i]
  return sum / (to - from)
}

function quantilesOf(values: Float64Array, quantiles: readonly number[]): number[] {
  const sorted = values.slice().sort()
  return quantiles.map((q) => quantileOf(sorted, q))
}

/** Movements of the pitch over 20 ms of voiced rows, jumps left out, semitones; one 0 where there are fewer than four. */
function movements({ pitch, voiced, rows }: Span): Float64Array {
  const found: number[] = []
  for (let t = 1; t < rows - 1; t++) {
    if (voiced[t - 1] === 0 || voiced[t] === 0 || voiced[t + 1] === 0) continue
    const change = pitch[t + 1] - pitch[t - 1]
    if (Math.abs(change) < JUMP) found.push(change)
  }
  return found.length > 3 ? Float64Array.from(found) : new Float64Array(1)
}

/** Slope of the line through the pitch of voiced rows, semitones a second. */
function declination({ voiced }: Span, pitch: Float64Array, mean: number): number {
  const times = new Float64Array(pitch.length)
  for (let t = 0, n = 0; t < voiced.length; t++) if (voiced[t] !== 0) times[n++] = t / ROWS_PER_SECOND
  const middle = meanOf(times)
  let products = 0
  let squares = 1e-3
  for (let i = 0; i < times.length; i++) {
    products += (times[i] - middle) * (pitch[i] - mean)
    squares += (times[i] - middle) * (times[i] - middle)
  }
  return products / squares
}

/** The 15 measures of pitch; NaN of fewer than five voiced rows. */
export function pitchMeasures(span: Span): number[] {
  const pitch = markedValues(span.pitch, span.voiced)
  if (pitch.length < LEAST_VOICED) return new Array<number>(15).fill(Number.NaN)
  const [mean, deviation, skewness] = momentsOf(pitch)
  const [p5, p20, p50, p80, p95] = quantilesOf(pitch, [0.05, 0.2, 0.5, 0.8, 0.95])
  const cube = deviation * deviation * deviation
  const moves = movements(span)
  const quarter = Math.max(1, Math.floor(pitch.length / 4))
  return [
    ...[mean, p50, p20, p80, p95, p5, deviation, p80 - p20, p95 - p5],
    (skewness * cube) / (cube + 0.1),
    meanOf(moves.map(Math.abs)),
    meanOf(moves.map((move) => Math.max(move, 0))),
    meanOf(moves.map((move) => Math.min(move, 0))),
    declination(span, pitch, mean),
    meanOf(pitch, pitch.length - quarter) - meanOf(pitch, 0, quarter),
  ]
}

/** Lengths of the runs of marked rows, seconds. */
function runLengths(marks: Uint8Array): Float64Array {
  const lengths: number[] = []
  for (let t = 0; t < marks.length; t++) {
    const from = t
    while (t < marks.length && marks[t] !== 0) t++
    if (t > from) lengths.push((t - from) / ROWS_PER_SECOND)
  }
  return Float64Array.from(lengths)
}

/** Window that smooths the energy, of sum 1; its ends are 0. */
const smoother: Float64Array = /* @__PURE__ */ unitWindow()

function unitWindow(): Float64Array {
  const window = windowFunction('hann', 9)
  const sum = window.reduce((a, b) => a + b)
  return window.map((w) => w / sum)
}

function limited(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value))
}

/** Peaks of the smoothed energy that are at most 20 dB below the loud. */
function energyPeaks({ energy, rows }: Span): number {
  const reach = smoother.length >> 1
  const level = new Float64Array(rows + 2 * reach).fill(-40)
  for (let t = 0; t < rows; t++) level[reach + t] = limited(energy[t], -40, 5)
  const smooth = new Float64Array(rows)
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
  const { voiced, active, rows } = span
  const seconds = rows / ROWS_PER_SECOND
  const lengths = runLengths(voiced)
  const [mean, deviation] = meanAndDeviation(lengths)
  const activeRows = countOf(active)
  return [
    countOf(voiced) / activeRows,
    activeRows / rows,
    log(seconds),
    lengths.length / seconds,
    lengths.length > 0 ? log(mean + 0.01) : Number.NaN,
    deviation,
    energyPeaks(span) / seconds,
  ]
}

/** Changes of the limited energy over 40 ms, dB a row. */
function energySlopes({ energy, rows }: Span): Float64Array {
  const slopes = new Float64Array(Math.max(0, rows - 4))
  for (let t = 0; t < slopes.length; t++) slopes[t] = (limited(energy[t + 4], -40, 9) - limited(energy[t], -40, 9)) / 4
  return slopes
}

/** The 10 measures of energy relative to the loud; of fewer than five rows the slopes are NaN. */
export function energyMeasures(span: Span): number[] {
  const heard = markedValues(span.energy, span.active)
  const [mean, deviation] = meanAndDeviation(heard)
  const slopes = energySlopes(span)
  const [p10, p90] = slopes.length > 0 ? quantilesOf(slopes, [0.1, 0.9]) : [Number.NaN, Number.NaN]
  return [
    deviation,
    mean,
    ...quantilesOf(heard, [0.1, 0.25, 0.5, 0.75]),
    meanOf(slopes.map(Math.abs)),
    p90,
    p10,
    span.energy.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ]
}
