/**
 * CRBM-LSTM: hidden probabilities of a CRBM, averaged over blocks of frames, then peephole LSTM layers, statistics
 * pooled over time, softmax. Stacked-CRBM-LSTM, which the study proposes as future work, has a stack of two CRBMs. The
 * study has 200 hidden units, two LSTM layers of 300 cells, and blocks of 2 frames.
 */
import { LSTM } from '../layers/lstm.ts'
import { type CrbmOptions, crbmDefaults, crbmLearner, crbmRules, crbmStudy } from './crbm-features.ts'
import { type NetworkOptions, networkTable, resolveNetwork } from './network-options.ts'
import { decision, type NetworkState, networkSystem } from './network-system.ts'
import type { System } from './system.ts'
import { integer, type OptionTable, type PresetOptions, type Settings } from './system-settings.ts'

/** Options of {@link crbmLstmSystem} and {@link stackedCrbmLstmSystem}, plain JSON. */
export interface CrbmLstmSystemOptions extends NetworkOptions, CrbmOptions, PresetOptions {
  /** LSTM cells per layer. Default 48; in the study 300. */
  units?: number
  /** Number of LSTM layers. Default 1; in the study 2. */
  layers?: number
}

const table: OptionTable<CrbmLstmSystemOptions> = {
  defaults: { ...networkTable.defaults, ...crbmDefaults, units: 48, layers: 1 },
  study: { ...crbmStudy, framesPerStep: 2, hop: 2, units: 300, layers: 2 },
  rules: { ...networkTable.rules, ...crbmRules, units: integer({ min: 1 }), layers: integer({ min: 1 }) },
}

function crbmLstm(
  name: string,
  crbms: number,
  settings: Settings<CrbmLstmSystemOptions> & Settings<NetworkOptions>,
): System<NetworkState> {
  const { units, layers, hidden } = settings
  return networkSystem({
    name,
    settings,
    learner: crbmLearner(new Array(crbms).fill(hidden), settings),
    layers: (classes) => [...Array.from({ length: layers }, () => new LSTM({ units })), ...decision(classes, settings)],
  })
}

/** The CRBM-LSTM system. */
export function crbmLstmSystem(options: CrbmLstmSystemOptions = {}): System<NetworkState> {
  return crbmLstm('crbm-lstm', 1, resolveNetwork('crbmLstmSystem', options, table))
}

/** The Stacked-CRBM-LSTM system, on the hidden probabilities of a stack of two CRBMs. */
export function stackedCrbmLstmSystem(options: CrbmLstmSystemOptions = {}): System<NetworkState> {
  return crbmLstm('stacked-crbm-lstm', 2, resolveNetwork('stackedCrbmLstmSystem', options, table))
}
