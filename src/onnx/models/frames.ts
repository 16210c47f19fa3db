/** Blocks of neighbouring frames, as `features/stacking.ts` makes them. */
import type { Graph, Value } from '../graph.ts'
import { dividedUp, gathered } from '../layers/frame-stack.ts'
import { type Sequences, Steps } from '../steps.ts'
import type { Part } from './exported.ts'

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i)
}

/** min(ceil(T / step), 1 + ceil(max(0, T - size) / step)) blocks. */
function blocks(steps: Steps, count: Value, size: number, step: number): Value {
  const { graph } = steps
  const beyond = graph.node('Max', [graph.node('Sub', [count, graph.ints([size])]), graph.ints([0])])
  const most = graph.node('Add', [dividedUp(steps, beyond, step), graph.ints([1])])
  return graph.node('Min', [dividedUp(steps, count, step), most])
}

/** `stackFrames`: the last block repeats the last frame. */
export function stackedPart(size: number, step: number): Part {
  return (_, x) => {
    const steps = x.steps as Steps
    const lengths = steps.lengths === null ? null : blocks(steps, steps.lengths, size, step)
    return gathered(x, { step, offsets: range(size) }, blocks(steps, steps.time, size, step), lengths)
  }
}

/** `averageFrames`: the last block is the mean of the frames that remain. */
export function averagedPart(size: number): Part {
  return (graph, x) => {
    const steps = x.steps as Steps
    const zeros = graph.node('Pad', [steps.real(x.value), graph.ints([0, 0, 0, 0, size - 1, 0])])
    const rows = dividedUp(steps, steps.time, size)
    const lengths = steps.lengths === null ? null : dividedUp(steps, steps.lengths, size)
    const padded: Sequences = { ...x, value: zeros, steps: new Steps(graph, zeros, null) }
    const { value: wide } = gathered(padded, { step: size, offsets: range(size) }, rows, null)
    const apart = graph.node('Reshape', [wide, graph.ints([0, 0, size, x.columns])])
    const sums = graph.node('ReduceSum', [apart, graph.ints([2])], { keepdims: { i: 0 } })
    const value = graph.node('Div', [sums, counts(graph, steps, rows, size)])
    return { ...x, value, steps: new Steps(graph, value, lengths) }
  }
}

/** float [B or 1, R, 1], the real frames in each block, at least 1. */
function counts(graph: Graph, steps: Steps, rows: Value, size: number): Value {
  const count = graph.node('Squeeze', [rows, graph.ints([0])])
  const index = graph.node('Range', [graph.ints([0], []), count, graph.ints([1], [])])
  const starts = graph.node('Unsqueeze', [graph.node('Mul', [index, graph.ints([size])]), graph.ints([0, 2])])
  const total = steps.lengths === null ? steps.time : graph.node('Unsqueeze', [steps.lengths, graph.ints([1, 2])])
  const left = graph.node('Min', [graph.node('Sub', [total, starts]), graph.ints([size])])
  return graph.node('Cast', [graph.node('Max', [left, graph.ints([1])])], { to: { i: 1 } })
}
