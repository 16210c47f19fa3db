/** Small systems that train in seconds. */
import type { SystemConfig } from 'ser-core'

/** A system that the page offers. */
export interface SmallSystem {
  name: string
  config: SystemConfig
}

/** By the value of the choice. */
export const smallSystems: Record<string, SmallSystem> = {
  functionals: {
    name: 'Statistics and an MLP',
    config: { system: 'functionals-mlp', options: { hidden: [24], epochs: 40, weightDecays: [0.1] } },
  },
  lstm: {
    name: 'A small LSTM',
    config: { system: 'lstm', options: { units: 24, layers: 1, epochs: 24 } },
  },
  measures: {
    name: 'Measures, logistic: adapts to speakers',
    config: { system: 'measures-logistic', options: { epochs: 60 } },
  },
}
