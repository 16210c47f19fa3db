/** The states of one side of a model that are enumerated, in blocks of 2^lowBits that differ in their low bits only. */

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
  /** The case that the next calls are about; b [V] and c [H] are kept, not copied. */
  setBiases(b: Float64Array, c: Float64Array): void
  /** Writes ln sum over the other side of exp(-E) for each state of a block. */
  score(out: Float64Array, high: number): void
  /** Sets the moments to zero. */
  startMoments(): void
  /** Adds the part of a block whose states were scored last; their probabilities are used up. */
  addMoments(probabilities: Float64Array, high: number): void
  /** The moments, after all blocks; new arrays. */
  moments(): Means
}
