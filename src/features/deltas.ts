/**
 * Dynamic features by linear regression over 2K + 1 frames, the first and the last frame repeated beyond the edges:
 *
 *     d(t) = sum_{k=1..K} k (c(t+k) - c(t-k)) / (2 sum_{k=1..K} k^2)
 */
import { allocate, checkDtype, floatView, type Matrix, toMatrix } from '../core/array.ts'
import { checkInteger, checkOptions } from '../core/check.ts'
import type { Dtype, FloatNdArray, MatrixLike } from '../core/types.ts'

/** Longest window of a delta, frames: ten seconds at 10 ms. */
export const widestDelta = 1000

/** Options of {@link deltas}. */
export interface DeltaOptions {
  /** 1 (default) for deltas, 2 for the deltas of the deltas, and so on. */
  order?: number
  /** K, frames to either side; default 2. */
  window?: number
  /** Default `float32`. The arithmetic is float64 in any case. */
  dtype?: Dtype
}

/** Rows of features; row t lies at (t mod capacity) * columns, so that a ring can stand for a long sequence. */
export interface FeatureRows {
  data: Float64Array
  columns: number
  capacity: number
}

/** Writes d(t) of the rows 0..last to `out` at `offset`. Rows t - K..t + K, as far as they exist, must be present. */
export function deltaInto(
  out: Float64Array,
  offset: number,
  rows: FeatureRows,
  t: number,
  last: number,
  window: number,
): void {
  const { data, columns, capacity } = rows
  for (let j = 0; j < columns; j++) out[offset + j] = 0
  let squares = 0
  for (let k = 1; k <= window; k++) {
    const after = (Math.min(t + k, last) % capacity) * columns
    const before = (Math.max(t - k, 0) % capacity) * columns
    for (let j = 0; j < columns; j++) out[offset + j] += k * (data[after + j] - data[before + j])
    squares += k * k
  }
  for (let j = 0; j < columns; j++) out[offset + j] /= 2 * squares
}

function deltasOf(data: Float64Array, frames: number, columns: number, window: number): Float64Array {
  const out = new Float64Array(data.length)
  const rows = { data, columns, capacity: frames }
  for (let t = 0; t < frames; t++) deltaInto(out, t * columns, rows, t, frames - 1, window)
  return out
}

/** A packed matrix in float64. */
export interface Matrix64 extends Matrix {
  data: Float64Array
}

/**
 * The features [T, D] and beside them, in the same row, their deltas up to an order: [T, D (1 + order)].
 */
export function appendDeltas({ data, rows, cols }: Matrix64, order: number, window: number, dtype: Dtype): Matrix {
  const width = cols * (1 + order)
  const out = allocate(rows * width, dtype)
  let level = data
  for (let n = 0; n <= order; n++) {
    if (n > 0) level = deltasOf(level, rows, cols, window)
    for (let t = 0; t < rows; t++) {
      for (let j = 0; j < cols; j++) out[t * width + n * cols + j] = level[t * cols + j]
    }
  }
  return { data: out, rows, cols: width }
}

/**
 * Deltas of a sequence of features, by the regression above; order 2 applies it twice, and so on.
 *
 * @param features - [T, D].
 * @returns [T, D]; to have features and deltas side by side from the start, ask `mfcc` for `deltas`.
 * @throws TypeError for arguments of the wrong kind, RangeError for values out of range.
 */
export function deltas(features: MatrixLike, options: DeltaOptions = {}): FloatNdArray {
  checkOptions('deltas', options, ['order', 'window', 'dtype'])
  const { order = 1, window = 2, dtype = 'float32' } = options
  checkInteger('deltas', 'order', order, { min: 1 })
  checkInteger('deltas', 'window', window, { min: 1, max: widestDelta })
  checkDtype('deltas', dtype)
  const { data, rows, cols } = toMatrix('deltas', 'features', features, 'float64')
  let level = data as Float64Array
  for (let n = 0; n < order; n++) level = deltasOf(level, rows, cols, window)
  const out = allocate(rows * cols, dtype)
  out.set(level)
  return floatView(out, [rows, cols])
}
