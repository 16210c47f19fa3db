/** Pipelines and recognisers, from features on. */
import type { FloatArray } from '../../core/types.ts'
import type { ClassifierStep, RecognizerSteps } from '../../pipelines/classifier-steps.ts'
import { columnsOf } from '../../pipelines/front-end-columns.ts'
import type { MeasuresParts } from '../../pipelines/measures-parts.ts'
import type { Pipeline } from '../../pipelines/pipeline.ts'
import type { Average } from '../../pipelines/posteriors.ts'
import type { Recognizer } from '../../pipelines/recognizer.ts'
import { activated } from '../layers/dense.ts'
import { transformOf } from './energy.ts'
import { asItIs, chained, type Exported, type Part } from './exported.ts'
import { standardised } from './features.ts'
import { averagedPart, stackedPart } from './frames.ts'
import { functionalsPart } from './functionals.ts'
import { filledPart, measuresPart } from './measures.ts'
import { classesText, ofMlp, ofSequential } from './networks.ts'

/** Quantiles that `functionals` takes unless told. */
const QUANTILES = [0.01, 0.25, 0.5, 0.75, 0.99]
/** Least posteriors in averages of logarithms, and before a temperature. */
const LEAST_AVERAGED = 1e-6
const LEAST_TEMPERED = 1e-12

/** x M. */
function columnsPart({ data, shape }: { data: ArrayLike<number>; shape: number[] }): Part {
  return (graph, x) => {
    const value = graph.node('MatMul', [x.value, graph.floats('columns', data as FloatArray, shape)])
    return { ...x, value, columns: shape[1] }
  }
}

/** The output `predict` or `forward` of a model within. */
function outputPart({ trunk, outputs }: Exported, name: string): Part {
  return (graph, x) => outputs[name](graph, trunk(graph, x))
}

/** The renormalised mean of posteriors, or exponential of the mean of their logarithms. */
function averagePart(members: readonly Part[], average: Average): Part {
  return (graph, x) => {
    const all = members.map((member, m) => graph.within(`members.${m}`, () => member(graph, x)))
    const terms = all.map(({ value }) => {
      if (average === 'posterior') return value
      return graph.node('Log', [graph.node('Max', [value, graph.scalar(LEAST_AVERAGED)])])
    })
    const mean = graph.node('Div', [graph.node('Sum', terms), graph.scalar(terms.length)])
    if (average === 'logPosterior') return { ...all[0], value: activated(graph, 'softmax', mean) }
    const total = graph.node('ReduceSum', [mean, graph.ints([-1])], { keepdims: { i: 1 } })
    return { ...all[0], value: graph.node('Div', [mean, total]) }
  }
}

function partOf(where: string, step: ClassifierStep): Part {
  switch (step.kind) {
    case 'columns':
      return columnsPart(step.matrix)
    case 'standardise':
      return standardised(where, step.scaler)
    case 'crbms':
      return transformOf(step.stack)
    case 'stack':
      return stackedPart(step.size, step.step)
    case 'average':
      return averagedPart(step.size)
    case 'functionals':
      return functionalsPart(step.quantiles)
    case 'network':
      return outputPart(ofSequential(where, step.network), 'predict')
    case 'mlp':
      return outputPart(ofMlp(where, step.network), 'forward')
    case 'measures':
      return measuredPart(step.parts)
    case 'average posteriors':
      return averagePart(
        step.members.map((member) => partsOf(where, member)),
        step.average,
      )
  }
}

/** Measures, of frames their statistics over time, to a posterior with the axes of the input. */
function measuredPart(parts: MeasuresParts): Part {
  const measures = measuresPart(parts)
  if (parts.from !== 'frames') return measures
  const statistics = functionalsPart(QUANTILES)
  return (graph, x) => {
    const { value, steps, columns } = statistics(graph, x)
    const rows = graph.node('Squeeze', [value, graph.ints([1])])
    const answer = measures(graph, { value: rows, columns, steps: null })
    return { ...answer, value: graph.node('Unsqueeze', [answer.value, graph.ints([1])]), steps }
  }
}

function partsOf(where: string, steps: readonly ClassifierStep[]): Part {
  return chained(
    steps.map((step) => partOf(where, step)),
    'steps',
  )
}

/** q ~ p^(1/T). */
function temperedPart(temperature: number): Part {
  if (temperature === 1) return asItIs
  return (graph, x) => {
    const logs = graph.node('Log', [graph.node('Max', [x.value, graph.scalar(LEAST_TEMPERED)])])
    const scaled = graph.node('Div', [logs, graph.scalar(temperature)])
    return { ...x, value: activated(graph, 'softmax', scaled) }
  }
}

/** A `Pipeline`: `predict`, the posterior for features of its front end. */
export function ofPipeline(where: string, { scaler, model, classes, frontEnd }: Pipeline): Exported {
  const steps: ClassifierStep[] = [
    ...(scaler === null ? [] : [{ kind: 'standardise', scaler } as const]),
    { kind: 'network', network: model },
  ]
  return {
    ...{ inputs: model.inputs, sequences: true, trunk: partsOf(where, steps), outputs: { predict: asItIs } },
    standard: ['predict'],
    metadata: { ...classesText(classes), frontEnd: JSON.stringify(frontEnd) },
  }
}

/** The input of a recogniser's graph: sequences or rows of features, or the measures of tracks, which no graph computes. */
function inputOf(
  where: string,
  { steps, frontEnd }: RecognizerSteps,
): Pick<Exported, 'inputs' | 'sequences' | 'filled'> {
  const [first] = steps ?? []
  if (first?.kind === 'measures' && first.parts.from !== 'frames') {
    const { medians } = first.parts
    return { inputs: medians.length, sequences: false, filled: filledPart(medians) }
  }
  const within = first?.kind === 'average posteriors' ? first.members.flat() : []
  if (within.some((step) => step.kind === 'measures' && step.parts.from !== 'frames')) {
    throw new RangeError(
      `${where}: an ensemble with a system of measures of speech tracks has no single input that a graph can begin with; ` +
        'write its members one by one',
    )
  }
  return { inputs: columnsOf(frontEnd), sequences: !frontEnd.functionals }
}

/**
 * A `Recognizer`: `posterior`, for features of its front end, or for measures of them.
 *
 * @throws RangeError for a system that no graph computes, by its name
 */
export function ofRecognizer(where: string, recognizer: Recognizer): Exported {
  const { system, classes, card } = recognizer
  const computed = recognizer.steps()
  if (computed.steps === null) {
    throw new RangeError(`${where}: no operators of ONNX are known for a recogniser of the system "${system.system}"`)
  }
  const { frontEnd, temperature, steps } = computed
  const trunk = partsOf(where, steps)
  return {
    ...{ ...inputOf(where, computed), outputs: { posterior: asItIs }, standard: ['posterior'] },
    trunk: (graph, x) => temperedPart(temperature)(graph, trunk(graph, x)),
    metadata: {
      ...classesText(classes),
      ...{ frontEnd: JSON.stringify(frontEnd), system: JSON.stringify(system), card: JSON.stringify(card) },
    },
  }
}
