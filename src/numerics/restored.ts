import { allocate, checkFinite, dtypeOf, toVector } from '../core/array.ts'
import { checkArray, checkInteger, checkNumber, checkObject } from '../core/check.ts'
import { describe } from '../core/errors.ts'
import { isTypedNumbers } from '../core/storage.ts'
import type { FloatArray } from '../core/types.ts'
import type { BestWeights } from './early-stopping.ts'

/** Throws RangeError unless the saved number of parameters is the model's. */
export function checkParameterCount(where: string, saved: number, count: number): void {
  if (saved === count) return
  throw new RangeError(`${where}: a model of ${saved} parameters cannot become one of ${count}`)
}

/** The number of saved numbers; TypeError for a text, whose letters would become NaN, and all else that is no list. */
export function savedCount(where: string, name: string, saved: unknown): number {
  if (Array.isArray(saved) || isTypedNumbers(saved)) return saved.length
  throw new TypeError(`${where}: "${name}" expected an array of numbers, got ${describe(saved)}`)
}

/**
 * A copy of saved finite numbers with the element type and length of `like`; another length throws before anything is
 * made.
 */
export function restoredVector(where: string, name: string, saved: unknown, like: FloatArray): FloatArray {
  checkParameterCount(where, savedCount(where, name, saved), like.length)
  const out = allocate(like.length, dtypeOf(like))
  out.set(toVector(where, name, saved, dtypeOf(like)))
  checkFinite(where, name, out)
  return out
}

/** The records in a checkpoint, those of epochs 1, 2, 3, ..., of which a resumed training continues the count. */
export function recordsOf<R extends { epoch: number }>(where: string, records: unknown): R[] {
  return Array.from(checkArray<R>(where, 'records', records), (record, i) => {
    const { epoch } = checkObject<R>(where, `records[${i}]`, record)
    checkInteger(where, `records[${i}].epoch`, epoch, { min: i + 1, max: i + 1 })
    return record
  })
}

/** The best weights in a checkpoint, which early stopping restores; null where there are none. */
export function savedBest(where: string, best: unknown, like: FloatArray): BestWeights | null {
  if (best === null) return null
  const { epoch, score, parameters } = checkObject<BestWeights>(where, 'best', best)
  return {
    epoch: checkInteger(where, 'best.epoch', epoch, { min: 0 }),
    // JSON writes NaN as null; early stopping takes any score for better than that.
    score: score === null || Number.isNaN(score) ? Number.NaN : checkNumber(where, 'best.score', score),
    parameters: restoredVector(where, 'best', parameters, like),
  }
}
