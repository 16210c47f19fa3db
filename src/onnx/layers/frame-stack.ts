import type { FrameStack } from '../../layers/frame-stack.ts'
import type { Value } from '../graph.ts'
import { type Sequences, Steps } from '../steps.ts'
import type { Lowering } from './lowering.ts'

/**
 * Rows of several frames: row k has the frames at `first + k step + offsets`, side by side; those before the first frame, or behind
 * the last real one, repeat it.
 *
 * @param rows - int64 [1], the number of rows of the longest sequence
 * @param lengths - int64 [B], of each; null where all frames are real
 */
export function gathered(
  { value, columns, steps }: Sequences,
  { first = 0, step, offsets }: { first?: number; step: number; offsets: readonly number[] },
  rows: Value,
  lengths: Value | null,
): Sequences {
  const { graph } = steps as Steps
  const count = graph.node('Squeeze', [rows, graph.ints([0])])
  const index = graph.node('Range', [graph.ints([0], []), count, graph.ints([1], [])])
  const starts = graph.node('Unsqueeze', [graph.node('Mul', [index, graph.ints([step])]), graph.ints([1])])
  const moved = graph.node('Add', [starts, graph.ints(offsets.map((offset) => first + offset))])
  const frames = framesAt(value, moved, steps as Steps, first + Math.max(...offsets) > 0)
  const wide = offsets.length * columns
  const out = graph.node('Reshape', [frames, graph.ints([0, 0, wide])])
  return { value: out, columns: wide, steps: new Steps(graph, out, lengths) }
}

/** The frames [B, R, F, D] of a value at indices int64 [R, F], those that are not there replaced by the nearest. */
function framesAt(value: Value, indices: Value, { graph, time, lengths }: Steps, above: boolean): Value {
  const zero = graph.ints([0])
  const before = (count: Value): Value => graph.node('Sub', [count, graph.ints([1])])
  if (!above || lengths === null) {
    const least = graph.node('Max', [indices, zero])
    const there = above ? graph.node('Min', [least, before(time)]) : least
    return graph.node('Gather', [value, there], { axis: { i: 1 } })
  }
  const last = graph.node('Unsqueeze', [before(lengths), graph.ints([1, 2])])
  const there = graph.node('Max', [graph.node('Min', [indices, last]), zero])
  return graph.node('GatherND', [value, graph.node('Unsqueeze', [there, graph.ints([-1])])], { batch_dims: { i: 1 } })
}

/** ceil(count / step) of int64 values. */
export function dividedUp(steps: Steps, count: Value, step: number): Value {
  const { graph } = steps
  if (step === 1) return count
  return graph.node('Div', [graph.node('Add', [count, graph.ints([step - 1])]), graph.ints([step])])
}

/** FrameStack: frames k step - frames + 1 to k step. */
export const lowerFrameStack: Lowering<FrameStack> = ({ frames, step }, x) => {
  const steps = x.steps as Steps
  const offsets = Array.from({ length: frames }, (_, f) => f - frames + 1)
  const lengths = steps.lengths === null ? null : dividedUp(steps, steps.lengths, step)
  if (!steps.single) return gathered(x, { step, offsets }, dividedUp(steps, steps.time, step), lengths)
  const { graph } = steps
  const value = frames === 1 ? x.value : graph.node('Concat', new Array(frames).fill(x.value), { axis: { i: -1 } })
  return { value, columns: frames * x.columns, steps: steps.pooled(value) }
}
