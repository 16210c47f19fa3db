/** Sums of two values of the input: both directions of a layer, or a layer with the connection around it. */
import { same } from '../dims.ts'
import { clockOf, type Data, type Flow, sameAxis, sizeOfAxis } from '../flow.ts'
import type { Node, Scene } from '../scene.ts'
import { columnsAt, sideOf } from './parts.ts'

/** The layer that a sum is; null where it is none that is read. */
export function sumOfBoth(node: Node, scene: Scene, a: Data, b: Data): Data | null {
  const last = a.axes.length - 1
  const fits = last === b.axes.length - 1 && a.axes.every((axis, i) => i === last || sameAxis(axis, b.axes[i]))
  if (!fits || !same(sizeOfAxis(a.axes[last]), sizeOfAxis(b.axes[last])) || a.sorted !== b.sorted) return null
  return summed(node, a, b) ?? around(node, scene, a, b) ?? around(node, scene, b, a)
}

function summed(node: Node, a: Data, b: Data): Data | null {
  const [p, q] = [sideOf(a.flow), sideOf(b.flow)]
  if (p === null || q === null || p.layer !== q.layer || p.of !== q.of || p.index === q.index) return null
  const layer = p.layer as Flow & { op: 'recurrent' }
  const behind = { node: node.name, columns: layer.columns }
  const whole: Flow =
    p.of === 'rows'
      ? layer
      : p.of === 'ends'
        ? { op: 'ends', parent: layer, ...behind }
        : { op: 'frame', parent: layer, ...behind, end: p.of }
  const columns = [layer.columns[layer.columns.length - 1]]
  return { ...a, flow: { op: 'merged', parent: whole, node: node.name, columns, how: 'sum' } }
}

/** x + f(x), or x P + f(x), where f is behind x. */
function around(node: Node, scene: Scene, skip: Data, f: Data): Data | null {
  const straight = isBehind(f.flow, skip.flow)
  const { flow } = skip
  const projects = !straight && flow.op === 'linear' && isBehind(f.flow, flow.parent)
  if (!straight && !projects) return null
  const base = projects ? (flow as Flow & { op: 'linear' }).parent : flow
  if (clockOf(base) !== clockOf(f.flow)) return null
  columnsAt(node, scene, skip, skip.axes.length - 1)
  columnsAt(node, scene, f, f.axes.length - 1)
  const { columns } = f.flow as Flow & { op: 'linear' }
  const projection = projects ? (flow as Flow & { op: 'linear' }).weights : null
  return { ...f, flow: { op: 'residual', parent: base, node: node.name, columns, inner: f.flow, projection } }
}

/** Whether a flow is somewhere behind another one. */
function isBehind(flow: Flow, base: Flow): boolean {
  for (let at: Flow = flow; at.op !== 'input'; at = at.parent) if (at.parent === base) return true
  return false
}
