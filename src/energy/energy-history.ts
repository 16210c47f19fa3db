import type { FloatArray } from '../core/types.ts'
import type { BestWeights } from '../numerics/early-stopping.ts'
import type { EpochPosition } from '../numerics/loop.ts'
import type { Seed } from '../numerics/random.ts'

/** Measures of one update by contrastive divergence. */
export interface EnergyUpdateReport {
  /** Mean over cases and visible units of (v - E[v | h])^2 with h sampled given the case. */
  reconstructionError: number
  /** Norm of the gradient estimate before weight decay and sparsity. */
  gradientNorm: number
}

/**
 * Measures of one epoch. Those of training data use at most 2,000 cases, drawn once from the seed. Those that need
 * held-out data, binary visible units or a history are NaN without them.
 */
export interface EnergyEpochRecord extends EnergyUpdateReport {
  /** Counted from 1. */
  epoch: number
  /** Mean free energy of training cases. */
  freeEnergy: number
  /** Mean free energy of held-out cases. */
  validationFreeEnergy: number
  /** Free energy of held-out minus training cases; it grows where the model overfits (Hinton 2010, section 6). */
  freeEnergyGap: number
  /** Estimate of the mean over training cases of sum_i ln P(v_i | the other v), from one random unit per case. */
  pseudoLikelihood: number
  /** The same over held-out cases. */
  validationPseudoLikelihood: number
  /** Mean over held-out cases and visible units of (v - E[v | h])^2 with h at its probabilities. */
  validationReconstructionError: number
  /**
   * Mean over held-out frames and visible units of (x_t - E[x_t | history])^2, by mean field; NaN without a history.
   */
  validationPredictionError: number
  /** Learning rate of the epoch's last update. */
  learningRate: number
  momentum: number
}

/** Argument of `onEpoch`. */
export interface EnergyEpochReport extends EnergyEpochRecord, EpochPosition<EnergyCheckpoint> {}

/** Result of a `fit`. */
export interface EnergyHistory {
  epochs: EnergyEpochRecord[]
  /** Whether early stopping ended the training. */
  stoppedEarly: boolean
  /** The epoch whose parameters the model keeps: the best with early stopping, else the last. */
  bestEpoch: number
}

/** State of the updates apart from the parameters. */
export interface LearnerState {
  /** Number of updates done. */
  updates: number
  velocity: FloatArray
  /** Persistent chains, [chains, V] in the data's units; null without. */
  chains: FloatArray | null
  /** Running mean of each P(h_j = 1); null without a sparsity target. */
  activity: Float64Array | null
}

/** The state of a training after an epoch. Random streams are derived from the seed and the counts. */
export interface EnergyCheckpoint {
  epoch: number
  seed: Seed
  parameters: FloatArray
  learner: LearnerState
  best: BestWeights | null
  records: EnergyEpochRecord[]
}
