/** Operators that map every row by itself: products, activations, normalisation. */
import type { FloatArray } from '../../../core/types.ts'
import type { ActivationName } from '../../../layers/activation.ts'
import { shapeText } from '../dims.ts'
import { type Axes, type Data, type Flow, sameAxis } from '../flow.ts'
import { picked, plain } from '../numbers.ts'
import type { RecurrentPart } from '../recurrent-part.ts'
import { type Node, type Scene, shapeOf, type Value } from '../scene.ts'
import { perColumn, step } from './arithmetic.ts'
import { given, unread } from './layout.ts'
import { columnsAt, lastColumns, timeAt } from './parts.ts'
import { attentionOf } from './pools.ts'

type Inputs = readonly (Value | null)[]

/** The value of the input, of all others. */
export function dataOf(node: Node, inputs: Inputs, scene: Scene, at: number = 0): Data {
  const x = given(node, inputs, scene, at)
  return x.kind === 'data' ? x : unread(node, scene, x)
}

/** Whether a flow maps every row by itself. */
function behind(node: Node, { flow }: Data): { parent: Flow; node: string; columns: Flow['columns'] & object } {
  return { parent: flow, node: node.name, columns: flow.columns as Axes[number] }
}

/** x W. */
function linear(node: Node, scene: Scene, x: Data, weights: FloatArray, units: number): Data {
  const last = x.axes.length - 1
  lastColumns(node, scene, x)
  const columns = [scene.atom('columns', units)]
  const flow: Flow = { op: 'linear', parent: x.flow, node: node.name, columns, weights, units }
  return { ...x, flow, axes: x.axes.map((axis, i) => (i === last ? columns : axis)) }
}

export function matMul(node: Node, inputs: Inputs, scene: Scene): Value {
  const [a, b] = [given(node, inputs, scene, 0), given(node, inputs, scene, 1)]
  if (a.kind === 'data' && b.kind === 'data') return attentionOf(node, scene, a, b)
  if (a.kind !== 'data') return unread(node, scene, a)
  const w = scene.numbers(node, b, 'weights')
  const weights = plain(scene.budget, w) ?? scene.refuse(node, 'has weights that are not known')
  const shape = w.shape as number[]
  const [inner, units] = shape.slice(-2)
  if (shape.length === 3 && isProjection(a, shape)) return projected(node, scene, a, weights, units)
  const isMatrix = shape.length >= 2 && shape.slice(0, -2).every((size) => size === 1) && shape.length <= a.axes.length
  if (!isMatrix || a.axes.length < 2 || lastColumns(node, scene, a) !== inner || !(units > 0)) {
    return scene.refuse(node, `multiplies ${shapeText(shapeOf(a) ?? [])} by ${shapeText(shape)}`)
  }
  return linear(node, scene, a, weights, units)
}

/** Whether [.., d, B, H] is multiplied by [d, H, P]: the outputs of a recurrent layer as its operator gives them. */
function isProjection({ flow, axes }: Data, [d, H]: readonly number[]): boolean {
  const layer = flow.op === 'ends' ? flow.parent : flow
  if (layer.op !== 'recurrent' || axes.length < 3) return false
  const { part } = layer
  const [directions, , columns] = axes.slice(-3)
  const isApart = d === part.cells.length && sameAxis(directions, d === 1 ? [] : [layer.columns[0]])
  return isApart && H === part.units && columns.length === 1 && part.projected === null
}

function projected(node: Node, scene: Scene, x: Data, weights: FloatArray, P: number): Data {
  const isEnds = x.flow.op === 'ends'
  const layer = (isEnds ? (x.flow as Flow & { op: 'ends' }).parent : x.flow) as Flow & { op: 'recurrent' }
  const { part } = layer
  const size = part.units * P
  const cells = part.cells.map((cell, i) => ({ ...cell, projection: weights.subarray(i * size, (i + 1) * size) }))
  const wide: RecurrentPart = { ...part, cells, projected: P }
  const columns = [...layer.columns.slice(0, -1), scene.atom('columns', P)]
  const rows: Flow = { ...layer, part: wide, columns }
  const flow: Flow = isEnds ? { op: 'ends', parent: rows, node: node.name, columns } : rows
  return { ...x, flow, axes: [...x.axes.slice(0, -1), [columns[columns.length - 1]]] }
}

/** A matrix turned. */
function turned(scene: Scene, data: FloatArray, rows: number, columns: number): FloatArray {
  return picked(scene.budget, data, [columns, rows], [1, columns]) as FloatArray
}

export function gemm(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = dataOf(node, inputs, scene)
  const w = scene.numbers(node, inputs[1], 'weights')
  const given = plain(scene.budget, w) ?? scene.refuse(node, 'has weights that are not known')
  const [rows, columns] = w.shape as number[]
  const isTurned = node.int('transB', 0) !== 0
  const [inner, units] = isTurned ? [columns, rows] : [rows, columns]
  const fits = w.shape.length === 2 && x.axes.length === 2 && node.int('transA', 0) === 0 && units > 0
  if (!fits || lastColumns(node, scene, x) !== inner) {
    return scene.refuse(node, `multiplies ${shapeText(shapeOf(x) ?? [])} by ${shapeText(w.shape)}`)
  }
  const weights = isTurned ? turned(scene, given, rows, columns) : given
  const product = linear(node, scene, x, scaled(weights, node.float('alpha', 1)), units)
  const bias = inputs[2]
  if (!bias) return product
  const numbers = perColumn(node, scene, product, scene.numbers(node, bias, 'biases'))
  const shift = scaled(numbers, node.float('beta', 1))
  return { ...product, flow: { op: 'affine', ...behind(node, product), scale: null, shift } }
}

function scaled(numbers: FloatArray, factor: number): FloatArray {
  return factor === 1 ? numbers : Float64Array.from(numbers, (value) => value * factor)
}

/** An activation of every number. */
export function activation(name: ActivationName): (node: Node, inputs: Inputs, scene: Scene) => Value {
  return (node, inputs, scene) => {
    const x = dataOf(node, inputs, scene)
    if (name === 'leakyRelu') {
      const alpha = node.float('alpha', 0.01)
      if (Math.fround(alpha) !== Math.fround(0.01))
        scene.refuse(node, `has the slope ${alpha}: leakyRelu has 0.01 here`)
    }
    if (x.flow.columns === null) lastColumns(node, scene, x)
    return { ...x, flow: { op: 'activation', ...behind(node, x), name } }
  }
}

/** Softmax and LogSoftmax, over the columns or, for attention, over time. */
export function softmax(logarithm: boolean): (node: Node, inputs: Inputs, scene: Scene) => Value {
  return (node, inputs, scene) => {
    const x = dataOf(node, inputs, scene)
    const rank = x.axes.length
    const axis = scene.axis(node, node.int('axis', scene.version < 13 ? 1 : -1), rank)
    if (scene.version < 13 && axis !== rank - 1) scene.refuse(node, `normalises the last ${rank - axis} axes together`)
    const isColumns = x.flow.columns === null ? axis === rank - 1 : sameAxis(x.axes[axis], x.flow.columns)
    if (isColumns) {
      columnsAt(node, scene, x, axis)
      return {
        ...x,
        flow: logarithm
          ? { op: 'logSoftmax', ...behind(node, x) }
          : { op: 'activation', ...behind(node, x), name: 'softmax' },
      }
    }
    if (logarithm || timeAt(node, scene, x, axis) === null)
      scene.refuse(node, `normalises the axis ${axis}, which are not the columns`)
    return { ...x, flow: { op: 'timeSoftmax', ...behind(node, x) } }
  }
}

export function layerNormalization(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = dataOf(node, inputs, scene)
  const rank = x.axes.length
  if (scene.axis(node, node.int('axis', -1), rank) !== rank - 1) scene.refuse(node, 'normalises several axes together')
  lastColumns(node, scene, x)
  const [g, b] = [1, 2].map((i) =>
    inputs[i] ? perColumn(node, scene, x, scene.numbers(node, inputs[i], 'weights')) : null,
  )
  const epsilon = node.float('epsilon', 1e-5)
  // A mean that was taken away before changes nothing.
  const below = x.flow.op === 'fromColumnMean' ? { ...x, flow: x.flow.parent } : x
  return { ...x, flow: { op: 'norm', ...behind(node, below), columns: x.flow.columns as Axes[number], g, b, epsilon } }
}

export function batchNormalization(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = dataOf(node, inputs, scene)
  if (node.int('training_mode', 0) !== 0) scene.refuse(node, 'is that of training')
  const columns = columnsAt(node, scene, x, 1)
  const [gain, bias, mean, variance] = [1, 2, 3, 4].map((i) => scene.plain(node, inputs[i], 'statistics'))
  if ([gain, bias, mean, variance].some(({ length }) => length !== columns)) {
    scene.refuse(node, `has statistics of another number than ${columns} columns`)
  }
  const epsilon = node.float('epsilon', 1e-5)
  const scale = Float64Array.from(gain, (g, j) => g / Math.sqrt(variance[j] + epsilon))
  const shift = Float64Array.from(bias, (b, j) => b - mean[j] * scale[j])
  return { ...x, flow: { op: 'affine', ...behind(node, x), scale, shift } }
}

/** ai.onnx.ml's Scaler: (x - offset) scale. */
export function scaler(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = dataOf(node, inputs, scene)
  const columns = lastColumns(node, scene, x)
  const [offset, factor] = ['offset', 'scale'].map((name) => {
    const list = node.floats(name)
    if (list.length !== 1 && list.length !== columns) scene.refuse(node, `has ${list.length} numbers as its ${name}`)
    return Float64Array.from({ length: columns }, (_, j) => list[list.length === 1 ? 0 : j])
  })
  const shift = Float64Array.from(offset, (value, j) => -value * factor[j])
  return { ...x, flow: { op: 'affine', ...behind(node, x), scale: factor, shift } }
}

/** Negative numbers, or 1 / x of constants. */
export function negative(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = given(node, inputs, scene)
  if (x.kind === 'data') {
    const scale = new Float64Array(lastColumns(node, scene, x)).fill(-1)
    return { ...x, flow: { op: 'affine', ...behind(node, x), scale, shift: null } }
  }
  const numbers = scene.numbers(node, x, 'numbers')
  const data = scene.plain(node, x, 'numbers').map((value) => -value)
  return { ...numbers, table: numbers.shape as number[], data }
}

/** Squares. */
export function power(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = dataOf(node, inputs, scene)
  const exponent = scene.plain(node, inputs[1], 'exponents')
  if (exponent.length !== 1 || exponent[0] !== 2) scene.refuse(node, 'has another exponent than 2')
  return step(node, x, 'square')
}

/** Small term under the root of deviations, as in the pool. */
const SD_EPSILON = 1e-6

/** The root of a variance: a deviation over time, or that of a normalisation. */
export function root(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = dataOf(node, inputs, scene)
  const { flow } = x
  const isTime = flow.op === 'affine' && flow.parent.op === 'timeVariance'
  if (!isTime) return step(node, x, 'root')
  const { scale, shift, parent } = flow as Flow & { op: 'affine' }
  const isOurs = scale === null && shift?.every((value) => Math.fround(value) === Math.fround(SD_EPSILON))
  if (!isOurs)
    scene.refuse(node, 'is a deviation over time without 1e-6 under the root, as StandardDeviationPool has it')
  const source = ((parent as Flow & { op: 'square' }).parent as Flow & { op: 'square' }).parent as Flow & {
    op: 'square'
  }
  const columns = flow.columns as Axes[number]
  return { ...x, flow: { op: 'pool', parent: source.parent, node: node.name, columns, statistics: ['sd'] } }
}
