/** Pools over time: the real frames alone count. Of a sequence without frames mean and maximum are 0. */
import type { AttentionPool } from '../../layers/attention-pool.ts'
import type { LastPool } from '../../layers/last-pool.ts'
import type { StatisticsPool } from '../../layers/pool.ts'
import type { PoolStatistic } from '../../layers/running-statistics.ts'
import type { Value } from '../graph.ts'
import type { Sequences, Steps } from '../steps.ts'
import { type Lowering, product } from './lowering.ts'

/** Small term under the root of the deviation, as in the layer. */
const SD_EPSILON = 1e-6
/** Stands for -infinity. */
const LOWEST = -3e38

/** The mean of the real frames, [B, 1, D]. */
export function meanOf(value: Value, steps: Steps): Value {
  const { graph } = steps
  const sum = graph.node('ReduceSum', [steps.real(value), graph.ints([1])], { keepdims: { i: 1 } })
  return graph.node('Div', [sum, steps.count])
}

/** The mean square of differences from a mean, [B, 1, D]. */
export function varianceOf(value: Value, mean: Value, steps: Steps): Value {
  const { graph } = steps
  const difference = graph.node('Sub', [value, mean])
  return meanOf(graph.node('Mul', [difference, difference]), steps)
}

/** The largest of the real frames, [B, 1, D]. */
function maximumOf(value: Value, steps: Steps): Value {
  const { graph, empty } = steps
  const largest = graph.node('ReduceMax', [steps.real(value, LOWEST)], { axes: { ints: [1] }, keepdims: { i: 1 } })
  return empty === null ? largest : graph.node('Where', [empty, graph.scalar(0), largest])
}

/** Several values side by side. */
export function beside(values: readonly Value[], { graph }: Steps): Value {
  return values.length === 1 ? values[0] : graph.node('Concat', values, { axis: { i: -1 } })
}

/** MeanPool, MaxPool, StandardDeviationPool, StatisticsPool. */
export const lowerStatistics: Lowering<StatisticsPool> = (layer, x, { graph }) => {
  const { value } = x
  const steps = x.steps as Steps
  const needsMean = layer.statistics.some((name) => name !== 'max')
  const mean = needsMean ? meanOf(value, steps) : ''
  const results: Record<PoolStatistic, () => Value> = {
    mean: () => mean,
    max: () => maximumOf(value, steps),
    sd: () => {
      const sum = graph.node('Add', [varianceOf(value, mean, steps), graph.scalar(SD_EPSILON)])
      return graph.node('Sqrt', [sum])
    },
  }
  const pooled = beside(
    layer.statistics.map((name) => results[name]()),
    steps,
  )
  return { value: pooled, columns: layer.outputs, steps: steps.pooled(pooled) }
}

/** LastPool above layers without states: the row of the last frame. Above final states, which are one row, it is nothing. */
export const lowerLast: Lowering<LastPool> = (_, x, { graph }): Sequences => {
  const steps = x.steps as Steps
  if (steps.single) return x
  const last =
    steps.lengths === null
      ? graph.node('Slice', [x.value, graph.ints([-1]), graph.ints([2 ** 31]), graph.ints([1])])
      : graph.node('GatherND', [x.value, lastIndices(steps)], { batch_dims: { i: 1 } })
  return { ...x, value: last, steps: steps.pooled(last) }
}

/** int64 [B, 1, 1] */
function lastIndices({ graph, lengths }: Steps): Value {
  const last = graph.node('Max', [graph.node('Sub', [lengths as Value, graph.ints([1])]), graph.ints([0])])
  return graph.node('Unsqueeze', [last, graph.ints([1, 2])])
}

/** AttentionPool: y = softmax over time of V' tanh(W' x + b), times x. */
export const lowerAttention: Lowering<AttentionPool> = (layer, x, { graph, weight }) => {
  const { inputs: D, units: U, heads: R, outputs } = layer
  const steps = x.steps as Steps
  const z = graph.node('Add', [product(graph, x.value, 'W', weight('W'), [D, U]), graph.floats('b', weight('b'))])
  const scores = product(graph, graph.node('Tanh', [z]), 'V', weight('V'), [U, R])
  const weights = graph.node('Softmax', [steps.real(scores, LOWEST)], { axis: { i: 1 } })
  const turned = graph.node('Transpose', [weights], { perm: { ints: [0, 2, 1] } })
  const means = graph.node('MatMul', [turned, steps.real(x.value)])
  const value = graph.node('Reshape', [means, graph.ints([0, 1, outputs])])
  return { value, columns: outputs, steps: steps.pooled(value) }
}
