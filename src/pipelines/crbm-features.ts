/**
 * Features learnt without labels: hidden probabilities P(h_t | x_t, history) of a CRBM, or of the top CRBM of a stack,
 * trained on standardised frames (Taylor, Hinton & Roweis 2006).
 */
import type { FloatNdArray } from '../core/types.ts'
import type { EnergyStackState } from '../energy/energy-stack.ts'
import { StackedCRBM, type StackedCRBMOptions } from '../energy/stacked-crbm.ts'
import type { NetworkOptions } from './network-options.ts'
import { networkTable } from './network-options.ts'
import type { FeatureLearner, LearntFeatures } from './network-system.ts'
import { integer, number, type Rule } from './system-settings.ts'

/** Options of the CRBMs of a system, plain JSON. */
export interface CrbmOptions {
  /** Hidden units of each CRBM. Default 100; in the study 200. */
  hidden?: number
  /** Frames of history. Default 3. */
  order?: number
  /** Epochs of the CRBM's training. Default 15. */
  crbmEpochs?: number
  /** Default 1e-3. */
  crbmLearningRate?: number
  /** Default 2e-4. */
  crbmWeightDecay?: number
  /** Frames per update. Default 100. */
  crbmBatchSize?: number
}

/** Defaults of {@link CrbmOptions} and of the front end: MFCC of 10 ms with pitch. */
export const crbmDefaults: Required<CrbmOptions> & Pick<Required<NetworkOptions>, 'cepstra'> = {
  hidden: 100,
  order: 3,
  crbmEpochs: 15,
  crbmLearningRate: 1e-3,
  crbmWeightDecay: 2e-4,
  crbmBatchSize: 100,
  cepstra: 13,
}

/** The study's settings: one CRBM of 200 hidden units on MFCC. */
export const crbmStudy: CrbmOptions & NetworkOptions = { ...networkTable.study, hidden: 200, cepstra: 0 }

/** Rules of {@link CrbmOptions}; masks and warps do not apply to hidden units. */
export const crbmRules: Record<keyof CrbmOptions | 'bandMasks' | 'vocalTract', Rule> = {
  hidden: integer({ min: 1 }),
  order: integer({ min: 1 }),
  crbmEpochs: integer({ min: 1 }),
  crbmLearningRate: number({ above: 0 }),
  crbmWeightDecay: number({ min: 0 }),
  crbmBatchSize: integer({ min: 1 }),
  bandMasks: integer({ min: 0, max: 0 }),
  vocalTract: number({ min: 0, max: 0 }),
}

type State = EnergyStackState<StackedCRBMOptions>

function featuresOf(stack: StackedCRBM): LearntFeatures<State> {
  return {
    stack,
    transform: (x) => stack.transform(x),
    // Without the learner's state, which inference does not need.
    state: () => {
      const { layers, ...state } = stack.state()
      return { ...state, layers: layers.map((layer) => ({ ...layer, learner: null })) }
    },
  }
}

/** A learner of a stack of CRBMs with these numbers of hidden units, from the bottom up. */
export function crbmLearner(hidden: number[], options: Required<CrbmOptions>): FeatureLearner<State> {
  const { order, crbmEpochs: epochs, crbmLearningRate, crbmWeightDecay, crbmBatchSize } = options
  const total = hidden.length * epochs
  return {
    epochs: total,
    restore: (state) => featuresOf(StackedCRBM.fromState(state)),
    learn: async (sequences, seed, { signal, onEpoch }) => {
      const stack = new StackedCRBM({ visible: sequences[0].shape[1], hidden, order, seed })
      let epoch = 0
      await stack.fit(longerThan(order, sequences), {
        epochs,
        learningRate: crbmLearningRate,
        weightDecay: crbmWeightDecay,
        batchSize: crbmBatchSize,
        // Higher models have binary visible units, for probabilities, and so the learning rate of a binary RBM.
        layers: hidden.map((_, i) => (i === 0 ? {} : { learningRate: 10 * crbmLearningRate })),
        signal,
        onEpoch: ({ reconstructionError }) => onEpoch?.({ epoch: ++epoch, epochs: total, loss: reconstructionError }),
      })
      return featuresOf(stack)
    },
  }
}

function longerThan(order: number, sequences: FloatNdArray[]): FloatNdArray[] {
  return sequences.filter(({ shape }) => shape[0] > order)
}
