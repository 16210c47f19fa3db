/** Modulation spectrum: how fast the level of each band goes up and down. */
import { log } from '../../core/elementary.ts'
import { type ComplexTransform, createAnyLengthTransform } from '../../kernels/any-length-transform.ts'
import { windowFunction } from '../windows.ts'
import { modulationBands } from './names.ts'

/** Rows of a window, 1 s, and from one to the next. */
export const WINDOW = 100
const HOP = 25
const LAST: number = modulationBands[modulationBands.length - 1][1]

/** Adds |Y|^2 of the two real sequences in the real and imaginary parts to the rows a and b of `sums`. */
function addPowers(sums: Float64Array, a: number, b: number, transformed: Float64Array): void {
  for (let k = 1; k < LAST; k++) {
    const mirror = 2 * (WINDOW - k)
    const re = (transformed[2 * k] + transformed[mirror]) / 2
    const im = (transformed[2 * k + 1] - transformed[mirror + 1]) / 2
    const otherRe = (transformed[2 * k + 1] + transformed[mirror + 1]) / 2
    const otherIm = (transformed[mirror] - transformed[2 * k]) / 2
    sums[a * LAST + k] += re * re + im * im
    sums[b * LAST + k] += otherRe * otherRe + otherIm * otherIm
  }
}

/** Tables that do not change, and buffers. */
let kept:
  | { transform: ComplexTransform; window: Float64Array; pair: Float64Array; transformed: Float64Array }
  | undefined

/**
 * ln(1 + mean over windows of 1 s and the bins of a modulation band of |Y|^2) of every column of levels [rows, cols], cols
 * even; window by window less its mean, under Hann's window. Rows end in a repeated last one where they are fewer than a
 * window has.
 */
export function modulationMeasures(levels: Float64Array, rows: number, cols: number): number[] {
  kept ??= {
    ...{ transform: createAnyLengthTransform(WINDOW), window: windowFunction('hann', WINDOW) },
    ...{ pair: new Float64Array(2 * WINDOW), transformed: new Float64Array(2 * WINDOW) },
  }
  const { transform, window, pair, transformed } = kept
  const sums = new Float64Array(cols * LAST)
  let windows = 0
  for (let first = 0; first === 0 || first + WINDOW <= rows; first += HOP, windows++) {
    for (let j = 0; j < cols; j += 2) {
      let [mean, other] = [0, 0]
      for (let t = 0; t < WINDOW; t++) {
        const at = Math.min(first + t, rows - 1) * cols + j
        mean += levels[at]
        other += levels[at + 1]
      }
      mean /= WINDOW
      other /= WINDOW
      for (let t = 0; t < WINDOW; t++) {
        const at = Math.min(first + t, rows - 1) * cols + j
        pair[2 * t] = (levels[at] - mean) * window[t]
        pair[2 * t + 1] = (levels[at + 1] - other) * window[t]
      }
      transform.transform(transformed, pair)
      addPowers(sums, j, j + 1, transformed)
    }
  }
  const out: number[] = []
  for (let j = 0; j < cols; j++) {
    for (const [from, to] of modulationBands) {
      let sum = 0
      for (let k = from; k < to; k++) sum += sums[j * LAST + k]
      out.push(log(1 + sum / (windows * (to - from))))
    }
  }
  return out
}
