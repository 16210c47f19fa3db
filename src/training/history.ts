import type { FloatArray } from '../core/types.ts'
import type { BestWeights } from '../numerics/early-stopping.ts'
import type { BatchPosition, EpochPosition } from '../numerics/loop.ts'
import type { IterationStatus, OptimizerState } from '../numerics/optimizer.ts'
import type { Seed } from '../numerics/random.ts'
import type { EpochStatistics } from './statistics.ts'

/** Record of one epoch. */
export interface EpochRecord {
  /** Counted from 1. */
  epoch: number
  /** Mean training loss over the epoch's batches, in training mode, each before its update. */
  loss: number
  /** Mean norm of the gradient before clipping. */
  gradientNorm: number
  /** Learning rate of the epoch's last update; with a line search, the step length it found. */
  learningRate: number
  /** Present with the option `statistics`. */
  statistics?: EpochStatistics
  validationLoss?: number
  validationAccuracy?: number
}

/** Argument of `onEpoch`. */
export interface EpochReport extends EpochRecord, EpochPosition<Checkpoint> {}

/** Record of one update. */
export interface UpdateReport {
  loss: number
  /** Norm of the gradient before clipping. */
  gradientNorm: number
}

/** Argument of `onBatch`. */
export interface BatchReport extends UpdateReport, BatchPosition {}

/** Why LBFGS or HessianFree made no step on any batch of an epoch. */
export interface TrainingEnding {
  status: Exclude<IterationStatus, 'moved'>
  /** The status as a sentence. */
  message: string
}

/** Result of a `fit`. Consoles print it as a table; notebooks that ask for `Symbol.for('Jupyter.display')` show curves too. */
export interface History {
  epochs: EpochRecord[]
  /** Whether early stopping ended the training. */
  stoppedEarly: boolean
  /** The epoch whose weights the model keeps: the best with early stopping, else the last. */
  bestEpoch: number
  /** Present where the optimiser ended the training: LBFGS or HessianFree has converged or found no lower point. */
  ending?: TrainingEnding
}

/** The state of a training after an epoch. */
export interface Checkpoint {
  /** Absent from checkpoints that 0.1.0 wrote. */
  version?: 2
  /** Names of the classes, where the network knows them. */
  classes?: string[]
  epoch: number
  seed: Seed
  parameters: FloatArray
  optimizer: OptimizerState
  /** Moving average of the weights and the number of updates in it; null without `averaging`. */
  average: { values: FloatArray; updates: number } | null
  best: BestWeights | null
  records: EpochRecord[]
}
