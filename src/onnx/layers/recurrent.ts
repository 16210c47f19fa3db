/**
 * Recurrent layers as the operators of ONNX: of one direction, or of both in one node. The operators take [T, B, D] and give
 * [T, directions, B, H], with zeros behind the end of each sequence.
 */
import { joined } from '../../core/storage.ts'
import type { FloatArray } from '../../core/types.ts'
import type { Merge } from '../../layers/bidirectional.ts'
import type { Recurrent } from '../../layers/recurrent.ts'
import type { Attributes, Graph, Value } from '../graph.ts'
import type { Sequences, Steps } from '../steps.ts'
import type { LayerContext } from './lowering.ts'

/** The weights of one direction, in the order of the operator's blocks. */
export interface Cell {
  /** [G H, D] */
  W: Float64Array
  /** [G H, H] */
  R: Float64Array
  /** [2 G H], of inputs and of outputs. */
  B: Float64Array
  /** [3 H] peepholes. */
  P?: Float64Array
  /** [H, P] of the product behind the node. */
  projection?: Float64Array
  /** [G H], added before the first step in place of R h0. */
  first?: Float64Array
  /** Learned states before the first step, h0 [outputs], c0 [H]. */
  h0?: FloatArray
  c0?: FloatArray
}

/** An operator, with what it needs to know beside the weights. */
export interface Operator {
  op: 'LSTM' | 'GRU' | 'RNN'
  /** Activations of one direction, and the numbers of those that take some. */
  activations: readonly string[]
  alpha?: readonly number[]
  beta?: readonly number[]
  attributes?: Attributes
}

/** One or two directions of a layer. */
export interface Directions {
  layer: Recurrent
  cells: readonly Cell[]
  merge: Merge
}

function repeated<T>(list: readonly T[] | undefined, times: number): T[] {
  return Array.from({ length: times }, () => list ?? []).flat()
}

function attributesOf({ activations, alpha, beta, attributes }: Operator, H: number, d: number): Attributes {
  return {
    hidden_size: { i: H },
    ...(d === 2 ? { direction: { s: 'bidirectional' } } : {}),
    // Written out always: onnxruntime takes none where only some are given.
    activations: { strings: repeated(activations, d) },
    ...(alpha === undefined ? {} : { activation_alpha: { floats: repeated(alpha, d) } }),
    ...(beta === undefined ? {} : { activation_beta: { floats: repeated(beta, d) } }),
    ...attributes,
  }
}

/** A constant of all directions, [d, ...shape]. */
function stacked(graph: Graph, name: string, cells: readonly Cell[], key: keyof Cell, shape: number[]): Value {
  const parts = cells.map((cell) => cell[key])
  if (parts[0] === undefined) return ''
  return graph.floats(name, joined(parts as FloatArray[]), [cells.length, ...shape])
}

/** Learned states for every sequence, [d, B, width]; '' where they are zero. */
function states(steps: Steps, name: 'h0' | 'c0', cells: readonly Cell[], width: number): Value {
  const { graph } = steps
  const constant = stacked(graph, name, cells, name, [1, width])
  if (constant === '') return ''
  const shape = graph.node('Concat', [graph.ints([cells.length]), steps.batch, graph.ints([width])], { axis: { i: 0 } })
  return graph.node('Expand', [constant, shape])
}

/** Input [T, B, D + marks], where cells have numbers of their own for the first step: a column marks it for each direction. */
function timeMajor(graph: Graph, x: Sequences, cells: readonly Cell[]): Value {
  const steps = x.steps as Steps
  const ends = ['first', 'last'] as const
  const marks = cells[0].first === undefined ? [] : cells.map((_, i) => steps.indicator(ends[i]))
  const wide = marks.length === 0 ? x.value : graph.node('Concat', [x.value, ...marks], { axis: { i: 2 } })
  return graph.node('Transpose', [wide], { perm: { ints: [1, 0, 2] } })
}

/** W [G H, D] of a direction with a column for each mark, that of its own first step. */
function marked(cells: readonly Cell[], D: number): Cell[] {
  if (cells[0].first === undefined) return [...cells]
  return cells.map((cell, i) => {
    const first = cell.first as Float64Array
    const wide = D + cells.length
    const W = new Float64Array(first.length * wide)
    for (let row = 0; row < first.length; row++) {
      W.set(cell.W.subarray(row * D, (row + 1) * D), row * wide)
      W[row * wide + D + i] = first[row]
    }
    return { ...cell, W }
  })
}

/** The directions of [..., d, B, P], which `perm` puts behind the batch, merged: [B, ..., columns]. */
function merged(graph: Graph, value: Value, perm: readonly number[], { cells, merge, layer }: Directions): Value {
  const turned = graph.node('Transpose', [value], { perm: { ints: perm } })
  if (cells.length === 2 && merge === 'sum') {
    return graph.node('ReduceSum', [turned, graph.ints([-2])], { keepdims: { i: 0 } })
  }
  if (cells.length === 2 && merge === 'average') {
    return graph.node('ReduceMean', [turned], { axes: { ints: [-2] }, keepdims: { i: 0 } })
  }
  const columns = cells.length * layer.outputs
  return graph.node('Reshape', [turned, graph.ints([...perm.slice(2).map(() => 0), columns])])
}

/** States [d, B, P] after the last frame; of a sequence without frames, for which operators give 0, those before the first. */
function lastStates(graph: Graph, value: Value, h0: Value, { empty }: Steps): Value {
  if (h0 === '' || empty === null) return value
  const turned = graph.node('Transpose', [empty], { perm: { ints: [1, 0, 2] } })
  return graph.node('Where', [turned, h0, value])
}

/** Writes the node and what stands around it. */
export function recurrentNode(
  operator: Operator,
  directions: Directions,
  x: Sequences,
  { graph, finalStates }: LayerContext,
): Sequences {
  const { layer, cells, merge } = directions
  const { inputs: D, units: H, outputs: P } = layer
  const steps = x.steps as Steps
  const ready = marked(cells, D)
  const rows = cells[0].B.length / 2
  const first = cells[0].first !== undefined
  const h0 = first && !finalStates ? '' : states(steps, 'h0', cells, P)
  const inputs = [
    timeMajor(graph, x, cells),
    stacked(graph, 'W', ready, 'W', [rows, ready[0].W.length / rows]),
    stacked(graph, 'R', ready, 'R', [rows, H]),
    stacked(graph, 'B', ready, 'B', [2 * rows]),
    steps.sequenceLengths,
    ...[first ? '' : h0, states(steps, 'c0', cells, H), stacked(graph, 'P', ready, 'P', [3 * H])],
  ]
  while (inputs[inputs.length - 1] === '') inputs.pop()
  const out = graph.nodeAt(operator.op, inputs, attributesOf(operator, H, cells.length), finalStates ? 1 : 0)
  const projection = stacked(graph, 'Wrm', cells, 'projection', [H, P])
  const projected = projection === '' ? out : graph.node('MatMul', [out, projection])
  const columns = cells.length === 2 && merge === 'concatenate' ? 2 * P : P
  if (!finalStates) return { value: merged(graph, projected, [2, 0, 1, 3], directions), columns, steps }
  const last = lastStates(graph, projected, h0, steps)
  const value = graph.node('Unsqueeze', [merged(graph, last, [1, 0, 2], directions), graph.ints([1])])
  return { value, columns, steps: steps.pooled(value) }
}
