import { checkArray, checkObject } from '../core/check.ts'
import { describe, FormatError } from '../core/errors.ts'
import { checkNesting } from '../core/saved.ts'
import type { Json } from '../core/types.ts'
import { AttentionPool, type AttentionPoolOptions } from './attention-pool.ts'
import { Bidirectional, type Merge } from './bidirectional.ts'
import { Dense, type DenseOptions } from './dense.ts'
import { Dropout, type DropoutOptions } from './dropout.ts'
import { FrameStack, type FrameStackOptions } from './frame-stack.ts'
import { GRU, type GRUOptions } from './gru.ts'
import { LastPool, type LastPoolOptions } from './last-pool.ts'
import type { Layer } from './layer.ts'
import { LayerNorm, type LayerNormOptions } from './layer-norm.ts'
import { LSTM, type LSTMOptions } from './lstm.ts'
import { MaxPool, MeanPool, StandardDeviationPool, StatisticsPool, type StatisticsPoolOptions } from './pool.ts'
import type { Recurrent } from './recurrent.ts'
import { Residual, type ResidualOptions } from './residual.ts'
import { RNN, type RNNOptions } from './rnn.ts'

/** A layer as JSON: its type and options. */
export interface LayerConfig {
  type: string
  options: { [key: string]: Json }
}

const makers: Record<string, (options: unknown) => Layer> = {
  dense: (options) => new Dense(options as DenseOptions),
  dropout: (options) => new Dropout(options as DropoutOptions),
  rnn: (options) => new RNN(options as RNNOptions),
  bidirectional: (options) => createBidirectional(options as { layer: LayerConfig; merge: Merge }),
  gru: (options) => new GRU(options as GRUOptions),
  // A file without `take` was written by 0.1.0, or means the same.
  lastPool: (options) => new LastPool({ take: 'lastFrame', ...(options as LastPoolOptions) }),
  lstm: (options) => new LSTM(options as LSTMOptions),
  layerNorm: (options) => new LayerNorm(options as LayerNormOptions),
  frameStack: (options) => new FrameStack(options as FrameStackOptions),
  residual: (options) => createResidual(options as ResidualOptions & { layers: LayerConfig[] }),
  attentionPool: (options) => new AttentionPool(options as AttentionPoolOptions),
  statisticsPool: (options) => new StatisticsPool(options as StatisticsPoolOptions),
  meanPool: (options) => new MeanPool(options as object),
  maxPool: (options) => new MaxPool(options as object),
  standardDeviationPool: (options) => new StandardDeviationPool(options as object),
}

function createBidirectional({ layer, merge }: { layer: LayerConfig; merge: Merge }): Bidirectional {
  return new Bidirectional(createLayer(layer) as Recurrent, { merge })
}

function createResidual({ layers, ...options }: ResidualOptions & { layers: LayerConfig[] }): Residual {
  return new Residual(Array.from(checkArray<LayerConfig>('Residual', 'layers', layers), createLayer), options)
}

/** The configuration of a layer. */
export function configOf(layer: Layer): LayerConfig {
  return { type: layer.type, options: layer.options() }
}

/** The layer that a configuration describes. */
export function createLayer(config: LayerConfig): Layer {
  const { type, options } = checkObject<LayerConfig>('createLayer', 'layer', config)
  if (typeof type !== 'string' || !Object.hasOwn(makers, type)) {
    throw new FormatError(
      `createLayer: unknown layer type ${describe(type)} (known: ${Object.keys(makers).join(', ')})`,
    )
  }
  return makers[type](checkObject(type, 'options', options))
}

/** The layers that a list of configurations describes; nesting is bounded. */
export function createLayers(where: string, name: string, configs: readonly LayerConfig[]): Layer[] {
  checkNesting(where, name, configs)
  return Array.from(configs, createLayer)
}
