/**
 * Calibration of posteriors, and decisions to abstain. The confidence of an answer is its posterior's largest value.
 *
 *     ECE = sum_b n_b / n |accuracy_b - confidence_b|      over bins b of equal width of the confidence
 *     coverage(t) = share of answers whose confidence is t or more
 *     risk(t) = share of wrong ones among these
 *
 * Guo et al. (ICML 2017), section 2; R. El-Yaniv & Y. Wiener, "On the Foundations of Noise-free Selective
 * Classification", Journal of Machine Learning Research 11, 2010.
 */
import { checkInteger, checkNumber, checkOptions } from '../core/check.ts'
import type { LabelsLike } from '../core/labels.ts'
import type { MatrixLike } from '../core/types.ts'
import {
  checkJudged,
  checkWeights,
  type Judged,
  type TemperatureOptions,
  temperatureOf,
  temperedRows,
} from './temperature.ts'

/** Options of {@link reliability} and {@link expectedCalibrationError}. */
export interface ReliabilityOptions {
  /** Number of bins of equal width between 0 and 1; default 10. */
  bins?: number
}

/** The answers whose confidence lies in [low, high). */
export interface ReliabilityBin {
  low: number
  high: number
  count: number
  /** Mean confidence; 0 without answers. */
  confidence: number
  /** Share of right answers; 0 without answers. */
  accuracy: number
}

/** A point of a risk-and-coverage curve. */
export interface RiskPoint {
  /** Answers of this confidence or more are given. */
  threshold: number
  /** The share of answers that are given. */
  coverage: number
  /** The share of wrong ones among these. */
  risk: number
}

/** Options of {@link calibrate}. */
export interface CalibrateOptions extends TemperatureOptions, ReliabilityOptions {
  /** Share of answers that `threshold` lets pass, in (0, 1]; default 0.5. */
  coverage?: number
}

/** Result of {@link calibrate}, plain JSON as in a recogniser's card. */
export interface Calibration {
  /** Temperature at which posteriors are stated. */
  temperature: number
  /** Least confidence, at that temperature, of an answer that is sure. */
  threshold: number
  /** Number of posteriors. */
  recordings: number
  /** Expected calibration error before and after. */
  error: { before: number; after: number }
  /** Reliability at the temperature. */
  reliability: ReliabilityBin[]
  /** Risk and coverage at the temperature, at most 20 points. */
  riskCoverage: RiskPoint[]
}

interface Answers {
  confidence: Float64Array
  right: Uint8Array
}

function answersOf({ rows, cols, labels }: Judged, data: Float64Array): Answers {
  const confidence = new Float64Array(rows)
  const right = new Uint8Array(rows)
  for (let i = 0; i < rows; i++) {
    let best = 0
    for (let k = 1; k < cols; k++) if (data[i * cols + k] > data[i * cols + best]) best = k
    confidence[i] = data[i * cols + best]
    right[i] = best === labels[i] ? 1 : 0
  }
  return { confidence, right }
}

function binned({ confidence, right }: Answers, bins: number): ReliabilityBin[] {
  const table = Array.from({ length: bins }, (_, b) => {
    return { low: b / bins, high: (b + 1) / bins, count: 0, confidence: 0, accuracy: 0 }
  })
  confidence.forEach((value, i) => {
    const bin = table[Math.min(bins - 1, Math.floor(value * bins))]
    bin.count++
    bin.confidence += (value - bin.confidence) / bin.count
    bin.accuracy += (right[i] - bin.accuracy) / bin.count
  })
  return table
}

function errorOf(bins: readonly ReliabilityBin[]): number {
  const all = bins.reduce((sum, { count }) => sum + count, 0)
  return bins.reduce((sum, bin) => sum + (bin.count / all) * Math.abs(bin.accuracy - bin.confidence), 0)
}

function curveOf({ confidence, right }: Answers): RiskPoint[] {
  const order = Array.from(confidence.keys()).sort((a, b) => confidence[b] - confidence[a] || a - b)
  const points: RiskPoint[] = []
  let wrong = 0
  order.forEach((i, n) => {
    wrong += 1 - right[i]
    if (n + 1 < order.length && confidence[order[n + 1]] === confidence[i]) return
    points.push({ threshold: confidence[i], coverage: (n + 1) / order.length, risk: wrong / (n + 1) })
  })
  return points
}

function checkBins(where: string, bins: number | undefined): number {
  return checkInteger(where, 'bins', bins ?? 10, { min: 1 })
}

/**
 * Accuracy beside confidence, by bins of the confidence: the rows of a reliability diagram.
 *
 * @param posteriors - [N, K] of sum 1
 * @param labels - class indices [N]
 * @throws RangeError for posteriors whose sums are not 1 and lists of different lengths
 * @example
 * ```ts
 * const bins = reliability([[0.9, 0.1], [0.1, 0.9], [0.6, 0.4]], [0, 1, 1], { bins: 5 })
 * bins[4] // { low: 0.8, high: 1, count: 2, confidence: 0.9, accuracy: 1 }
 * ```
 */
export function reliability(
  posteriors: MatrixLike,
  labels: LabelsLike<number>,
  options: ReliabilityOptions = {},
): ReliabilityBin[] {
  const where = 'reliability'
  checkOptions(where, options, ['bins'])
  const bins = checkBins(where, options.bins)
  const judged = checkJudged(where, posteriors, labels)
  return binned(answersOf(judged, judged.data), bins)
}

/**
 * Expected calibration error, 0 to 1: the mean distance of accuracy and confidence over the bins of {@link reliability},
 * weighted by their answers.
 *
 * @throws as {@link reliability}
 * @example
 * ```ts
 * expectedCalibrationError([[0.9, 0.1], [0.1, 0.9], [0.6, 0.4]], [0, 1, 1]) // 0.267
 * ```
 */
export function expectedCalibrationError(
  posteriors: MatrixLike,
  labels: LabelsLike<number>,
  options: ReliabilityOptions = {},
): number {
  const where = 'expectedCalibrationError'
  checkOptions(where, options, ['bins'])
  const bins = checkBins(where, options.bins)
  const judged = checkJudged(where, posteriors, labels)
  return errorOf(binned(answersOf(judged, judged.data), bins))
}

/**
 * Risk and coverage at each confidence that occurs, from the most confident answer to all of them.
 *
 * @param posteriors - [N, K] of sum 1
 * @param labels - class indices [N]
 * @throws RangeError for posteriors whose sums are not 1 and lists of different lengths
 * @example
 * ```ts
 * riskCoverage([[0.9, 0.1], [0.6, 0.4]], [0, 1])
 * // [{ threshold: 0.9, coverage: 0.5, risk: 0 }, { threshold: 0.6, coverage: 1, risk: 0.5 }]
 * ```
 */
export function riskCoverage(posteriors: MatrixLike, labels: LabelsLike<number>): RiskPoint[] {
  const judged = checkJudged('riskCoverage', posteriors, labels)
  return curveOf(answersOf(judged, judged.data))
}

/** At most 20 points, at even steps of the coverage. */
function thinned(curve: readonly RiskPoint[]): RiskPoint[] {
  const steps = Array.from({ length: 20 }, (_, i) =>
    curve.findIndex(({ coverage }) => coverage >= (i + 1) / 20 - 1e-12),
  )
  return [...new Set(steps)].map((i) => curve[i])
}

/**
 * Temperature, threshold and the facts of a card from posteriors of recordings that the system did not learn from: the
 * temperature of {@link fitTemperature}, and the largest threshold that lets at least `coverage` of the answers pass.
 *
 * @param posteriors - [N, K] of sum 1
 * @param labels - class indices [N]
 * @throws RangeError for posteriors whose sums are not 1, lists of different lengths, and options out of range
 * @example
 * ```ts
 * const { temperature, threshold } = calibrate([[0.9, 0.1], [0.8, 0.2], [0.3, 0.7], [0.6, 0.4]], [0, 0, 1, 1])
 * temperature > 0 && threshold > 0.5 // true
 * ```
 */
export function calibrate(
  posteriors: MatrixLike,
  labels: LabelsLike<number>,
  options: CalibrateOptions = {},
): Calibration {
  const where = 'calibrate'
  checkOptions(where, options, ['weights', 'bins', 'coverage'])
  const bins = checkBins(where, options.bins)
  const coverage = checkNumber(where, 'coverage', options.coverage ?? 0.5, { above: 0, max: 1 })
  const judged = checkJudged(where, posteriors, labels)
  const temperature = temperatureOf(judged, checkWeights(where, options.weights, judged.rows))
  const answers = answersOf(judged, temperedRows(judged, temperature))
  const after = binned(answers, bins)
  const curve = curveOf(answers)
  return {
    temperature,
    threshold: (curve.find((point) => point.coverage >= coverage) as RiskPoint).threshold,
    recordings: judged.rows,
    error: { before: errorOf(binned(answersOf(judged, judged.data), bins)), after: errorOf(after) },
    reliability: after,
    riskCoverage: thinned(curve),
  }
}
