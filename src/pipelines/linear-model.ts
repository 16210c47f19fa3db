import type { FloatArray } from '../core/types.ts'
import type { LinearParts } from './measures-parts.ts'

/** Rows of a training set with weights. */
export interface WeightedRows {
  /** [n, R] */
  data: Float64Array
  columns: number
  labels: Int32Array
  weights: Float64Array
}

/** Directions of the classes' scores by other covariances than the model's, and the share of the model's own. */
export interface MixedDirections {
  /** [K, R], what the other covariances add, by their shares. */
  others: Float64Array
  own: number
}

/** A trained linear model. */
export interface LinearModel<State = unknown> {
  /** Posterior [K] of z [R]. */
  predict(z: Float64Array): FloatArray
  state(): State
  /** Its numbers; absent where it has no such form. */
  parts?(): LinearParts
  /** Class means [K, R]; absent where the model has none. */
  means?: {
    current: Float64Array
    /** Those that unlabelled z [n, R] of a voice show, from the current ones on. */
    moved(z: Float64Array): Float64Array
    /** The model with others. */
    with(means: Float64Array): LinearModel<State>
    /**
     * Models with the current means and, weighted, differences [n, K, R], of which what all these need is computed once; and with
     * directions that are not by the model's covariance alone.
     */
    shifted(differences: Float64Array): (weights: ArrayLike<number>, mixed?: MixedDirections) => LinearModel<State>
    /** Directions [n, R] of means [n, R] by a covariance mixed of the model's and that within the classes of rows; absent for no such. */
    directions?(means: Float64Array, rows: WeightedRows): Float64Array
  }
}
