import { allocate, dtypeOf } from '../core/array.ts'
import type { FloatArray } from '../core/types.ts'

/** Throws unless as many parameters were saved as a model has. */
export function checkParameterCount(where: string, saved: number, count: number): void {
  if (saved === count) return
  throw new RangeError(`${where}: a model of ${saved} parameters cannot become one of ${count}`)
}

/** A vector of the element type of `like` from saved numbers, checked for its length. */
export function restoredVector(where: string, saved: ArrayLike<number>, like: FloatArray): FloatArray {
  checkParameterCount(where, saved.length, like.length)
  const out = allocate(like.length, dtypeOf(like))
  out.set(saved)
  return out
}
