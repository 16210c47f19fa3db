/**
 * Base of the systems with a sequence network:
 *
 *   features [frames, D] -> cepstra? -> standardised -> (learnt without labels -> standardised)? -> steps -> network
 *
 * with a common training recipe: AdamW with warm-up and cosine decay, label smoothing, class weights, augmentation, a
 * moving average of the weights. With targets in place of classes the last layer is linear and learns them relative to their mean and
 * spread in the training set. Scalers and early stopping use training speakers only, learnt features those and the
 * utterances without labels.
 */

import { checkObject } from '../core/check.ts'
import { following } from '../core/deferred.ts'
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import type { StackedCRBM } from '../energy/stacked-crbm.ts'
import { stackedWindows } from '../features/stacked-windows.ts'
import { averageFrames, stackFrames } from '../features/stacking.ts'
import { Standardizer } from '../features/standardizer.ts'
import type { StandardizerState } from '../features/standardizer-state.ts'
import { inBatches } from '../layers/batch.ts'
import { Dense } from '../layers/dense.ts'
import { Dropout } from '../layers/dropout.ts'
import type { Layer } from '../layers/layer.ts'
import { StatisticsPool } from '../layers/pool.ts'
import { Sequential, type SequentialState } from '../networks/sequential.ts'
import type { Optimizer } from '../numerics/optimizer.ts'
import type { Seed } from '../numerics/random.ts'
import type { FitOptions } from '../training/fit-options.ts'
import { checkedTraining } from './check-training.ts'
import type { ClassifierStep } from './classifier-steps.ts'
import { columnGroupNames, groupsOf } from './column-groups.ts'
import { cepstraStep, toCepstra } from './front-end-columns.ts'
import { FrozenOptimizer, KeptParameters } from './frozen-optimizer.ts'
import { fitOptions, hopOf } from './network-fit.ts'
import type { NetworkOptions } from './network-options.ts'
import { beginWith, described } from './network-start.ts'
import type { Classifier, LabelledFeatures, System, TrainedSystem, TrainingHooks, TrainingOptions } from './system.ts'
import { type Settings, toJson } from './system-settings.ts'
import { asTargets, savedScale, standardTargets, type TargetScale, targetScale } from './targets.ts'
import { framesFrom } from './timeline.ts'
import { balancedIndices, checkHoldOut, holdOut, subset } from './training-data.ts'
import { standardisedByCorpus } from './unlabelled.ts'

type NetworkSettings = Settings<NetworkOptions>

/** Features learnt without labels. */
export interface LearntFeatures<State = unknown> {
  /** Transforms x [frames, D] to [frames, H]. */
  transform(x: FloatNdArray): FloatNdArray
  state(): State
  /** The models that `transform` runs. */
  readonly stack?: StackedCRBM
}

/** Learns features from the standardised sequences of the training speakers, and of utterances without labels. */
export interface FeatureLearner<State = unknown> {
  /** Sum of the epochs of all models that it trains. */
  readonly epochs: number
  learn(sequences: FloatNdArray[], seed: Seed, hooks: TrainingHooks): Promise<LearntFeatures<State>>
  restore(state: State): LearntFeatures<State>
}

/** The parts in which these systems differ. */
export interface NetworkRecipe<S extends NetworkSettings> {
  name: string
  settings: S
  /** The layers from the lowest up to the softmax over the classes. */
  layers(classes: number): Layer[]
  learner?: FeatureLearner
}

/** State of a trained system: scalers, learnt features and weights. */
export interface NetworkState {
  scaler: StandardizerState
  /** Present in systems that learn features. */
  learnt?: { features: unknown; scaler: StandardizerState }
  network: SequentialState
  /** Present where targets were learned in place of classes. */
  targets?: TargetScale
}

/** Fitted transforms from the features of the front end to the network's inputs. */
interface Preparation {
  scaler: Standardizer
  learnt: { features: LearntFeatures; scaler: Standardizer } | null
}

/** A dropout layer, or none where the rate is 0. */
export function dropped({ dropout }: NetworkSettings): Layer[] {
  return dropout > 0 ? [new Dropout({ rate: dropout })] : []
}

/** A rectifier layer, followed by dropout. */
export function rectified(units: number, settings: NetworkSettings): Layer[] {
  return [new Dense({ units, activation: 'relu' }), ...dropped(settings)]
}

/** The end of a network: pooled statistics if any, dropout, softmax. */
export function decision(classes: number, settings: NetworkSettings): Layer[] {
  const { pooling } = settings
  const pool = pooling.length > 0 ? [new StatisticsPool({ statistics: pooling })] : []
  return [...pool, ...dropped(settings), new Dense({ units: classes, activation: 'softmax' })]
}

function inSteps(x: FloatNdArray, settings: NetworkSettings): FloatNdArray {
  const { joining, framesPerStep: size } = settings
  return joining === 'mean' ? averageFrames(x, { size }) : stackFrames(x, { size, step: hopOf(settings) })
}

/** Windows whose rows are computed together. */
const TOGETHER = 128

/** Posteriors of windows of frames, whose rows are stacked and go through the first layers once for all of them. */
function sharedPosteriors(
  network: Sequential,
  frames: FloatNdArray,
  firsts: readonly number[],
  length: number,
  settings: NetworkSettings,
): FloatArray[] {
  const options = { size: settings.framesPerStep, step: hopOf(settings) }
  const posteriors: FloatArray[] = []
  for (let i = 0; i < firsts.length; i += TOGETHER) {
    const { rows, windows } = stackedWindows(frames, firsts.slice(i, i + TOGETHER), length, options)
    posteriors.push(...network.predictShared(rows, windows))
  }
  return posteriors
}

function projected(x: FloatNdArray, { cepstra, frontEnd }: NetworkSettings): FloatNdArray {
  return cepstra > 0 ? toCepstra('network', x, cepstra, frontEnd) : x
}

/** First part of the preparation, which maps every frame by itself. */
function standardised(x: FloatNdArray, { scaler }: Preparation, settings: NetworkSettings): FloatNdArray {
  return scaler.transform(projected(x, settings))
}

/** Second part of the preparation, in which frames depend on their neighbours. */
function inputsFrom(x: FloatNdArray, { learnt }: Preparation, settings: NetworkSettings): FloatNdArray {
  return inSteps(learnt === null ? x : learnt.scaler.transform(learnt.features.transform(x)), settings)
}

function prepared(x: FloatNdArray, preparation: Preparation, settings: NetworkSettings): FloatNdArray {
  return inputsFrom(standardised(x, preparation, settings), preparation, settings)
}

/** Fits the scalers; learns features, or takes those of the start. */
async function prepare(
  { sequences, unlabelled }: LabelledFeatures,
  { learner, settings }: NetworkRecipe<NetworkSettings>,
  seed: Seed,
  { start, ...hooks }: TrainingOptions<NetworkState>,
): Promise<Preparation> {
  const inputs = sequences.map((x) => following(x, () => projected(x, settings)))
  const scaler = new Standardizer().fit(inputs)
  if (learner === undefined) return { scaler, learnt: null }
  const standardised = inputs.map((x) => following(x, () => scaler.transform(x)))
  const features = start?.state.learnt
    ? learner.restore(start.state.learnt.features)
    : await learner.learn(
        [...standardised, ...standardisedByCorpus(unlabelled, (x) => projected(x, settings))],
        `${seed}/features`,
        hooks,
      )
  const learntScaler = new Standardizer().fit(standardised.map((x) => following(x, () => features.transform(x))))
  return { scaler, learnt: { features, scaler: learntScaler } }
}

function stepsOf(
  settings: NetworkSettings,
  { scaler, learnt }: Preparation,
  network: Sequential,
): readonly ClassifierStep[] | undefined {
  const { cepstra, frontEnd, joining, framesPerStep: size } = settings
  if (learnt !== null && learnt.features.stack === undefined) return undefined
  return [
    ...(cepstra > 0 ? [cepstraStep('network', cepstra, frontEnd)] : []),
    { kind: 'standardise', scaler },
    ...(learnt === null ? [] : learntSteps(learnt)),
    joining === 'mean' ? { kind: 'average', size } : { kind: 'stack', size, step: hopOf(settings) },
    { kind: 'network', network },
  ]
}

function learntSteps({ features, scaler }: NonNullable<Preparation['learnt']>): ClassifierStep[] {
  return [
    { kind: 'crbms', stack: features.stack as StackedCRBM },
    { kind: 'standardise', scaler },
  ]
}

function classifier(
  settings: NetworkSettings,
  preparation: Preparation,
  network: Sequential,
  scale: TargetScale | null,
): Classifier<NetworkState> {
  const { scaler, learnt } = preparation
  const answer = (inputs: FloatNdArray): FloatArray => asTargets(network.predict(inputs), scale)
  const saved = learnt && { features: learnt.features.state(), scaler: learnt.scaler.toJSON() }
  const names = columnGroupNames(settings.frontEnd, settings.cepstra)
  return {
    predict: (features) => answer(prepared(features, preparation, settings)),
    occlusion: {
      rows: (features) => projected(features, settings),
      predictRows: (rows) => answer(inputsFrom(scaler.transform(rows), preparation, settings)),
      groups: () => groupsOf(names),
      neutral: scaler.mean.data,
    },
    predictWindows: (features, firsts, length) => {
      const frames = standardised(features, preparation, settings)
      if (learnt === null && settings.joining === 'stack')
        return sharedPosteriors(network, frames, firsts, length, settings).map((one) => asTargets(one, scale))
      const inputs = (first: number): FloatNdArray =>
        inputsFrom(framesFrom(frames, first, length), preparation, settings)
      return inBatches(firsts, (batch) => network.predict(batch.map(inputs))).map((one) => asTargets(one, scale))
    },
    steps: () => stepsOf(settings, preparation, network),
    state: () => ({
      scaler: scaler.toJSON(),
      ...(saved === null ? {} : { learnt: saved }),
      network: network.state(),
      ...(scale === null ? {} : { targets: scale }),
    }),
  }
}

function totalEpochs({ learner, settings }: NetworkRecipe<NetworkSettings>): number {
  return settings.epochs + (learner?.epochs ?? 0)
}

function networkFor(
  { name, layers: make }: NetworkRecipe<NetworkSettings>,
  classes: number,
  inputs: number,
  seed: Seed,
  ofTargets = false,
): Sequential {
  const layers = make(classes)
  if (ofTargets) layers[layers.length - 1] = new Dense({ units: classes })
  layers[0].connect(inputs, name)
  return new Sequential(layers, { seed })
}

/** The parameters below the last layer that has any. */
function belowLast(network: Sequential): KeptParameters {
  const last = network.parameters.slots.at(-1)?.name.replace(/[^.]*$/, '') ?? ''
  return new KeptParameters(network.parameters, ({ name }) => !name.startsWith(last))
}

async function train(
  recipe: NetworkRecipe<NetworkSettings>,
  data: LabelledFeatures,
  classes: number,
  seed: Seed,
  { signal, onEpoch, start }: TrainingOptions<NetworkState>,
): Promise<TrainedSystem<NetworkState>> {
  const { settings } = recipe
  const { members, held } = holdOut(data, seed, settings.validationSpeakers)
  const before = start === undefined ? (recipe.learner?.epochs ?? 0) : 0
  const epochs = settings.epochs + before
  const preparation = await prepare(members, recipe, seed, {
    signal,
    start,
    onEpoch: ({ epoch, loss }) => onEpoch?.({ epoch, epochs, loss }),
  })
  const inputsOf = ({ sequences }: LabelledFeatures): FloatNdArray[] =>
    sequences.map((x) => following(x, () => prepared(x, preparation, settings)))
  const balanced = subset({ ...members, sequences: inputsOf(members) }, balancedIndices(members, settings))
  const { sequences } = balanced
  const scale = balanced.targets === undefined ? null : targetScale(`${recipe.name}.train`, balanced.targets)
  const wanted = ({ labels, targets }: LabelledFeatures): Int32Array | FloatNdArray =>
    scale === null || targets === undefined ? labels : standardTargets(targets, scale)
  const network = networkFor(recipe, classes, sequences[0].shape[1], seed, scale !== null)
  if (start !== undefined) beginWith(recipe.name, network, start.state.network, start.sameClasses)
  if (start?.tune?.what === 'statistics') {
    const history = { epochs: [], stoppedEarly: false, bestEpoch: 0 }
    return { history, ...classifier(settings, preparation, network, scale) }
  }
  const kept = start?.tune?.what === 'last' ? belowLast(network) : undefined
  const stopping: Partial<FitOptions> = {
    validation: { sequences: inputsOf(held), labels: wanted(held) },
    earlyStopping: { patience: settings.patience },
  }
  const fitting = fitOptions({ ...members, labels: balanced.labels }, classes, preparation.scaler, settings)
  const history = await network.fit(sequences, wanted(balanced), {
    ...fitting,
    ...(kept === undefined ? {} : { optimizer: new FrozenOptimizer(fitting.optimizer as Optimizer, kept) }),
    ...(held.labels.length > 0 ? stopping : {}),
    signal,
    onEpoch: ({ epoch, loss }) => onEpoch?.({ epoch: before + epoch, epochs, loss }),
  })
  // A moving average of what stays rounds it.
  kept?.putBack(network.parameters)
  return { history, ...classifier(settings, preparation, network, scale) }
}

function restore(
  { name, settings, learner }: NetworkRecipe<NetworkSettings>,
  state: NetworkState,
): Classifier<NetworkState> {
  const { scaler, learnt, network, targets } = checkObject<NetworkState>(name, 'state', state)
  const preparation: Preparation = { scaler: Standardizer.fromJSON(scaler), learnt: null }
  if (learner !== undefined) {
    const { features, scaler: above } = checkObject<NonNullable<typeof learnt>>(name, 'state.learnt', learnt)
    preparation.learnt = { features: learner.restore(features), scaler: Standardizer.fromJSON(above) }
  }
  return classifier(settings, preparation, Sequential.fromState(network), savedScale(name, targets))
}

/** Makes a system from its recipe. */
export function networkSystem<S extends NetworkSettings>(recipe: NetworkRecipe<S>): System<NetworkState> {
  const { name, settings } = recipe
  return {
    name,
    frontEnd: settings.frontEnd,
    settings: toJson(settings),
    epochs: totalEpochs(recipe),
    usesUnlabelled: recipe.learner !== undefined,
    checkSpeakers: (speakers) => checkHoldOut(speakers, settings.validationSpeakers),
    startable: true,
    tunable: ['all', 'last', 'statistics'],
    shapes: () => described(networkFor(recipe, 2, 1, 0).parameters.slots),
    learnsTargets: true,
    train: checkedTraining(
      name,
      (data, classes, seed, options = {}) => train(recipe, data, classes, seed, options),
      settings.frontEnd,
      true,
    ),
    restore: (state) => restore(recipe, state),
  }
}
