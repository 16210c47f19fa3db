/** The start of a training: at its first epoch, or at a checkpoint. */
import { expectation, StateError } from '../core/errors.ts'
import type { FloatArray } from '../core/types.ts'
import type { BestWeights } from '../numerics/early-stopping.ts'
import { isBatchOptimizer } from '../numerics/optimizer.ts'
import type { ParameterSet } from '../numerics/parameters.ts'
import { restoredVector } from '../numerics/restored.ts'
import type { ResolvedFit } from './fit-options.ts'
import type { Checkpoint, EpochRecord } from './history.ts'
import { WeightAverage } from './weight-average.ts'

/** State of a training between two epochs. */
export interface Progress {
  records: EpochRecord[]
  best: BestWeights | null
  average: WeightAverage | null
}

/** Starts a new training, with the optimiser reset, or continues from a checkpoint. */
export function startOf(parameters: ParameterSet, resolved: ResolvedFit, resume: Checkpoint | undefined): Progress {
  const { optimizer, averaging } = resolved
  if (resume !== undefined) return goOn(parameters, resolved, resume)
  optimizer.reset()
  return { records: [], best: null, average: averaging > 0 ? new WeightAverage(parameters.values, averaging) : null }
}

/** Checks saved optimiser vectors, n numbers each, and copies them to float64. */
function restoredVectors(saved: ArrayLike<number>, n: number): Float64Array {
  if (saved.length % n === 0) return Float64Array.from(saved)
  throw new RangeError(`fit resume: the optimiser's ${saved.length} numbers are not of a model of ${n} parameters`)
}

/** Whether the value has the parts of a checkpoint; typed arrays that went through JSON do not count. */
function isCheckpoint(value: Partial<Checkpoint> | null): boolean {
  const vectors = value?.optimizer?.vectors
  return typeof value?.parameters?.length === 'number' && Array.isArray(value.records) && typeof vectors === 'object'
}

function checkCheckpoint(resume: Checkpoint, { optimizer, seed, averaging }: ResolvedFit): void {
  if (!isCheckpoint(resume)) {
    throw new TypeError(expectation('fit', 'resume', 'a checkpoint of an onEpoch report', resume))
  }
  if (resume.seed !== seed) {
    throw new StateError(
      `fit: "resume" was trained with seed ${resume.seed}, this call has ${seed}; give the same seed`,
    )
  }
  if (resume.optimizer.kind !== optimizer.kind) {
    throw new StateError(`fit: "resume" was trained with ${resume.optimizer.kind}, this call has ${optimizer.kind}`)
  }
  if ((resume.average !== null) !== averaging > 0) {
    throw new StateError('fit: "resume" and this call differ in "averaging"; give the option of the first call')
  }
}

/** Restores a checkpoint; checks all of it before anything is changed. */
function goOn(parameters: ParameterSet, resolved: ResolvedFit, resume: Checkpoint): Progress {
  const { optimizer, averaging } = resolved
  checkCheckpoint(resume, resolved)
  const restored = (saved: ArrayLike<number>): FloatArray => restoredVector('fit resume', saved, parameters.values)
  const weights = restored(resume.parameters)
  const restoredState = isBatchOptimizer(optimizer)
    ? (saved: ArrayLike<number>) => restoredVectors(saved, parameters.values.length)
    : restored
  const vectors = Object.fromEntries(
    Object.entries(resume.optimizer.vectors).map(([name, vector]) => [name, restoredState(vector)]),
  )
  const average =
    resume.average && new WeightAverage(restored(resume.average.values), averaging, resume.average.updates)
  const best = resume.best && { ...resume.best, parameters: restored(resume.best.parameters) }
  optimizer.restore({ ...resume.optimizer, vectors })
  parameters.forWriting().set(weights)
  return { records: [...resume.records], best, average }
}
