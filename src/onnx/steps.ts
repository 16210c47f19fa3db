/**
 * Sequences in a graph: a value [B, T, D] with the number of real frames of each. Frames behind the end of a sequence may hold any
 * numbers: what looks at several frames asks the mask which are real.
 */
import type { Graph, Value } from './graph.ts'

/** A value [B, T, columns]; or [B, columns] where `steps` is null, for cases that are rows. */
export interface Sequences {
  value: Value
  columns: number
  steps: Steps | null
}

/** The time axis of sequences; what is computed of it is computed once. */
export class Steps {
  readonly graph: Graph
  /** int64 [B] real frames of each sequence; null where all frames are real. */
  readonly lengths: Value | null
  /** A value [B, T, ...] of these steps. */
  readonly of: Value
  /** Whether each sequence has become one row, T = 1, which is always real. */
  readonly single: boolean
  private readonly known = new Map<string, Value>()

  constructor(graph: Graph, of: Value, lengths: Value | null, single: boolean = false) {
    this.graph = graph
    this.of = of
    this.lengths = lengths
    this.single = single
  }

  /** Steps of one row for each sequence. */
  pooled(of: Value): Steps {
    return new Steps(this.graph, of, this.lengths, true)
  }

  /** int64 [3] B, T, D. */
  get shape(): Value {
    return this.once('shape', () => this.graph.node('Shape', [this.of]))
  }

  /** int64 [1] B. */
  get batch(): Value {
    return this.once('batch', () => this.part(0))
  }

  /** int64 [1] T. */
  get time(): Value {
    return this.once('time', () => this.part(1))
  }

  private part(axis: number): Value {
    const { graph } = this
    return graph.node('Slice', [this.shape, graph.ints([axis]), graph.ints([axis + 1])])
  }

  /** int64 [T] 0, 1, ... */
  get positions(): Value {
    const { graph } = this
    return this.once('positions', () => {
      const end = graph.node('Squeeze', [this.time, graph.ints([0])])
      return graph.node('Range', [graph.ints([0], []), end, graph.ints([1], [])])
    })
  }

  /** int64 [B, 1] */
  private get column(): Value {
    const { graph } = this
    return this.once('column', () => graph.node('Unsqueeze', [this.lengths as Value, graph.ints([1])]))
  }

  /** bool [B, T, 1], true for real frames; null where all are. */
  get mask(): Value | null {
    const { graph } = this
    if (this.lengths === null || this.single) return null
    return this.once('mask', () => {
      const rows = graph.node('Less', [this.positions, this.column])
      return graph.node('Unsqueeze', [rows, graph.ints([2])])
    })
  }

  /** float [B, 1, 1] real frames of each sequence, at least 1; a scalar where all are real. */
  get count(): Value {
    const { graph } = this
    return this.once('count', () => {
      if (this.lengths === null || this.single) {
        return graph.node('Cast', [graph.node('Squeeze', [this.time, graph.ints([0])])], { to: { i: 1 } })
      }
      const least = graph.node('Max', [this.lengths, graph.ints([1])])
      return graph.node('Unsqueeze', [graph.node('Cast', [least], { to: { i: 1 } }), graph.ints([1, 2])])
    })
  }

  /** int64 [B, 1, 1] real frames of each sequence, at least 1. */
  get counts(): Value {
    const { graph } = this
    return this.once('counts', () => {
      if (this.lengths !== null && !this.single) {
        return graph.node('Unsqueeze', [graph.node('Max', [this.lengths, graph.ints([1])]), graph.ints([1, 2])])
      }
      const shape = graph.node('Concat', [this.batch, graph.ints([1, 1])], { axis: { i: 0 } })
      return graph.node('Expand', [this.time, shape])
    })
  }

  /** bool [B, 1, 1], true for sequences without frames; null where all have some. */
  get empty(): Value | null {
    const { graph, lengths } = this
    if (lengths === null || this.single) return null
    return this.once('empty', () => {
      const none = graph.node('Less', [lengths, graph.ints([1])])
      return graph.node('Unsqueeze', [none, graph.ints([1, 2])])
    })
  }

  /** int32 [B] for the operators that take lengths; '' where all frames are real. */
  get sequenceLengths(): Value {
    if (this.single || this.lengths === null) return ''
    return this.once('sequenceLengths', () => this.graph.node('Cast', [this.lengths as Value], { to: { i: 6 } }))
  }

  /** float [B, T, 1], 1 at the first frame, or at the last real one, and else 0. */
  indicator(end: 'first' | 'last'): Value {
    const { graph } = this
    return this.once(end, () => {
      const at = graph.node('Equal', [this.positions, this.positionOf(end)])
      const rows = graph.node('Unsqueeze', [graph.node('Cast', [at], { to: { i: 1 } }), graph.ints([-1])])
      const shape = graph.node('Concat', [this.batch, this.time, graph.ints([1])], { axis: { i: 0 } })
      return graph.node('Expand', [rows, shape])
    })
  }

  private positionOf(end: 'first' | 'last'): Value {
    const { graph } = this
    if (end === 'first') return graph.ints([0])
    return graph.node('Sub', [this.lengths === null || this.single ? this.time : this.column, graph.ints([1])])
  }

  /** The value with zeros, or other numbers, in frames that are not real. */
  real(value: Value, other: number = 0): Value {
    const { mask, graph } = this
    return mask === null ? value : graph.node('Where', [mask, value, graph.scalar(other)])
  }

  private once(name: string, make: () => Value): Value {
    const value = this.known.get(name) ?? make()
    this.known.set(name, value)
    return value
  }
}
