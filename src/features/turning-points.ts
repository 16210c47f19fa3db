/** Shape of a track over time: peaks, slopes between them, and stretches of values. */

/** Index of a kept maximum or minimum. */
export interface TurningPoint {
  at: number
  isMaximum: boolean
}

/**
 * Alternating maxima and minima inside the track, each differing by more than `least` from the one before: a maximum is
 * kept if the track rises to it and falls from it by more than `least`, a minimum likewise. Of equal values the first.
 */
export function turningPoints(y: Float64Array, least: number): TurningPoint[] {
  const points: TurningPoint[] = []
  let [low, high] = [0, 0]
  // 1 while the track rises, -1 while it falls, 0 before either.
  let direction = 0
  for (let t = 1; t < y.length; t++) {
    if (y[t] > y[high]) high = t
    if (y[t] < y[low]) low = t
    if (direction >= 0 && y[high] - y[t] > least) {
      if (direction > 0 || high > 0) points.push({ at: high, isMaximum: true })
      direction = -1
      low = t
    } else if (direction <= 0 && y[t] - y[low] > least) {
      if (direction < 0 || low > 0) points.push({ at: low, isMaximum: false })
      direction = 1
      high = t
    }
  }
  // The first extremum must differ from the first value by as much.
  return points.filter(({ at }, i) => i > 0 || Math.abs(y[at] - y[0]) > least)
}

/**
 * Slopes per row of the lines that join start, turning points and end: rising ones, and falling ones as positive
 * numbers.
 */
export function slopesBetween(
  y: Float64Array,
  points: readonly TurningPoint[],
): { rising: number[]; falling: number[] } {
  const slopes = { rising: [] as number[], falling: [] as number[] }
  let from = 0
  for (const at of [...points.map((point) => point.at), y.length - 1]) {
    if (at <= from) continue
    const slope = (y[at] - y[from]) / (at - from)
    if (slope > 0) slopes.rising.push(slope)
    if (slope < 0) slopes.falling.push(-slope)
    from = at
  }
  return slopes
}

/** Runs of consecutive values that are 0, or that are not 0. */
export function runsOf(y: Float64Array, zero: boolean): Float64Array[] {
  const runs: Float64Array[] = []
  for (let t = 0; t < y.length; t++) {
    if ((y[t] === 0) !== zero) continue
    const from = t
    while (t < y.length && (y[t] === 0) === zero) t++
    runs.push(y.subarray(from, t))
  }
  return runs
}
