/** Small recognisers of synthetic voices. */
import type { SyntheticUtterance } from '../../src/corpora/synthetic.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { extractFeatures, type FrontEndOptions } from '../../src/pipelines/front-end.ts'
import type { Recognizer } from '../../src/pipelines/recognizer.ts'
import type { LabelledFeatures } from '../../src/pipelines/system.ts'
import { createSystem, type SystemConfig, type SystemName } from '../../src/pipelines/systems.ts'
import { trainRecognizer } from '../../src/pipelines/train-recognizer.ts'

export const classes: string[] = ['sadness', 'anger']
export const voices: SyntheticUtterance[] = syntheticCorpus({
  speakers: 3,
  sentences: 2,
  emotions: ['sadness', 'anger'],
})

const frontEnd: FrontEndOptions = { spectral: 'logMel', filters: 8, coefficients: 8, deltas: 1, pitch: true }
const training = { frontEnd, epochs: 3, batchSize: 4 }
const functionals = { frontEnd, cepstra: 4, hidden: [6], epochs: 20, weightDecays: [0.01] }
const lstm = { ...training, units: 4, rectifier: 4 }

/** Systems of each kind of state, small enough for a test. */
export const systems: SystemConfig[] = [
  { system: 'functionals-mlp', options: functionals },
  { system: 'lstm', options: lstm },
  { system: 'crbm-lstm', options: { ...training, units: 4, hidden: 5, crbmEpochs: 1, cepstra: 4 } },
  {
    system: 'ensemble',
    options: {
      seeds: 2,
      members: [
        { system: 'lstm', options: lstm },
        { system: 'functionals-mlp', options: functionals },
      ],
    },
  },
]

/** The voices as a system's front end sees them. */
export function voiceData(config: SystemConfig): LabelledFeatures {
  const system = createSystem<SystemName>(config.system, config.options)
  return {
    sequences: voices.map(({ samples, sampleRate }) =>
      extractFeatures({ sampleRate, channels: [samples()] }, system.frontEnd),
    ),
    labels: Int32Array.from(voices, ({ label }) => classes.indexOf(label)),
    speakers: voices.map(({ speaker }) => speaker),
  }
}

/** A recogniser that learnt from the voices. */
export function smallRecognizer(config: SystemConfig = systems[0], seed = 1): Promise<Recognizer> {
  return trainRecognizer(voiceData(config), config, { classes, seed, card: { corpus: 'synthetic' } })
}
