import type { Matrix } from '../../core/array.ts'

/** Throws unless all numbers lie in [0, 1]. */
export function checkProbabilities(where: string, name: string, { data, cols }: Matrix): void {
  const at = data.findIndex((value) => value < 0 || value > 1)
  if (at < 0) return
  const place = `row ${Math.floor(at / cols)}, column ${at % cols}`
  throw new RangeError(`${where}: "${name}" expected 0, 1 or probabilities between, got ${data[at]} at ${place}`)
}
