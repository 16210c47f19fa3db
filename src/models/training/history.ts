import type { FloatArray } from '../../core/types.ts'
import type { OptimizerState } from '../../numerics/optimizer.ts'
import type { Seed } from '../../numerics/random.ts'

/** What one epoch did. */
export interface EpochRecord {
  /** Counted from 1. */
  epoch: number
  /** Mean training loss over the epoch's batches, in training mode. */
  loss: number
  /** Mean norm of the gradient before clipping. */
  gradientNorm: number
  /** Learning rate of the epoch's last update. */
  learningRate: number
  validationLoss?: number
  validationAccuracy?: number
}

/** Given to `onEpoch`. */
export interface EpochReport extends EpochRecord {
  epochs: number
  /** Everything needed to go on from here: pass it as `resume`. To be called inside `onEpoch`. */
  checkpoint: () => Checkpoint
}

/** Given to `onBatch`. */
export interface BatchReport {
  epoch: number
  /** Counted from 1. */
  batch: number
  batches: number
  loss: number
  gradientNorm: number
}

/** Result of a `fit`. */
export interface History {
  epochs: EpochRecord[]
  /** Whether early stopping ended the training. */
  stoppedEarly: boolean
  /** The epoch whose weights the model has: the best with early stopping, else the last. */
  bestEpoch: number
}

/** The best weights so far. */
export interface BestWeights {
  epoch: number
  score: number
  parameters: FloatArray
}

/** The state of a training after an epoch. */
export interface Checkpoint {
  epoch: number
  seed: Seed
  parameters: FloatArray
  optimizer: OptimizerState
  /** Moving average of the weights and the updates it has seen; null without `averaging`. */
  average: { values: FloatArray; updates: number } | null
  best: BestWeights | null
  records: EpochRecord[]
}
