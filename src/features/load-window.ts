/**
 * Copies samples of a clip from `first` on, zeros where it has none; with `removeMean` less their mean, which the zeros
 * are no part of: an offset would correlate at every lag.
 */
export function loadWindow(window: Float64Array, x: Float64Array, first: number, removeMean = false): void {
  const from = Math.max(0, -first)
  const to = Math.min(window.length, x.length - first)
  let sum = 0
  for (let n = from; removeMean && n < to; n++) sum += x[first + n]
  const mean = sum / (to - from)
  window.fill(0)
  for (let n = from; n < to; n++) window[n] = x[first + n] - mean
}
