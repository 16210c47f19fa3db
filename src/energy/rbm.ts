/**
 * The restricted Boltzmann machine with binary units:
 *
 *   E(x, h) = -x'W h - b'x - c'h,   P(x) = sum_h exp(-E(x, h)) / Z = exp(-F(x)) / Z
 *   F(x) = -b'x - sum_j softplus(c_j + x'W_j)
 *   P(h_j = 1 | x) = sigm(c_j + x'W_j),   P(x_i = 1 | h) = sigm(b_i + W_i h)
 *
 * P. Smolensky (1986); G. Hinton, "Training products of experts by minimizing contrastive divergence" (2002) and "A
 * practical guide to training restricted Boltzmann machines" (2010).
 */

import { floatView } from '../core/array.ts'
import { checkOneOf, checkOptions } from '../core/check.ts'
import { pow } from '../core/power.ts'
import type { FloatNdArray, MatrixLike } from '../core/types.ts'
import { undrawn } from '../numerics/undrawn.ts'
import {
  checkModelOptions,
  checkState,
  type EnergyModelOptions,
  type EnergyModelState,
  energyModelOptionNames,
} from './energy-model.ts'
import { RestrictedBoltzmann, type SeedOptions } from './restricted.ts'

/** Options of {@link RBM}. */
export interface RBMOptions extends EnergyModelOptions {}

/** Options of {@link RBM.pseudoLikelihood}. */
export interface PseudoLikelihoodOptions extends SeedOptions {
  /** `exact` sums over all units; `stochastic` takes V times the term of one random unit per row. Default `exact`. */
  method?: 'exact' | 'stochastic'
}

/** Largest V + H for {@link RBM.joint}. */
const JOINT_UNITS = 24

/**
 * A restricted Boltzmann machine with binary units. Data are matrices [n, V] of 0 and 1, or of probabilities;
 * parameters W [V, H], b [V], c [H].
 */
export class RBM extends RestrictedBoltzmann<RBMOptions> {
  constructor(options: RBMOptions) {
    checkOptions('RBM', options, energyModelOptionNames)
    super('RBM', checkModelOptions('RBM', options), { order: 0, binary: true, learnsScale: false })
  }

  /** sum_i ln P(x_i | the other x) of each row of x [n, V]: [n]. */
  pseudoLikelihood(x: MatrixLike, options: PseudoLikelihoodOptions = {}): FloatNdArray {
    const where = 'RBM.pseudoLikelihood'
    checkOptions(where, options, ['method', 'seed'])
    const { method = 'exact', seed } = options
    checkOneOf(where, 'method', method, ['exact', 'stochastic'])
    const random = this.draws('pseudoLikelihood', { seed })
    const cases = this.casesOf('pseudoLikelihood', x)
    const values =
      method === 'exact'
        ? this.machine.pseudoLikelihoods(cases, () => [0, this.visible])
        : this.machine.drawnPseudoLikelihoods(cases, random).map((value) => this.visible * value)
    return this.vector('pseudoLikelihood', values, cases)
  }

  /** P(x, h) of all states, [2^V, 2^H]: unit i of state s is bit i, (s >> i) & 1. For models of at most 24 units. */
  joint(): FloatNdArray {
    if (this.visible + this.hidden > JOINT_UNITS) {
      const units = this.visible + this.hidden
      throw new RangeError(`RBM.joint: 2^${units} probabilities are too many (at most 2^${JOINT_UNITS})`)
    }
    const { b, c } = this.potential()
    const probabilities = this.enumeration('RBM.joint', '').joint(b, c)
    return floatView(this.vector('joint', probabilities, null).data, [pow(2, this.visible), pow(2, this.hidden)])
  }

  /** The model that a state describes. */
  static fromState(state: EnergyModelState<RBMOptions>): RBM {
    checkState('RBM', state)
    return new RBM(undrawn(state.options)).restore(state)
  }
}
