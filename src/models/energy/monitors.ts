/** What is measured after each epoch. */
import type { FloatArray } from '../../core/types.ts'
import type { Random } from '../../numerics/random.ts'
import { type CaseSet, everyCase, gather } from './cases.ts'
import type { EnergyEpochRecord } from './history.ts'
import { meanOf } from './likelihood-gradient.ts'
import type { Cases, Machine } from './machine.ts'
import { fixedPointPrediction, PREDICTION_ITERATIONS } from './prediction.ts'

/** Training cases that are measured. */
const MONITORED = 2000

type Measures = Pick<
  EnergyEpochRecord,
  | 'freeEnergy'
  | 'validationFreeEnergy'
  | 'freeEnergyGap'
  | 'pseudoLikelihood'
  | 'validationPseudoLikelihood'
  | 'validationReconstructionError'
  | 'validationPredictionError'
>

/** Mean over cases and visible units of (x - means)^2, the means being in units of s. */
function meanSquaredError(machine: Machine, cases: Cases, means: FloatArray): number {
  const { visible } = machine.shape
  const sigma = machine.sigma()
  let sum = 0
  for (let r = 0, at = 0; r < cases.rows; r++) {
    const from = cases.offset + r * cases.stride
    for (let i = 0; i < visible; i++, at++) sum += (sigma[i] * (cases.data[from + i] - means[at])) ** 2
  }
  return sum / (cases.rows * visible)
}

/** Mean over cases of V ln P(v_i | the other v) for a unit i drawn for each case; NaN for Gaussian units. */
function pseudoLikelihood(machine: Machine, cases: Cases, random: Random): number {
  const { visible, binary } = machine.shape
  if (!binary) return Number.NaN
  const values = machine.pseudoLikelihoods(cases, () => {
    const i = random.integer(visible)
    return [i, i + 1]
  })
  return visible * meanOf(values)
}

/** Measures a training. */
export class Monitors {
  private readonly machine: Machine
  private readonly training: CaseSet
  private readonly watched: Int32Array
  private readonly validation: CaseSet | null
  private readonly random: Random

  constructor(machine: Machine, training: CaseSet, validation: CaseSet | null, random: Random) {
    const count = training.starts.length
    this.machine = machine
    this.training = training
    this.watched = random.substream('watched').permutation(count).subarray(0, MONITORED)
    this.validation = validation
    this.random = random
  }

  private casesOf(set: CaseSet, members: ArrayLike<number>): Cases {
    const cases = gather(set, members, this.machine.dtype)
    this.machine.rescale(cases.data, -1)
    return cases
  }

  private predictionError(held: Cases): number {
    const { machine } = this
    if (machine.shape.order === 0) return Number.NaN
    return meanSquaredError(machine, held, fixedPointPrediction(machine, held, 'mean', PREDICTION_ITERATIONS))
  }

  measure(epoch: number): Measures {
    const { machine, validation } = this
    const random = this.random.substream(epoch)
    const cases = this.casesOf(this.training, this.watched)
    const freeEnergy = meanOf(machine.freeEnergies(cases))
    const training = { freeEnergy, pseudoLikelihood: pseudoLikelihood(machine, cases, random.substream('training')) }
    if (validation === null) return { ...training, ...unmeasured }
    const held = this.casesOf(validation, everyCase(validation))
    const validationFreeEnergy = meanOf(machine.freeEnergies(held))
    return {
      ...training,
      validationFreeEnergy,
      freeEnergyGap: validationFreeEnergy - freeEnergy,
      validationPseudoLikelihood: pseudoLikelihood(machine, held, random.substream('validation')),
      validationReconstructionError: meanSquaredError(machine, held, machine.reconstruct(held)),
      validationPredictionError: this.predictionError(held),
    }
  }
}

const unmeasured = {
  validationFreeEnergy: Number.NaN,
  freeEnergyGap: Number.NaN,
  validationPseudoLikelihood: Number.NaN,
  validationReconstructionError: Number.NaN,
  validationPredictionError: Number.NaN,
}
