/** Options of the systems with a sequence network, their defaults and rules. */
import { limits } from '../core/limits.ts'
import { type PoolStatistic, poolStatistics } from '../layers/running-statistics.ts'
import { checkCepstra, melBands } from './front-end-columns.ts'
import {
  type CommonOptions,
  integer,
  list,
  number,
  type OptionTable,
  resolveSettings,
  type Settings,
  word,
} from './system-settings.ts'
import { type TargetOptions, targetDefaults, targetRules } from './targets.ts'
import { LARGEST_SPEAKER_POWER } from './training-data.ts'

/**
 * Options of the systems with a sequence network, plain JSON. Where two defaults are given, the second is that of the
 * systems without CRBMs: `lstm`, `lstm-rectifier`, `blstm`, `blstm-rectifier`. The preset `study` stacks 9 frames every
 * 4 frames and classifies each step, without dropout, masks and warps.
 */
export interface NetworkOptions extends CommonOptions, TargetOptions {
  /**
   * Cepstral coefficients to compute from the log mel energies, with the log energy for c0; 0: none. Default 0; with
   * CRBMs 13.
   */
  cepstra?: number
  /** Frames (10 ms) in one time step of the network. Default 3. */
  framesPerStep?: number
  /** Frames from one time step to the next; 0 for `framesPerStep`. Default 0. */
  hop?: number
  /** Whether a time step is the `mean` of its frames or their `stack`. Default `mean`; without CRBMs `stack`. */
  joining?: 'mean' | 'stack'
  /** Statistics over time below the softmax; an empty list for a softmax at every step. Default mean, max, sd. */
  pooling?: PoolStatistic[]
  /** Dropout rate after rectifier layers and before the softmax. Default 0.3. */
  dropout?: number
  /** Longest random crop of a training utterance, s; 0 for whole utterances. Default 2; `crbm-dnn` 0. */
  cropSeconds?: number
  /** Standard deviation of noise on every input, in standardised units. Default 0.15. */
  noise?: number
  /** Standard deviation of a random offset per column and utterance, in standardised units. Default 0.15. */
  offset?: number
  /**
   * Masks of up to 6 neighbouring log mel energies per training utterance. Default 0; without CRBMs 2 on log mel
   * energies.
   */
  bandMasks?: number
  /** Longest time mask, as a share of the training utterance. Default 0; without CRBMs 0.2. */
  timeMask?: number
  /**
   * w: frequencies of a training utterance are multiplied by a factor drawn from [1 - w, 1 + w]. Default 0; without
   * CRBMs 0.1 on log mel energies.
   */
  vocalTract?: number
  /** Default 40; without CRBMs 70. */
  epochs?: number
  /** Default 16; without CRBMs 32. */
  batchSize?: number
  /** Peak learning rate of AdamW, reached after `warmUp` updates and followed by a cosine decay to 0. Default 2e-3. */
  learningRate?: number
  /** Default 30. */
  warmUp?: number
  /** Default 1e-3. */
  weightDecay?: number
  /** Default 5. */
  clipNorm?: number
  /** Default 0.1. */
  labelSmoothing?: number
  /** p in the weight (N / (K n_k))^p of class k, and of repeats of small corpora. Default 0.5. */
  classWeightPower?: number
  /**
   * q in the weight (n / (S n_s))^q of an utterance among the n of its class and corpus, n_s of its speaker, S speakers: 1 for speakers that
   * count the same, 0 for utterances. In whole repeats, which make an epoch longer. At most 10; default 0.
   */
  speakerWeightPower?: number
  /** Decay of the moving average of the weights; 0 for none. Default 0.98. */
  averaging?: number
  /** Training speakers held out for early stopping; 0 trains all epochs on all of them. Default 0. */
  validationSpeakers?: number
  /** Epochs without improvement on the held-out speakers after which training stops. Default 10. */
  patience?: number
}

const positive = /* @__PURE__ */ integer({ min: 1 })
const natural = /* @__PURE__ */ integer({ min: 0 })
const share = /* @__PURE__ */ number({ min: 0, below: 1 })
const size = /* @__PURE__ */ number({ min: 0 })

/**
 * Augmentation for an LSTM on the log mel energies of few utterances: masks (SpecAugment), vocal tract warping, more
 * epochs.
 */
export const variedTraining = {
  joining: 'stack',
  bandMasks: 2,
  timeMask: 0.2,
  vocalTract: 0.1,
  epochs: 70,
  batchSize: 32,
} as const

/** Default table of the systems. */
export const networkTable: OptionTable<NetworkOptions> = {
  defaults: {
    frontEnd: { spectral: 'logMel', filters: 40, deltas: 1, pitch: true },
    cepstra: 0,
    framesPerStep: 3,
    hop: 0,
    joining: 'mean',
    pooling: ['mean', 'max', 'sd'],
    dropout: 0.3,
    cropSeconds: 2,
    noise: 0.15,
    offset: 0.15,
    bandMasks: 0,
    timeMask: 0,
    vocalTract: 0,
    epochs: 40,
    batchSize: 16,
    learningRate: 2e-3,
    warmUp: 30,
    weightDecay: 1e-3,
    clipNorm: 5,
    labelSmoothing: 0.1,
    classWeightPower: 0.5,
    speakerWeightPower: 0,
    averaging: 0.98,
    validationSpeakers: 0,
    patience: 10,
    ...targetDefaults,
  },
  /** The study's segments: 9 frames every 4 frames, each classified; without dropout. */
  study: {
    frontEnd: { spectral: 'mfcc', coefficients: 13, filters: 26, deltas: 2, pitch: false },
    framesPerStep: 9,
    hop: 4,
    joining: 'stack',
    pooling: [],
    dropout: 0,
    bandMasks: 0,
    timeMask: 0,
    vocalTract: 0,
  },
  rules: {
    cepstra: natural,
    framesPerStep: integer({ min: 1, limit: limits.framesPerStep }),
    hop: integer({ min: 0, limit: limits.framesPerStep }),
    joining: word(['mean', 'stack']),
    pooling: list(word(poolStatistics)),
    dropout: share,
    cropSeconds: size,
    noise: size,
    offset: size,
    bandMasks: natural,
    timeMask: share,
    vocalTract: share,
    epochs: positive,
    batchSize: positive,
    learningRate: number({ above: 0 }),
    warmUp: natural,
    weightDecay: size,
    clipNorm: number({ above: 0 }),
    labelSmoothing: share,
    classWeightPower: size,
    speakerWeightPower: number({ min: 0, max: LARGEST_SPEAKER_POWER }),
    averaging: share,
    validationSpeakers: natural,
    patience: positive,
    ...targetRules,
  },
}

/** Fills in the settings of a system with a network and checks them against each other. */
export function resolveNetwork<O extends NetworkOptions>(
  where: string,
  options: O,
  table: OptionTable<O>,
): Settings<O> & Settings<NetworkOptions> {
  const onSet = { cepstra: 0 } as Partial<O>
  const settings = resolveSettings(where, options, { ...table, onSet }) as Settings<O> & Settings<NetworkOptions>
  const { cepstra, hop, joining, frontEnd } = settings
  if (cepstra > 0 || frontEnd.spectral !== 'logMel') {
    settings.bandMasks = options.bandMasks ?? 0
    settings.vocalTract = options.vocalTract ?? 0
  }
  if (frontEnd.given?.form === 'vector') {
    throw new RangeError(
      `${where}: "frontEnd.given" expected a sequence, since the network takes rows over time; functionals-mlp, dnn-hf, svm, logistic, ridge, measures-logistic and measures-lda take vectors`,
    )
  }
  if (frontEnd.functionals) {
    throw new RangeError(`${where}: "frontEnd.functionals" expected false: the network takes rows over time`)
  }
  checkCepstra(where, cepstra, frontEnd)
  if (hop > 0 && joining === 'mean') throw new RangeError(`${where}: "hop" needs "joining" stack`)
  const onBands = (['bandMasks', 'vocalTract'] as const).find((name) => settings[name] > 0)
  if (onBands === undefined) return settings
  melBands(where, onBands, frontEnd)
  if (cepstra > 0) throw new RangeError(`${where}: "${onBands}" needs "cepstra" 0`)
  return settings
}
