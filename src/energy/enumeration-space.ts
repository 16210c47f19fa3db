/**
 * Enumeration of the states of one side of a model, in blocks of 2^lowBits states that differ only in their low bits.
 */

/** Means under the model. */
export interface Means {
  /** [V] E[v_i] */
  visible: Float64Array
  /** [H] E[h_j] */
  hidden: Float64Array
  /** [V, H] row-major E[v_i h_j] */
  product: Float64Array
  /** [V] E[v_i^2] */
  square: Float64Array
}

/** The states of a model's enumerated side; block `high` holds the states high 2^lowBits + s, s < 2^lowBits. */
export interface StateSpace {
  /** Enumerated units. */
  readonly units: number
  /** Bits that vary within a block. */
  readonly lowBits: number
  /** Sets the biases of the next calls; b [V] and c [H] are not copied. */
  setBiases(b: Float64Array, c: Float64Array): void
  /** Writes ln sum over the other side of exp(-E) for each state of a block. */
  score(out: Float64Array, high: number): void
  /** Sets the moments to zero. */
  startMoments(): void
  /** Adds the contribution of the block that was scored last; overwrites its probabilities. */
  addMoments(probabilities: Float64Array, high: number): void
  /** The moments, after all blocks; new arrays. */
  moments(): Means
}
