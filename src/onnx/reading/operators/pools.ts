/** Operators over time: pools, attention; and sums over columns and directions. */
import { same, shapeText } from '../dims.ts'
import { type Axes, type Data, type Flow, only, type PoolName, sameAxis, sizeOfAxis } from '../flow.ts'
import { type Node, type Scene, shapeOf, type Value } from '../scene.ts'
import { timeMean } from './arithmetic.ts'
import { axesOf, given, unread } from './layout.ts'
import { columnsAt, lastColumns, timeAt, twoDirections } from './parts.ts'

type Inputs = readonly (Value | null)[]
type Reduction = 'mean' | 'max' | 'sum'

/** ReduceMean, ReduceMax, ReduceSum. */
export function reduction(how: Reduction): (node: Node, inputs: Inputs, scene: Scene) => Value {
  return (node, inputs, scene) => {
    const x = given(node, inputs, scene)
    if (x.kind === 'nothing') return x
    if (x.kind !== 'data') return unread(node, scene, x)
    const named = axesOf(node, inputs, scene) ?? scene.refuse(node, 'takes all axes together')
    const keeps = node.int('keepdims', 1) !== 0
    const axes = named.map((axis) => scene.axis(node, axis, x.axes.length))
    const wide = axes.filter((axis) => sizeOfAxis(x.axes[axis]) !== 1)
    if (wide.length > 1) scene.refuse(node, 'takes several axes together')
    const kept: Axes = x.axes.map((axis, i) => (axes.includes(i) ? [] : axis))
    const axesAfter = keeps ? kept : kept.filter((_, i) => !axes.includes(i))
    if (wide.length === 0) {
      const isColumn = how === 'mean' && keeps && axes[0] === x.axes.length - 1 && axes.length === 1
      if (!isColumn || columnsAt(node, scene, x, axes[0]) !== 1) return { ...x, axes: axesAfter }
      return { ...x, flow: { op: 'columnMean', parent: x.flow, node: node.name, columns: [] } }
    }
    return { ...x, flow: reduced(node, scene, x, wide[0], how), axes: axesAfter }
  }
}

/** The flow of a reduction over an axis: of time a pool, of columns a mean, of both directions their sum. */
function reduced(node: Node, scene: Scene, x: Data, axis: number, how: Reduction): Flow {
  const { flow } = x
  const both = twoDirections(flow)
  if (both !== null && sameAxis(x.axes[axis], [both.columns[0]])) {
    if (how === 'max') scene.refuse(node, 'takes the larger of both directions')
    const columns = [both.columns[1]]
    return { op: 'merged', parent: flow, node: node.name, columns, how: how === 'mean' ? 'average' : 'sum' }
  }
  const isColumns = flow.columns === null ? axis === x.axes.length - 1 : sameAxis(x.axes[axis], flow.columns)
  if (isColumns) {
    columnsAt(node, scene, x, axis)
    if (how !== 'mean') scene.refuse(node, 'joins the columns of each row')
    return { op: 'columnMean', parent: flow, node: node.name, columns: [] }
  }
  timeAt(node, scene, x, axis)
  if (flow.columns === null) columnsAt(node, scene, x, axis === x.axes.length - 1 ? axis - 1 : x.axes.length - 1)
  const columns = flow.columns as Axes[number]
  if (flow.op === 'weighted') {
    if (how !== 'sum') scene.refuse(node, 'takes weighted frames together in another way than as a sum')
    return attention(node, scene, flow.parent, flow.scores, columns)
  }
  if (how === 'mean') return timeMean(node, flow, columns)
  if (how === 'sum') return { op: 'timeSum', parent: flow, node: node.name, columns, frames: sizeOfAxis(x.axes[axis]) }
  return { op: 'pool', parent: flow, node: node.name, columns, statistics: ['max'] }
}

/** GlobalAveragePool and GlobalMaxPool of [B, D, T]. */
export function globalPool(statistic: PoolName): (node: Node, inputs: Inputs, scene: Scene) => Value {
  return (node, inputs, scene) => {
    const x = given(node, inputs, scene)
    if (x.kind !== 'data' || x.axes.length !== 3) return unread(node, scene, x)
    return { ...x, flow: reduced(node, scene, x, 2, statistic as Reduction), axes: [x.axes[0], x.axes[1], []] }
  }
}

/** Scores V' tanh(W' x + b), where they are of the rows of x; a bias behind V changes nothing. */
function attention(node: Node, scene: Scene, x: Flow, scores: Flow, columns: Axes[number]): Flow {
  const shifted = scores.op === 'affine' && scores.scale === null ? scores.parent : scores
  const top = shifted.op === 'linear' ? shifted : null
  const tanh = top?.parent
  const z = tanh?.op === 'activation' && tanh.name === 'tanh' ? tanh.parent : null
  const bias = z?.op === 'affine' && z.scale === null ? z.shift : null
  const below = bias === null ? z : (z as Flow & { op: 'affine' }).parent
  if (top === null || below?.op !== 'linear' || below.parent !== x) {
    return scene.refuse(node, 'weights frames by other scores than V tanh(W x + b), which AttentionPool has')
  }
  const heads = top.units
  const { weights: W, units } = below
  return {
    ...{ op: 'attention' as const, parent: x, node: node.name, columns, W, b: bias ?? new Float32Array(units) },
    ...{ V: top.weights, units, heads },
  }
}

/** Weights of the frames [B, heads, T] times the frames [B, T, D]. */
export function attentionOf(node: Node, scene: Scene, a: Data, x: Data): Data {
  const isPair = a.flow.op === 'timeSoftmax' && a.axes.length === 3 && x.axes.length === 3
  if (!isPair || !sameAxis(a.axes[2], x.axes[1]) || !sameAxis(a.axes[0], x.axes[0])) {
    const [p, q] = [a, x].map((value) => shapeText(shapeOf(value) ?? []))
    return scene.refuse(node, `multiplies two values of the input, ${p} and ${q}, which is no layer that is read`)
  }
  lastColumns(node, scene, x)
  const time = timeAt(node, scene, x, 1)
  const heads = a.axes[1]
  const weights = a.flow as Flow & { op: 'timeSoftmax' }
  const columns = [...heads, ...(x.flow.columns as Axes[number])]
  const flow = attention(node, scene, x.flow, weights.parent, columns) as Flow & { op: 'attention' }
  if (time !== only(a.axes[2]) || !same(sizeOfAxis(heads), flow.heads))
    scene.refuse(node, 'has other weights than one for each frame and head')
  return { ...x, flow, axes: [x.axes[0], heads, x.flow.columns as Axes[number]] }
}
