/** Checks of saved training states, completed before anything is changed. */

import { allocate } from '../core/array.ts'
import { checkInteger, checkObject } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { savedNumbers } from '../core/saved.ts'
import type { FloatArray } from '../core/types.ts'
import type { BestWeights } from '../numerics/early-stopping.ts'
import { checkSeed } from '../numerics/random.ts'
import { recordsOf, restoredVector, savedBest, savedCount } from '../numerics/restored.ts'
import type { EnergyCheckpoint, EnergyEpochRecord, LearnerState } from './energy-history.ts'
import type { FitSettings } from './energy-options.ts'
import type { Machine } from './machine.ts'

/** A copy of a checkpoint. */
export interface RestoredTraining {
  records: EnergyEpochRecord[]
  parameters: FloatArray
  learner: LearnerState
  best: BestWeights | null
}

function savedLength(where: string, name: string, saved: ArrayLike<number> | null, wanted: number | null): void {
  const length = saved === null ? null : savedCount(where, name, saved)
  if (length === wanted) return
  throw new StateError(
    `${where} has ${length ?? 'no'} numbers of ${name}, this call needs ${wanted ?? 'none'}; ` +
      'give the data and options of the first call',
  )
}

/** Checks the state of a learner of this machine; any number of chains is allowed. */
export function checkLearnerState(where: string, machine: Machine, state: LearnerState): LearnerState {
  const { updates, velocity, chains, activity } = checkObject<LearnerState>(where, 'learner', state)
  const { visible, hidden } = machine.shape
  const whole = chains === null ? null : Math.floor(savedCount(where, 'persistent chains', chains) / visible) * visible
  savedLength(where, 'persistent chains', chains, whole)
  savedLength(where, 'hidden activity', activity, activity === null ? null : hidden)
  return {
    updates: checkInteger(`${where} learner`, 'updates', updates, { min: 0 }),
    velocity: restoredVector(where, 'velocity', velocity, machine.parameters.values),
    chains: chains === null ? null : restoredVector(where, 'chains', chains, allocate(chains.length, machine.dtype)),
    activity: activity === null ? null : savedNumbers(where, 'activity', activity),
  }
}

/** The records of the epochs that are done, in a state that went through JSON as well. */
export function savedRecords(where: string, records: unknown): EnergyEpochRecord[] {
  return recordsOf<EnergyEpochRecord>(where, records).map(revived)
}

/** Turns null back to NaN, which JSON writes as null. */
export function revived(record: EnergyEpochRecord): EnergyEpochRecord {
  const entries = Object.entries(record).map(([name, value]) => [name, value ?? Number.NaN])
  return Object.fromEntries(entries) as EnergyEpochRecord
}

/** Checks a checkpoint against this machine, the number of cases and the settings. */
export function checkCheckpoint(
  machine: Machine,
  settings: FitSettings,
  cases: number,
  resume: EnergyCheckpoint,
): RestoredTraining {
  const where = 'fit: "resume"'
  if (checkSeed(where, resume.seed) !== settings.seed) {
    throw new StateError(
      `fit: "resume" was trained with seed ${resume.seed}, this call has ${settings.seed}; give the same seed`,
    )
  }
  const { visible, hidden, order } = machine.shape
  const { values } = machine.parameters
  const parameters = restoredVector(where, 'parameters', resume.parameters, values)
  const learner = checkLearnerState(where, machine, resume.learner)
  const chains = order > 0 ? cases : Math.min(settings.batchSize, cases)
  savedLength(where, 'persistent chains', learner.chains, settings.update.persistent ? chains * visible : null)
  savedLength(where, 'hidden activity', learner.activity, settings.update.sparsity ? hidden : null)
  const best = savedBest(where, resume.best ?? null, values)
  return {
    records: savedRecords(where, resume.records),
    parameters,
    learner,
    best,
  }
}
