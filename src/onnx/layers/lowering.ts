/** The common ground of the files that write layers as operators. */
import type { FloatArray } from '../../core/types.ts'
import type { Layer } from '../../layers/layer.ts'
import type { Graph, Value } from '../graph.ts'
import type { Sequences } from '../steps.ts'

/** Where a layer is written, and how. */
export interface LayerContext {
  graph: Graph
  /** The layer's parameter of this name. */
  weight(name: string): FloatArray
  /** Whether a recurrent layer gives one row per sequence, its state after the last frame. */
  finalStates: boolean
  /** Writes a layer within this one; `prefix` is that of its parameters' names. */
  inner(layer: Layer, x: Sequences, prefix: string): Sequences
}

/** Writes a layer as operators. */
export type Lowering<L extends Layer = Layer> = (layer: L, x: Sequences, context: LayerContext) => Sequences

/** x W, where W [rows, columns] is a constant. */
export function product(graph: Graph, x: Value, name: string, w: FloatArray, shape: readonly number[]): Value {
  return graph.node('MatMul', [x, graph.floats(name, w, shape)])
}
