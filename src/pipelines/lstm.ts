/**
 * LSTM on standardised features: frames averaged to longer steps, a rectifier layer, a peephole LSTM, statistics pooled
 * over time, softmax. Scalers and early stopping see training speakers only.
 */
import { checkArray, checkInteger, checkNumber, checkOneOf, checkOptions } from '../core/check.ts'
import { pow } from '../core/power.ts'
import type { FloatNdArray } from '../core/types.ts'
import { holdOutGroups } from '../evaluation/splits.ts'
import { averageFrames } from '../features/stacking.ts'
import { Standardizer } from '../features/standardizer.ts'
import { Dense } from '../models/layers/dense.ts'
import { Dropout } from '../models/layers/dropout.ts'
import type { Layer } from '../models/layers/layer.ts'
import { LSTM } from '../models/layers/lstm.ts'
import { type PoolStatistic, poolStatistics, StatisticsPool } from '../models/layers/pool.ts'
import { Sequential } from '../models/sequential.ts'
import type { FitOptions } from '../models/training/options.ts'
import type { Seed } from '../numerics/random.ts'
import { AdamW } from '../optim/adam.ts'
import { cosineDecay, warmUp } from '../optim/schedules.ts'
import { createAugmentation } from './augmentation.ts'
import { type FrontEndOptions, resolveFrontEnd } from './front-end.ts'
import type { Classifier, LabelledFeatures, System, TrainedSystem, TrainingHooks } from './system.ts'

/** Options of {@link lstmSystem}, plain JSON. The defaults suit a few hundred utterances. */
export interface LstmSystemOptions {
  /** Default 40 log mel energies, log energy, pitch and voicing, and their deltas; what is not given stays so. */
  frontEnd?: FrontEndOptions
  /** Frames of 10 ms averaged to one step of the network. Default 3. */
  framesPerStep?: number
  /** Units of the rectifier layer below the LSTM; 0 for none. Default 32. */
  rectifier?: number
  /** LSTM cells. Default 32. */
  units?: number
  /** Statistics over time below the softmax; none for a softmax at every step. Default mean, max, sd. */
  pooling?: PoolStatistic[]
  /** Share dropped after the rectifier layer and before the softmax. Default 0.3. */
  dropout?: number
  /** Training uses random pieces of at most this length; 0 for whole utterances. Default 2. */
  cropSeconds?: number
  /** Standard deviation of noise on every input, in standardised units. Default 0.15. */
  noise?: number
  /** Standard deviation of an offset of each column for each utterance, in standardised units. Default 0.15. */
  offset?: number
  /** Default 40. */
  epochs?: number
  /** Default 16. */
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

const FRAMES_PER_SECOND = 100

type Settings = Required<LstmSystemOptions> & { frontEnd: ReturnType<typeof resolveFrontEnd> }

const defaults: Required<LstmSystemOptions> = {
  frontEnd: { spectral: 'logMel', filters: 40, deltas: 1, pitch: true },
  framesPerStep: 3,
  rectifier: 32,
  units: 32,
  pooling: ['mean', 'max', 'sd'],
  dropout: 0.3,
  cropSeconds: 2,
  noise: 0.15,
  offset: 0.15,
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
}

function resolve(options: LstmSystemOptions): Settings {
  const where = 'lstmSystem'
  checkOptions(where, options, Object.keys(defaults))
  const all = { ...defaults, ...options }
  for (const name of ['framesPerStep', 'units', 'epochs', 'batchSize', 'patience'] as const) {
    checkInteger(where, name, all[name], { min: 1 })
  }
  for (const name of ['rectifier', 'warmUp', 'validationSpeakers'] as const) {
    checkInteger(where, name, all[name], { min: 0 })
  }
  for (const name of ['classWeightPower', 'cropSeconds', 'noise', 'offset'] as const) {
    checkNumber(where, name, all[name], { min: 0 })
  }
  for (const name of ['dropout', 'averaging', 'labelSmoothing'] as const) {
    checkNumber(where, name, all[name], { min: 0, below: 1 })
  }
  for (const name of ['clipNorm', 'learningRate'] as const) checkNumber(where, name, all[name], { above: 0 })
  checkNumber(where, 'weightDecay', all.weightDecay, { min: 0 })
  for (const [i, name] of checkArray(where, 'pooling', all.pooling).entries()) {
    checkOneOf(where, `pooling[${i}]`, name, poolStatistics)
  }
  return { ...all, frontEnd: resolveFrontEnd({ ...defaults.frontEnd, ...options.frontEnd }) }
}

function buildNetwork(inputs: number, classes: number, seed: Seed, settings: Settings): Sequential {
  const { rectifier, units, pooling, dropout } = settings
  const drop = (): Layer[] => (dropout > 0 ? [new Dropout({ rate: dropout })] : [])
  const layers: Layer[] = [
    ...(rectifier > 0 ? [new Dense({ inputs, units: rectifier, activation: 'relu' }), ...drop()] : []),
    new LSTM({ units, ...(rectifier > 0 ? {} : { inputs }) }),
    ...(pooling.length > 0 ? [new StatisticsPool({ statistics: pooling })] : []),
    ...drop(),
    new Dense({ units: classes, activation: 'softmax' }),
  ]
  return new Sequential(layers, { seed })
}

function classWeights(labels: Int32Array, classes: number, power: number): number[] {
  const counts = new Float64Array(classes)
  for (const label of labels) counts[label]++
  return Array.from(counts, (count) => (count === 0 ? 0 : pow(labels.length / (classes * count), power)))
}

function optimizer(updates: number, { learningRate, weightDecay, warmUp: rise }: Settings): AdamW {
  const steps = Math.max(1, updates - rise)
  return new AdamW({ learningRate: warmUp(cosineDecay({ initial: learningRate, steps }), rise), weightDecay })
}

/** Speakers to stop by, drawn from the training speakers. */
function holdOut(data: LabelledFeatures, seed: Seed, count: number): { train: Int32Array; held: Int32Array } {
  if (count === 0) return { train: Int32Array.from(data.labels, (_, i) => i), held: new Int32Array(0) }
  const { train, validation } = holdOutGroups(data.speakers, { count, seed })
  return { train, held: validation }
}

/** Features as the network takes them: standardised, then averaged to its steps. */
function prepared(x: FloatNdArray, scaler: Standardizer, { framesPerStep }: Settings): FloatNdArray {
  return averageFrames(scaler.transform(x), { size: framesPerStep })
}

function classifier(settings: Settings, scaler: Standardizer, network: Sequential): Classifier {
  return {
    predict: (features) => network.predict(prepared(features, scaler, settings)),
    state: () => ({ scaler: scaler.toJSON(), network: network.state() }),
  }
}

async function train(
  settings: Settings,
  data: LabelledFeatures,
  classes: number,
  seed: Seed,
  { signal, onEpoch }: TrainingHooks,
): Promise<TrainedSystem> {
  const { framesPerStep, cropSeconds, noise, offset, validationSpeakers } = settings
  const { epochs, batchSize, clipNorm, labelSmoothing, averaging, patience } = settings
  const { train: members, held } = holdOut(data, seed, validationSpeakers)
  const scaler = new Standardizer().fit(Array.from(members, (i) => data.sequences[i]))
  const inputsOf = (indices: Int32Array): FloatNdArray[] =>
    Array.from(indices, (i) => prepared(data.sequences[i], scaler, settings))
  const labelsOf = (indices: Int32Array): Int32Array => indices.map((i) => data.labels[i])
  const sequences = inputsOf(members)
  const labels = labelsOf(members)
  const network = buildNetwork(sequences[0].shape[1], classes, seed, settings)
  const stopping: Partial<FitOptions> = {
    validation: { sequences: inputsOf(held), labels: labelsOf(held) },
    earlyStopping: { patience },
  }
  const history = await network.fit(sequences, labels, {
    optimizer: optimizer(epochs * Math.ceil(sequences.length / batchSize), settings),
    epochs,
    batchSize,
    clipNorm,
    labelSmoothing,
    averaging,
    augment: createAugmentation({ crop: Math.round((FRAMES_PER_SECOND * cropSeconds) / framesPerStep), noise, offset }),
    classWeights: classWeights(labels, classes, settings.classWeightPower),
    ...(held.length > 0 ? stopping : {}),
    signal,
    onEpoch,
  })
  return { history, ...classifier(settings, scaler, network) }
}

/** The LSTM system. */
export function lstmSystem(options: LstmSystemOptions = {}): System {
  const settings = resolve(options)
  return {
    name: 'lstm',
    frontEnd: settings.frontEnd,
    settings: { ...settings, frontEnd: { ...settings.frontEnd } },
    epochs: settings.epochs,
    train: (data, classes, seed, hooks) => train(settings, data, classes, seed, hooks),
    restore: ({ scaler, network }) =>
      classifier(settings, Standardizer.fromJSON(scaler), Sequential.fromState(network)),
  }
}
