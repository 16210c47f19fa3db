/** The layers that a graph can have, by the names that files give them. No class of a layer is imported. */
import type { FloatArray } from '../../core/types.ts'
import type { Bidirectional } from '../../layers/bidirectional.ts'
import type { GRU } from '../../layers/gru.ts'
import type { LastPool } from '../../layers/last-pool.ts'
import type { Layer } from '../../layers/layer.ts'
import type { LSTM } from '../../layers/lstm.ts'
import type { Recurrent } from '../../layers/recurrent.ts'
import type { RNN } from '../../layers/rnn.ts'
import type { Graph } from '../graph.ts'
import type { Sequences } from '../steps.ts'
import { lowerDense } from './dense.ts'
import { lowerFrameStack } from './frame-stack.ts'
import { gruCell, gruOperator } from './gru.ts'
import { lowerLayerNorm } from './layer-norm.ts'
import type { LayerContext, Lowering } from './lowering.ts'
import { lstmCell, lstmOperator } from './lstm.ts'
import { lowerAttention, lowerLast, lowerStatistics } from './pools.ts'
import { type Cell, type Directions, type Operator, recurrentNode } from './recurrent.ts'
import { lowerResidual } from './residual.ts'
import { rnnCell, rnnOperator } from './rnn.ts'

type Weight = (name: string) => FloatArray

interface RecurrentKind {
  operator(layer: Recurrent): Operator
  cell(layer: Recurrent, weight: Weight): Cell
}

const recurrentKinds: Record<string, RecurrentKind> = {
  lstm: { operator: (layer) => lstmOperator(layer as LSTM), cell: (layer, weight) => lstmCell(layer as LSTM, weight) },
  gru: { operator: (layer) => gruOperator(layer as GRU), cell: (layer, weight) => gruCell(layer as GRU, weight) },
  rnn: { operator: (layer) => rnnOperator(layer as RNN), cell: (layer, weight) => rnnCell(layer as RNN, weight) },
}

function lowerRecurrent(layer: Recurrent, x: Sequences, context: LayerContext): Sequences {
  const { operator, cell } = recurrentKinds[layer.type]
  const directions: Directions = { layer, cells: [cell(layer, context.weight)], merge: 'concatenate' }
  return recurrentNode(operator(layer), directions, x, context)
}

function lowerBidirectional({ along, merge }: Bidirectional, x: Sequences, context: LayerContext): Sequences {
  const kind = recurrentKinds[along.type]
  const cells = ['forward', 'backward'].map((name) => kind.cell(along, (part) => context.weight(`${name}.${part}`)))
  return recurrentNode(kind.operator(along), { layer: along, cells, merge }, x, context)
}

const lowerings: Record<string, Lowering> = {
  dense: lowerDense as Lowering,
  dropout: (_, x) => x,
  lstm: lowerRecurrent as Lowering,
  gru: lowerRecurrent as Lowering,
  rnn: lowerRecurrent as Lowering,
  bidirectional: lowerBidirectional as unknown as Lowering,
  residual: lowerResidual as unknown as Lowering,
  layerNorm: lowerLayerNorm as Lowering,
  frameStack: lowerFrameStack as Lowering,
  attentionPool: lowerAttention as Lowering,
  lastPool: lowerLast as Lowering,
  statisticsPool: lowerStatistics as Lowering,
  meanPool: lowerStatistics as Lowering,
  maxPool: lowerStatistics as Lowering,
  standardDeviationPool: lowerStatistics as Lowering,
}

/** Paths of the layers, `layers.1 (mine)`, that no operators are known for, those within others among them. */
function unknownLayers(layers: readonly Layer[], path: string): string[] {
  return layers.flatMap((layer, i) => {
    const own = `${path}${i}`
    const { along } = layer as Partial<Bidirectional>
    if (!Object.hasOwn(lowerings, layer.type)) return [`${own} (${layer.type})`]
    if (layer.type === 'bidirectional' && !Object.hasOwn(recurrentKinds, along?.type ?? '')) {
      return [`${own} (bidirectional of ${along?.type})`]
    }
    return unknownLayers(layer.inner, `${own}.layers.`)
  })
}

/**
 * Throws for a layer that no graph can have here, before anything is made.
 *
 * @throws RangeError that names the layers
 */
export function checkLayers(where: string, layers: readonly Layer[]): void {
  const unknown = unknownLayers(layers, 'layers.')
  if (unknown.length === 0) return
  const known = Object.keys(lowerings).join(', ')
  throw new RangeError(`${where}: no operators of ONNX are known for ${unknown.join(', ')} (known: ${known})`)
}

/**
 * Indices of the layers that give their final states: recurrent ones, with only layers that map every row by itself between them and a
 * `LastPool` above; of both directions only where the pool takes final states.
 */
function ending(layers: readonly Layer[]): Set<number> {
  const indices = layers.map((pool, top) => {
    if (pool.type !== 'lastPool') return -1
    let i = top - 1
    while (i > 0 && layers[i].rowwise) i--
    const { type } = layers[i] ?? pool
    if (Object.hasOwn(recurrentKinds, type)) return i
    return type === 'bidirectional' && (pool as LastPool).take === 'finalStates' ? i : -1
  })
  return new Set(indices)
}

/** Layers one above the other, named `layers.0`, `layers.1` and so on; the top one may be written in another way. */
export function lowerLayers(graph: Graph, layers: readonly Layer[], x: Sequences, top?: Lowering): Sequences {
  const ends = ending(layers)
  return layers.reduce((below, layer, i) => {
    const own = i === layers.length - 1 ? top : undefined
    return lowerLayer(graph, layer, `layers.${i}`, below, { finalStates: ends.has(i), lowering: own })
  }, x)
}

/** One layer, by its own lowering or a given one. */
export function lowerLayer(
  graph: Graph,
  layer: Layer,
  name: string,
  x: Sequences,
  { finalStates = false, lowering }: { finalStates?: boolean; lowering?: Lowering } = {},
): Sequences {
  const { params } = layer
  const contextOf = (prefix: string, ends: boolean): LayerContext => ({
    graph,
    finalStates: ends,
    weight: (part) => params[`${prefix}${part}`].data as FloatArray,
    inner: (one, rows, own) => {
      return graph.within(own.slice(0, -1), () => lowerings[one.type](one, rows, contextOf(`${prefix}${own}`, false)))
    },
  })
  return graph.within(name, () => (lowering ?? lowerings[layer.type])(layer, x, contextOf('', finalStates)))
}
