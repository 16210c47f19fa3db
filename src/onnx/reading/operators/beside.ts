/** Values of the input side by side: both directions, several statistics, marks of frames, both classes. */
import { shapeText } from '../dims.ts'
import { type Axes, clockOf, type Data, type Flow, type PoolName, sameAxes, sameAxis } from '../flow.ts'
import { type Node, type Scene, shapeOf, type Value } from '../scene.ts'
import { columnsAt, sideOf } from './parts.ts'

/** Puts values side by side along an axis. */
export function besideEachOther(node: Node, scene: Scene, parts: readonly Value[], axis: number): Value {
  const [first] = parts
  if (first.kind !== 'data') return refused(node, scene, parts)
  const ends = parts
    .slice(1)
    .map((part, i) => (part.kind === 'mark' ? part.end : isOne(part) ? (['first', 'last'] as const)[i] : undefined))
  if (ends.every((end) => end !== undefined)) return marked(node, scene, first, ends, axis)
  if (!parts.every(({ kind }) => kind === 'data')) return refused(node, scene, parts)
  const all = parts as readonly Data[]
  const value =
    directions(node, all, axis) ?? copies(node, scene, all, axis) ?? statistics(node, all, axis) ?? classes(node, all)
  return value ?? refused(node, scene, parts)
}

function refused(node: Node, scene: Scene, parts: readonly Value[]): never {
  const shapes = parts.map((part) => shapeText(shapeOf(part) ?? [])).join(', ')
  return scene.refuse(node, `puts ${shapes} side by side, which is no layer that is read`)
}

/** Both directions of a layer, of the same rows or final states. */
function directions(node: Node, parts: readonly Data[], axis: number): Data | null {
  const sides = parts.map(({ flow }) => sideOf(flow))
  const [a, b] = sides
  if (parts.length !== 2 || a === null || b === null) return null
  if (a.layer !== b.layer || a.of !== b.of || a.index !== 0 || b.index !== 1) return null
  const layer = a.layer as Flow & { op: 'recurrent' }
  const [both, columns] = layer.columns
  const rest = (axes: Axes): Axes => axes.filter((_, i) => i !== axis)
  if (!sameAxes(rest(parts[0].axes), rest(parts[1].axes))) return null
  const isJoined = sameAxis(parts[0].axes[axis], [columns])
  const isApart = parts[0].axes[axis].length === 0
  if (!isJoined && !isApart) return null
  const axes = parts[0].axes.map((old, i) => (i === axis ? (isJoined ? [both, columns] : [both]) : old))
  const behind = { parent: layer, node: node.name, columns: layer.columns }
  const flow: Flow =
    a.of === 'rows' ? layer : a.of === 'ends' ? { op: 'ends', ...behind } : { op: 'frame', ...behind, end: a.of }
  return { ...parts[0], flow, axes }
}

/** Statistics over time of the same value. */
function statistics(node: Node, parts: readonly Data[], axis: number): Data | null {
  const [{ flow, axes }] = parts
  const names: PoolName[] = []
  for (const part of parts) {
    const own = part.flow
    if (own.op !== 'pool' || flow.op !== 'pool' || own.parent !== flow.parent || !sameAxes(part.axes, axes)) return null
    names.push(...own.statistics)
  }
  if (flow.op !== 'pool' || !sameAxis(axes[axis], flow.columns)) return null
  const wide = { name: `${node.name} statistics`, size: names.length }
  const columns = [wide, ...flow.columns]
  return {
    ...parts[0],
    flow: { ...flow, node: node.name, columns, statistics: names },
    axes: axes.map((old, i) => (i === axis ? columns : old)),
  }
}

/** Copies of one row, as a frame stack above a pool makes them. */
function copies(node: Node, scene: Scene, parts: readonly Data[], axis: number): Data | null {
  const [x] = parts
  if (!parts.every(({ flow, axes }) => flow === x.flow && sameAxes(axes, x.axes))) return null
  if (axis !== x.axes.length - 1 || clockOf(x.flow) !== null) return null
  columnsAt(node, scene, x, axis)
  const frames = scene.atom('frames', parts.length)
  const columns = [frames, ...(x.flow.columns ?? [])]
  const offsets = parts.map((_, i) => i - parts.length + 1)
  const time = scene.atom('time', 1)
  const flow: Flow = { op: 'frameStack', parent: x.flow, node: node.name, columns, offsets, step: 1, time }
  return { ...x, flow, axes: [...x.axes.slice(0, -1), columns] }
}

/** 1 - p and p of one column, and 0 and z of one. */
function classes(node: Node, [a, b, ...more]: readonly Data[]): Data | null {
  const { flow } = b
  if (more.length > 0 || a.flow.op === 'input' || a.flow.parent !== flow) return null
  const columns = [{ name: `${node.name} classes`, size: 2 }]
  const axes = [...b.axes.slice(0, -1), columns]
  if (a.flow.op === 'oneMinus' && flow.op === 'activation' && flow.name === 'sigmoid') {
    return { ...b, flow: { op: 'twoClasses', parent: flow, node: node.name, columns }, axes }
  }
  if (a.flow.op !== 'affine' || a.flow.shift !== null || a.flow.scale?.length !== 1 || a.flow.scale[0] !== 0)
    return null
  return {
    ...b,
    flow: { op: 'linear', parent: flow, node: node.name, columns, weights: Float32Array.of(0, 1), units: 2 },
    axes,
  }
}

/** Whether a value is 1 everywhere, as marks are of a single frame. */
function isOne(x: Value): boolean {
  return x.kind === 'numbers' && x.data.length === 1 && x.data[0] === 1 && x.shape.length === 3
}

/** Columns that mark the first or the last frame. */
function marked(node: Node, scene: Scene, x: Data, ends: readonly ('first' | 'last')[], axis: number): Data {
  const columns = columnsAt(node, scene, x, axis)
  const wide = scene.atom('columns', columns + ends.length)
  const flow: Flow = { op: 'marked', parent: x.flow, node: node.name, columns: [wide], ends }
  return { ...x, flow, axes: x.axes.map((old, i) => (i === axis ? [wide] : old)) }
}
