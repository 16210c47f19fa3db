import type { FloatArray, FloatNdArray, Json } from '../core/types.ts'
import type { StandardizerState } from '../features/standardizer.ts'
import type { SequentialState } from '../models/sequential.ts'
import type { EpochReport, History } from '../models/training/history.ts'
import type { Seed } from '../numerics/random.ts'
import type { ResolvedFrontEnd } from './front-end.ts'

/** Utterances ready for a system; all lists have one entry an utterance. */
export interface LabelledFeatures {
  /** [frames, D] each. */
  sequences: FloatNdArray[]
  /** Class indices. */
  labels: Int32Array
  speakers: string[]
}

/** How a training reports and is stopped. */
export interface TrainingHooks {
  signal?: AbortSignal
  onEpoch?: (report: EpochReport) => unknown
}

/** Scaler and weights as plain data: JSON but for the network's parameters. */
export interface ClassifierState {
  scaler: StandardizerState
  network: SequentialState
}

/** Scaler and network, ready to be asked. */
export interface Classifier {
  /** Posterior [K] of the classes for the features [frames, D] of an utterance. */
  predict(features: FloatNdArray): FloatArray
  /** What `restore` of the same system makes this again from, bit for bit. */
  state(): ClassifierState
}

/** A system that was trained. */
export interface TrainedSystem extends Classifier {
  history: History
}

/** A recipe from features to classes. */
export interface System {
  readonly name: string
  readonly frontEnd: ResolvedFrontEnd
  /** Every setting with its value: what a report has to show. */
  readonly settings: { [key: string]: Json }
  /** Epochs of a training at the most. */
  readonly epochs: number
  train(data: LabelledFeatures, classes: number, seed: Seed, hooks: TrainingHooks): Promise<TrainedSystem>
  /** A trained system from its saved state. */
  restore(state: ClassifierState): Classifier
}
