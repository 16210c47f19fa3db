/**
 * CRBM-DNN: hidden probabilities of a CRBM, pooled over time, then rectifier layers and a softmax. The study classifies
 * segments of 9 frames with layers of 3000, 1000, 500 and 50 units.
 */
import { StatisticsPool } from '../layers/pool.ts'
import { type CrbmOptions, crbmDefaults, crbmLearner, crbmRules, crbmStudy } from './crbm-features.ts'
import { type NetworkOptions, networkTable, resolveNetwork } from './network-options.ts'
import { decision, type NetworkState, networkSystem, rectified } from './network-system.ts'
import type { System } from './system.ts'
import { integer, list, type OptionTable, type PresetOptions } from './system-settings.ts'

/** Options of {@link crbmDnnSystem}, plain JSON; `pooling` precedes the rectifier layers. */
export interface CrbmDnnSystemOptions extends NetworkOptions, CrbmOptions, PresetOptions {
  /** Units of the rectifier layers. Default 64; in the study 3000, 1000, 500, 50. */
  rectifiers?: number[]
}

const table: OptionTable<CrbmDnnSystemOptions> = {
  defaults: { ...networkTable.defaults, ...crbmDefaults, rectifiers: [64], cropSeconds: 0 },
  study: { ...crbmStudy, rectifiers: [3000, 1000, 500, 50] },
  rules: { ...networkTable.rules, ...crbmRules, rectifiers: list(integer({ min: 1 })) },
}

/** The CRBM-DNN system. */
export function crbmDnnSystem(options: CrbmDnnSystemOptions = {}): System<NetworkState> {
  const settings = resolveNetwork('crbmDnnSystem', options, table)
  const { pooling, rectifiers, hidden } = settings
  return networkSystem({
    name: 'crbm-dnn',
    settings,
    learner: crbmLearner([hidden], settings),
    layers: (classes) => [
      ...(pooling.length > 0 ? [new StatisticsPool({ statistics: pooling })] : []),
      ...rectifiers.flatMap((units) => rectified(units, settings)),
      ...decision(classes, { ...settings, pooling: [], dropout: 0 }),
    ],
  })
}
