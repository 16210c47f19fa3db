/** Small systems that train in seconds. */
import type { SystemConfig } from 'ser-core'

/** A system that the page offers. */
export interface SmallSystem {
  name: string
  config: SystemConfig
}

/** By the value of the choice. */
export const smallSystems: Record<string, SmallSystem> = {
  lstm: {
    name: 'A small LSTM',
    config: { system: 'lstm', options: { units: 32, layers: 1, epochs: 50, learningRate: 0.01 } },
  },
  functionals: {
    name: 'Statistics and an MLP',
    config: { system: 'functionals-mlp', options: { hidden: [16], epochs: 40, weightDecays: [0.1] } },
  },
  measures: {
    name: 'Measures, logistic: adapts',
    config: { system: 'measures-logistic', options: { epochs: 60, C: 0.3 } },
  },
}
