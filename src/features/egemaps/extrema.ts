/** Peaks and valleys of a contour, and the slopes between them. */

/** Share of the contour's range by which extrema must differ, and by which a higher maximum takes the place of one before. */
const THRESHOLD = 0.1
const REPLACES = 1.05

/** A maximum or minimum. */
interface Extremum {
  at: number
  value: number
  isMaximum: boolean
}

/** Extrema strictly above or below both neighbours, none of them within two values of an end. */
function localExtrema(y: Float64Array): Extremum[] {
  const out: Extremum[] = []
  for (let t = 2; t < y.length - 2; t++) {
    const isMaximum = y[t] > y[t - 1] && y[t] > y[t + 1]
    const isMinimum = y[t] < y[t - 1] && y[t] < y[t + 1]
    if (isMaximum || isMinimum) out.push({ at: t, value: y[t], isMaximum })
  }
  return out
}

/** Whether an extremum takes the place of one of its kind. */
function replaces(next: Extremum, kept: Extremum, before: Extremum, threshold: number): boolean {
  if (!next.isMaximum) return next.value < kept.value
  return next.value >= REPLACES * kept.value || next.value - before.value > threshold
}

/**
 * Whether an extremum is the first that is kept. One below the contour's start, y0, may be a maximum, if it differs from it or
 * from the extremum before it by enough; a minimum must lie below y0.
 */
function begins({ value, isMaximum }: Extremum, before: Extremum | undefined, y0: number, threshold: number): boolean {
  if (!isMaximum) return y0 - value > threshold
  return Math.abs(value - y0) > threshold || (before !== undefined && value - before.value > threshold)
}

/** The extrema that matter, maxima and minima in turn. */
export function mainExtrema(y: Float64Array): Extremum[] {
  const local = localExtrema(y)
  const threshold =
    THRESHOLD * (y.reduce((a, b) => Math.max(a, b), -Infinity) - y.reduce((a, b) => Math.min(a, b), Infinity))
  const kept: Extremum[] = []
  for (const [i, next] of local.entries()) {
    const last = kept.at(-1)
    if (last === undefined) {
      if (begins(next, local[i - 1], y[0], threshold)) kept.push(next)
    } else if (last.isMaximum !== next.isMaximum) {
      const change = next.isMaximum ? next.value - last.value : last.value - next.value
      if (change > threshold) kept.push(next)
    } else if (replaces(next, last, local[i - 1], threshold)) kept[kept.length - 1] = next
  }
  return kept
}

/** Mean and deviation of rising and of falling slopes. */
export type Slopes = [meanRising: number, deviationRising: number, meanFalling: number, deviationFalling: number]

/** Slopes a second of a contour with so many values a second; quirks of openSMILE: see below. */
export function slopesOf(y: Float64Array, rate: number): Slopes {
  const kept = mainExtrema(y)
  const end = y.length - 1
  if (kept.length === 0) {
    // Not a second but a value.
    const change = y.length > 0 ? (y[end] - y[0]) / y.length : 0
    return [Math.max(change, 0), 0, Math.min(change, 0), 0]
  }
  const rising: number[] = []
  const falling: number[] = []
  let from = { at: 0, value: y[0] }
  for (const { at, value, isMaximum } of kept) {
    const slope = ((value - from.value) / (at - from.at)) * rate
    if (isMaximum) rising.push(slope)
    else falling.push(-slope)
    from = { at, value }
  }
  // The last slope has its own sign, and is left out of deviations but for the count.
  const last = ((y[end] - from.value) / (end - from.at)) * rate
  const isFalling = kept[kept.length - 1].isMaximum
  return [...meanAndDeviation(rising, isFalling ? [] : [last]), ...meanAndDeviation(falling, isFalling ? [last] : [])]
}

function meanAndDeviation(slopes: number[], last: number[]): [number, number] {
  const count = slopes.length + last.length
  if (count === 0) return [0, 0]
  const mean = [...slopes, ...last].reduce((a, b) => a + b) / count
  const squares = slopes.reduce((a, b) => a + (b - mean) * (b - mean), 0)
  return [mean, Math.sqrt(squares / count)]
}
