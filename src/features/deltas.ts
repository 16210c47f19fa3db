/**
 * Dynamic features by linear regression over 2K + 1 frames, the first and the last frame repeated beyond the edges:
 *
 *     d(t) = sum_{k=1..K} k (c(t+k) - c(t-k)) / (2 sum_{k=1..K} k^2)
 *
 * or, as librosa has them, from the polynomial of degree n that is nearest to the 2K + 1 frames, p_n being that of the
 * polynomials orthogonal over -K..K with leading coefficient 1 (for n = 1 the same):
 *
 *     d_n(t) = n! sum_{k=-K..K} p_n(k) c(t+k) / sum_{k=-K..K} p_n(k)^2
 *
 * A. Savitzky and M. J. E. Golay, "Smoothing and differentiation of data by simplified least squares procedures", Analytical
 * Chemistry 36(8), 1964.
 */
import { allocate, checkDtype, checkOverflow, floatView, type Matrix, toMatrix } from '../core/array.ts'
import { checkInteger, checkOneOf, checkOptions } from '../core/check.ts'
import type { Dtype, FloatNdArray, MatrixLike } from '../core/types.ts'

/** Longest window of a delta, frames: ten seconds at 10 ms. */
export const widestDelta = 1000

/** Highest derivative of a polynomial: at the widest window the squares of its weights are far from overflow. */
const HIGHEST_DERIVATIVE = 30

/** Frames beyond the ends, see {@link DeltaOptions}. */
export type DeltaEdges = 'nearest' | 'interp'
/** Meaning of higher orders, see {@link DeltaOptions}. */
export type DeltaFit = 'line' | 'polynomial'

/** Options of {@link deltas}. */
export interface DeltaOptions {
  /** 1 (default) for deltas, 2 for the deltas of the deltas, and so on. */
  order?: number
  /** K, frames to either side; default 2. librosa's `width` is 2K + 1, 9 by default. */
  window?: number
  /**
   * Frames beyond the ends: `nearest` (default) repeats the first and the last frame; `interp` takes the lines fitted to
   * the first and to the last 2K + 1 frames, which must be there: librosa's default.
   */
  edges?: DeltaEdges
  /**
   * Meaning of order 2: `line` (default), the slope of the slopes, as HTK, python_speech_features and torchaudio; `polynomial`,
   * the second derivative of a parabola through the 2K + 1 frames, as librosa. Order n is at most 2K then, and 30.
   */
  fit?: DeltaFit
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

/** p_n(-K..K) by their recurrence: p_(n+1)(k) = k p_n(k) - n^2 ((2K+1)^2 - n^2) / (4 (4 n^2 - 1)) p_(n-1)(k). */
function orthogonalPolynomial(degree: number, window: number): Float64Array {
  const width = 2 * window + 1
  let before = new Float64Array(width)
  let now = new Float64Array(width).fill(1)
  for (let n = 0; n < degree; n++) {
    const back = (n * n * (width * width - n * n)) / (4 * (4 * n * n - 1))
    const next = now.map((value, i) => (i - window) * value - back * before[i])
    before = now
    now = next
  }
  return now
}

/** Weights of the 2K + 1 frames in the derivative of an order. */
function polynomialWeights(order: number, window: number): Float64Array {
  const p = orthogonalPolynomial(order, window)
  let factor = 1
  for (let n = 2; n <= order; n++) factor *= n
  const squares = p.reduce((sum, value) => sum + value * value, 0)
  return p.map((value) => (factor * value) / squares)
}

function polynomialDeltas({ data, rows, cols }: Matrix64, order: number, window: number): Float64Array {
  const weights = polynomialWeights(order, window)
  const out = new Float64Array(data.length)
  for (let t = 0; t < rows; t++) {
    for (let k = -window; k <= window; k++) {
      const from = Math.min(Math.max(t + k, 0), rows - 1) * cols
      for (let j = 0; j < cols; j++) out[t * cols + j] += weights[k + window] * data[from + j]
    }
  }
  return out
}

/** Gives K rows at either end what their nearest row with a whole window has: of a line, and a parabola, it is constant. */
function holdEdges({ data, rows, cols }: Matrix64, window: number): void {
  for (let t = 0; t < window; t++) {
    data.copyWithin(t * cols, window * cols, (window + 1) * cols)
    data.copyWithin((rows - 1 - t) * cols, (rows - 1 - window) * cols, (rows - window) * cols)
  }
}

function checkEdges(edges: DeltaEdges, window: number, rows: number): boolean {
  const held = checkOneOf('deltas', 'edges', edges, ['nearest', 'interp']) === 'interp'
  if (held && rows > 0 && rows < 2 * window + 1) {
    const wanted = `"interp" for ${2 * window + 1} frames or more ("window": ${window})`
    throw new RangeError(`deltas: "edges" expected ${wanted}, got ${rows}: use "nearest"`)
  }
  return held && rows > 0
}

/**
 * Deltas of a sequence of features, by the regression above; order 2 applies it twice, and so on, or fits a parabola where
 * `fit` is `polynomial`. `mfcc` and `MfccStream` have `nearest` and `line` alone: for others, take the static features and
 * then these.
 *
 * @example
 * ```ts
 * const c = mfcc(syntheticCorpus()[0].samples(), { sampleRate: 16000, ...mfccPresets.librosa })
 * const d1 = deltas(c, { window: 4, edges: 'interp' }) // librosa.feature.delta(c)
 * const d2 = deltas(c, { window: 4, edges: 'interp', order: 2, fit: 'polynomial' }) // librosa.feature.delta(c, order=2)
 * d2.shape[1] // 20
 * ```
 *
 * @param features - [T, D].
 * @returns [T, D]; to have features and deltas side by side from the start, ask `mfcc` for `deltas`.
 * @throws TypeError for arguments of the wrong kind, RangeError for values out of range.
 */
export function deltas(features: MatrixLike, options: DeltaOptions = {}): FloatNdArray {
  checkOptions('deltas', options, ['order', 'window', 'edges', 'fit', 'dtype'])
  const { order = 1, window = 2, edges = 'nearest', fit = 'line', dtype = 'float32' } = options
  checkInteger('deltas', 'order', order, { min: 1 })
  checkInteger('deltas', 'window', window, { min: 1, max: widestDelta })
  checkDtype('deltas', dtype)
  const polynomial = checkOneOf('deltas', 'fit', fit, ['line', 'polynomial']) === 'polynomial'
  if (polynomial) checkInteger('deltas', 'order', order, { min: 1, max: Math.min(2 * window, HIGHEST_DERIVATIVE) })
  const { data, rows, cols } = toMatrix('deltas', 'features', features, 'float64')
  const held = checkEdges(edges, window, rows)
  let level = data as Float64Array
  for (let n = 0; n < (polynomial ? 1 : order); n++) {
    level = polynomial
      ? polynomialDeltas({ data: level, rows, cols }, order, window)
      : deltasOf(level, rows, cols, window)
    if (held) holdEdges({ data: level, rows, cols }, window)
  }
  const out = allocate(rows * cols, dtype)
  out.set(level)
  checkOverflow('deltas', 'features', out, data)
  return floatView(out, [rows, cols])
}
