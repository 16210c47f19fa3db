import type { Degradation } from '../augmentation/degrade.ts'
import { expectation } from '../core/errors.ts'
import type { FloatArray, FloatNdArray, Json } from '../core/types.ts'
import type { SpeakerStatistics } from '../features/speaker-statistics.ts'
import type { Seed } from '../numerics/random.ts'
import type { History } from '../training/history.ts'
import type { ClassifierStep } from './classifier-steps.ts'
import type { ColumnGroup } from './column-groups.ts'
import type { ResolvedFrontEnd } from './front-end.ts'

/** Utterances whose labels are not used; both lists have one entry per utterance. */
export interface UnlabelledFeatures {
  /** Features [frames, D] of each utterance. */
  sequences: FloatNdArray[]
  /** Corpus of each utterance. Each corpus is standardised by statistics of its own. */
  corpora: string[]
}

/** Utterances as input of a system; all lists have one entry per utterance. */
export interface LabelledFeatures {
  /** Features [frames, D] of each utterance. */
  sequences: FloatNdArray[]
  /** Class indices; of a training with `targets` all 0. */
  labels: Int32Array
  /** Numbers [n, M] to learn in place of classes, such as arousal and valence, for systems that can (`learnsTargets`). */
  targets?: FloatNdArray
  speakers: string[]
  /** Corpus of each utterance; absent where all are of one. */
  corpora?: string[]
  /**
   * The same utterances degraded, for systems with `degradations`: all of them in their order, once or several times; absent
   * where none are given.
   */
  degraded?: { sequences: FloatNdArray[]; kinds: string[] }
  /** Further utterances, for systems that learn features without labels (`usesUnlabelled`). */
  unlabelled?: UnlabelledFeatures
}

/** Progress of a training. */
export interface TrainingProgress {
  /** Counted from 1, over all models that a system trains. */
  epoch: number
  /** Largest number of epochs. */
  epochs: number
  /** Training loss of the current model. */
  loss: number
}

/** Progress reports and cancellation of a training. */
export interface TrainingHooks {
  signal?: AbortSignal
  onEpoch?: (progress: TrainingProgress) => unknown
}

/** Parts that a tuning changes: all weights, the last layer (of discriminants the class means), or statistics of features alone. */
export type Tune = 'all' | 'last' | 'statistics'

/** A trained classifier of the same architecture whose weights a training begins with. */
export interface TrainingStart<State = unknown> {
  /** Result of its `state()`. */
  state: State
  /** Whether its classes are those of the training; otherwise the output layer begins with drawn weights. */
  sameClasses: boolean
  /** Parts that change, with the position of each class among those of the start, -1 for a new one. Default: all weights. */
  tune?: { what: Tune; from: readonly number[] }
}

/** Hooks of a training, and the classifier that it starts from. */
export interface TrainingOptions<State = unknown> extends TrainingHooks {
  /** Default: drawn weights. */
  start?: TrainingStart<State>
}

/** A speaker, room or corpus that a classifier adapts to. */
export interface VoiceState {
  statistics: SpeakerStatistics
  /** Class means [K, R] that its recordings show; absent where only the statistics are known. */
  means?: Float64Array
}

/** The part of a classifier that takes a speaker, room or corpus in place of what its training knows. */
export interface Adaptation {
  /** The rows [n, R] of an utterance of which the statistics are: its measures (n = 1), or its frames. */
  rows(features: FloatNdArray): FloatNdArray
  /** Posterior [K] of an utterance from its rows: `predict(features)` is `predictRows(rows(features))`. */
  predictRows(rows: FloatNdArray): FloatArray
  /** The classifier for another voice; null: as it was trained. This one stays unchanged. */
  adapted(voice: VoiceState | null): Classifier
  /** A voice by the rows of its recordings, without labels, and their statistics. */
  learned(rows: readonly FloatNdArray[], statistics: SpeakerStatistics): VoiceState
  /**
   * Variance of the rows relative to that within a training speaker, who speaks in several classes: 1 and more for mixed
   * speech, less where all recordings sound alike. Null for a single recording, and where there is nothing to compare.
   */
  spread(statistics: SpeakerStatistics): number | null
}

/** The part of a classifier whose columns can be taken away or exchanged, group by group. */
export interface Occlusion {
  /** The rows [n, R] of an utterance that the classifier weighs: its statistics (n = 1), or its frames. */
  rows(features: FloatNdArray): FloatNdArray
  /** Posterior [K] of an utterance from its rows: `predict(features)` is `predictRows(rows(features))`. */
  predictRows(rows: FloatNdArray): FloatArray
  /** Groups of the R columns by what they measure. */
  groups(columns: number): ColumnGroup[]
  /** Values [R] of columns that tell nothing: the means that the classifier compares with. */
  readonly neutral: ArrayLike<number>
}

/** A trained classifier of utterances. */
export interface Classifier<State = unknown> {
  /** Absent where the classifier cannot take statistics of a speaker. */
  readonly adaptation?: Adaptation
  /** Posterior [K] of the classes for the features [frames, D] of an utterance, or the targets [M]. */
  predict(features: FloatNdArray): FloatArray
  /**
   * Posteriors over sliding windows of an utterance, each equal to `predict` on a copy of the window's frames;
   * computations that windows share are done once. Where absent, each window goes through `predict`.
   *
   * @param firsts - the first frame of each window
   * @param length - number of frames of each window
   */
  predictWindows?(features: FloatNdArray, firsts: readonly number[], length: number): FloatArray[]
  /** Absent where the classifier cannot tell by what it decides. @internal */
  readonly occlusion?: Occlusion
  /** The computation of `predict`, step by step; absent where it has no such form. @internal */
  steps?(): readonly ClassifierStep[] | undefined
  /**
   * State from which `restore` of the same system makes this again, bit for bit: JSON except for the models'
   * parameters.
   */
  state(): State
}

/** A system that was trained. */
export interface TrainedSystem<State = unknown> extends Classifier<State> {
  history: History
  /**
   * Options chosen on held-out training speakers, by name (`MEMBER.option` in an ensemble); absent where nothing was
   * chosen.
   */
  chosen?: { [option: string]: Json }
}

/** A classification system: trains a classifier on features. */
export interface System<State = unknown> {
  readonly name: string
  readonly frontEnd: ResolvedFrontEnd
  /** All settings, as reports show them. */
  readonly settings: { [key: string]: Json }
  /** Largest number of epochs of a training. */
  readonly epochs: number
  /** Whether a training learns from `unlabelled` utterances; false where absent. */
  readonly usesUnlabelled?: boolean
  /** Whether a training can have `targets` in place of classes; false where absent. */
  readonly learnsTargets?: boolean
  /** Whether a training can start from a trained classifier. Default: false. */
  readonly startable?: boolean
  /** How a trained classifier can be tuned to a new corpus. Default: not at all. */
  readonly tunable?: readonly Tune[]
  /** Names and shapes of the network's parameters for one input and two classes: a start has the same. */
  shapes?(): string[]
  /** Degradations that the training can learn from, one of each list for every utterance; absent where it takes none. */
  readonly degradations?: readonly (readonly Degradation[])[]
  /**
   * Throws the errors of `train` about too few speakers, before features are computed.
   *
   * @param speakers - of the training utterances, each any number of times
   */
  checkSpeakers?(speakers: readonly string[]): void
  /** @param classes - their number; of a training with targets that of the targets */
  train(
    data: LabelledFeatures,
    classes: number,
    seed: Seed,
    options?: TrainingOptions<State>,
  ): Promise<TrainedSystem<State>>
  /** Makes a classifier from its saved state. */
  restore(state: State): Classifier<State>
}

/**
 * Throws unless trainings of the system can start from a trained classifier.
 *
 * @throws RangeError that names the system
 */
export function checkStartable(where: string, { name, startable = false }: System): void {
  if (startable) return
  throw new RangeError(
    `${where}: a training of "${name}" cannot start from a trained one; systems with networks over time can`,
  )
}

/** Checks that the value is a system. */
export function checkSystem(where: string, name: string, value: unknown): System {
  const { train, frontEnd } = (value ?? {}) as Partial<System>
  if (typeof train === 'function' && typeof frontEnd === 'object' && frontEnd !== null) return value as System
  throw new TypeError(expectation(where, name, "a system, such as of createSystem('lstm')", value))
}
