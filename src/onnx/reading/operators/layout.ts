/** Operators that move elements: axes in another order, joined, taken away, widened; values side by side. */
import { type Dim, divided, plus, same, shapeText, times } from '../dims.ts'
import type { Axes, Data } from '../flow.ts'
import { count, joined, list, type Numbers, reshaped, scalar, spread, transposed, uniform } from '../numbers.ts'
import { type Node, type Scene, shapeOf, type Value } from '../scene.ts'
import { besideEachOther } from './beside.ts'
import { pickedStates, statesOf } from './parts.ts'

type Inputs = readonly (Value | null)[]

/** Axes as an attribute, or, in later versions, as an input. */
export function axesOf(node: Node, inputs: Inputs, scene: Scene, at: number = 1): number[] | undefined {
  const given = inputs[at]
  return given ? scene.wholes(node, given, 'axes') : node.ints('axes')
}

/** The value of an input, where there is one. */
export function given(node: Node, inputs: Inputs, scene: Scene, at: number = 0): Value {
  return inputs[at] ?? scene.refuse(node, `lacks its input ${at}`)
}

export function transpose(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = given(node, inputs, scene)
  const rank = shapeOf(x)?.length ?? 0
  const perm = node.ints('perm') ?? Array.from({ length: rank }, (_, i) => rank - 1 - i)
  const axes = perm.map((axis) => scene.axis(node, axis, rank))
  if (new Set(axes).size !== rank) scene.refuse(node, `has the order of axes [${perm}]`)
  if (x.kind === 'numbers') return transposed(scene.budget, x, axes)
  if (x.kind === 'data') return { ...x, axes: axes.map((axis) => x.axes[axis]) }
  if (x.kind === 'mark' || x.kind === 'nothing') return { ...x, shape: axes.map((axis) => (shapeOf(x) as Dim[])[axis]) }
  return unread(node, scene, x)
}

/** Throws for a value that an operator does not take. */
export function unread(node: Node, scene: Scene, x: Value): never {
  const texts: Record<string, string> = {
    words: 'texts',
    states: 'the final states of several layers',
    'states given': 'states that are an input of the graph',
    order: 'an order of the cases',
    'order back': 'an order of the cases',
    nothing: 'a test for numbers that are none',
    labels: 'labels',
    cells: 'cell states, which no layer here gives',
    mark: 'a mark of frames',
    beyond: 'a comparison',
    numbers: 'constants',
    data: 'what the input makes',
  }
  return scene.refuse(node, `is not read for ${texts[x.kind]}`)
}

/** The sizes of an input, each whole and not below the least. */
export function sizesOf(node: Node, scene: Scene, value: Value | null | undefined, least: number = 0): readonly Dim[] {
  const numbers = spread(scene.budget, scene.numbers(node, value, 'sizes'))
  const sizes = Array.from((numbers?.data ?? []) as ArrayLike<Dim>)
  const isList = numbers !== null && numbers.shape.length <= 1
  if (isList && sizes.every((size) => typeof size !== 'number' || (Number.isSafeInteger(size) && size >= least)))
    return sizes
  return scene.refuse(node, 'has sizes that are no list of whole numbers')
}

/** The sizes that a node asks for, with 0 for those of the input, and -1 for what is left. */
function asked(node: Node, inputs: Inputs, scene: Scene, shape: readonly Dim[]): (Dim | -1)[] {
  const keeps = node.int('allowzero', 0) === 0
  return sizesOf(node, scene, inputs[1], -1).map((size, i) => {
    if (size === 0 && keeps) return shape[i] ?? scene.refuse(node, `keeps the axis ${i} of ${shape.length}`)
    return size
  })
}

/** Puts what is left in place of -1. */
function completed(node: Node, scene: Scene, shape: readonly Dim[], wanted: readonly Dim[]): Dim[] {
  const at = wanted.indexOf(-1)
  if (at < 0) return [...wanted]
  const all = count(shape)
  const others = count(wanted.filter((_, i) => i !== at))
  const left = all === null || others === null ? null : quotient(all, others)
  if (left === null) scene.refuse(node, `makes ${shapeText(wanted)} of ${shapeText(shape)}`)
  return wanted.map((size, i) => (i === at ? left : size))
}

/** a / b where the names of b are among those of a. */
function quotient(a: Dim, b: Dim): Dim | null {
  if (typeof b === 'number') {
    const whole = divided(a, b)
    const again = whole === null ? null : times(whole, b)
    return again !== null && same(again, a) ? whole : null
  }
  if (typeof a === 'number' || a.plus !== 0 || b.plus !== 0 || a.times % b.times !== 0) return same(a, b) ? 1 : null
  const names = a.name.split('*')
  for (const name of b.name.split('*')) {
    const at = names.indexOf(name)
    if (at < 0) return null
    names.splice(at, 1)
  }
  const factor = a.times / b.times
  return names.length === 0 ? factor : { name: names.join('*'), times: factor, plus: 0 }
}

export function reshape(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = given(node, inputs, scene)
  if (x.kind === 'labels') return x
  const shape = shapeOf(x) ?? unread(node, scene, x)
  const wanted = asked(node, inputs, scene, shape)
  if (x.kind === 'numbers') {
    const out = reshaped(scene.budget, x, completed(node, scene, shape, wanted))
    return out ?? scene.refuse(node, `makes ${shapeText(wanted)} of ${shapeText(shape)}`)
  }
  if (x.kind !== 'data') return unread(node, scene, x)
  // skl2onnx 1.20 stands the columns of an MLPRegressor of several values under each other.
  const below = wanted.length === 2 && wanted[0] === -1 && wanted[1] === 1 && x.axes.length === 2
  if (below && scene.producer === 'skl2onnx') return x
  const axes = regrouped(x.axes, wanted)
  if (axes !== null) return { ...x, axes }
  return scene.refuse(
    node,
    `makes ${shapeText(wanted)} of ${shapeText(shape)}, which is no way to join axes that is read`,
  )
}

/** Axes with atoms side by side put together, or apart, to make the wanted sizes; null where that is not possible. */
export function regrouped(axes: Axes, wanted: readonly (Dim | -1)[]): Axes | null {
  const atoms = axes.flat()
  const hole = wanted.indexOf(-1)
  const front = taken(atoms, hole < 0 ? wanted : wanted.slice(0, hole))
  if (front === null) return null
  if (hole < 0) return front.left.every(({ size }) => size === 1) ? front.axes : null
  const back = taken([...front.left].reverse(), wanted.slice(hole + 1).reverse())
  if (back === null) return null
  return [...front.axes, [...back.left].reverse(), ...back.axes.map((axis) => [...axis].reverse()).reverse()]
}

type AtomList = readonly Axes[number][number][]

function taken(atoms: AtomList, sizes: readonly Dim[]): { axes: Axes; left: AtomList } | null {
  let at = 0
  const axes: AtomList[] = []
  for (const size of sizes) {
    const axis = axisOf(atoms, at, size)
    if (axis === null) return null
    axes.push(axis.atoms)
    at = axis.next
  }
  return { axes, left: atoms.slice(at) }
}

/** Atoms from a place on whose product is the size; those of size 1 before them are left out. */
function axisOf(atoms: AtomList, from: number, size: Dim): { atoms: AtomList; next: number } | null {
  if (same(size, 1))
    return atoms[from]?.size === 1 ? { atoms: [atoms[from]], next: from + 1 } : { atoms: [], next: from }
  let product: Dim | null = 1
  for (let at = from; at < atoms.length; at++) {
    product = product === null ? null : times(product, atoms[at].size)
    if (product !== null && same(product, size)) return { atoms: atoms.slice(from, at + 1), next: at + 1 }
  }
  return null
}

export function flatten(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = given(node, inputs, scene)
  if (x.kind !== 'data') return unread(node, scene, x)
  const at = node.int('axis', 1)
  const from = at < 0 ? at + x.axes.length : at
  return { ...x, axes: [x.axes.slice(0, from).flat(), x.axes.slice(from).flat()] }
}

export function squeeze(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = given(node, inputs, scene)
  const shape = shapeOf(x) ?? unread(node, scene, x)
  const named = axesOf(node, inputs, scene)?.map((axis) => scene.axis(node, axis, shape.length))
  const axes = named ?? shape.flatMap((size, i) => (same(size, 1) ? [i] : []))
  for (const axis of axes) {
    if (!same(shape[axis], 1)) scene.refuse(node, `takes the axis ${axis} of ${shapeText(shape)} away`)
  }
  const kept = <T>(values: readonly T[]): T[] => values.filter((_, i) => !axes.includes(i))
  if (x.kind === 'numbers') return withoutAxes(x, kept)
  if (x.kind === 'data') return { ...x, axes: kept(x.axes) }
  if (x.kind === 'states given' || x.kind === 'nothing' || x.kind === 'mark') return { ...x, shape: kept(shape) }
  if (x.kind === 'states' && axes.includes(0)) {
    return { ...pickedStates(node, scene, x, 0, 1), axes: kept([[], ...x.axes]) } as Data
  }
  return unread(node, scene, x)
}

/** Numbers without some of their axes. */
export function withoutAxes(x: Numbers, kept: <T>(values: readonly T[]) => T[]): Numbers {
  return { ...x, shape: kept(x.shape), table: kept(x.table), ...(x.ramps && { ramps: kept(x.ramps) }) }
}

export function unsqueeze(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = given(node, inputs, scene)
  const shape = shapeOf(x) ?? unread(node, scene, x)
  const named = axesOf(node, inputs, scene) ?? scene.refuse(node, 'lacks its axes')
  const rank = shape.length + named.length
  const axes = new Set(named.map((axis) => scene.axis(node, axis, rank)))
  const put = <T>(values: readonly T[], one: T): T[] => {
    let at = 0
    return Array.from({ length: rank }, (_, i) => (axes.has(i) ? one : values[at++]))
  }
  if (axes.size !== named.length) scene.refuse(node, 'names an axis twice')
  if (x.kind === 'numbers') {
    return { ...x, shape: put(x.shape, 1), table: put(x.table, 1), ...(x.ramps && { ramps: put(x.ramps, 0) }) }
  }
  if (x.kind === 'data') return { ...x, axes: put<Axes[number]>(x.axes, []) }
  if (x.kind === 'states given' || x.kind === 'nothing' || x.kind === 'mark') return { ...x, shape: put(shape, 1) }
  return unread(node, scene, x)
}

export function expand(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = given(node, inputs, scene)
  const shape = shapeOf(x) ?? unread(node, scene, x)
  const wanted = sizesOf(node, scene, inputs[1])
  const rank = Math.max(shape.length, wanted.length)
  const at = <T>(values: readonly T[], i: number, one: T): T => values[i - rank + values.length] ?? one
  const out = Array.from({ length: rank }, (_, i) => {
    const [own, other] = [at(shape, i, 1), at(wanted, i, 1)]
    if (!same(own, other) && !same(own, 1) && !same(other, 1)) {
      scene.refuse(node, `makes ${shapeText(wanted)} of ${shapeText(shape)}`)
    }
    return same(own, 1) ? other : own
  })
  if (x.kind === 'numbers') {
    const table = out.map((_, i) => at(x.table, i, 1))
    return { ...x, shape: out, table, ...(x.ramps && { ramps: out.map((_, i) => at(x.ramps as number[], i, 0)) }) }
  }
  if (x.kind === 'mark') return { ...x, shape: out }
  if (out.length === shape.length && out.every((size, i) => same(size, shape[i]))) return x
  return unread(node, scene, x)
}

export function shapeNode(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = given(node, inputs, scene)
  const shape = shapeOf(x) ?? unread(node, scene, x)
  const end = node.int('end', undefined)
  return list(shape.slice(node.int('start', 0), end))
}

export function sizeNode(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = given(node, inputs, scene)
  const all = count(shapeOf(x) ?? unread(node, scene, x))
  return all === null ? scene.refuse(node, 'counts elements of an unknown shape') : scalar(all)
}

export function concat(node: Node, inputs: Inputs, scene: Scene): Value {
  const first = given(node, inputs, scene)
  const parts = inputs.map((_, i) => given(node, inputs, scene, i))
  const rank = (shapeOf(first) ?? unread(node, scene, first)).length
  const axis = scene.axis(node, node.int('axis', 0), rank)
  const numbers = parts.filter((part) => part.kind === 'numbers')
  if (numbers.length === parts.length) {
    const { shape } = numbers[0]
    const fits = numbers.every(
      (part) => part.shape.length === rank && part.shape.every((s, i) => i === axis || same(s, shape[i])),
    )
    if (!fits) scene.refuse(node, 'joins shapes that do not fit')
    return joinedNumbers(numbers, axis, scene) ?? scene.refuse(node, 'joins numbers that are not known')
  }
  if (parts.length === 1) return first
  if (parts.every((part) => part.kind === 'states given')) return first
  const states = axis === 0 ? statesOf(parts) : null
  return states ?? besideEachOther(node, scene, parts, axis)
}

/** Numbers side by side; equal ones, such as zeros for several layers, in any shape. */
function joinedNumbers(parts: readonly Numbers[], axis: number, scene: Scene): Numbers | null {
  const known = joined(scene.budget, parts, axis)
  if (known !== null) return known
  const [first] = parts
  const isSame = parts.every(({ data, ramps }) => data.length === 1 && data[0] === first.data[0] && !ramps)
  const size = parts.reduce<Dim | null>((sum, { shape }) => (sum === null ? null : plus(sum, shape[axis])), 0)
  if (size === null) return null
  const shape = first.shape.map((old, i) => (i === axis ? size : old))
  if (isSame) return uniform(first.type, shape, first.data[0])
  // Constants that are equal along axes of unknown sizes, side by side along a known one.
  const tables = parts.map((part) => ({ ...part, shape: part.table.map((n, i) => (i === axis ? part.shape[i] : n)) }))
  const table = joined(scene.budget, tables, axis)
  return table === null || parts.some(({ ramps }) => ramps) ? null : { ...table, shape, table: table.table }
}
