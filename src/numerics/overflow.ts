/** Errors for results beyond the range of floats; they name the quantity that is too large. */
import { largestOf, nonFiniteIndex } from '../core/array.ts'
import type { FloatArray } from '../core/types.ts'
import type { ParameterSet } from './parameters.ts'

/** Data from which a result was computed. */
export interface Given {
  /** Their name in the message, such as `"x"`. */
  name: string
  data: FloatArray
}

/**
 * The result, if all its numbers are finite.
 *
 * @throws RangeError naming a non-finite parameter, else the magnitudes of the data and of the largest parameter
 */
export function finiteResult<T extends FloatArray>(
  where: string,
  result: T,
  parameters: ParameterSet,
  given: Given | null,
): T {
  const at = nonFiniteIndex(result)
  if (at >= 0) throw new RangeError(`${where}: ${causeOf(result[at], parameters, given)}`)
  return result
}

function causeOf(found: number, parameters: ParameterSet, given: Given | null): string {
  const { values } = parameters
  const bad = nonFiniteIndex(values)
  if (bad >= 0) return `the parameter "${parameters.nameAt(bad)}" is ${values[bad]}`
  const largest = largestOf(values)
  const name = parameters.nameAt(values.findIndex((value) => Math.abs(value) === largest))
  const data = given === null ? '' : `${given.name} goes up to ${largestOf(given.data)}, `
  return `numbers too large, the result would be ${found}: ${data}the parameters up to ${largest} ("${name}")`
}
