/**
 * The restricted Boltzmann machine with Gaussian visible and binary hidden units:
 *
 *   E(x, h) = sum_i (x_i - b_i)^2 / (2 s_i^2) - sum_ij x_i / s_i W_ij h_j - c'h
 *   F(x) = sum_i (x_i - b_i)^2 / (2 s_i^2) - sum_j softplus(c_j + sum_i x_i / s_i W_ij)
 *   P(h_j = 1 | x) = sigm(c_j + sum_i x_i / s_i W_ij),   x_i | h ~ N(b_i + s_i W_i h, s_i^2)
 *
 * Hinton (2010), section 13.2; variances learned by their logarithm after K. Cho, A. Ilin and T. Raiko, "Improved
 * learning of Gaussian-Bernoulli restricted Boltzmann machines" (2011).
 */

import { checkOneOf, checkOptions } from '../core/check.ts'
import type { FloatNdArray } from '../core/types.ts'
import { undrawn } from '../numerics/undrawn.ts'
import {
  checkModelOptions,
  checkState,
  type EnergyModelOptions,
  type EnergyModelState,
  energyModelOptionNames,
} from './energy-model.ts'
import { RestrictedBoltzmann } from './restricted.ts'

/** Options of {@link GaussianRBM}. */
export interface GaussianRBMOptions extends EnergyModelOptions {
  /** `unit` fixes s = 1, for standardised data; `learned` adds the parameter `logSigma` = ln s. Default `unit`. */
  variance?: 'unit' | 'learned'
}

/**
 * A restricted Boltzmann machine with Gaussian visible units. Data are matrices [n, V], preferably standardised;
 * parameters W [V, H], b [V], c [H] and, with learned variances, logSigma [V].
 */
export class GaussianRBM extends RestrictedBoltzmann<GaussianRBMOptions> {
  constructor(options: GaussianRBMOptions) {
    checkOptions('GaussianRBM', options, [...energyModelOptionNames, 'variance'])
    const variance = checkOneOf('GaussianRBM', 'variance', options.variance ?? 'unit', ['unit', 'learned'])
    const checked = { ...checkModelOptions('GaussianRBM', options), variance }
    super('GaussianRBM', checked, { order: 0, binary: false, learnsScale: variance === 'learned' })
  }

  /** [V] s, the standard deviations of the visible units given the hidden ones. */
  get standardDeviations(): FloatNdArray {
    return this.vector('standardDeviations', Float64Array.from(this.machine.sigma()), null)
  }

  /** The model that a state describes. */
  static fromState(state: EnergyModelState<GaussianRBMOptions>): GaussianRBM {
    checkState('GaussianRBM', state)
    return new GaussianRBM(undrawn(state.options)).restore(state)
  }
}
