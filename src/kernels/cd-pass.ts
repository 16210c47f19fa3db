import type { FloatArray } from '../core/types.ts'

/**
 * Contrastive divergence on a mini-batch of a restricted Boltzmann machine with V visible units (0 or 1, or Gaussian of
 * variance 1) and H hidden units; biases may depend on a history of K numbers per case.
 */
export interface CdPass {
  /** V */
  visible: number
  /** H */
  hidden: number
  /** K; 0 for an unconditional model. */
  history: number
  /** Whether visible units are binary; otherwise Gaussian. */
  binary: boolean
  /** k: Gibbs steps of the chains. */
  steps: number
  /** Whether chains continue from `chain` (persistent CD); otherwise they start at the data. */
  persistent: boolean
  /** Cases of the mini-batch. */
  rows: number
  /** Number of chains: that of the cases unless persistent and K = 0. */
  chains: number
  /** [V, H] */
  w: FloatArray
  /** [V + H, K] history weights: A (to visible units) above B (to hidden units). */
  ab: FloatArray
  /** [V + H] biases: b of visible units, then c of hidden units. */
  bias: FloatArray
  /** [rows, V + K] each case followed by its history. */
  windows: FloatArray
  /** [chains, V] states of the chains. */
  chain: FloatArray
  /** [k, chains, H] uniforms in [0, 1). */
  hiddenDraws: FloatArray
  /** [k, chains, V] uniforms for binary units, normals for Gaussian ones; null leaves visible units at their means. */
  visibleDraws: FloatArray | null
  /** [rows, H] P(h = 1) given the data, written. */
  positive: FloatArray
  /** [chains, H] P(h = 1) at the end of the chains, written. */
  negative: FloatArray
  /**
   * [rows, V] mean of v given hidden units drawn from the data by the first step's draws, for the first min(rows,
   * chains).
   */
  reconstruction: FloatArray
  /** [max(rows, chains), V + H] scratch. */
  biases: FloatArray
  /** [chains, H] scratch. */
  sample: FloatArray
  /** Written, in the parameters' shapes: mean statistics of the data minus those of the chains. */
  dw: FloatArray
  dab: FloatArray
  dBias: FloatArray
}
