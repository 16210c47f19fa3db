/** Classifiers of measures: relative to a voice, or to the rooms that a recording sounds like; then linear scores. */
import type { LinearParts, MeasuresParts, RoomClasses, RoomParts } from '../../pipelines/measures-parts.ts'
import type { Voice } from '../../pipelines/voice-prior.ts'
import type { Graph, Value } from '../graph.ts'
import { activated } from '../layers/dense.ts'
import type { Part } from './exported.ts'
import { logisticPart, without } from './features.ts'

/** dB that count as 1, the largest count, and from where on there is none, as in `pipelines/voice-prior.ts`. */
const LEVEL = { scale: 3, clip: 4, end: 8 }

/** Measures that a recording lacks, NaN, are those in the middle of the training set. */
export function filledPart(medians: Float64Array): Part {
  return (graph, x) => {
    const lacks = graph.node('IsNaN', [x.value])
    return { ...x, value: graph.node('Where', [lacks, graph.floats('medians', medians), x.value]) }
  }
}

function clipped(graph: Graph, value: Value, limit: number): Value {
  return graph.node('Clip', [value, graph.scalar(-limit), graph.scalar(limit)])
}

/** The level relative to the voice's, believed the less the louder it is. */
function levelOf(graph: Graph, x: Value, column: number, level: number): Value {
  const own = graph.node('Slice', [x, graph.ints([column]), graph.ints([column + 1]), graph.ints([-1])])
  const louder = graph.node('Div', [graph.node('Sub', [own, graph.scalar(level)]), graph.scalar(LEVEL.scale)])
  const left = graph.node('Sub', [graph.scalar(LEVEL.end), graph.node('Abs', [louder])])
  const share = graph.node('Div', [left, graph.scalar(LEVEL.end - LEVEL.clip)])
  const believed = graph.node('Clip', [share, graph.scalar(0), graph.scalar(1)])
  return graph.node('Mul', [clipped(graph, louder, LEVEL.clip), believed])
}

/** z with the column of the level replaced: 0 where that of the voice is not known. */
function withLevel(
  graph: Graph,
  z: Value,
  x: Value,
  { level: column, medians }: MeasuresParts,
  level: number | null,
): Value {
  if (column < 0) return z
  const marks = medians.map((_, j) => Number(j === column))
  const isLevel = graph.node('Greater', [graph.floats('isLevel', marks), graph.scalar(0)])
  return graph.node('Where', [isLevel, level === null ? graph.scalar(0) : levelOf(graph, x, column, level), z])
}

/** z by a voice that is known. */
function byVoice(graph: Graph, x: Value, { mean, variance, level }: Voice, parts: MeasuresParts): Value {
  const scale = variance.map((v, j) => Math.sqrt(v) + parts.floor[j])
  const z = graph.node('Div', [without(graph, x, 'mean', mean), graph.floats('scale', scale)])
  return withLevel(graph, clipped(graph, z, parts.clip), x, parts, level)
}

/** x' [B, R], and the shares of the rooms in it, [B, A]. */
function sharesOf(graph: Graph, x: Value, rooms: RoomParts): { units: Value; shares: Value } {
  const { centre, scale, directions, offsets } = rooms
  const ones = scale.map((s) => s || 1)
  const units = graph.node('Div', [without(graph, x, 'centre', centre), graph.floats('units', ones)])
  const weights = graph.floats('rooms', directions, [centre.length, offsets.length])
  const seen = graph.node('MatMul', [clipped(graph, units, rooms.clip), weights])
  return { units, shares: activated(graph, 'softmax', graph.node('Add', [seen, graph.floats('offsets', offsets)])) }
}

/** z by the voice that the rooms make. */
function byRooms(graph: Graph, x: Value, parts: MeasuresParts, rooms: RoomParts): { z: Value; shares: Value } {
  const { centre, scale, offsets } = rooms
  const shape = [offsets.length, centre.length]
  const { units, shares } = sharesOf(graph, x, rooms)
  const mean = graph.node('MatMul', [shares, graph.floats('means', rooms.means, shape)])
  const variance = graph.node('MatMul', [shares, graph.floats('variances', rooms.variances, shape)])
  const floor = parts.floor.map((e, j) => e / (scale[j] || 1))
  const deviation = graph.node('Add', [graph.node('Sqrt', [variance]), graph.floats('floor', floor)])
  const z = graph.node('Div', [graph.node('Sub', [units, mean]), deviation])
  return { z: withLevel(graph, clipped(graph, z, parts.clip), x, parts, null), shares }
}

/** Sums over the measures of products [B, K, R], where z is [B, R]. */
function scored(graph: Graph, a: Value, b: Value): Value {
  return graph.node('ReduceSum', [graph.node('Mul', [a, b]), graph.ints([2])], { keepdims: { i: 0 } })
}

/** Posteriors by class means and directions that the shares of A rooms make. */
function byClasses(
  graph: Graph,
  { z, shares }: { z: Value; shares: Value },
  { factors, kinds, means, directions }: RoomClasses,
  A: number,
  { classes: K, factor }: { classes: number; factor: number },
): Value {
  const [F, G] = [factors.length / A, kinds.length / A]
  const R = means.length / F / K
  const apart = (value: Value): Value => graph.node('Reshape', [value, graph.ints([0, K, R])])
  const f = graph.node('MatMul', [shares, graph.floats('factors', factors, [A, F])])
  const k = graph.node('MatMul', [shares, graph.floats('kinds', kinds, [A, G])])
  const [column, row] = [graph.node('Unsqueeze', [k, graph.ints([2])]), graph.node('Unsqueeze', [f, graph.ints([1])])]
  const pairs = graph.node('Reshape', [graph.node('Mul', [column, row]), graph.ints([0, G * F])])
  const d = apart(graph.node('MatMul', [pairs, graph.floats('directions', directions, [G * F, K * R])]))
  const m = apart(graph.node('MatMul', [f, graph.floats('classMeans', means, [F, K * R])]))
  const seen = scored(graph, graph.node('Unsqueeze', [z, graph.ints([1])]), d)
  const own = graph.node('Mul', [scored(graph, m, d), graph.scalar(0.5)])
  const scores = graph.node('Mul', [graph.node('Sub', [seen, own]), graph.scalar(factor)])
  return activated(graph, 'softmax', scores)
}

/** Posteriors by a linear model as it is. */
function byModel(graph: Graph, z: Value, linear: LinearParts, columns: number): Value {
  if (linear.kind === 'logistic') return logisticPart(linear.model)(graph, { value: z, columns, steps: null }).value
  const { means, directions, classes: K, factor } = linear
  const turned = new Float64Array(directions.length)
  const offsets = new Float64Array(K)
  for (let i = 0; i < K; i++) {
    for (let j = 0; j < columns; j++) {
      turned[j * K + i] = factor * directions[i * columns + j]
      offsets[i] -= 0.5 * factor * means[i * columns + j] * directions[i * columns + j]
    }
  }
  const seen = graph.node('MatMul', [z, graph.floats('directions', turned, [columns, K])])
  return activated(graph, 'softmax', graph.node('Add', [seen, graph.floats('classOffsets', offsets)]))
}

/** Posteriors [B, K] of measures [B, R] without gaps. */
export function measuresPart(parts: MeasuresParts): Part {
  const { rooms, voice, linear, medians } = parts
  const { length: R } = medians
  return (graph, x) => {
    const { z, shares } =
      rooms === null ? { z: byVoice(graph, x.value, voice, parts), shares: '' } : byRooms(graph, x.value, parts, rooms)
    const classes = rooms?.classes ?? null
    const value =
      classes === null || linear.kind === 'logistic'
        ? byModel(graph, z, linear, R)
        : byClasses(graph, { z, shares }, classes, (rooms as RoomParts).offsets.length, linear)
    const columns = linear.kind === 'logistic' ? linear.model.coefficients.shape[0] : linear.classes
    return { value, columns: Math.max(2, columns), steps: null }
  }
}
