/**
 * Base of the systems on statistics of whole utterances:
 *
 *   features [frames, D] -> cepstra? -> statistics over time [1, D'] -> standardised -> MLP
 *
 * or, with a front end of a `set`, the set's own functionals [1, D'] -> standardised -> MLP.
 *
 * The weight decay may be chosen by the accuracy on held-out training speakers (k folds of whole speakers); with a
 * single training speaker it is the strongest.
 */

import { checkObject } from '../core/check.ts'
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import { meanConcordance } from '../evaluation/regression.ts'
import { groupKFold } from '../evaluation/splits.ts'
import { Standardizer } from '../features/standardizer.ts'
import type { StandardizerState } from '../features/standardizer-state.ts'
import { MLP, type MLPState } from '../networks/mlp.ts'
import type { BatchOptimizer } from '../numerics/optimizer.ts'
import type { Seed } from '../numerics/random.ts'
import type { History } from '../training/history.ts'
import { checkedTraining } from './check-training.ts'
import type { ClassifierStep } from './classifier-steps.ts'
import { checkCepstra } from './front-end-columns.ts'
import type { Classifier, LabelledFeatures, System, TrainedSystem, TrainingHooks } from './system.ts'
import {
  type CommonOptions,
  integer,
  list,
  number,
  type OptionTable,
  resolveSettings,
  type Settings,
  toJson,
} from './system-settings.ts'
import {
  asTargets,
  savedScale,
  standardTargets,
  type TargetOptions,
  type TargetScale,
  targetDefaults,
  targetRules,
  targetScale,
} from './targets.ts'
import { balancedIndices, classWeights, LARGEST_SPEAKER_POWER, subset } from './training-data.ts'
import { rowGroups, rowOf, rowSteps, stackedRows, windowRows } from './utterance-rows.ts'

/** Options of the systems on statistics of utterances, plain JSON; each system documents its own defaults. */
export interface FunctionalsSystemOptions extends CommonOptions, TargetOptions {
  /**
   * Cepstral coefficients to compute from the log mel energies, with the log energy for c0; 0: none. Default 13, with a
   * `set` 0.
   */
  cepstra?: number
  /**
   * Quantiles in addition to mean, standard deviation, skewness, kurtosis. Default 0.01, 0.25, 0.5, 0.75, 0.99; none
   * where the front end gives `functionals`.
   */
  quantiles?: number[]
  /** Units of the hidden layers. */
  hidden?: number[]
  /** Most iterations of the optimiser. */
  epochs?: number
  /** Candidates for lambda of the weight decay lambda/2 ||W||^2; the best on held-out training speakers is used. */
  weightDecays?: number[]
  /** Folds of the training speakers for that choice. Default 3. */
  innerFolds?: number
  /** Default 0. */
  labelSmoothing?: number
  /** Class k weighs (N / (K n_k))^p; classes of small corpora are repeated by the same power. Default 0.5. */
  classWeightPower?: number
  /**
   * q in the weight (n / (S n_s))^q of an utterance among the n of its class and corpus, n_s of its speaker, S speakers: 1 for speakers that
   * count the same, 0 for utterances. In whole repeats, which make an epoch longer. At most 10; default 0.
   */
  speakerWeightPower?: number
}

type FunctionalsSettings = Settings<FunctionalsSystemOptions>

/** State of a trained system: scaler and weights. */
export interface FunctionalsState {
  scaler: StandardizerState
  network: MLPState
  /** Present where targets were learned in place of classes. */
  targets?: TargetScale
}

/** The parts in which these systems differ. */
export interface FunctionalsRecipe {
  name: string
  settings: FunctionalsSettings
  activation: 'sigmoid' | 'tanh' | 'relu'
  optimizer(maxIterations: number): BatchOptimizer
  /** Whether the optimiser takes every loss of targets. */
  learnsTargets: boolean
}

/** Defaults and rules. */
export const functionalsTable: OptionTable<FunctionalsSystemOptions> = {
  defaults: {
    frontEnd: { spectral: 'logMel', filters: 40, deltas: 1, pitch: true },
    cepstra: 13,
    quantiles: [0.01, 0.25, 0.5, 0.75, 0.99],
    hidden: [64],
    epochs: 100,
    weightDecays: [0.03, 0.1, 0.3],
    innerFolds: 3,
    labelSmoothing: 0,
    classWeightPower: 0.5,
    speakerWeightPower: 0,
    ...targetDefaults,
  },
  onSet: { frontEnd: { functionals: true }, cepstra: 0 },
  rules: {
    cepstra: integer({ min: 0 }),
    quantiles: list(number({ min: 0, max: 1 })),
    hidden: list(integer({ min: 1 })),
    epochs: integer({ min: 1 }),
    weightDecays: list(number({ min: 0 }), 1),
    innerFolds: integer({ min: 2 }),
    labelSmoothing: number({ min: 0, below: 1 }),
    classWeightPower: number({ min: 0 }),
    speakerWeightPower: number({ min: 0, max: LARGEST_SPEAKER_POWER }),
    ...targetRules,
  },
}

/** Fills in the settings and checks them against each other. */
export function resolveFunctionals(
  where: string,
  options: FunctionalsSystemOptions,
  table: OptionTable<FunctionalsSystemOptions> = functionalsTable,
): FunctionalsSettings {
  const settings = resolveSettings(where, options, table)
  const { cepstra, frontEnd } = settings
  checkCepstra(where, cepstra, frontEnd)
  if (!frontEnd.functionals) return settings
  if ((options.quantiles?.length ?? 0) > 0) {
    throw new RangeError(`${where}: "quantiles" needs "frontEnd.functionals" false: those of a set have no options`)
  }
  return { ...settings, quantiles: [] }
}

interface Trained {
  scaler: Standardizer
  network: MLP
  scale: TargetScale | null
  history: History
}

/** Trains on rows; `sequences` have one frame each. */
async function trainOn(
  { name, settings, activation, optimizer }: FunctionalsRecipe,
  rows: LabelledFeatures,
  classes: number,
  weightDecay: number,
  seed: Seed,
  { signal, onEpoch }: TrainingHooks,
): Promise<Trained> {
  const { hidden, epochs, labelSmoothing, classWeightPower, targetLoss } = settings
  const { sequences, labels, targets } = subset(rows, balancedIndices(rows, settings))
  const scaler = new Standardizer().fit(sequences)
  const x = stackedRows(sequences.map((row) => scaler.transform(row)))
  const layers = [x.shape[1], ...hidden, classes]
  const common = { optimizer: optimizer(epochs), signal, onEpoch }
  if (targets !== undefined) {
    const scale = targetScale(`${name}.train`, targets)
    const network = new MLP({ layers, activation, weightDecay, seed, loss: targetLoss, output: 'linear' })
    const history = await network.fit(x, standardTargets(targets, scale), common)
    return { scaler, network, scale, history }
  }
  const network = new MLP({ layers, activation, weightDecay, seed })
  const weights = classWeights(labels, classes, classWeightPower)
  const history = await network.fit(x, labels, { ...common, labelSmoothing, classWeights: weights })
  return { scaler, network, scale: null, history }
}

/** Utterances of held-out training speakers that are recognised; of targets their mean CCC, times their number. */
function scoreOf({ scaler, network, scale }: Trained, { sequences, labels, targets }: LabelledFeatures): number {
  const rows = sequences.map((row) => scaler.transform(row))
  if (targets === undefined) return network.predict(stackedRows(rows)).filter((k, i) => k === labels[i]).length
  const said = rows.map((row) => asTargets(network.forward(row).data, scale))
  return sequences.length * meanConcordance(targets, said)
}

/** Sum of the scores of the training utterances when their speakers are held out, over all folds. */
async function innerScore(
  recipe: FunctionalsRecipe,
  rows: LabelledFeatures,
  classes: number,
  weightDecay: number,
  seed: Seed,
  { signal }: TrainingHooks,
): Promise<number> {
  let sum = 0
  const folds = Math.min(recipe.settings.innerFolds, new Set(rows.speakers).size)
  for (const { train, test } of groupKFold(rows.speakers, { folds })) {
    const trained = await trainOn(recipe, subset(rows, train), classes, weightDecay, seed, { signal })
    sum += scoreOf(trained, subset(rows, test))
  }
  return sum
}

/** The best weight decay, of equal ones the strongest; undefined where there is nothing to choose. */
async function chooseDecay(
  recipe: FunctionalsRecipe,
  rows: LabelledFeatures,
  classes: number,
  seed: Seed,
  hooks: TrainingHooks,
): Promise<number | undefined> {
  const candidates = [...recipe.settings.weightDecays].sort((a, b) => b - a)
  if (candidates.length === 1 || new Set(rows.speakers).size < 2) return undefined
  const scores: number[] = []
  for (const decay of candidates) scores.push(await innerScore(recipe, rows, classes, decay, seed, hooks))
  return candidates[scores.indexOf(Math.max(...scores))]
}

function stepsOf(settings: FunctionalsSettings, scaler: Standardizer, network: MLP): readonly ClassifierStep[] {
  return [...rowSteps(settings), { kind: 'standardise', scaler }, { kind: 'mlp', network }]
}

function classifier(
  settings: FunctionalsSettings,
  { scaler, network, scale }: Pick<Trained, 'scaler' | 'network' | 'scale'>,
): Classifier<FunctionalsState> {
  const rows = (features: FloatNdArray): FloatNdArray => rowOf(features, settings)
  const predictRows = (row: FloatNdArray): FloatArray => asTargets(network.forward(scaler.transform(row)).data, scale)
  return {
    predict: (features) => predictRows(rows(features)),
    occlusion: { rows, predictRows, groups: rowGroups(settings), neutral: scaler.mean.data },
    predictWindows: (features, firsts, length) => windowRows(features, firsts, length, settings).map(predictRows),
    steps: () => stepsOf(settings, scaler, network),
    state: () => ({
      ...{ scaler: scaler.toJSON(), network: network.state() },
      ...(scale === null ? {} : { targets: scale }),
    }),
  }
}

async function train(
  recipe: FunctionalsRecipe,
  data: LabelledFeatures,
  classes: number,
  seed: Seed,
  hooks: TrainingHooks,
): Promise<TrainedSystem<FunctionalsState>> {
  const rows = { ...data, sequences: data.sequences.map((x) => rowOf(x, recipe.settings)) }
  const chosen = await chooseDecay(recipe, rows, classes, seed, hooks)
  const decay = chosen ?? Math.max(...recipe.settings.weightDecays)
  const { history, ...trained } = await trainOn(recipe, rows, classes, decay, seed, hooks)
  const told = chosen === undefined ? {} : { chosen: { weightDecay: chosen } }
  return { history, ...told, ...classifier(recipe.settings, trained) }
}

/** Makes a system from its recipe. */
export function functionalsSystem(recipe: FunctionalsRecipe): System<FunctionalsState> {
  const { name, settings, learnsTargets } = recipe
  return {
    name,
    frontEnd: settings.frontEnd,
    settings: toJson(settings),
    epochs: settings.epochs,
    learnsTargets,
    train: checkedTraining(
      name,
      (data, classes, seed, hooks = {}) => train(recipe, data, classes, seed, hooks),
      settings.frontEnd,
      learnsTargets,
    ),
    restore: (state) => {
      const { scaler, network, targets } = checkObject<FunctionalsState>(name, 'state', state)
      const scale = savedScale(name, targets)
      return classifier(settings, { scaler: Standardizer.fromJSON(scaler), network: MLP.fromState(network), scale })
    },
  }
}
