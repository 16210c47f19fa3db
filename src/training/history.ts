import type { FloatArray } from '../core/types.ts'
import type { BestWeights } from '../numerics/early-stopping.ts'
import type { BatchPosition, EpochPosition } from '../numerics/loop.ts'
import type { IterationStatus, OptimizerState } from '../numerics/optimizer.ts'
import type { Seed } from '../numerics/random.ts'
import type { EpochStatistics } from './statistics.ts'

/** What one epoch did. */
export interface EpochRecord {
  /** Counted from 1. */
  epoch: number
  /** Mean training loss over the epoch's batches, in training mode, each before its update. */
  loss: number
  /** Mean norm of the gradient before clipping. */
  gradientNorm: number
  /** Learning rate of the epoch's last update; of optimisers that search along a direction, how far they went. */
  learningRate: number
  /** With the option `statistics`. */
  statistics?: EpochStatistics
  validationLoss?: number
  validationAccuracy?: number
}

/** Given to `onEpoch`. */
export interface EpochReport extends EpochRecord, EpochPosition<Checkpoint> {}

/** What one update tells. */
export interface UpdateReport {
  loss: number
  /** Norm of the gradient before clipping. */
  gradientNorm: number
}

/** Given to `onBatch`. */
export interface BatchReport extends UpdateReport, BatchPosition {}

/** Why an optimiser that evaluates the loss itself had no step left to take, on any batch of an epoch. */
export interface TrainingEnding {
  status: Exclude<IterationStatus, 'moved'>
  /** The status as a sentence. */
  message: string
}

/** Result of a `fit`. */
export interface History {
  epochs: EpochRecord[]
  /** Whether early stopping ended the training. */
  stoppedEarly: boolean
  /** The epoch whose weights the model has: the best with early stopping, else the last. */
  bestEpoch: number
  /** Present where the optimiser ended the training: LBFGS or HessianFree that converged or found no lower point. */
  ending?: TrainingEnding
}

/** The state of a training after an epoch. */
export interface Checkpoint {
  /** Missing in checkpoints of 0.1.0. */
  version?: 2
  /** Names of the classes, where the network knows them. */
  classes?: string[]
  epoch: number
  seed: Seed
  parameters: FloatArray
  optimizer: OptimizerState
  /** Moving average of the weights and the updates it has seen; null without `averaging`. */
  average: { values: FloatArray; updates: number } | null
  best: BestWeights | null
  records: EpochRecord[]
}
