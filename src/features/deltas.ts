/**
 * Dynamic features by linear regression over 2K + 1 frames, the first and the last frame repeated beyond the edges:
 *
 *     d(t) = sum_{k=1..K} k (c(t+k) - c(t-k)) / (2 sum_{k=1..K} k^2)
 *
 * or, as in librosa, the n-th derivative of the polynomial of degree n fitted to the 2K + 1 frames by least squares,
 * where p_n is the monic orthogonal polynomial of degree n over -K..K (for n = 1 the same as above):
 *
 *     d_n(t) = n! sum_{k=-K..K} p_n(k) c(t+k) / sum_{k=-K..K} p_n(k)^2
 *
 * A. Savitzky and M. J. E. Golay, "Smoothing and differentiation of data by simplified least squares procedures",
 * Analytical Chemistry 36(8), 1964.
 */
import { allocate, checkDtype, checkOverflow, floatView, toMatrix } from '../core/array.ts'
import { checkInteger, checkOneOf, checkOptions } from '../core/check.ts'
import type { Dtype, FloatNdArray, MatrixLike } from '../core/types.ts'
import { type DeltaSettings, nextOrder } from './delta-rows.ts'

/** Longest window of a delta, frames: ten seconds at 10 ms. */
export const widestDelta = 1000

/** Highest derivative of a polynomial: at the widest window the squares of its weights are far from overflow. */
const HIGHEST_DERIVATIVE = 30

/** Treatment of frames beyond the ends, see {@link DeltaOptions}. */
export type DeltaEdges = 'nearest' | 'interp'
/** Meaning of higher orders, see {@link DeltaOptions}. */
export type DeltaFit = 'line' | 'polynomial'

/** All values of {@link DeltaEdges} and {@link DeltaFit}. */
export const deltaEdges: readonly DeltaEdges[] = ['nearest', 'interp']
export const deltaFits: readonly DeltaFit[] = ['line', 'polynomial']

/** Options of {@link deltas}. */
export interface DeltaOptions {
  /** 1 (default) for deltas, 2 for the deltas of the deltas, and so on. */
  order?: number
  /** K, frames to either side; default 2. librosa's `width` is 2K + 1, 9 by default. */
  window?: number
  /**
   * Frames beyond the ends: `nearest` (default) repeats the first and the last frame; `interp` takes the lines fitted
   * to the first and to the last 2K + 1 frames, which must exist: librosa's default.
   */
  edges?: DeltaEdges
  /**
   * Meaning of order 2: `line` (default), the slope of the slopes, as HTK, python_speech_features and torchaudio;
   * `polynomial`, the second derivative of a parabola through the 2K + 1 frames, as librosa. Order n is at most 2K
   * then, and 30.
   */
  fit?: DeltaFit
  /** Default `float32`. The arithmetic is float64 in any case. */
  dtype?: Dtype
}

/** Option names for error messages. */
export interface DeltaNames {
  edges: string
  window: string
}

/** Throws RangeError where `interp` has fewer frames than a window. */
export function checkHeldRows(where: string, names: DeltaNames, { window, held }: DeltaSettings, rows: number): void {
  if (!held || rows === 0 || rows >= 2 * window + 1) return
  const wanted = `"interp" for ${2 * window + 1} frames or more ("${names.window}": ${window})`
  throw new RangeError(`${where}: "${names.edges}" expected ${wanted}, got ${rows}: use "nearest"`)
}

/**
 * Deltas of a sequence of features, by the regression above; order 2 applies it twice, and so on, or fits a parabola
 * where `fit` is `polynomial`. `mfcc` and `MfccStream` have the same as `deltas`, `deltaWindow`, `deltaEdges` and
 * `deltaFit`.
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
 * @returns [T, D]; for features and deltas in one matrix, use the option `deltas` of `mfcc`.
 * @throws TypeError for arguments of the wrong kind, RangeError for values out of range.
 */
export function deltas(features: MatrixLike, options: DeltaOptions = {}): FloatNdArray {
  checkOptions('deltas', options, ['order', 'window', 'edges', 'fit', 'dtype'])
  const { order = 1, window = 2, edges = 'nearest', fit = 'line', dtype = 'float32' } = options
  checkInteger('deltas', 'order', order, { min: 1 })
  checkInteger('deltas', 'window', window, { min: 1, max: widestDelta })
  checkDtype('deltas', dtype)
  const polynomial = checkOneOf('deltas', 'fit', fit, deltaFits) === 'polynomial'
  if (polynomial) checkInteger('deltas', 'order', order, { min: 1, max: Math.min(2 * window, HIGHEST_DERIVATIVE) })
  const { data, rows, cols } = toMatrix('deltas', 'features', features, 'float64')
  const settings = { window, polynomial, held: checkOneOf('deltas', 'edges', edges, deltaEdges) === 'interp' }
  checkHeldRows('deltas', { edges: 'edges', window: 'window' }, settings, rows)
  const statics = { data: data as Float64Array, rows, cols }
  let level = statics.data
  for (let n = polynomial ? order : 1; n <= order; n++) level = nextOrder(statics, level, n, settings)
  const out = allocate(rows * cols, dtype)
  out.set(level)
  checkOverflow('deltas', 'features', out, data)
  return floatView(out, [rows, cols])
}
