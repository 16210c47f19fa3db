/** Measures of a training, computed after each epoch. */
import { square } from '../core/power.ts'
import type { FloatArray } from '../core/types.ts'
import type { Random } from '../numerics/random.ts'
import { type CaseSet, everyCase, gather } from './cases.ts'
import type { EnergyEpochRecord } from './energy-history.ts'
import { meanOf } from './likelihood-gradient.ts'
import type { Cases, Machine } from './machine.ts'
import { fixedPointPrediction, PREDICTION_ITERATIONS } from './prediction.ts'

/** Number of training cases to measure, and block size for held-out ones. */
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

/** Measures of some cases. */
interface Measured {
  freeEnergy: number
  pseudoLikelihood: number
  reconstruction: number
  prediction: number
}

const measuredKeys = ['freeEnergy', 'pseudoLikelihood', 'reconstruction', 'prediction'] as const

const unmeasured: Measured = {
  freeEnergy: Number.NaN,
  pseudoLikelihood: Number.NaN,
  reconstruction: Number.NaN,
  prediction: Number.NaN,
}

/** Mean over cases and visible units of (x - means)^2; `means` are in units of s. */
function meanSquaredError(machine: Machine, cases: Cases, means: FloatArray): number {
  const { visible } = machine.shape
  const sigma = machine.sigma()
  let sum = 0
  for (let r = 0, at = 0; r < cases.rows; r++) {
    const from = cases.offset + r * cases.stride
    for (let i = 0; i < visible; i++, at++) sum += square(sigma[i] * (cases.data[from + i] - means[at]))
  }
  return sum / (cases.rows * visible)
}

/**
 * Means of the free energy and, NaN for Gaussian units, of V ln P(v_i | the other v) for a random unit i per case.
 */
function energyMeans(machine: Machine, cases: Cases, random: Random): Omit<Measured, 'reconstruction' | 'prediction'> {
  const { visible, binary } = machine.shape
  if (!binary) return { freeEnergy: meanOf(machine.freeEnergies(cases)), pseudoLikelihood: Number.NaN }
  const { free, pseudoLikelihoods } = machine.drawnMeasures(cases, random)
  return { freeEnergy: meanOf(free), pseudoLikelihood: visible * meanOf(pseudoLikelihoods) }
}

/** Measures a training after each epoch. */
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

  /**
   * The mean of a measure over cases, in blocks: with long histories all windows at once would be many times the data.
   */
  private meanOver(set: CaseSet, members: Int32Array, measure: (cases: Cases) => Measured): Measured {
    const total: Measured = { freeEnergy: 0, pseudoLikelihood: 0, reconstruction: 0, prediction: 0 }
    for (let from = 0; from < members.length; from += MONITORED) {
      const block = members.subarray(from, from + MONITORED)
      const cases = gather(set, block, this.machine.dtype)
      this.machine.rescale(cases.data, -1)
      const part = measure(cases)
      for (const key of measuredKeys) total[key] += (part[key] * block.length) / members.length
    }
    return total
  }

  private measureCases(cases: Cases, random: Random, held: boolean): Measured {
    const { machine } = this
    const predicts = held && machine.shape.order > 0
    return {
      ...energyMeans(machine, cases, random),
      reconstruction: held ? meanSquaredError(machine, cases, machine.reconstruct(cases)) : Number.NaN,
      prediction: predicts
        ? meanSquaredError(machine, cases, fixedPointPrediction(machine, cases, 'mean', PREDICTION_ITERATIONS))
        : Number.NaN,
    }
  }

  measure(epoch: number): Measures {
    const { training, watched, validation } = this
    const random = this.random.substream(epoch)
    const draws = [random.substream('training'), random.substream('validation')]
    const seen = this.meanOver(training, watched, (cases) => this.measureCases(cases, draws[0], false))
    const held =
      validation === null
        ? unmeasured
        : this.meanOver(validation, everyCase(validation), (cases) => this.measureCases(cases, draws[1], true))
    return {
      freeEnergy: seen.freeEnergy,
      pseudoLikelihood: seen.pseudoLikelihood,
      validationFreeEnergy: held.freeEnergy,
      freeEnergyGap: held.freeEnergy - seen.freeEnergy,
      validationPseudoLikelihood: held.pseudoLikelihood,
      validationReconstructionError: held.reconstruction,
      validationPredictionError: held.prediction,
    }
  }
}
