/**
 * Statistics of feature columns over time: one row of numbers for a clip of any length. For a column x_1..x_T:
 *
 *   mean = 1/T sum x_t      sd = sqrt(1/T sum (x_t - mean)^2)
 *   skewness = 1/T sum ((x_t - mean) / sd)^3      kurtosis = 1/T sum ((x_t - mean) / sd)^4 - 3, both 0 where sd is 0
 *   quantile q = the sorted x at index q (T - 1), linearly interpolated
 *
 * Peaks and slopes use the main turning points of the track, at which it turns by more than a tenth of its range;
 * slopes are those of the straight lines between successive turning points.
 */
import { allocate, checkFinite, checkOverflow, floatView, toMatrix } from '../core/array.ts'
import { checkArray, checkNumber, checkOneOf, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { FloatNdArray, MatrixLike } from '../core/types.ts'
import { commonDtype } from './columns.ts'
import { type TrackSettings, type TrackStatistic, trackOf, trackStatistics } from './track-statistics.ts'

/** Options of {@link functionals}. */
export interface FunctionalsOptions {
  /** Quantiles, in [0, 1]. Default 0.01, 0.25, 0.5, 0.75, 0.99. */
  quantiles?: readonly number[]
  /**
   * Statistics of each column, in this order; default mean, sd, skewness, kurtosis, quantiles. Others are:
   *
   * - `coefficientOfVariation` sd / mean, 0 where the mean is 0
   * - `slopes` mean and sd of the rising slopes, then of the falling ones (positive numbers), per second: four numbers
   * - `peaks` maxima per second of the selected rows
   * - `segments` runs of rows that are not 0, per second; mean and sd of their durations; mean and sd of the durations
   *   of the runs of zeros between them, in seconds: five numbers
   */
  statistics?: readonly TrackStatistic[]
  /**
   * Rows used: `all` (default), or `nonZero`, those of each column that are not 0, such as F0 of voiced frames; slopes
   * and peaks do not span gaps. A column without such rows gives zeros.
   */
  rows?: 'all' | 'nonZero'
  /** Time between rows in seconds, for statistics per second; default 0.01. */
  frameStepSeconds?: number
}

interface Settings extends TrackSettings {
  statistics: readonly TrackStatistic[]
}

const usual: readonly TrackStatistic[] = ['mean', 'sd', 'skewness', 'kurtosis', 'quantiles']

function resolve(where: string, options: FunctionalsOptions): Settings {
  checkOptions(where, options, ['quantiles', 'statistics', 'rows', 'frameStepSeconds'])
  const names = Object.keys(trackStatistics) as TrackStatistic[]
  return {
    quantiles: checkArray(where, 'quantiles', options.quantiles ?? [0.01, 0.25, 0.5, 0.75, 0.99]).map((q, i) =>
      checkNumber(where, `quantiles[${i}]`, q, { min: 0, max: 1 }),
    ),
    statistics: checkArray(where, 'statistics', options.statistics ?? usual, 1).map((name, i) =>
      checkOneOf(where, `statistics[${i}]`, name, names),
    ),
    nonZero: checkOneOf(where, 'rows', options.rows ?? 'all', ['all', 'nonZero']) === 'nonZero',
    step: checkNumber(where, 'frameStepSeconds', options.frameStepSeconds ?? 0.01, { above: 0 }),
  }
}

/**
 * Statistics over time of a matrix [T, D] as one row: for each column mean, standard deviation, skewness, excess
 * kurtosis and the quantiles, [1, D * (4 + quantiles)], or those in `statistics`. The result is float64 if the matrix
 * is, else float32.
 *
 * @throws TypeError or RangeError for x other than a matrix of finite numbers with at least one row, and for options
 *   out of range
 *
 * @example
 * ```ts
 * const samples = syntheticCorpus()[0].samples()
 * const row = functionals(mfcc(samples, { sampleRate: 16000 }))
 * row.shape // [1, 117]
 * const { f0 } = pitchTrack(samples, { sampleRate: 16000 })
 * const melody = functionals({ data: f0, shape: [f0.length, 1] }, { rows: 'nonZero', statistics: ['mean', 'slopes', 'segments'] })
 * melody.shape // [1, 10]
 * ```
 */
export function functionals(x: MatrixLike, options: FunctionalsOptions = {}): FloatNdArray {
  const where = 'functionals'
  const settings = resolve(where, options)
  const dtype = commonDtype(x)
  const { data, rows, cols } = toMatrix(where, 'x', x, dtype)
  if (rows === 0) throw new RangeError(expectation(where, 'x', 'at least one row', x))
  checkFinite(where, 'x', data, cols)
  const numbers: number[] = []
  for (let j = 0; j < cols; j++) {
    const track = trackOf(
      Float64Array.from({ length: rows }, (_, t) => data[t * cols + j]),
      settings,
    )
    for (const name of settings.statistics) numbers.push(...trackStatistics[name](track))
  }
  const out = allocate(numbers.length, dtype)
  out.set(numbers)
  checkOverflow(where, 'x', out, data)
  return floatView(out, [1, numbers.length])
}
