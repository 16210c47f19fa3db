/** Statistics over time of each column, as `features/functionals.ts` defines them. */
import type { Graph, Value } from '../graph.ts'
import { meanOf, varianceOf } from '../layers/pools.ts'
import type { Sequences, Steps } from '../steps.ts'
import type { Part } from './exported.ts'

/** A column whose deviation is at most this part of its mean is constant. */
const CONSTANT = 1e-10
/** Stands for infinity. */
const HIGHEST = 3e38

/** Mean, deviation, skewness, excess kurtosis, each [B, 1, D]. */
function moments(graph: Graph, value: Value, steps: Steps): Value[] {
  const first = meanOf(value, steps)
  const near = graph.node('Sub', [value, first])
  const rest = meanOf(near, steps)
  const mean = graph.node('Add', [first, rest])
  const centred = graph.node('Sub', [near, rest])
  const deviation = graph.node('Sqrt', [varianceOf(centred, graph.scalar(0), steps)])
  const least = graph.node('Mul', [graph.node('Abs', [mean]), graph.scalar(CONSTANT)])
  const varies = graph.node('Greater', [deviation, least])
  const scale = graph.node('Where', [varies, deviation, graph.scalar(1)])
  const z = graph.node('Div', [steps.real(centred), scale])
  const square = graph.node('Mul', [z, z])
  const skewness = meanOf(graph.node('Mul', [square, z]), steps)
  const kurtosis = graph.node('Sub', [meanOf(graph.node('Mul', [square, square]), steps), graph.scalar(3)])
  const ofVarying = (x: Value): Value => graph.node('Where', [varies, x, graph.scalar(0)])
  return [mean, deviation, ofVarying(skewness), ofVarying(kurtosis)]
}

/** Frames of sorted columns at the given place of each sequence, int64 [B, 1, 1]; [B, 1, D]. */
function frameAt(graph: Graph, sorted: Value, place: Value): Value {
  return graph.node('GatherND', [sorted, place], { batch_dims: { i: 1 } })
}

/** Quantiles by straight lines between neighbours, each [B, 1, D]. */
function quantilesOf(graph: Graph, value: Value, steps: Steps, quantiles: readonly number[]): Value[] {
  if (quantiles.length === 0) return []
  const attributes = { axis: { i: 1 }, largest: { i: 0 }, sorted: { i: 1 } }
  const sorted = graph.nodeAt('TopK', [steps.real(value, HIGHEST), steps.time], attributes, 0, 1)
  const last = graph.node('Sub', [steps.counts, graph.ints([1])])
  const most = graph.node('Cast', [last], { to: { i: 1 } })
  return quantiles.map((q) => {
    const place = graph.node('Mul', [most, graph.scalar(q)])
    const floor = graph.node('Floor', [place])
    const below = graph.node('Cast', [floor], { to: { i: 7 } })
    const above = graph.node('Min', [graph.node('Add', [below, graph.ints([1])]), last])
    const [low, high] = [below, above].map((at) => frameAt(graph, sorted, at))
    const share = graph.node('Mul', [graph.node('Sub', [place, floor]), graph.node('Sub', [high, low])])
    return graph.node('Add', [low, share])
  })
}

/** The statistics of each column side by side, [B, 1, D (4 + quantiles)]. */
export function functionalsPart(quantiles: readonly number[]): Part {
  return (graph, x: Sequences) => {
    const steps = x.steps as Steps
    const all = [...moments(graph, x.value, steps), ...quantilesOf(graph, x.value, steps, quantiles)]
    const apart = all.map((value) => graph.node('Unsqueeze', [value, graph.ints([3])]))
    const columns = x.columns * all.length
    const joined = graph.node('Concat', apart, { axis: { i: 3 } })
    const value = graph.node('Reshape', [joined, graph.ints([0, 1, columns])])
    return { value, columns, steps: steps.pooled(value) }
  }
}
