/**
 * Temperature scaling of posteriors (C. Guo, G. Pleiss, Y. Sun & K. Q. Weinberger, "On Calibration of Modern Neural
 * Networks", ICML 2017, section 4.2). With the logits z = ln p of a posterior,
 *
 *     q_k = exp(z_k / T) / sum_j exp(z_j / T)
 *
 * T > 1 makes posteriors less confident, T < 1 more; the order of the classes stays. T minimises the mean of
 * -w_i ln q_i[y_i] over posteriors of recordings on which the system was not trained.
 */
import { checkFinite, type Matrix, toLabels, toMatrix, toVector } from '../core/array.ts'
import { checkNumber, checkOptions } from '../core/check.ts'
import { exp, log } from '../core/elementary.ts'
import type { LabelsLike } from '../core/labels.ts'
import type { MatrixLike, VectorLike } from '../core/types.ts'
import { minimize } from '../optim/minimize/minimize.ts'

/** Options of {@link fitTemperature}. */
export interface TemperatureOptions {
  /** Weights of the posteriors [N], such as one over the size of their corpus; default 1 each. */
  weights?: VectorLike
}

/** Least probability whose logarithm is taken. */
const LEAST = 1e-12
/** Range of temperatures: beyond it, posteriors are as good as certain, or as good as uniform. */
const [COLDEST, HOTTEST] = [0.05, 20]

/** Posteriors [N, K] with the class of each. */
export interface Judged {
  data: Float64Array
  rows: number
  cols: number
  labels: Int32Array
}

/** Checks posteriors [N, K], each of sum 1, and their labels. */
export function checkJudged(where: string, posteriors: MatrixLike, labels: LabelsLike<number>): Judged {
  const { data, rows, cols } = toMatrix(where, 'posteriors', posteriors, 'float64') as Matrix & { data: Float64Array }
  checkFinite(where, 'posteriors', data, cols)
  if (rows === 0) throw new RangeError(`${where}: "posteriors" expected at least one row, got none`)
  for (let i = 0; i < rows; i++) {
    const row = data.subarray(i * cols, (i + 1) * cols)
    const sum = row.reduce((total, p) => total + p, 0)
    if (Math.abs(sum - 1) > 1e-3 || row.some((p) => p < 0)) {
      throw new RangeError(
        `${where}: "posteriors" expected rows of probabilities with the sum 1, got ${sum} in row ${i}`,
      )
    }
  }
  const classes = toLabels(where, 'labels', labels, cols)
  if (classes.length !== rows) {
    throw new RangeError(`${where}: "labels" expected ${rows} classes, one per posterior, got ${classes.length}`)
  }
  return { data, rows, cols, labels: classes }
}

/** Writes the posterior p at inverse temperature `beta` to `out`; -ln of its sum of exp(beta ln p) is returned. */
function temperInto(out: Float64Array, p: ArrayLike<number>, beta: number): number {
  let most = -Infinity
  for (let k = 0; k < p.length; k++) most = Math.max(most, beta * log(Math.max(p[k], LEAST)))
  let sum = 0
  for (let k = 0; k < p.length; k++) {
    out[k] = exp(beta * log(Math.max(p[k], LEAST)) - most)
    sum += out[k]
  }
  for (let k = 0; k < p.length; k++) out[k] /= sum
  return -most - log(sum)
}

/**
 * The posterior q at a temperature: q_k is proportional to p_k^(1/T). Probabilities below 1e-12 count as 1e-12.
 *
 * @param posterior - [K] of sum 1
 * @param temperature - T > 0; 1 leaves the posterior as it is
 * @returns [K] of sum 1
 * @example
 * ```ts
 * applyTemperature([0.8, 0.2], 2) // [0.667, 0.333]
 * ```
 */
export function applyTemperature(posterior: VectorLike, temperature: number): Float64Array {
  const where = 'applyTemperature'
  const p = toVector(where, 'posterior', posterior, 'float64')
  checkFinite(where, 'posterior', p)
  checkNumber(where, 'temperature', temperature, { above: 0 })
  return atTemperature(p, temperature)
}

/** {@link applyTemperature} of a checked posterior. */
export function atTemperature(p: ArrayLike<number>, temperature: number): Float64Array {
  const out = Float64Array.from(p)
  if (temperature !== 1) temperInto(out, p, 1 / temperature)
  return out
}

/** Each row of judged posteriors at a temperature, [N * K]. */
export function temperedRows({ data, rows, cols }: Judged, temperature: number): Float64Array {
  const out = Float64Array.from(data)
  for (let i = 0; i < rows; i++)
    temperInto(out.subarray(i * cols, (i + 1) * cols), data.subarray(i * cols, (i + 1) * cols), 1 / temperature)
  return out
}

/** Checks weights of `rows` posteriors, and returns them with the sum 1. */
export function checkWeights(where: string, weights: VectorLike | undefined, rows: number): Float64Array {
  if (weights === undefined) return new Float64Array(rows).fill(1 / rows)
  const w = toVector(where, 'weights', weights, 'float64') as Float64Array
  checkFinite(where, 'weights', w)
  const sum = w.reduce((total, value) => total + value, 0)
  if (w.length !== rows || w.some((value) => value < 0) || sum === 0) {
    throw new RangeError(`${where}: "weights" expected ${rows} numbers >= 0, not all 0, got ${w.length} of sum ${sum}`)
  }
  return w.map((value) => value / sum)
}

/** {@link fitTemperature} of checked posteriors and weights. */
export function temperatureOf({ data, rows, cols, labels }: Judged, weights: Float64Array): number {
  const q = new Float64Array(cols)
  // The loss is convex in beta = 1 / T; its logarithm has no bounds.
  const { x } = minimize(
    ([u], gradient) => {
      const beta = exp(Math.max(-4, Math.min(4, u)))
      let [loss, slope] = [0, 0]
      for (let i = 0; i < rows; i++) {
        const p = data.subarray(i * cols, (i + 1) * cols)
        const logit = log(Math.max(p[labels[i]], LEAST))
        loss -= weights[i] * (beta * logit + temperInto(q, p, beta))
        let mean = 0
        for (let k = 0; k < cols; k++) mean += q[k] * log(Math.max(p[k], LEAST))
        slope += weights[i] * (mean - logit)
      }
      gradient[0] = beta * slope
      return loss
    },
    [0],
    { gradientTolerance: 1e-9 },
  )
  return Math.min(HOTTEST, Math.max(COLDEST, exp(-x[0])))
}

/**
 * The temperature at which posteriors fit their recordings' classes best, by maximum likelihood, within 0.05 to 20.
 *
 * @param posteriors - [N, K] of recordings that the system did not learn from, such as corpora or speakers left out
 * @param labels - class indices [N]
 * @throws RangeError for posteriors whose sums are not 1 and lists of different lengths
 * @example
 * ```ts
 * const posteriors = [[0.99, 0.01], [0.98, 0.02], [0.03, 0.97], [0.99, 0.01]] // the last is wrong
 * fitTemperature(posteriors, [0, 0, 1, 1]) // 4.37
 * ```
 */
export function fitTemperature(
  posteriors: MatrixLike,
  labels: LabelsLike<number>,
  options: TemperatureOptions = {},
): number {
  const where = 'fitTemperature'
  checkOptions(where, options, ['weights'])
  const judged = checkJudged(where, posteriors, labels)
  return temperatureOf(judged, checkWeights(where, options.weights, judged.rows))
}
