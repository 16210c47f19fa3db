/** Parts of what the input makes: columns, time, directions, final states. */
import { type Dim, minus, same, textOf } from '../dims.ts'
import {
  type Atom,
  type Axes,
  clockOf,
  type Data,
  type Flow,
  only,
  type States,
  sameAxis,
  sizeOfAxis,
} from '../flow.ts'
import type { RecurrentPart } from '../recurrent-part.ts'
import type { Node, Scene, Value } from '../scene.ts'

/** The number of columns, which stand along an axis of the value; the first who asks tells which axis of the input that is. */
export function columnsAt(node: Node, scene: Scene, { flow, axes }: Data, at: number): number {
  const axis = axes[at] ?? []
  if (flow.op === 'input' && flow.columns === null && axis.length === 1 && axis[0] !== flow.time) flow.columns = axis
  if (flow.columns === null || !sameAxis(axis, flow.columns)) {
    const atom = only(axis)
    const of = flow.op === 'input' && flow.columns !== null && atom !== null ? flow.axes.indexOf(atom) : -1
    if (of >= 0) {
      scene.refuse(
        node,
        `works along the axis ${at}, which is the axis ${of} of the input, of a fixed size as its last one: which of them has the columns ` +
          'is not known; export with the axis of time free (dynamic_shapes, dynamic_axes), or columns last',
      )
    }
    scene.refuse(node, `works along the axis ${at}, which has not the columns of the layer below`)
  }
  const size = sizeOfAxis(axis)
  if (typeof size === 'number' && size > 0) return size
  return scene.refuse(node, `has ${textOf(size)} columns: their number must be known`)
}

/** Columns along the last axis, as those of layers here. */
export function lastColumns(node: Node, scene: Scene, x: Data): number {
  return columnsAt(node, scene, x, x.axes.length - 1)
}

/** The time along an axis; null where sequences have become one row. */
export function timeAt(node: Node, scene: Scene, { flow, axes }: Data, at: number): Atom | null {
  const clock = clockOf(flow)
  const axis = axes[at]
  if (clock === null && sizeOfAxis(axis) === 1) return null
  const atom = only(axis)
  if (clock?.op === 'input' && atom !== null) {
    const isColumns = clock.columns?.includes(atom)
    if (clock.time === null && !isColumns && clock.axes.includes(atom)) clock.time = atom
  }
  if (clock !== null && atom !== null && atom === clock.time) return atom
  return scene.refuse(node, `works along the axis ${at}, which is not that of time`)
}

/** The recurrent flow below, where it has two directions that stand apart yet. */
export function twoDirections(flow: Flow): (Flow & { op: 'recurrent' }) | null {
  const below = flow.op === 'ends' || flow.op === 'frame' ? flow.parent : flow
  return below.op === 'recurrent' && below.part.cells.length === 2 ? below : null
}

/** One of two directions, of rows or of final states, where a part of an axis is that; or an axis of size 1 taken as it is. */
export function halfOf(node: Node, x: Data, at: number, from: Dim, size: Dim): Data | null {
  const axis = x.axes[at]
  const put = (own: Axes[number]): Axes => x.axes.map((old, i) => (i === at ? own : old))
  if (from === 0 && size === 1 && axis.length > 0 && axis.every((atom) => atom.size === 1))
    return { ...x, axes: put([]) }
  const both = twoDirections(x.flow)
  if (both === null) return null
  const [directions, columns] = both.columns
  const units = columns.size as number
  const isApart = sameAxis(axis, [directions]) && size === 1
  const isJoined = sameAxis(axis, [directions, columns]) && same(size, units)
  if (!isApart && !isJoined) return null
  const index = isApart ? from : from === 0 ? 0 : same(from, units) ? 1 : -1
  if (index !== 0 && index !== 1) return null
  const flow: Flow = { op: 'direction', parent: x.flow, node: node.name, columns: [columns], index }
  return { ...x, flow, axes: put(isApart ? [] : [columns]) }
}

/** The first or the last frame. */
export function frameAt(node: Node, scene: Scene, x: Data, at: number, index: Dim, keeps: boolean): Data {
  const axes = keeps ? x.axes.map((old, i) => (i === at ? [] : old)) : x.axes.filter((_, i) => i !== at)
  const size = sizeOfAxis(x.axes[at])
  if (size === 1 && index === 0) return { ...x, axes }
  const isLast = minus(size, index) === 1
  if (!isLast && index !== 0) {
    return scene.refuse(
      node,
      `takes the element ${textOf(index)} of an axis of ${textOf(size)}: only the first and the last frame are read`,
    )
  }
  if (timeAt(node, scene, x, at) === null) return { ...x, axes }
  const { flow } = x
  const columns = flow.columns ?? lastOf(node, scene, x, at)
  return { ...x, axes, flow: { op: 'frame', parent: flow, node: node.name, columns, end: isLast ? 'last' : 'first' } }
}

/** The columns of the input, which are those along its last axis where nothing else tells. */
function lastOf(node: Node, scene: Scene, x: Data, besides: number): readonly Atom[] {
  const at = besides === x.axes.length - 1 ? x.axes.length - 2 : x.axes.length - 1
  columnsAt(node, scene, x, at)
  return x.flow.columns as readonly Atom[]
}

/** Final states of layers one above the other; null for anything else. */
export function statesOf(parts: readonly Value[]): States | null {
  const entries: States['entries'][number][] = []
  let axes: Axes | null = null
  const sorted = (parts[0] as States).sorted ?? false
  for (const part of parts) {
    if (((part as States).sorted ?? false) !== sorted) return null
    if (part.kind === 'states') entries.push(...part.entries)
    else if (part.kind === 'data' && part.flow.op === 'ends') {
      const { cells } = (part.flow.parent as Flow & { part: RecurrentPart }).part
      const isFirst = part.axes.length === 3 && same(sizeOfAxis(part.axes[0]), cells.length)
      if (!isFirst) return null
      entries.push(...cells.map((_, index) => ({ flow: part.flow, index })))
    } else return null
    const own: Axes = part.kind === 'states' ? part.axes : part.axes.slice(1)
    const fits = axes === null || axes.every((axis, i) => same(sizeOfAxis(axis), sizeOfAxis(own[i])))
    if (!fits) return null
    axes = own
  }
  return axes === null ? null : { kind: 'states', entries, axes, sorted }
}

/** Some of the final states: those of one layer, or of one direction, are again what the input makes. */
export function pickedStates(node: Node, scene: Scene, x: States, from: number, size: number): Data | States {
  const entries = x.entries.slice(from, from + size)
  if (entries.length === 0 || entries.length !== size) scene.refuse(node, `takes ${size} of ${x.entries.length} states`)
  const [{ flow, index }] = entries
  const both = twoDirections(flow)
  const width = both === null ? 1 : 2
  const isWhole = entries.every((entry, i) => entry.flow === flow && entry.index === i) && size === width
  const axes = (first: Axes[number]): Axes => [first, x.axes[0], [columnsOf(flow)]]
  const { sorted = false } = x
  if (isWhole) return { kind: 'data', flow, axes: axes(both === null ? [] : [both.columns[0]]), sorted }
  if (size > 1) return { ...x, entries }
  const columns = [columnsOf(flow)]
  const part: Flow = { op: 'direction', parent: flow, node: node.name, columns, index }
  return { kind: 'data', flow: part, axes: axes([]), sorted }
}

function columnsOf(flow: Flow): Atom {
  const columns = flow.columns as readonly Atom[]
  return columns[columns.length - 1]
}

/** The part that a value is of a recurrent layer: rows, or the state at an end, of a direction of it. */
export function sideOf(flow: Flow): { layer: Flow; index: number; of: 'rows' | 'ends' | 'first' | 'last' } | null {
  const turned = flow.op === 'frame' && flow.parent.op === 'direction'
  const direction = turned ? flow.parent : flow
  if (direction.op !== 'direction') return null
  const { index, parent } = direction as Flow & { op: 'direction' }
  const at = turned ? (flow as Flow & { op: 'frame' }).end : parent.op === 'frame' ? parent.end : null
  const layer = parent.op === 'frame' || parent.op === 'ends' ? parent.parent : parent
  if (layer.op !== 'recurrent') return null
  if (parent.op === 'ends') return { layer, index, of: 'ends' }
  if (at === null) return { layer, index, of: 'rows' }
  return { layer, index, of: at === (index === 0 ? 'last' : 'first') ? 'ends' : at }
}
