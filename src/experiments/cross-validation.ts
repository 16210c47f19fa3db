import { checkOneOf, checkOptions, checkStrings } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import { ConfusionMatrix } from '../evaluation/confusion-matrix.ts'
import { type GroupSplit, leaveOneGroupOut } from '../evaluation/splits.ts'
import { alignSpeakers } from '../features/speaker-alignment.ts'
import { argmax } from '../networks/decision.ts'
import { checkHooks } from '../numerics/loop.ts'
import { checkSeed, type Seed } from '../numerics/random.ts'
import { checkLabelled } from '../pipelines/check-training.ts'
import type { Recognizer } from '../pipelines/recognizer.ts'
import {
  checkSystem,
  type LabelledFeatures,
  type System,
  type TrainedSystem,
  type TrainingOptions,
} from '../pipelines/system.ts'
import { frontEndTimeline, type PosteriorTimeline } from '../pipelines/timeline.ts'
import { startFrom } from '../pipelines/train-recognizer.ts'
import { subset } from '../pipelines/training-data.ts'
import type { EpochRecord } from '../training/history.ts'
import { type Protocol, protocols } from './plan.ts'

/** Prediction for one utterance of the fold's test speaker. */
export interface Prediction {
  /** Index of the utterance in the data. */
  index: number
  /** Index of the predicted class. */
  said: number
  posterior: number[]
}

/** One fold: the test speaker (of other folds the name), and the predictions of the system trained on the other speakers. */
export interface FoldResult {
  speaker: string
  predictions: Prediction[]
  accuracy: number
  /** Epoch whose weights were used. */
  bestEpoch: number
  /** See `TrainedSystem`. */
  chosen?: TrainedSystem['chosen']
  epochs: EpochRecord[]
  /** Timeline of the speaker's first utterance; absent where its features are one row of functionals. */
  timeline?: PosteriorTimeline
}

/** Progress after each epoch of each fold. */
export interface ExperimentProgress {
  /** Counted from 1. */
  fold: number
  folds: number
  speaker: string
  epoch: number
  epochs: number
  loss: number
}

/** Options of {@link leaveOneSpeakerOut}. */
export interface CrossValidationOptions {
  classes: readonly string[]
  seed: Seed
  /**
   * Statistics for the standardisation of features: `strict` (default), those of the training speakers; `speaker`,
   * every speaker's own, including those of the test speaker's unlabelled recordings; `corpus`, every corpus' own.
   */
  protocol?: Protocol
  /** A recogniser from whose weights each training begins, as in `trainRecognizer`; it knows no test speaker. */
  start?: Recognizer
  signal?: AbortSignal
  onProgress?: (progress: ExperimentProgress) => void
  /** Called after each fold. */
  onFold?: (fold: FoldResult, folds: number) => void
}

/** Result of {@link leaveOneSpeakerOut}. */
export interface CrossValidation {
  folds: FoldResult[]
  confusion: ConfusionMatrix
}

/** Settings of {@link runFold}. */
export interface FoldSettings {
  /** Number of classes. */
  classes: number
  /** Seed of the whole run, from which, with the speaker, the fold's own is derived. */
  seed: Seed
  protocol: Protocol
}

/** Groups with statistics of their own. */
function groupsOf({ speakers, corpora }: LabelledFeatures, protocol: Protocol): string[] {
  return protocol === 'corpus' ? (corpora ?? speakers.map(() => '')) : speakers
}

/** A split, and the utterances that its training gets without labels. */
export interface FoldSplit extends GroupSplit<string> {
  unlabelled?: Int32Array
}

function unlabelledOf(
  { sequences, corpora }: Pick<LabelledFeatures, 'sequences' | 'corpora'>,
  indices: Int32Array | undefined,
): Pick<LabelledFeatures, 'unlabelled'> {
  if (indices === undefined) return {}
  const own = Array.from(indices)
  return { unlabelled: { sequences: own.map((i) => sequences[i]), corpora: own.map((i) => corpora?.[i] ?? '') } }
}

/** Trains the system on the training utterances of a split; returns it, and all sequences as it takes them. */
export async function trainFold(
  system: System,
  data: LabelledFeatures,
  { train, group: speaker, unlabelled }: FoldSplit,
  { classes, seed, protocol }: FoldSettings,
  hooks: TrainingOptions,
): Promise<{ trained: TrainedSystem; sequences: LabelledFeatures['sequences'] }> {
  const sequences =
    protocol === 'strict' ? data.sequences : alignSpeakers(data.sequences, groupsOf(data, protocol), train)
  const training = { ...subset({ ...data, sequences }, train), ...unlabelledOf({ ...data, sequences }, unlabelled) }
  const trained = await system.train(training, classes, `${seed}/${speaker}`, hooks)
  if (typeof trained?.predict !== 'function' || trained.history === undefined) {
    throw new TypeError(expectation(`${system.name}.train`, 'the result', 'a trained system', trained))
  }
  return { trained, sequences }
}

/** Trains the system on the training utterances of a split and tests it on the speaker left out. */
export async function runFold(
  system: System,
  data: LabelledFeatures,
  split: FoldSplit,
  settings: FoldSettings,
  hooks: TrainingOptions,
): Promise<FoldResult> {
  const { test, group: speaker } = split
  const { trained, sequences } = await trainFold(system, data, split, settings, hooks)
  const predictions = Array.from(test, (index) => {
    const posterior = trained.predict(sequences[index])
    return { index, said: argmax(posterior), posterior: Array.from(posterior) }
  })
  const right = predictions.filter(({ index, said }) => said === data.labels[index]).length
  const { chosen, history } = trained
  const { bestEpoch, epochs } = history
  const { frontEnd } = system
  const timeline = frontEnd.functionals ? undefined : frontEndTimeline(trained, sequences[test[0]], frontEnd)
  return {
    speaker,
    predictions,
    accuracy: right / predictions.length,
    bestEpoch,
    ...(chosen && { chosen }),
    epochs,
    ...(timeline && { timeline }),
  }
}

/**
 * Leave-one-speaker-out cross-validation: for each speaker, trains the system on all others and tests it on the
 * speaker's utterances. Nothing of the test speaker enters training or early stopping, nor, under the protocol
 * `strict`, any statistics. Each fold has a seed of its own.
 */
export async function leaveOneSpeakerOut(
  system: System,
  data: LabelledFeatures,
  options: CrossValidationOptions,
): Promise<CrossValidation> {
  const where = 'leaveOneSpeakerOut'
  checkSystem(where, 'system', system)
  checkLabelled(where, data)
  checkOptions(where, options, ['classes', 'seed', 'protocol', 'start', 'signal', 'onProgress', 'onFold'])
  checkHooks(where, options, ['onProgress', 'onFold'])
  if (data.targets !== undefined) {
    throw new RangeError(
      `${where}: "data.targets" expected none, for it tells of classes; call runExperiment or runPlan`,
    )
  }
  const { classes, seed, protocol = 'strict', start, signal, onProgress, onFold } = options
  checkStrings(where, 'classes', classes)
  checkSeed(where, seed)
  checkOneOf(where, 'protocol', protocol, protocols)
  const begin = start === undefined ? {} : { start: startFrom(where, start, system, classes) }
  const splits = leaveOneGroupOut(data.speakers)
  const confusion = new ConfusionMatrix(classes)
  const folds: FoldResult[] = []
  for (const split of splits) {
    const place = { fold: folds.length + 1, folds: splits.length, speaker: split.group }
    const fold = await runFold(
      system,
      data,
      split,
      { classes: classes.length, seed, protocol },
      {
        signal,
        ...begin,
        onEpoch: ({ epoch, epochs, loss }) => onProgress?.({ ...place, epoch, epochs, loss }),
      },
    )
    for (const { index, said } of fold.predictions) confusion.add(data.labels[index], said)
    folds.push(fold)
    onFold?.(fold, splits.length)
  }
  return { folds, confusion }
}
