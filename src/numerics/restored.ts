import { allocate, dtypeOf } from '../core/array.ts'
import type { FloatArray } from '../core/types.ts'

/** Throws RangeError unless the saved number of parameters is the model's. */
export function checkParameterCount(where: string, saved: number, count: number): void {
  if (saved === count) return
  throw new RangeError(`${where}: a model of ${saved} parameters cannot become one of ${count}`)
}

/** Saved numbers as a vector with the element type and length of `like`; another length throws. */
export function restoredVector(where: string, saved: ArrayLike<number>, like: FloatArray): FloatArray {
  checkParameterCount(where, saved.length, like.length)
  const out = allocate(like.length, dtypeOf(like))
  out.set(saved)
  return out
}
