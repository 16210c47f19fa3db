import type { Matrix } from '../core/array.ts'
import type { FloatArray } from '../core/types.ts'

/** Throws unless all numbers lie in [0, 1]. */
export function checkProbabilities(where: string, name: string, { data, cols }: Matrix): void {
  const at = improbable(data)
  if (at < 0) return
  const place = `row ${Math.floor(at / cols)}, column ${at % cols}`
  throw new RangeError(`${where}: "${name}" expected 0, 1 or probabilities between, got ${data[at]} at ${place}`)
}

/** Index of the first number below 0 or above 1; -1 where there is none. */
function improbable(data: FloatArray): number {
  for (let i = 0; i < data.length; i++) if (data[i] < 0 || data[i] > 1) return i
  return -1
}
