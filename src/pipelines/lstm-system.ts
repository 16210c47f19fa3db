/**
 * LSTM on standardised features: stacked frames, a rectifier layer, peephole LSTM layers, statistics pooled over time,
 * softmax. The study has two layers of 300 cells and classifies segments of 9 frames.
 */
import { LSTM } from '../layers/lstm.ts'
import { type NetworkOptions, networkTable, resolveNetwork, variedTraining } from './network-options.ts'
import { decision, type NetworkState, networkSystem, rectified } from './network-system.ts'
import type { System } from './system.ts'
import { integer, type OptionTable, type PresetOptions } from './system-settings.ts'

/** Options of {@link lstmSystem}, plain JSON. The defaults suit a few hundred utterances. */
export interface LstmSystemOptions extends NetworkOptions, PresetOptions {
  /** Units of the rectifier layer below the LSTM; 0 for none. Default 48. */
  rectifier?: number
  /** LSTM cells per layer. Default 64. */
  units?: number
  /** Number of LSTM layers. Default 1. */
  layers?: number
}

const table: OptionTable<LstmSystemOptions> = {
  defaults: { ...networkTable.defaults, ...variedTraining, rectifier: 48, units: 64, layers: 1 },
  study: { ...networkTable.study, rectifier: 0, units: 300, layers: 2 },
  rules: {
    ...networkTable.rules,
    rectifier: integer({ min: 0 }),
    units: integer({ min: 1 }),
    layers: integer({ min: 1 }),
  },
}

/** The LSTM system. */
export function lstmSystem(options: LstmSystemOptions = {}): System<NetworkState> {
  const settings = resolveNetwork('lstmSystem', options, table)
  const { rectifier, units, layers } = settings
  return networkSystem({
    name: 'lstm',
    settings,
    layers: (classes) => [
      ...(rectifier > 0 ? rectified(rectifier, settings) : []),
      ...Array.from({ length: layers }, () => new LSTM({ units })),
      ...decision(classes, settings),
    ],
  })
}
