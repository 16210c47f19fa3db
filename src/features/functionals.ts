/**
 * Statistics of feature columns over time, which make one row of numbers of a clip of any length. Of x_1..x_T, a column:
 *
 *   mean = 1/T sum x_t      sd = sqrt(1/T sum (x_t - mean)^2)
 *   skewness = 1/T sum ((x_t - mean) / sd)^3      kurtosis = 1/T sum ((x_t - mean) / sd)^4 - 3, both 0 where sd is 0
 *   quantile q = the sorted x at place q (T - 1), between two by the straight line
 */
import { allocate, checkFinite, checkOverflow, floatView, toMatrix } from '../core/array.ts'
import { checkArray, checkNumber, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { FloatNdArray, MatrixLike } from '../core/types.ts'
import { commonDtype } from './columns.ts'

/** Options of {@link functionals}. */
export interface FunctionalsOptions {
  /** Quantiles, in [0, 1]. Default 0.01, 0.25, 0.5, 0.75, 0.99. */
  quantiles?: readonly number[]
}

const MOMENTS = 4

function writeMoments(out: Float64Array, values: Float64Array): void {
  const n = values.length
  let mean = 0
  for (let t = 0; t < n; t++) mean += values[t] / n
  let second = 0
  let third = 0
  let fourth = 0
  for (let t = 0; t < n; t++) {
    const d = values[t] - mean
    second += (d * d) / n
    third += (d * d * d) / n
    fourth += (d * d * d * d) / n
  }
  const sd = Math.sqrt(second)
  const constant = sd <= 1e-10 * Math.abs(mean)
  out[0] = mean
  out[1] = sd
  out[2] = constant ? 0 : third / (sd * second)
  out[3] = constant ? 0 : fourth / (second * second) - 3
}

function quantileOf(sorted: Float64Array, q: number): number {
  const place = q * (sorted.length - 1)
  const below = Math.floor(place)
  const above = Math.min(below + 1, sorted.length - 1)
  return sorted[below] + (place - below) * (sorted[above] - sorted[below])
}

/**
 * Statistics over time [1, D * (4 + quantiles)] of a matrix [T, D]: for each column mean, standard deviation, skewness,
 * excess kurtosis and the quantiles. The result is float64 if the matrix is, else float32.
 *
 * @throws TypeError or RangeError for what is no matrix of finite numbers with a row, and for quantiles outside [0, 1]
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * const row = functionals(mfcc(samples, { sampleRate: 16000 }))
 * row.shape // [1, 117]
 * ```
 */
export function functionals(x: MatrixLike, options: FunctionalsOptions = {}): FloatNdArray {
  const where = 'functionals'
  checkOptions(where, options, ['quantiles'])
  const quantiles = checkArray(where, 'quantiles', options.quantiles ?? [0.01, 0.25, 0.5, 0.75, 0.99]).map((q, i) =>
    checkNumber(where, `quantiles[${i}]`, q, { min: 0, max: 1 }),
  )
  const dtype = commonDtype(x)
  const { data, rows, cols } = toMatrix(where, 'x', x, dtype)
  if (rows === 0) throw new RangeError(expectation(where, 'x', 'at least one row', x))
  checkFinite(where, 'x', data, cols)
  const width = MOMENTS + quantiles.length
  const out = allocate(cols * width, dtype)
  const values = new Float64Array(rows)
  const moments = new Float64Array(MOMENTS)
  for (let j = 0; j < cols; j++) {
    for (let t = 0; t < rows; t++) values[t] = data[t * cols + j]
    writeMoments(moments, values)
    values.sort()
    out.set(moments, j * width)
    for (const [i, q] of quantiles.entries()) out[j * width + MOMENTS + i] = quantileOf(values, q)
  }
  checkOverflow(where, 'x', out, data)
  return floatView(out, [1, cols * width])
}
