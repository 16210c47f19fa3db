/** Models of feature columns: `Standardizer`, `LogisticRegression`. */
import { StateError } from '../../core/errors.ts'
import type { LogisticRegression } from '../../estimators/logistic-regression.ts'
import type { Standardizer } from '../../features/standardizer.ts'
import type { Graph, Value } from '../graph.ts'
import { activated } from '../layers/dense.ts'
import { meanOf, varianceOf } from '../layers/pools.ts'
import type { Sequences, Steps } from '../steps.ts'
import { asItIs, type Exported, type Part } from './exported.ts'
import { classesText } from './networks.ts'

/**
 * x - m of float64 numbers m, in two steps where float32 does not hold them: where means are large beside deviations, the rest that
 * rounding leaves of them would be seen.
 */
export function without(graph: Graph, x: Value, name: string, m: ArrayLike<number>): Value {
  const high = Float32Array.from(m)
  const low = Float64Array.from(m, (value, j) => value - high[j])
  const first = graph.node('Sub', [x, graph.floats(name, high)])
  return low.every((value) => value === 0) ? first : graph.node('Sub', [first, graph.floats(`${name}.rest`, low)])
}

/** (x - mean) / scale by the statistics of the training set. */
function byTraining({ mean, scale }: { mean: readonly number[]; scale: readonly number[] }): Part {
  return (graph, x) => {
    const value = graph.node('Div', [without(graph, x.value, 'mean', mean), graph.floats('scale', scale)])
    return { ...x, value }
  }
}

/** By the statistics of the sequence itself: a constant column has the scale 1, one of the mask stays as it is. */
function byUtterance({ epsilon, mask }: Standardizer): Part {
  return (graph, x) => {
    const steps = x.steps as Steps
    const mean = meanOf(x.value, steps)
    const near = graph.node('Sub', [x.value, mean])
    const centred = graph.node('Sub', [near, meanOf(near, steps)])
    const deviation = graph.node('Sqrt', [varianceOf(centred, graph.scalar(0), steps)])
    const least = graph.node('Mul', [graph.node('Abs', [mean]), graph.scalar(epsilon)])
    const varies = graph.node('Greater', [deviation, least])
    const scale = graph.node('Where', [varies, deviation, graph.scalar(1)])
    const z = graph.node('Div', [centred, scale])
    if (mask === null) return { ...x, value: z }
    const kept = graph.floats('mask', Array.from(mask, Number))
    const isKept = graph.node('Greater', [kept, graph.scalar(0)])
    return { ...x, value: graph.node('Where', [isKept, x.value, z]) }
  }
}

/**
 * The operators of a standardizer.
 *
 * @throws RangeError for `speaker` statistics, StateError for one that is not fitted
 */
export function standardised(where: string, scaler: Standardizer): Part {
  const { statistics, moments } = scaler.toJSON()
  if (statistics === 'utterance') return byUtterance(scaler)
  if (statistics === 'speaker') {
    throw new RangeError(
      `${where}: a Standardizer of "speaker" statistics needs to know who speaks, which a graph does not; ` +
        'standardise before, or take "training" or "utterance" statistics',
    )
  }
  if (moments.length === 0) throw new StateError(`${where}: the Standardizer is not fitted; call fit(sequences) first`)
  return byTraining(moments[0])
}

/** A `Standardizer`: `transform`. */
export function ofStandardizer(where: string, scaler: Standardizer): Exported {
  const trunk = standardised(where, scaler)
  const { columns } = scaler
  if (columns === undefined) {
    throw new StateError(`${where}: the Standardizer has no number of columns; give it a "mask", or a Pipeline`)
  }
  return {
    ...{ inputs: columns, sequences: true, trunk, outputs: { transform: asItIs }, standard: ['transform'] },
    metadata: { standardizer: JSON.stringify({ statistics: scaler.statistics, epsilon: scaler.epsilon }) },
  }
}

/** Scores [.., M] of rows; of two classes there is one, of the second. */
function probabilities(graph: Graph, { value, steps }: Sequences, scores: number): Sequences {
  if (scores > 1) return { value: activated(graph, 'softmax', value), columns: scores, steps }
  const both = graph.node('Concat', [graph.node('Mul', [value, graph.scalar(0)]), value], { axis: { i: -1 } })
  return { value: activated(graph, 'softmax', both), columns: 2, steps }
}

/** The probabilities of a logistic regression. */
export function logisticPart({ coefficients, intercepts }: LogisticRegression): Part {
  const [scores, inputs] = coefficients.shape
  const W = new Float64Array(inputs * scores)
  for (let k = 0; k < scores; k++) for (let j = 0; j < inputs; j++) W[j * scores + k] = coefficients.get(k, j)
  return (graph, x) => {
    const z = graph.node('MatMul', [x.value, graph.floats('coefficients', W, [inputs, scores])])
    const sum = graph.node('Add', [z, graph.floats('intercepts', intercepts)])
    return probabilities(graph, { ...x, value: sum }, scores)
  }
}

/** A `LogisticRegression`, whose cases are rows: `forward`. */
export function ofLogisticRegression(where: string, model: LogisticRegression): Exported {
  const { classes } = model
  const [scores, inputs] = model.coefficients.shape
  if (scores === 0) throw new StateError(`${where}: the LogisticRegression is not fitted; call fit first`)
  return {
    ...{
      inputs,
      sequences: false,
      standard: ['forward'],
      metadata: classesText(classes),
      outputs: { forward: asItIs },
    },
    trunk: logisticPart(model),
  }
}
