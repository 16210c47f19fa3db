/**
 * Bidirectional LSTM (Graves & Schmidhuber 2005), set up for a few hundred utterances: stacked frames, a rectifier
 * layer, a bidirectional peephole LSTM, statistics pooled over time, softmax; trained with masks, vocal tract warping
 * and noise.
 */
import { Bidirectional } from '../layers/bidirectional.ts'
import { LSTM } from '../layers/lstm.ts'
import { type NetworkOptions, networkTable, resolveNetwork, variedTraining } from './network-options.ts'
import { decision, type NetworkState, networkSystem, rectified } from './network-system.ts'
import type { System } from './system.ts'
import { integer, type OptionTable } from './system-settings.ts'

/** Options of {@link blstmSystem} and {@link blstmRectifierSystem}, plain JSON. */
export interface BlstmSystemOptions extends NetworkOptions {
  /** Units of the rectifier layers. Default 48. */
  rectifier?: number
  /** LSTM cells per direction. Default 64. */
  units?: number
}

const table: OptionTable<BlstmSystemOptions> = {
  defaults: {
    ...networkTable.defaults,
    ...variedTraining,
    ...{ rectifier: 48, units: 64 },
  },
  rules: { ...networkTable.rules, rectifier: integer({ min: 1 }), units: integer({ min: 1 }) },
}

/** The system ReLU -> BLSTM -> softmax. */
export function blstmSystem(options: BlstmSystemOptions = {}): System<NetworkState> {
  const settings = resolveNetwork('blstmSystem', options, table)
  const { rectifier, units } = settings
  return networkSystem({
    name: 'blstm',
    settings,
    layers: (classes) => [
      ...rectified(rectifier, settings),
      new Bidirectional(new LSTM({ units })),
      ...decision(classes, settings),
    ],
  })
}

/** The system ReLU -> BLSTM -> ReLU -> softmax. */
export function blstmRectifierSystem(options: BlstmSystemOptions = {}): System<NetworkState> {
  const settings = resolveNetwork('blstmRectifierSystem', options, table)
  const { rectifier, units } = settings
  return networkSystem({
    name: 'blstm-rectifier',
    settings,
    layers: (classes) => [
      ...rectified(rectifier, settings),
      new Bidirectional(new LSTM({ units })),
      ...rectified(rectifier, settings),
      ...decision(classes, settings),
    ],
  })
}
