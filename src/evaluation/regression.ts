/**
 * Scores of predicted numbers, such as dimensions of emotion, with bootstrap intervals over groups. With means m, variances s^2 and the
 * covariance s_ty of given t and predicted y, all over n recordings:
 *
 *   CCC = 2 s_ty / (s_t^2 + s_y^2 + (m_t - m_y)^2)      Lin (1989), equation 2.1
 *   r = s_ty / (s_t s_y)                                 Pearson
 *   RMSE = sqrt(mean (t - y)^2)
 *
 * CCC is r times a factor <= 1 that falls where predictions have another mean or spread than what is given.
 */
import { checkFinite, toVector } from '../core/array.ts'
import { checkInteger, checkNumber, checkOptions } from '../core/check.ts'
import { positionsBy } from '../core/groups.ts'
import type { LabelsLike } from '../core/labels.ts'
import type { FloatNdArray, VectorLike } from '../core/types.ts'
import { quantileOf } from '../features/track-statistics.ts'
import { checkSeed, Random } from '../numerics/random.ts'
import type { BootstrapOptions } from './bootstrap.ts'
import { checkLabels, checkSameLength } from './class-labels.ts'
import type { Interval } from './intervals.ts'

/** Scores of predicted numbers. */
export interface RegressionScores {
  /** Concordance correlation coefficient (CCC), -1 to 1; 0 where one of both is constant, NaN where both are the same constant. */
  concordance: number
  /** Pearson's correlation, -1 to 1; NaN where one of both is constant. */
  correlation: number
  /** Root mean squared error, in the unit of the numbers. */
  rmse: number
}

/** Intervals of the scores. */
export type RegressionIntervals = Record<keyof RegressionScores, Interval>

/** Sums over recordings: their number, t, y, t^2, y^2, t y. */
type Sums = readonly number[]

/** Sums of pairs relative to the origin, near which they lie, so that squares do not cancel. */
function sumsOf(given: ArrayLike<number>, said: ArrayLike<number>, at: readonly number[], origin: number): Sums {
  const sums = [0, 0, 0, 0, 0, 0]
  for (const i of at) {
    const [t, y] = [given[i] - origin, said[i] - origin]
    for (const [k, term] of [1, t, y, t * t, y * y, t * y].entries()) sums[k] += term
  }
  return sums
}

function scoresOfSums([n, t, y, tt, yy, ty]: Sums): RegressionScores {
  const covariance = ty / n - (t / n) * (y / n)
  const [st, sy] = [tt / n - (t / n) * (t / n), yy / n - (y / n) * (y / n)].map((variance) => Math.max(0, variance))
  const shift = t / n - y / n
  return {
    concordance: (2 * covariance) / (st + sy + shift * shift),
    correlation: covariance / Math.sqrt(st * sy),
    rmse: Math.sqrt(Math.max(0, (tt + yy - 2 * ty) / n)),
  }
}

function every(length: number): number[] {
  return Array.from({ length }, (_, i) => i)
}

/** The origin for sums, and whether all numbers of a list are one. */
function originOf(given: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < given.length; i++) sum += (given[i] - given[0]) / given.length
  return given[0] + sum
}

function isConstant(values: ArrayLike<number>): boolean {
  return every(values.length).every((i) => values[i] === values[0])
}

/** {@link regressionScores} without checks. */
export function scoresOf(given: ArrayLike<number>, said: ArrayLike<number>): RegressionScores {
  const scores = scoresOfSums(sumsOf(given, said, every(given.length), originOf(given)))
  const constant = [given, said].map(isConstant)
  if (!constant.includes(true)) return scores
  const same = !constant.includes(false) && given[0] === said[0]
  return { ...scores, concordance: same ? Number.NaN : 0, correlation: Number.NaN }
}

function totalOf(parts: readonly Sums[]): Sums {
  const whole = [0, 0, 0, 0, 0, 0]
  for (const part of parts) for (let k = 0; k < whole.length; k++) whole[k] += part[k]
  return whole
}

/** Means of scores. */
export function meanScores(scores: readonly RegressionScores[]): RegressionScores {
  const mean = (name: keyof RegressionScores): number => scores.reduce((sum, one) => sum + one[name], 0) / scores.length
  return { concordance: mean('concordance'), correlation: mean('correlation'), rmse: mean('rmse') }
}

/** Mean CCC of the columns of targets [n, M] and of as many predictions [M]; a column in which nothing varies counts 0. */
export function meanConcordance({ data, shape: [, cols] }: FloatNdArray, said: readonly ArrayLike<number>[]): number {
  let sum = 0
  for (let k = 0; k < cols; k++) {
    const { concordance: ccc } = scoresOf(
      said.map((_, i) => data[i * cols + k]),
      said.map((values) => values[k]),
    )
    sum += Number.isNaN(ccc) ? 0 : ccc
  }
  return sum / cols
}

/**
 * {@link regressionIntervals} without checks, of the means over several predictions for the same recordings, such as of several seeds.
 */
export function scoreIntervalsOf(
  given: ArrayLike<number>,
  runs: readonly ArrayLike<number>[],
  groups: ArrayLike<string | number>,
  { resamples = 1000, confidence = 0.95, seed = 0 }: BootstrapOptions = {},
): RegressionIntervals {
  const random = new Random(seed).substream('bootstrap')
  const origin = originOf(given)
  const members = [...positionsBy(groups).values()]
  const sums = runs.map((said) => members.map((at) => sumsOf(given, said, at, origin)))
  const drawn = Array.from({ length: resamples }, () => {
    const draw = members.map(() => random.integer(members.length))
    return meanScores(sums.map((own) => scoresOfSums(totalOf(draw.map((i) => own[i])))))
  })
  const between = (name: keyof RegressionScores): Interval => {
    // Samples in which nothing varies have no correlation.
    const known = Float64Array.from(drawn.map((one) => one[name]).filter(Number.isFinite)).sort()
    if (known.length === 0) return { low: Number.NaN, high: Number.NaN }
    return { low: quantileOf(known, (1 - confidence) / 2), high: quantileOf(known, (1 + confidence) / 2) }
  }
  return { concordance: between('concordance'), correlation: between('correlation'), rmse: between('rmse') }
}

function checkNumbers(where: string, given: VectorLike, predicted: VectorLike): [Float64Array, Float64Array] {
  const pair = [given, predicted].map((values, i) => {
    const name = i === 0 ? 'given' : 'predicted'
    const vector = Float64Array.from(toVector(where, name, values, 'float64'))
    checkFinite(where, name, vector)
    return vector
  })
  checkSameLength(where, ['given', pair[0]], ['predicted', pair[1]])
  if (pair[0].length === 0) throw new RangeError(`${where}: "given" expected at least 1 number, got 0`)
  return [pair[0], pair[1]]
}

/**
 * Concordance correlation coefficient (CCC), 2 s_ty / (s_t^2 + s_y^2 + (m_t - m_y)^2): 1 where all predictions are the given numbers, less
 * where they correlate less or have another mean or spread (Lin, Biometrics 45, 1989). Variances are those of the population, by n.
 *
 * @param given - numbers `[n]`
 * @param predicted - numbers `[n]`
 * @returns -1 to 1; 0 where one of both is constant, NaN where both are the same constant
 * @throws RangeError for lists of different lengths, empty ones, and numbers that are not finite
 * @example
 * ```ts
 * concordance([1, 2, 3, 4], [1, 2, 3, 4]) // 1
 * concordance([1, 2, 3, 4], [2, 3, 4, 5]) // 0.7142857142857143
 * ```
 */
export function concordance(given: VectorLike, predicted: VectorLike): number {
  return scoresOf(...checkNumbers('concordance', given, predicted)).concordance
}

/**
 * {@link concordance}, Pearson's correlation and the root mean squared error of predicted numbers.
 *
 * @param given - numbers `[n]`
 * @param predicted - numbers `[n]`
 * @throws RangeError as {@link concordance}
 * @example
 * ```ts
 * const { correlation, rmse } = regressionScores([1, 2, 3, 4], [2, 3, 4, 5])
 * correlation.toFixed(3) // '1.000'
 * rmse // 1
 * ```
 */
export function regressionScores(given: VectorLike, predicted: VectorLike): RegressionScores {
  return scoresOf(...checkNumbers('regressionScores', given, predicted))
}

/**
 * Percentile bootstrap intervals of {@link regressionScores}: whole groups, such as speakers, are drawn with replacement, as by
 * `bootstrapIntervals`. Of a single group the interval is a point. The same seed gives the same intervals.
 *
 * @param given - numbers `[n]`
 * @param predicted - numbers `[n]`
 * @param groups - the group (speaker) of each recording
 * @throws RangeError as {@link concordance}, and for invalid options
 * @example
 * ```ts
 * const [given, predicted] = [[1, 2, 3, 4, 5, 6], [1, 2, 4, 4, 6, 5]]
 * const { concordance: ccc } = regressionIntervals(given, predicted, ['03', '03', '08', '08', '10', '10'])
 * ccc.low < 0.9 && ccc.high > 0.9 // true
 * ```
 */
export function regressionIntervals(
  given: VectorLike,
  predicted: VectorLike,
  groups: LabelsLike,
  options: BootstrapOptions = {},
): RegressionIntervals {
  const where = 'regressionIntervals'
  checkOptions(where, options, ['resamples', 'confidence', 'seed'])
  checkInteger(where, 'resamples', options.resamples ?? 1, { min: 1 })
  checkNumber(where, 'confidence', options.confidence ?? 0.95, { above: 0, below: 1 })
  checkSeed(where, options.seed ?? 0)
  const [t, y] = checkNumbers(where, given, predicted)
  const names = checkLabels(where, 'groups', groups)
  checkSameLength(where, ['given', t], ['groups', names])
  return scoreIntervalsOf(t, [y], names, options)
}
