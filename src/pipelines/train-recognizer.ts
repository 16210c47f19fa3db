/** Training of a recogniser on features. */
import { toLabels } from '../core/array.ts'
import { checkArray, checkInteger, checkObject, checkOneOf, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { FloatNdArray, Json, MatrixLike } from '../core/types.ts'
import { checkHooks } from '../numerics/loop.ts'
import { checkSeed, type Seed } from '../numerics/random.ts'
import { checkGiven } from './front-end-columns.ts'
import { checkSameLayers } from './network-start.ts'
import { Recognizer } from './recognizer.ts'
import { checkCard, checkClasses, checkOccur, takeFeatures } from './recognizer-parts.ts'
import {
  checkStartable,
  type LabelledFeatures,
  type System,
  type TrainingHooks,
  type TrainingStart,
  type Tune,
} from './system.ts'
import { systemConfig } from './system-config.ts'
import { type SystemConfig, systemFrom } from './systems.ts'
import { checkTunable, positionsOf, tunes } from './tuning.ts'

/** Options of {@link trainRecognizer}. */
export interface TrainRecognizerOptions extends TrainingHooks {
  /** Names of the classes: label k of the data is class k. */
  classes: readonly string[]
  /** Default 1. */
  seed?: Seed
  /** As in `RecognizerParts`. */
  card?: { [key: string]: Json }
  /**
   * A recogniser of the same system and layers with whose weights the training begins, trained on other corpora as a rule; of
   * other classes all but those of the output layer. Scalers are fitted to the data. Default: drawn weights.
   */
  start?: Recognizer
  /**
   * Parts of the start that change, `all`, `last` or `statistics`, as in `fineTune`, which holds speakers out and compares. Default: all weights, of
   * systems with networks over time.
   */
  tune?: Tune
}

/** Training data of {@link trainRecognizer}: utterances with their features [frames, D], in any form of matrix. */
export interface GivenFeatures extends Omit<LabelledFeatures, 'sequences'> {
  sequences: readonly MatrixLike[]
}

/**
 * Where a training of the system starts from a recogniser.
 *
 * @throws RangeError for another system, front end or layers, and for a system that cannot start from a trained one
 */
export function startFrom(
  where: string,
  recognizer: Recognizer,
  system: System,
  classes: readonly string[],
  tune?: Tune,
): TrainingStart {
  if (typeof recognizer?.trainedState !== 'function') {
    throw new TypeError(expectation(where, 'start', 'a Recognizer', recognizer))
  }
  if (tune === undefined) checkStartable(where, system)
  else checkTunable(where, system, tune)
  const there = systemFrom(where, 'start.system', recognizer.system)
  if (there.name !== system.name) throw new RangeError(expectation(where, 'start', `a "${system.name}"`, there.name))
  if (JSON.stringify(there.frontEnd) !== JSON.stringify(system.frontEnd)) {
    throw new RangeError(`${where}: "start" has another front end than the system`)
  }
  checkSameLayers(`${where}: "start"`, system, there)
  const sameClasses = JSON.stringify(recognizer.classes) === JSON.stringify(classes)
  const state = recognizer.trainedState()
  if (tune === undefined) return { state, sameClasses }
  if (tune === 'statistics' && !sameClasses) {
    throw new RangeError(
      `${where}: "tune" expected all or last for other classes than ${recognizer.classes.join(', ')}, got statistics`,
    )
  }
  return { state, sameClasses, tune: { what: tune, from: positionsOf(classes, recognizer.classes) } }
}

/** Checks training data: lists of equal length, and labels of the classes. */
function checkData(where: string, data: GivenFeatures, classes: readonly string[]): void {
  const { sequences, labels, speakers, corpora } = checkObject<GivenFeatures>(where, 'data', data)
  checkArray(where, 'data.sequences', sequences)
  checkArray(where, 'data.speakers', speakers)
  toLabels(where, 'data.labels', labels)
  if (corpora !== undefined) checkArray(where, 'data.corpora', corpora)
  const several = corpora === undefined ? '' : `, ${corpora.length} corpora`
  if ([sequences, speakers, corpora ?? labels].some(({ length }) => length !== labels.length)) {
    const lengths = `${sequences.length} sequences, ${labels.length} labels, ${speakers.length} speakers${several}`
    throw new RangeError(`${where}: expected lists of equal length, got ${lengths}`)
  }
  for (const label of labels) checkInteger(where, 'labels', label, { min: 0, max: classes.length - 1 })
  checkOccur(where, classes, new Set(labels))
}

/** Checks that the features have the front end's columns. */
function takeSequences(
  where: string,
  sequences: readonly MatrixLike[],
  frontEnd: System['frontEnd'],
  list = 'data.sequences',
): FloatNdArray[] {
  return sequences.map((x, i) => {
    const name = `${list}[${i}]`
    const features = takeFeatures(where, name, x)
    checkGiven(where, name, features, frontEnd)
    return features
  })
}

/** Checks the degraded utterances, where there are any. */
function takeDegraded(
  where: string,
  { degraded, labels }: GivenFeatures,
  frontEnd: System['frontEnd'],
): Pick<LabelledFeatures, 'degraded'> {
  if (degraded === undefined) return {}
  const kinds = checkArray<string>(where, 'data.degraded.kinds', degraded.kinds)
  const sequences = takeSequences(where, degraded.sequences, frontEnd)
  const whole = kinds.length > 0 && kinds.length % labels.length === 0
  if (whole && sequences.length === kinds.length) return { degraded: { sequences, kinds } }
  const lengths = `${sequences.length} sequences, ${kinds.length} kinds for ${labels.length} labels`
  throw new RangeError(`${where}: "data.degraded" expected one for each utterance, or several rounds, got ${lengths}`)
}

/** Throws unless the system learns from utterances without labels: it has CRBMs, and takes none from a start. */
export function checkUsesUnlabelled(where: string, { name, usesUnlabelled = false }: System, start: unknown): void {
  if (usesUnlabelled && start !== undefined) {
    throw new RangeError(`${where}: "unlabelled" expected no "start" beside it, whose CRBM is taken as it is`)
  }
  if (usesUnlabelled) return
  throw new RangeError(`${where}: "unlabelled" expected a system that learns from it, such as crbm-lstm, got ${name}`)
}

/** Checks the utterances without labels, where there are any. */
function takeUnlabelled(
  where: string,
  { unlabelled }: GivenFeatures,
  system: System,
  start: unknown,
): Pick<LabelledFeatures, 'unlabelled'> {
  if (unlabelled === undefined) return {}
  checkUsesUnlabelled(where, system, start)
  const corpora = checkArray<string>(where, 'data.unlabelled.corpora', unlabelled.corpora)
  const sequences = takeSequences(where, unlabelled.sequences, system.frontEnd, 'data.unlabelled.sequences')
  if (sequences.length === corpora.length) return { unlabelled: { sequences, corpora } }
  const lengths = `${sequences.length} sequences, ${corpora.length} corpora`
  throw new RangeError(`${where}: "data.unlabelled" expected lists of equal length, got ${lengths}`)
}

/**
 * Trains a system on all of the data and returns a recogniser. Its accuracy on new speakers can only be estimated by an
 * experiment that leaves speakers out.
 *
 * @param data - features of the system's front end
 * @throws RangeError where a class has no recording; otherwise as the system's `train`
 */
export async function trainRecognizer(
  data: GivenFeatures,
  config: SystemConfig,
  options: TrainRecognizerOptions,
): Promise<Recognizer> {
  const where = 'trainRecognizer'
  checkOptions(where, options, ['classes', 'seed', 'card', 'start', 'tune', 'signal', 'onEpoch'])
  checkHooks(where, options, ['onEpoch'])
  const { seed = 1, signal, onEpoch } = options
  const card = checkCard(where, options.card ?? {})
  const classes = checkClasses(where, options.classes)
  checkData(where, data, classes)
  const system = systemFrom(where, 'config', config)
  const { start } = options
  const tune = options.tune && checkOneOf(where, 'tune', options.tune, tunes)
  if (tune !== undefined && start === undefined) throw new RangeError(`${where}: "tune" needs a "start"`)
  const begin = start === undefined ? {} : { start: startFrom(where, start, system, classes, tune) }
  const sequences = takeSequences(where, data.sequences, system.frontEnd)
  const degraded = takeDegraded(where, data, system.frontEnd)
  const taken = { ...data, sequences, ...degraded, ...takeUnlabelled(where, data, system, start) }
  const hooks = { signal, onEpoch, ...begin }
  const trained = await system.train(taken, classes.length, checkSeed(where, seed), hooks)
  return new Recognizer({ system: systemConfig(system), classes, state: trained.state(), card })
}
