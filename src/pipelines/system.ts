import { expectation } from '../core/errors.ts'
import type { FloatArray, FloatNdArray, Json } from '../core/types.ts'
import type { Seed } from '../numerics/random.ts'
import type { History } from '../training/history.ts'
import type { ResolvedFrontEnd } from './front-end.ts'

/** Utterances ready for a system; all lists have one entry an utterance. */
export interface LabelledFeatures {
  /** [frames, D] each. */
  sequences: FloatNdArray[]
  /** Class indices. */
  labels: Int32Array
  speakers: string[]
}

/** How far a training is. */
export interface TrainingProgress {
  /** Counted from 1, over all models that a system trains. */
  epoch: number
  /** Epochs at the most. */
  epochs: number
  /** What the model in training lowers. */
  loss: number
}

/** How a training reports and is stopped. */
export interface TrainingHooks {
  signal?: AbortSignal
  onEpoch?: (progress: TrainingProgress) => unknown
}

/** All that was learnt, ready to be asked. */
export interface Classifier<State = unknown> {
  /** Posterior [K] of the classes for the features [frames, D] of an utterance. */
  predict(features: FloatNdArray): FloatArray
  /**
   * Posteriors [K] of windows of an utterance, each as `predict` gives it for a copy of its frames alone; what windows share is
   * computed once. By default each window goes through `predict`.
   *
   * @param firsts - the first frame of each window
   * @param length - frames of each window
   */
  predictWindows?(features: FloatNdArray, firsts: readonly number[], length: number): FloatArray[]
  /** What `restore` of the same system makes this again from, bit for bit: JSON but for the models' parameters. */
  state(): State
}

/** A system that was trained. */
export interface TrainedSystem<State = unknown> extends Classifier<State> {
  history: History
  /** What held-out training speakers decided, by the name of the option (of an ensemble's member as `MEMBER.option`); left out where nothing was to be decided. */
  chosen?: { [option: string]: Json }
}

/** A recipe from features to classes. */
export interface System<State = unknown> {
  readonly name: string
  readonly frontEnd: ResolvedFrontEnd
  /** Every setting with its value: what a report has to show. */
  readonly settings: { [key: string]: Json }
  /** Epochs of a training at the most. */
  readonly epochs: number
  /**
   * Throws what `train` would for want of speakers, before there are features.
   *
   * @param speakers - of the training utterances, each any number of times
   */
  checkSpeakers?(speakers: readonly string[]): void
  train(data: LabelledFeatures, classes: number, seed: Seed, hooks?: TrainingHooks): Promise<TrainedSystem<State>>
  /** A trained system from its saved state. */
  restore(state: State): Classifier<State>
}

/** The value if it is a system. */
export function checkSystem(where: string, name: string, value: unknown): System {
  const { train, frontEnd } = (value ?? {}) as Partial<System>
  if (typeof train === 'function' && typeof frontEnd === 'object') return value as System
  throw new TypeError(expectation(where, name, "a system, such as of createSystem('lstm')", value))
}
