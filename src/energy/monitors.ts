/** Measures of a training, computed after each epoch. */
import { square } from '../core/power.ts'
import type { FloatArray } from '../core/types.ts'
import type { Random } from '../numerics/random.ts'
import { Workspace } from '../numerics/workspace.ts'
import { type CaseSet, everyCase, gather, gatherInto } from './cases.ts'
import type { EnergyEpochRecord } from './energy-history.ts'
import { meanOf } from './likelihood-gradient.ts'
import type { Cases, Machine } from './machine.ts'
import { fixedPointPrediction, PREDICTION_ITERATIONS } from './prediction.ts'

/** Number of training cases to measure, and block size for held-out ones. */
const MONITORED = 2000
/** Cases gathered at once where they are needed once. */
const BLOCK_ROWS = 512

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

/** Calls `visit` for blocks of cases, which are gathered in `workspace`, and the index of the first. */
function inGatheredBlocks(
  machine: Machine,
  workspace: Workspace,
  set: CaseSet,
  members: Int32Array,
  visit: (block: Cases, first: number) => void,
): void {
  for (let first = 0; first < members.length; first += BLOCK_ROWS) {
    const block = members.subarray(first, first + BLOCK_ROWS)
    const data = workspace.take('cases', block.length * set.length)
    gatherInto(data, set, block)
    machine.rescale(data, -1)
    visit({ data, offset: 0, stride: set.length, rows: block.length }, first)
  }
}

/** Measures a training after each epoch. */
export class Monitors {
  private readonly machine: Machine
  private readonly training: CaseSet
  private readonly watched: Int32Array
  private readonly validation: CaseSet | null
  private readonly random: Random
  private readonly workspace: Workspace

  constructor(machine: Machine, training: CaseSet, validation: CaseSet | null, random: Random) {
    const count = training.starts.length
    this.machine = machine
    this.training = training
    this.watched = random.substream('watched').permutation(count).subarray(0, MONITORED)
    this.validation = validation
    this.random = random
    this.workspace = new Workspace(machine.dtype)
  }

  /**
   * Means of the free energy and, NaN for Gaussian units, of V ln P(v_i | the other v) for a random unit i per case.
   */
  private energyMeans(
    set: CaseSet,
    members: Int32Array,
    random: Random,
  ): Omit<Measured, 'reconstruction' | 'prediction'> {
    const { machine, workspace } = this
    const { visible, binary } = machine.shape
    const energies = new Float64Array(members.length)
    const likelihoods = new Float64Array(binary ? members.length : 0)
    inGatheredBlocks(machine, workspace, set, members, (block, first) => {
      if (binary) {
        const { free, pseudoLikelihoods } = machine.drawnMeasures(block, random)
        energies.set(free, first)
        likelihoods.set(pseudoLikelihoods, first)
      } else energies.set(machine.freeEnergies(block), first)
    })
    return { freeEnergy: meanOf(energies), pseudoLikelihood: binary ? visible * meanOf(likelihoods) : Number.NaN }
  }

  /**
   * The mean of a measure over cases, in blocks: with long histories all windows at once would be many times the data.
   */
  private meanOver(members: Int32Array, measure: (block: Int32Array) => Measured): Measured {
    const total: Measured = { freeEnergy: 0, pseudoLikelihood: 0, reconstruction: 0, prediction: 0 }
    for (let from = 0; from < members.length; from += MONITORED) {
      const block = members.subarray(from, from + MONITORED)
      const part = measure(block)
      for (const key of measuredKeys) total[key] += (part[key] * block.length) / members.length
    }
    return total
  }

  private measureSeen(members: Int32Array, random: Random): Measured {
    return { ...unmeasured, ...this.energyMeans(this.training, members, random) }
  }

  private measureHeld(set: CaseSet, members: Int32Array, random: Random): Measured {
    const { machine } = this
    const cases = gather(set, members, machine.dtype)
    machine.rescale(cases.data, -1)
    return {
      ...this.energyMeans(set, members, random),
      reconstruction: meanSquaredError(machine, cases, machine.reconstruct(cases)),
      prediction:
        machine.shape.order > 0
          ? meanSquaredError(machine, cases, fixedPointPrediction(machine, cases, 'mean', PREDICTION_ITERATIONS))
          : Number.NaN,
    }
  }

  measure(epoch: number): Measures {
    const { watched, validation } = this
    const random = this.random.substream(epoch)
    const draws = [random.substream('training'), random.substream('validation')]
    const seen = this.meanOver(watched, (block) => this.measureSeen(block, draws[0]))
    const held =
      validation === null
        ? unmeasured
        : this.meanOver(everyCase(validation), (block) => this.measureHeld(validation, block, draws[1]))
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
