/** Operators that take parts of an axis: slices, single elements, frames side by side. */
import { chosen, type Dim, minus, plus, same, shapeText } from '../dims.ts'
import { type Data, sizeOfAxis } from '../flow.ts'
import { joined, type Numbers, sliced, spread } from '../numbers.ts'
import { type Node, type Scene, shapeOf, type Value } from '../scene.ts'
import { given, unread, withoutAxes } from './layout.ts'
import { columnsAt, frameAt, halfOf, pickedStates, timeAt } from './parts.ts'

type Inputs = readonly (Value | null)[]

/** Exporters write the largest whole number of 32 or 64 bits for the end of an axis. */
const NO_END = 2 ** 31 - 1

/** The first index, the number and the step of the elements that a slice takes of an axis. */
function range(node: Node, scene: Scene, size: Dim, [from, to, step]: readonly Dim[]): [Dim, Dim, number] {
  if (step !== 1) scene.refuse(node, 'takes elements in steps')
  const place = (index: Dim): Dim => {
    if (typeof index === 'number' && index >= NO_END) return size
    const counted = typeof index === 'number' && index < 0 ? plus(size, index) : index
    const most = counted === null ? null : chosen(counted, size, false)
    const least = most === null ? null : chosen(most, 0, true)
    return least ?? scene.refuse(node, 'takes a part of an axis that is not known')
  }
  const [first, end] = [place(from), place(to)]
  const length = minus(end, first)
  const there = length === null ? null : chosen(length, 0, true)
  return [first, there ?? scene.refuse(node, 'takes a part of an axis that is not known'), step]
}

function isWhole(size: Dim): boolean {
  return typeof size !== 'number' || Number.isInteger(size)
}

/** A list of an input, or an attribute of the versions before 10. */
function listOf(node: Node, inputs: Inputs, scene: Scene, at: number, name: string): readonly Dim[] | undefined {
  const input = inputs[at]
  if (!input) return node.ints(name)
  const numbers = spread(scene.budget, scene.numbers(node, input, name))
  const list = Array.from(numbers?.data ?? [])
  if (numbers !== null && list.every(isWhole)) return list
  return scene.refuse(node, `has ${name} that are no list of whole numbers`)
}

export function slice(node: Node, inputs: Inputs, scene: Scene): Value {
  let x = given(node, inputs, scene)
  if (x.kind === 'states given') return x
  const rank = (shapeOf(x) ?? unread(node, scene, x)).length
  const starts = listOf(node, inputs, scene, 1, 'starts') ?? []
  const ends = listOf(node, inputs, scene, 2, 'ends') ?? []
  const axes = listOf(node, inputs, scene, 3, 'axes') ?? starts.map((_, i) => i)
  const steps = listOf(node, inputs, scene, 4, 'steps') ?? starts.map(() => 1)
  if ([ends, axes, steps].some(({ length }) => length !== starts.length))
    scene.refuse(node, 'has lists that do not fit')
  starts.forEach((start, k) => {
    const axis = scene.axis(node, axes[k] as number, rank)
    const size = (shapeOf(x) as Dim[])[axis]
    const part = range(node, scene, size, [start, ends[k], steps[k]])
    if (!same(part[1], size)) x = partOf(node, scene, x, axis, part)
  })
  return x
}

function partOf(node: Node, scene: Scene, x: Value, axis: number, [from, size, step]: [Dim, Dim, number]): Value {
  if (x.kind === 'numbers') {
    const along = x.table[axis] === 1 || (typeof from === 'number' && typeof size === 'number')
    if (!along) scene.refuse(node, 'takes a part of an axis that is not known')
    const first = typeof from === 'number' ? from : 0
    if (x.ramps?.[axis]) scene.refuse(node, 'takes a part of numbers that count along an axis')
    return sliced(scene.budget, x, axis, [first, size, step])
  }
  if (x.kind === 'states' && axis === 0 && typeof from === 'number' && typeof size === 'number') {
    return pickedStates(node, scene, x, from, size)
  }
  if (x.kind !== 'data') return unread(node, scene, x)
  const half = halfOf(node, x, axis, from, size)
  if (half !== null) return half
  if (size === 1) return frameAt(node, scene, x, axis, from, true)
  return scene.refuse(node, `takes ${shapeText([size])} of an axis of ${shapeText([sizeOfAxis(x.axes[axis])])}`)
}

export function gather(node: Node, inputs: Inputs, scene: Scene): Value {
  const x = given(node, inputs, scene)
  const index = given(node, inputs, scene, 1)
  if (x.kind === 'states given') return x
  const shape = shapeOf(x) ?? unread(node, scene, x)
  const axis = scene.axis(node, node.int('axis', 0), shape.length)
  if (index.kind === 'order' || index.kind === 'order back') return reordered(node, scene, x, index.kind)
  const indices = scene.numbers(node, index, 'indices')
  if (!Array.from(indices.data).every(isWhole)) scene.refuse(node, 'has indices that are no whole numbers')
  if (indices.ramps || indices.data.length > 1 || indices.shape.length > 1) {
    return x.kind === 'data' ? stackedFrames(node, scene, x, axis, indices) : gathered(node, scene, x, axis, indices)
  }
  if (x.kind === 'numbers') return gathered(node, scene, x, axis, indices)
  const keeps = indices.shape.length === 1
  const at = placeIn(indices.data[0], shape[axis])
  if (x.kind === 'states' && axis === 0 && typeof at === 'number' && at >= 0 && at < x.entries.length) {
    const one = pickedStates(node, scene, x, at, 1)
    return keeps ? one : ({ ...one, axes: (one as Data).axes.slice(1) } as Data)
  }
  if (x.kind !== 'data' || at === null) return unread(node, scene, x)
  const half = halfOf(node, x, axis, at, 1)
  if (half !== null) return keeps ? half : { ...half, axes: half.axes.filter((_, i) => i !== axis) }
  return frameAt(node, scene, x, axis, at, keeps)
}

/** An index counted from the front. */
function placeIn(index: Dim, size: Dim): Dim | null {
  return typeof index === 'number' && index < 0 ? plus(size, index) : index
}

function gathered(node: Node, scene: Scene, x: Value, axis: number, indices: Numbers): Numbers {
  if (x.kind !== 'numbers' || indices.shape.length > 1) return unread(node, scene, x)
  const whole = spread(scene.budget, x) ?? scene.refuse(node, 'takes elements of numbers that are not known')
  const size = whole.table[axis]
  const parts = Array.from(scene.plain(node, indices, 'indices'), (index) => {
    const at = index < 0 ? index + size : index
    if (!(Number.isInteger(at) && at >= 0 && at < size)) scene.refuse(node, `takes the element ${index} of ${size}`)
    return sliced(scene.budget, whole, axis, [at, 1, 1])
  })
  const out = (parts.length === 0 ? null : joined(scene.budget, parts, axis)) ?? scene.refuse(node, 'takes no elements')
  if (indices.shape.length === 1) return out
  return withoutAxes(out, (values) => values.filter((_, i) => i !== axis))
}

/** Cases in the order of their lengths, and back. */
function reordered(node: Node, scene: Scene, x: Value, order: 'order' | 'order back'): Value {
  if (x.kind === 'numbers') return x
  const isOther = (x.kind === 'data' || x.kind === 'states') && (x.sorted ?? false) === (order === 'order back')
  if (isOther) return { ...x, sorted: order === 'order' }
  return unread(node, scene, x)
}

/**
 * Frames side by side: indices k step + offset [R, F], those beyond the ends replaced by the nearest.
 */
export function stackedFrames(node: Node, scene: Scene, x: Data, axis: number, indices: Numbers): Value {
  const [rows, width] = indices.shape.slice(-2)
  const ramp = indices.ramps?.[indices.shape.length - 2]
  const offsets = Array.from(indices.data)
  const plainOffsets = offsets.every(Number.isInteger)
  if (axis !== x.axes.length - 2) scene.refuse(node, 'takes frames of an axis that is not the last but one')
  const time = timeAt(node, scene, x, axis)
  if (time === null || ramp === undefined || ramp < 1 || !plainOffsets || !same(width, offsets.length)) {
    return scene.refuse(node, 'takes frames in an order that is not read')
  }
  const columns = scene.atom('columns', columnsAt(node, scene, x, axis + 1))
  const stacked = scene.atom('frames', offsets.length)
  const clock = scene.atom('time', rows)
  const flow = {
    ...{ op: 'frameStack' as const, parent: x.flow, node: node.name, columns: [stacked, columns] },
    ...{ offsets: offsets as number[], step: ramp, time: clock },
  }
  return { ...x, flow, axes: [...x.axes.slice(0, axis), [clock], [stacked], [columns]] }
}
