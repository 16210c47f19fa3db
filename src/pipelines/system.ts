import type { FloatArray, FloatNdArray, Json } from '../core/types.ts'
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

/** A system that was trained: scalers and weights. */
export interface TrainedSystem {
  history: History
  /** Posterior [K] of the classes for the features [frames, D] of an utterance. */
  predict(features: FloatNdArray): FloatArray
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
}
