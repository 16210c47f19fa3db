/** Scores of rows and the posteriors that they stand for. */
import type { FloatNdArray } from '../core/types.ts'
import { checkWeights, temperatureOf } from '../evaluation/temperature.ts'
import type { Standardizer } from '../features/standardizer.ts'
import { kernels } from '../kernels/index.ts'
import { stackedRows } from './utterance-rows.ts'

/** A trained model of rows. */
export interface RowModel<State> {
  /** Scores [n, M]: one a class, or for two classes a single one, positive for the second. */
  decisionFunction(x: FloatNdArray): FloatNdArray
  state(): State
}

/** A model with the scaler of its rows and the classes that it knows, in ascending order. */
export interface FittedRows<State> {
  scaler: Standardizer
  model: RowModel<State>
  present: number[]
}

/** Scores [n, K'] of utterances that were held out, their classes and weights. */
export interface JudgedRows {
  scores: Float64Array
  present: number[]
  labels: Int32Array
  weights: Float64Array
}

/** Scores [n, K'] of rows [1, D'], one for each class that is known; of two classes 0 and the score of the second. */
export function scoresOfRows<State>(
  { scaler, model, present }: FittedRows<State>,
  rows: readonly FloatNdArray[],
): Float64Array {
  const { data, shape } = model.decisionFunction(scaler.transform(stackedRows(rows)))
  if (shape[1] === present.length) return Float64Array.from(data)
  const pairs = new Float64Array(2 * rows.length)
  for (let i = 0; i < rows.length; i++) pairs[2 * i + 1] = data[i]
  return pairs
}

/** softmax(f / T) [K] of the scores f [K'] of the classes that are known; 0 for all others. */
export function posteriorOf(
  scores: Float64Array,
  present: readonly number[],
  classes: number,
  temperature: number,
): Float64Array {
  const own = scores.map((score) => score / temperature)
  kernels.softmax(own, 0, own, 0, 1, own.length)
  const out = new Float64Array(classes)
  for (const [at, k] of present.entries()) out[k] = own[at]
  return out
}

/**
 * The temperature at which the classes of held-out utterances are likeliest; those of a class that was not trained on tell nothing. 1
 * where there are none.
 */
export function temperatureFor(judged: readonly JudgedRows[], classes: number): number {
  const known = judged.flatMap(({ scores, present, labels, weights }) => {
    const { length } = present
    return Array.from(labels, (label, i) => ({
      ...{ label, weight: weights[i], isKnown: present.includes(label) },
      posterior: posteriorOf(scores.subarray(i * length, (i + 1) * length), present, classes, 1),
    })).filter(({ isKnown }) => isKnown)
  })
  if (known.length === 0) return 1
  const data = new Float64Array(known.length * classes)
  for (const [i, { posterior }] of known.entries()) data.set(posterior, i * classes)
  const labels = Int32Array.from(known, ({ label }) => label)
  const weights = checkWeights(
    'temperature',
    known.map(({ weight }) => weight),
    known.length,
  )
  return temperatureOf({ data, rows: known.length, cols: classes, labels }, weights)
}
