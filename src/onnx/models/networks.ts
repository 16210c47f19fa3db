/** Networks: a single layer, `Sequential`, `MLP`. */
import type { Layer } from '../../layers/layer.ts'
import type { MLP } from '../../networks/mlp.ts'
import type { Sequential } from '../../networks/sequential.ts'
import type { Graph } from '../graph.ts'
import { activated, lowerLogits } from '../layers/dense.ts'
import type { Lowering } from '../layers/lowering.ts'
import { meanOf } from '../layers/pools.ts'
import { checkLayers, lowerLayer, lowerLayers } from '../layers/registry.ts'
import type { Sequences, Steps } from '../steps.ts'
import { asItIs, type Exported, type Part } from './exported.ts'

/** Names of the classes as text. */
export function classesText(classes: readonly string[] | null): Record<string, string> {
  return classes === null ? {} : { classes: JSON.stringify(classes) }
}

/** The layers as JSON, as in files of `saveModel`. */
function layersText(layers: readonly Layer[]): Record<string, string> {
  return { layers: JSON.stringify(layers.map((layer) => ({ type: layer.type, options: layer.options() }))) }
}

/** One row for each sequence, the mean of its rows. */
export function averaged(_: Graph, x: Sequences): Sequences {
  const steps = x.steps as Steps
  if (steps.single) return x
  const value = meanOf(x.value, steps)
  return { ...x, value, steps: steps.pooled(value) }
}

/** The posterior of each sequence from the logits of its rows: the renormalised exponential of the mean log posterior. */
export const decided: Part = (graph, z) => {
  if ((z.steps as Steps).single) return softmax(graph, z)
  const logs = { ...z, value: graph.node('LogSoftmax', [z.value], { axis: { i: -1 } }) }
  return softmax(graph, averaged(graph, logs))
}

function softmax(graph: Graph, z: Sequences): Sequences {
  return { ...z, value: activated(graph, 'softmax', z.value) }
}

/** The layers of a network, up to the logits where it ends with a softmax, and what is behind them. */
export function partsOf(layers: readonly Layer[]): Pick<Exported, 'trunk' | 'outputs'> {
  const head = layers[layers.length - 1] as Layer & { activation?: string }
  const isSoftmax = head.type === 'dense' && head.activation === 'softmax'
  const top = isSoftmax ? (lowerLogits as Lowering) : undefined
  return {
    trunk: (graph, x) => lowerLayers(graph, layers, x, top),
    outputs: isSoftmax ? { forward: softmax, predict: decided } : { forward: asItIs, predict: averaged },
  }
}

/** A `Sequential`: the output of `forward`, or of `predict`. */
export function ofSequential(where: string, net: Sequential): Exported {
  const { layers, inputs, classes, seed } = net
  checkLayers(where, layers)
  return {
    ...{ inputs, sequences: true, standard: ['forward'] },
    metadata: { ...classesText(classes), ...layersText(layers), model: 'Sequential', seed: JSON.stringify(seed) },
    ...partsOf(layers),
  }
}

/** An `MLP`, whose cases are rows. */
export function ofMlp(_: string, { layers, inputs, options, classes }: MLP): Exported {
  const { trunk, outputs } = partsOf(layers)
  const forward: Part =
    options.loss === 'binaryCrossEntropy'
      ? (graph, x) => ({ ...x, value: activated(graph, 'sigmoid', x.value) })
      : outputs.forward
  return {
    ...{ inputs, sequences: false, trunk, outputs: { forward }, standard: ['forward'] },
    metadata: { ...classesText(classes), ...layersText(layers), model: 'MLP', options: JSON.stringify(options) },
  }
}

/** A single layer. */
export function ofLayer(where: string, layer: Layer): Exported {
  checkLayers(where, [layer])
  return {
    ...{ inputs: layer.inputs, sequences: true, standard: ['forward'], metadata: layersText([layer]) },
    trunk: (graph, x) => lowerLayer(graph, layer, layer.type, x),
    outputs: { forward: asItIs },
  }
}
