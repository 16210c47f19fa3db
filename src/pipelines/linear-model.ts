import type { FloatArray } from '../core/types.ts'

/** A trained linear model. */
export interface LinearModel<State = unknown> {
  /** Posterior [K] of z [R]. */
  predict(z: Float64Array): FloatArray
  state(): State
  /** Class means [K, R]; absent where the model has none. */
  means?: {
    current: Float64Array
    /** Those that unlabelled z [n, R] of a voice show, from the current ones on. */
    moved(z: Float64Array): Float64Array
    /** The model with others. */
    with(means: Float64Array): LinearModel<State>
    /** Models with the current means and, weighted, differences [n, K, R], of which what all these need is computed once. */
    shifted(differences: Float64Array): (weights: ArrayLike<number>) => LinearModel<State>
  }
}
