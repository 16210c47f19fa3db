/** The parabola through a peak and its neighbours. */

/** Where it is highest, from -1/2 to 1/2 beside k; x[k] is above at least one neighbour and below none. */
export function parabolaShift(x: Float64Array, k: number): number {
  return (x[k - 1] - x[k + 1]) / (2 * (x[k - 1] - 2 * x[k] + x[k + 1]))
}

/** How high it is there. */
export function parabolaHeight(x: Float64Array, k: number): number {
  return x[k] - ((x[k - 1] - x[k + 1]) * parabolaShift(x, k)) / 4
}
