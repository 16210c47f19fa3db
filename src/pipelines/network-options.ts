/** Options of the systems with a network over time, their defaults and rules. */
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

/**
 * Options that the systems with a network over time share, plain JSON. Where two defaults are told, the second is that of the systems
 * without CRBMs: `lstm`, `lstm-rectifier`, `blstm`, `blstm-rectifier`. The preset `study` stacks 9 frames every 4 and
 * classifies each step, without dropout, masks and warps.
 */
export interface NetworkOptions extends CommonOptions {
  /** Log mel energies become this many coefficients, log energy for c0; 0 leaves them as they are. Default 0; with CRBMs 13. */
  cepstra?: number
  /** Frames of 10 ms in one step of the network. Default 3. */
  framesPerStep?: number
  /** Frames from one step to the next; 0 for `framesPerStep`. Default 0. */
  hop?: number
  /** A step is the `mean` of its frames, or their `stack`. Default `mean`; without CRBMs `stack`. */
  joining?: 'mean' | 'stack'
  /** Statistics over time below the softmax; none for a softmax at every step. Default mean, max, sd. */
  pooling?: PoolStatistic[]
  /** Share dropped after rectifier layers and before the softmax. Default 0.3. */
  dropout?: number
  /** Training uses random pieces of at most this length; 0 for whole utterances. Default 2; `crbm-dnn` 0. */
  cropSeconds?: number
  /** Standard deviation of noise on every input, in standardised units. Default 0.15. */
  noise?: number
  /** Standard deviation of an offset of each column for each utterance, in standardised units. Default 0.15. */
  offset?: number
  /** Masks of up to 6 neighbouring log mel energies in each training utterance. Default 0; without CRBMs 2 where there are such energies. */
  bandMasks?: number
  /** Longest stretch of a training utterance that is masked, as a share. Default 0; without CRBMs 0.2. */
  timeMask?: number
  /** w: frequencies of a training utterance are multiplied by a factor drawn from [1 - w, 1 + w]. Default 0; without CRBMs 0.1 where there are log mel energies. */
  vocalTract?: number
  /** Default 40; without CRBMs 70. */
  epochs?: number
  /** Default 16; without CRBMs 32. */
  batchSize?: number
  /** Highest rate of AdamW: reached after `warmUp` updates, then falling to 0 along a cosine. Default 2e-3. */
  learningRate?: number
  /** Default 30. */
  warmUp?: number
  /** Default 1e-3. */
  weightDecay?: number
  /** Default 5. */
  clipNorm?: number
  /** Default 0.1. */
  labelSmoothing?: number
  /** Class k weighs (N / (K n_k))^p. Default 0.5. */
  classWeightPower?: number
  /** Decay of the moving average of the weights; 0 for none. Default 0.98. */
  averaging?: number
  /** Training speakers held out for early stopping; 0 trains all epochs on all of them. Default 0. */
  validationSpeakers?: number
  /** Epochs without a better loss on the held-out speakers before training stops. Default 10. */
  patience?: number
}

const positive = /* @__PURE__ */ integer({ min: 1 })
const natural = /* @__PURE__ */ integer({ min: 0 })
const share = /* @__PURE__ */ number({ min: 0, below: 1 })
const size = /* @__PURE__ */ number({ min: 0 })

/** What varies few utterances enough for an LSTM on log mel energies: masks (SpecAugment), warped vocal tracts, more epochs. */
export const variedTraining = {
  joining: 'stack',
  bandMasks: 2,
  timeMask: 0.2,
  vocalTract: 0.1,
  epochs: 70,
  batchSize: 32,
} as const

/** What the systems have unless they say otherwise. */
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
    averaging: 0.98,
    validationSpeakers: 0,
    patience: 10,
  },
  /** The study's segments: 9 frames, every 4, each of which is classified; without dropout. */
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
    framesPerStep: positive,
    hop: natural,
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
    averaging: share,
    validationSpeakers: natural,
    patience: positive,
  },
}

/** Settings of a system with a network, checked against one another too. */
export function resolveNetwork<O extends NetworkOptions>(
  where: string,
  options: O,
  table: OptionTable<O>,
): Settings<O> & Settings<NetworkOptions> {
  const settings = resolveSettings(where, options, table) as Settings<O> & Settings<NetworkOptions>
  const { cepstra, hop, joining, frontEnd } = settings
  if (cepstra > 0 || frontEnd.spectral !== 'logMel') {
    settings.bandMasks = options.bandMasks ?? 0
    settings.vocalTract = options.vocalTract ?? 0
  }
  checkCepstra(where, cepstra, frontEnd)
  if (hop > 0 && joining === 'mean') throw new RangeError(`${where}: "hop" needs "joining" stack`)
  const onBands = (['bandMasks', 'vocalTract'] as const).find((name) => settings[name] > 0)
  if (onBands === undefined) return settings
  melBands(where, onBands, frontEnd)
  if (cepstra > 0) throw new RangeError(`${where}: "${onBands}" needs "cepstra" 0`)
  return settings
}
