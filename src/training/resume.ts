/** The start of a training: at its first epoch, or at a checkpoint. */
import { checkInteger, checkObject, checkString } from '../core/check.ts'
import { expectation, StateError } from '../core/errors.ts'
import { savedNumbers } from '../core/saved.ts'
import type { FloatArray } from '../core/types.ts'
import type { BestWeights } from '../numerics/early-stopping.ts'
import { isBatchOptimizer } from '../numerics/optimizer.ts'
import type { ParameterSet } from '../numerics/parameters.ts'
import { checkSeed } from '../numerics/random.ts'
import { recordsOf, restoredVector, savedBest, savedCount } from '../numerics/restored.ts'
import type { ResolvedFit } from './fit-options.ts'
import type { Checkpoint, EpochRecord } from './history.ts'
import { WeightAverage } from './weight-average.ts'

const WHERE = 'fit: "resume"'

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
function restoredVectors(name: string, saved: unknown, n: number): Float64Array {
  const count = savedCount(WHERE, name, saved)
  if (count % n === 0) return savedNumbers(WHERE, name, saved)
  throw new RangeError(`${WHERE}: the optimiser's ${count} numbers are not of a model of ${n} parameters`)
}

/** Whether the value has the parts of a checkpoint; typed arrays that went through JSON do not count. */
function isCheckpoint(value: Partial<Checkpoint> | null): boolean {
  const vectors = value?.optimizer?.vectors
  const hasVectors = typeof vectors === 'object' && vectors !== null
  return typeof value?.parameters?.length === 'number' && Array.isArray(value.records) && hasVectors
}

function checkCheckpoint(resume: Checkpoint, { optimizer, seed, averaging }: ResolvedFit): void {
  if (!isCheckpoint(resume)) {
    throw new TypeError(expectation('fit', 'resume', 'a checkpoint of an onEpoch report', resume))
  }
  if (checkSeed(WHERE, resume.seed) !== seed) {
    throw new StateError(
      `fit: "resume" was trained with seed ${resume.seed}, this call has ${seed}; give the same seed`,
    )
  }
  if (checkString(WHERE, 'optimizer.kind', resume.optimizer.kind) !== optimizer.kind) {
    throw new StateError(`fit: "resume" was trained with ${resume.optimizer.kind}, this call has ${optimizer.kind}`)
  }
  if (((resume.average ?? null) !== null) !== averaging > 0) {
    throw new StateError('fit: "resume" and this call differ in "averaging"; give the option of the first call')
  }
}

function restoredAverage({ average }: Checkpoint, averaging: number, like: FloatArray): WeightAverage | null {
  if (!averaging) return null
  const { values, updates } = checkObject<{ values: unknown; updates: unknown }>(WHERE, 'average', average)
  const count = checkInteger(WHERE, 'average.updates', updates, { min: 0 })
  return new WeightAverage(restoredVector(WHERE, 'average.values', values, like), averaging, count)
}

/** Restores a checkpoint; checks all of it before anything is changed. */
function goOn(parameters: ParameterSet, resolved: ResolvedFit, resume: Checkpoint): Progress {
  const { optimizer, averaging } = resolved
  checkCheckpoint(resume, resolved)
  const { values } = parameters
  const restored = (name: string, saved: unknown): FloatArray => restoredVector(WHERE, name, saved, values)
  const weights = restored('parameters', resume.parameters)
  const restoredState = isBatchOptimizer(optimizer)
    ? (name: string, saved: unknown) => restoredVectors(name, saved, values.length)
    : restored
  const vectors = Object.fromEntries(
    Object.entries(resume.optimizer.vectors).map(([name, vector]) => [name, restoredState(`vectors.${name}`, vector)]),
  )
  const average = restoredAverage(resume, averaging, values)
  const records = recordsOf<EpochRecord>(WHERE, resume.records)
  const best = savedBest(WHERE, resume.best ?? null, values)
  optimizer.restore({ ...resume.optimizer, vectors })
  parameters.forWriting().set(weights)
  return { records, best, average }
}
