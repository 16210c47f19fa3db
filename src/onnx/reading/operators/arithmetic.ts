/** Sums, products and comparisons, of numbers with each other and of what the input makes with them. */
import { chosen, type Dim, divided, less, minus, plus, same, shapeText, times } from '../dims.ts'
import { type Atom, type Data, type Flow, type Intermediate, sameAxes, sizeOfAxis } from '../flow.ts'
import { combined, type Numbers, plain, scalar, spread, together, uniform } from '../numbers.ts'
import { type Node, type Scene, shapeOf, type Value } from '../scene.ts'
import { given, unread } from './layout.ts'
import { columnsAt } from './parts.ts'
import { sumOfBoth } from './sums.ts'

type Inputs = readonly (Value | null)[]
type Op = 'Add' | 'Sub' | 'Mul' | 'Div'

/** From here on softplus(x) and x are the same in float32. */
const LINEAR = 17

const none = (p: number, q: number): number | null => (p === 0 && q === 0 ? 0 : null)

/** The rule of an operator for two numbers. */
function rule(op: Op, isWhole: boolean): [(p: Dim, q: Dim) => Dim | null, (p: number, q: number) => number | null] {
  if (op === 'Add') return [plus, (p, q) => p + q]
  if (op === 'Sub') return [minus, (p, q) => p - q]
  if (op === 'Mul') return [times, none]
  if (isWhole) return [divided, none]
  return [(p, q) => (typeof p === 'number' && typeof q === 'number' ? p / q : null), none]
}

/** Sums, differences, products, quotients. */
export function arithmetic(op: Op): (node: Node, inputs: Inputs, scene: Scene) => Value {
  return (node, inputs, scene) => {
    const [a, b] = [given(node, inputs, scene, 0), given(node, inputs, scene, 1)]
    if (a.kind === 'numbers' && b.kind === 'numbers') return ofNumbers(op, node, scene, a, b)
    if (a.kind === 'data' && b.kind === 'data') return ofTwo(op, node, scene, a, b)
    if (op === 'Add' && (a.kind === 'nothing' || b.kind === 'nothing')) return a.kind === 'nothing' ? b : a
    if (a.kind === 'data' && b.kind === 'numbers') return withNumbers(op, node, scene, a, b, false)
    if (b.kind === 'data' && a.kind === 'numbers') return withNumbers(op, node, scene, b, a, true)
    return unread(node, scene, a.kind === 'data' || a.kind === 'numbers' ? b : a)
  }
}

function ofNumbers(op: Op, node: Node, scene: Scene, a: Numbers, b: Numbers): Value {
  const type = a.type === 'float' || b.type === 'float' ? 'float' : 'int'
  const ramped = op === 'Mul' ? rampedProduct(scene, a, b) : null
  if (ramped !== null) return ramped
  const [of, ramp] = rule(op, type === 'int')
  const out = combined(scene.budget, [a, b], type, of, ramp)
  return (
    out ?? scene.refuse(node, `computes with ${shapeText(a.shape)} and ${shapeText(b.shape)} in a way that is not read`)
  )
}

/** A ramp times a single number. */
function rampedProduct(scene: Scene, a: Numbers, b: Numbers): Numbers | null {
  const [ramp, one] = a.ramps ? [a, b] : [b, a]
  const factor = one.data.length === 1 && !one.ramps ? one.data[0] : null
  if (!ramp.ramps || typeof factor !== 'number') return null
  const out = combined(scene.budget, [{ ...ramp, ramps: undefined }, one], 'int', times, none)
  return out === null || out.shape.length !== ramp.shape.length
    ? null
    : { ...out, ramps: ramp.ramps.map((slope) => slope * factor) }
}

/** Two values that the input makes. */
function ofTwo(op: Op, node: Node, scene: Scene, a: Data, b: Data): Value {
  const isSame = a.flow === b.flow && sameAxes(a.axes, b.axes)
  if (op === 'Sub' && isSame) return { kind: 'nothing', shape: shapeOf(a) ?? [] }
  if (op === 'Mul' && isSame) return step(node, a, 'square')
  const behind = b.flow.op === 'input' ? null : b.flow.parent
  if (op === 'Sub' && behind === a.flow && b.flow.op === 'columnMean') return step(node, a, 'fromColumnMean')
  if (op === 'Sub' && behind === a.flow && isMean(b.flow)) return step(node, a, 'fromTimeMean')
  if (op === 'Div') {
    const norm = normOf(a.flow, b.flow)
    if (norm !== null) return { ...a, flow: { ...norm, node: node.name } }
  }
  if (op === 'Mul') return weighted(node, scene, a, b) ?? weighted(node, scene, b, a) ?? unfit(node, scene, a, b)
  if (op === 'Add') return sumOfBoth(node, scene, a, b) ?? unfit(node, scene, a, b)
  return unfit(node, scene, a, b)
}

function unfit(node: Node, scene: Scene, a: Data, b: Data): never {
  const [p, q] = [shapeText(shapeOf(a) ?? []), shapeText(shapeOf(b) ?? [])]
  return scene.refuse(node, `joins two values of the input, ${p} and ${q}, which is no layer that is read`)
}

/** A step towards a layer, with the columns of the value. */
export function step(node: Node, x: Data, op: Intermediate): Data {
  return { ...x, flow: { op, parent: x.flow, node: node.name, columns: x.flow.columns ?? x.axes[x.axes.length - 1] } }
}

function isMean(flow: Flow): boolean {
  return flow.op === 'pool' && flow.statistics.length === 1 && flow.statistics[0] === 'mean'
}

/** (x - mean) / sqrt(mean of squares + epsilon) as a LayerNorm. */
function normOf(a: Flow, b: Flow): (Flow & { op: 'norm' }) | null {
  if (a.op !== 'fromColumnMean' || b.op !== 'root') return null
  const shifted = b.parent
  const mean = shifted.op === 'affine' ? shifted.parent : null
  if (shifted.op !== 'affine' || shifted.scale !== null || mean?.op !== 'columnMean') return null
  const { parent: square } = mean
  if (square.op !== 'square' || square.parent !== a) return null
  const epsilon = shifted.shift?.[0] ?? 0
  return { op: 'norm', parent: a.parent, node: '', columns: a.columns, g: null, b: null, epsilon }
}

/** Frames times a weight of each. */
function weighted(node: Node, scene: Scene, w: Data, x: Data): Data | null {
  if (w.flow.op !== 'timeSoftmax' || w.axes.length !== x.axes.length) return null
  const last = x.axes.length - 1
  if (sizeOfAxis(w.axes[last]) !== 1 || !sameAxes(w.axes.slice(0, -1), x.axes.slice(0, -1))) return null
  columnsAt(node, scene, x, last)
  const columns = x.flow.columns as (typeof x.axes)[number]
  return { ...x, flow: { op: 'weighted', parent: x.flow, node: node.name, columns, scores: w.flow.parent } }
}

/** A value with constants: one number, or one for each column; sums over time by the number of frames. */
function withNumbers(op: Op, node: Node, scene: Scene, x: Data, n: Numbers, swapped: boolean): Value {
  const meaning = op === 'Div' && !swapped ? meanOfFrames(node, scene, x, n) : null
  if (meaning !== null) return meaning
  const numbers = perColumn(node, scene, x, n)
  const { flow } = x
  const made = (change: { scale?: Float32Array | Float64Array; shift?: Float32Array | Float64Array }): Data => {
    const columns = flow.columns as readonly Atom[]
    return {
      ...x,
      flow: {
        op: 'affine',
        parent: flow,
        node: node.name,
        columns,
        scale: change.scale ?? null,
        shift: change.shift ?? null,
      },
    }
  }
  const each = (of: (value: number) => number): Float64Array => Float64Array.from(numbers, of)
  if (op === 'Add') return made({ shift: numbers })
  if (op === 'Mul') return halved(node, x, numbers) ?? made({ scale: numbers })
  if (op === 'Sub' && !swapped) return made({ shift: each((value) => -value) })
  if (op === 'Div' && !swapped)
    return (
      halved(
        node,
        x,
        each((value) => 1 / value),
      ) ?? made({ scale: each((value) => 1 / value) })
    )
  if (op === 'Div') return scene.refuse(node, 'divides by what the input makes')
  if (numbers.every((value) => value === 1)) {
    return { ...x, flow: { op: 'oneMinus', parent: flow, node: node.name, columns: flow.columns as readonly Atom[] } }
  }
  return made({ scale: each(() => -1), shift: numbers })
}

/** Half of the sum of both directions is their average. */
function halved(node: Node, x: Data, scale: Float32Array | Float64Array): Data | null {
  if (x.flow.op !== 'merged' || x.flow.how !== 'sum' || !scale.every((value) => value === 0.5)) return null
  return { ...x, flow: { ...x.flow, how: 'average', node: node.name } }
}

/** A sum over time, divided by the number of frames. */
function meanOfFrames(node: Node, scene: Scene, x: Data, { data, table }: Numbers): Data | null {
  if (x.flow.op !== 'timeSum' || data.length !== 1 || table.some((size) => size !== 1)) return null
  if (!same(x.flow.frames, data[0])) {
    scene.refuse(node, 'divides a sum over time by another number than that of the frames')
  }
  return { ...x, flow: timeMean(node, x.flow.parent, x.flow.columns) }
}

/** The mean over time of a flow; of squared differences from it the variance. */
export function timeMean(node: Node, parent: Flow, columns: readonly Atom[]): Flow {
  const behind = { parent, node: node.name, columns }
  if (parent.op === 'square' && parent.parent.op === 'fromTimeMean') return { op: 'timeVariance', ...behind }
  return { op: 'pool', ...behind, statistics: ['mean'] }
}

/** Numbers for each column, from one number, or from one for each. */
export function perColumn(node: Node, scene: Scene, x: Data, n: Numbers): Float32Array | Float64Array {
  const last = x.axes.length - 1
  const columns = columnsAt(node, scene, x, last)
  const numbers = plain(scene.budget, { ...n, shape: n.table })
  const size = numbers?.length ?? 0
  const shape = shapeOf(x) ?? []
  const rank = n.shape.length
  const isRow = n.shape.every((own, i) => {
    if (i === rank - 1) return own === 1 || own === columns
    return n.table[i] === 1 && (own === 1 || same(own, shape[shape.length - rank + i] ?? 1))
  })
  if (numbers === null || n.ramps || !isRow || rank > x.axes.length || (size !== 1 && size !== columns)) {
    return scene.refuse(
      node,
      `takes numbers ${shapeText(n.shape)} with ${shapeText(shapeOf(x) ?? [])}: one, or one for each column, is read`,
    )
  }
  return size === columns ? numbers : new Float64Array(columns).fill(numbers[0])
}

/** The larger or the smaller of numbers. */
export function extreme(larger: boolean): (node: Node, inputs: Inputs, scene: Scene) => Value {
  return (node, inputs, scene) => {
    const [first, ...more] = inputs.map((_, i) => scene.numbers(node, inputs[i], 'numbers'))
    return more.reduce(
      (a, b) => clippedRamp(scene, a, b, larger) ?? scene.refuse(node, 'compares numbers that are not known'),
      first,
    )
  }
}

/** Numbers that count along an axis, as they are: indices are kept within their axis by whoever takes them. */
function clippedRamp(scene: Scene, a: Numbers, b: Numbers, larger: boolean): Numbers | null {
  const [ramp, one] = a.ramps ? [a, b] : [b, a]
  if (!ramp.ramps) return combined(scene.budget, [a, b], a.type, (p, q) => chosen(p, q, larger), none)
  const shape = together(a.shape, b.shape)
  if (shape === null || one.data.length !== 1 || one.ramps) return null
  const more = new Array<number>(shape.length - ramp.shape.length)
  return { ...ramp, shape, table: [...more.fill(1), ...ramp.table], ramps: [...more.map(() => 0), ...ramp.ramps] }
}

/** Whether p < q, or p = q, for every element; each by itself where that is known. */
export function comparison(op: 'Less' | 'Greater' | 'Equal'): (node: Node, inputs: Inputs, scene: Scene) => Value {
  return (node, inputs, scene) => {
    const [x] = inputs
    if (op === 'Greater' && x?.kind === 'data') return beyond(node, inputs, scene, x)
    const [a, b] = [0, 1].map((i) => scene.numbers(node, inputs[i], 'numbers'))
    if (a.ramps || b.ramps) return ofRamps(op, node, scene, a, b)
    const of = (p: Dim, q: Dim): Dim | null => {
      const answer = op === 'Less' ? less(p, q) : op === 'Greater' ? less(q, p) : equal(p, q)
      return answer === undefined ? null : Number(answer)
    }
    const out = combined(scene.budget, [a, b], 'bool', of, none)
    return out ?? scene.refuse(node, 'compares numbers that are not known before the model runs')
  }
}

/** Where a softplus is x itself to rounding, PyTorch's exporter takes x. */
function beyond(node: Node, inputs: Inputs, scene: Scene, x: Data): Value {
  const [threshold, ...more] = scene.plain(node, inputs[1], 'numbers')
  if (more.length > 0 || !(threshold >= LINEAR)) scene.refuse(node, 'compares what the input makes')
  return { kind: 'beyond', axes: x.axes, flow: x.flow }
}

function equal(p: Dim, q: Dim): boolean | undefined {
  if (same(p, q)) return true
  return less(p, q) === true || less(q, p) === true ? false : undefined
}

/** Positions of frames: all below the number of frames, or those that equal the first or the last. */
function ofRamps(op: string, node: Node, scene: Scene, a: Numbers, b: Numbers): Value {
  const [ramp, one] = a.ramps ? [a, b] : [b, a]
  const slopes = ramp.ramps as readonly number[]
  const axis = slopes.findIndex((slope) => slope !== 0)
  const [start, other] = [ramp.data[0], one.data[0]]
  const isSimple = ramp.data.length === 1 && one.data.length === 1 && !one.ramps && slopes[axis] === 1
  const end = isSimple ? plus(start, minus(ramp.shape[axis], 1) as Dim) : null
  const shape = combined(scene.budget, [{ ...ramp, ramps: undefined }, one], 'bool', () => 0, none)?.shape
  if (end === null || shape === undefined) return scene.refuse(node, 'compares positions in a way that is not read')
  if (op === 'Less' && ramp === a && less(end, other)) return uniform('bool', shape, 1)
  if (op === 'Equal' && same(start, other)) return { kind: 'mark', shape, end: 'first' }
  if (op === 'Equal' && same(end, other)) return { kind: 'mark', shape, end: 'last' }
  return scene.refuse(node, 'compares positions in a way that is not read')
}

/** One of two values, as a condition says that is the same everywhere; of lists, each element. */
export function where(node: Node, inputs: Inputs, scene: Scene): Value {
  const [a, b] = [given(node, inputs, scene, 1), given(node, inputs, scene, 2)]
  const [first] = inputs
  if (first?.kind === 'beyond' && a.kind === 'data' && b.kind === 'data' && a.flow === first.flow) {
    if (b.flow.op === 'activation' && b.flow.name === 'softplus' && b.flow.parent === a.flow) return b
  }
  const condition = scene.numbers(node, first, 'conditions')
  if (condition.data.length === 1 && typeof condition.data[0] === 'number') {
    const value = condition.data[0] === 0 ? b : a
    const isWide = value.kind === 'numbers' && a.kind === 'numbers' && b.kind === 'numbers'
    if (!isWide) return value
  }
  if (a.kind !== 'numbers' || b.kind !== 'numbers')
    return scene.refuse(node, 'chooses elements of what the input makes')
  const lists = [condition, a, b].map((part) => spread(scene.budget, part))
  const [c, p, q] = lists
  const length = Math.max(...lists.map((part) => part?.data.length ?? 0))
  if (!c || !p || !q || lists.some((part) => part?.data.length !== 1 && part?.data.length !== length)) {
    return scene.refuse(node, 'chooses elements of numbers that are not known')
  }
  const widest = [c, p, q].find(({ data }) => data.length === length) as Numbers
  const at = ({ data }: Numbers, i: number): Dim => data[data.length === 1 ? 0 : i]
  const data = Array.from({ length }, (_, i) => at(at(c, i) === 0 ? q : p, i))
  return { ...widest, type: p.type, data }
}

/** 0, 1, 2 and so on. */
export function rangeNode(node: Node, inputs: Inputs, scene: Scene): Value {
  const [start, end, delta] = [0, 1, 2].map((i) => {
    const { data, ramps } = scene.numbers(node, inputs[i], 'bounds')
    return data.length === 1 && !ramps ? data[0] : scene.refuse(node, 'has bounds that are no single numbers')
  })
  const length = minus(end, start)
  if (delta !== 1 || length === null) scene.refuse(node, 'counts in steps that are not read')
  if (typeof length === 'number') {
    scene.budget.take(Math.max(0, length))
    const data = Array.from({ length: Math.max(0, length) }, (_, i) => plus(start, i) as Dim)
    if (data.every((value) => typeof value === 'number') && data.length < 2) {
      return { kind: 'numbers', type: 'int', shape: [data.length], table: [data.length], data }
    }
  }
  return { kind: 'numbers', type: 'int', shape: [length], table: [1], data: [start], ramps: [1] }
}

/** The product of all sizes. */
export function reduceProd(node: Node, inputs: Inputs, scene: Scene): Value {
  const { data } = spread(scene.budget, scene.numbers(node, inputs[0], 'numbers')) ?? scene.refuse(node, 'is not known')
  const product = Array.from(data).reduce<Dim | null>((all, size) => (all === null ? null : times(all, size)), 1)
  return product === null ? scene.refuse(node, 'is not known') : scalar(product)
}
