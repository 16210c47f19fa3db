/**
 * LSTM-Rectifier, the study's best system: rectifier layers below, between and above two LSTM layers:
 *
 *   ReLU -> LSTM -> ReLU -> LSTM -> ReLU -> softmax
 *
 * with statistics pooled over time below the softmax, or with a decision at each step as in the study.
 */
import { LSTM } from '../layers/lstm.ts'
import { type NetworkOptions, networkTable, resolveNetwork, variedTraining } from './network-options.ts'
import { decision, type NetworkState, networkSystem, rectified } from './network-system.ts'
import type { System } from './system.ts'
import { integer, type OptionTable, type PresetOptions } from './system-settings.ts'

/** Options of {@link lstmRectifierSystem}, plain JSON. The defaults suit a few hundred utterances. */
export interface LstmRectifierSystemOptions extends NetworkOptions, PresetOptions {
  /** Units of each rectifier layer. Default 48; in the study 400. */
  rectifier?: number
  /** LSTM cells per layer. Default 64; in the study 300. */
  units?: number
}

const table: OptionTable<LstmRectifierSystemOptions> = {
  defaults: { ...networkTable.defaults, ...variedTraining, rectifier: 48, units: 64 },
  study: { ...networkTable.study, rectifier: 400, units: 300 },
  rules: { ...networkTable.rules, rectifier: integer({ min: 1 }), units: integer({ min: 1 }) },
}

/** The LSTM-Rectifier system. */
export function lstmRectifierSystem(options: LstmRectifierSystemOptions = {}): System<NetworkState> {
  const settings = resolveNetwork('lstmRectifierSystem', options, table)
  const { rectifier, units } = settings
  return networkSystem({
    name: 'lstm-rectifier',
    settings,
    layers: (classes) => [
      ...rectified(rectifier, settings),
      new LSTM({ units }),
      ...rectified(rectifier, settings),
      new LSTM({ units }),
      ...rectified(rectifier, settings),
      ...decision(classes, settings),
    ],
  })
}
