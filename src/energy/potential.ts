/**
 * An energy model with the biases of one case, in float64 and with unit variances, for enumeration and annealing. A
 * conditional model gives one for each history. A Gaussian model with other variances gives one in the units x_i / s_i;
 * its ln Z needs sum_i ln s_i added.
 *
 *   binary visibles    E(v, h) = -v'W h - b'v - c'h
 *   Gaussian visibles  E(v, h) = 1/2 ||v - b||^2 - v'W h - c'h
 */
export interface Potential {
  /** V */
  visible: number
  /** H */
  hidden: number
  /** Whether visible units are 0 or 1; else they are Gaussian with variance 1. */
  binary: boolean
  /** [V, H] row-major. */
  W: Float64Array
  /** [V] */
  b: Float64Array
  /** [H] */
  c: Float64Array
}
