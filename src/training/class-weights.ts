import { isArrayView, toVector } from '../core/array.ts'
import { checkNumber } from '../core/check.ts'
import type { VectorLike } from '../core/types.ts'
import { type OutputClasses, quoted } from './output-classes.ts'

/**
 * The weight >= 0 of each class: in the order of the outputs, by the name of the class (all of them), or `balanced` for
 * N / (K n_k), with n_k of the N cases in class k.
 */
export type ClassWeights = VectorLike | Readonly<Record<string, number>> | 'balanced'

/** Converts weights by class name to a list in the order of the outputs. */
function weightsByName(where: string, weights: Readonly<Record<string, number>>, names: readonly string[]): number[] {
  const unknown = Object.keys(weights).filter((text) => !names.includes(text))
  const missing = names.filter((text) => !Object.hasOwn(weights, text))
  if (unknown.length + missing.length > 0) {
    const faults = [unknown.length > 0 && `also ${quoted(unknown)}`, missing.length > 0 && `none of ${quoted(missing)}`]
    const got = faults.filter(Boolean).join(' and ')
    throw new RangeError(`${where}: "classWeights" expected weights of ${quoted(names)}, got ${got}`)
  }
  return names.map((text) => checkNumber(where, `classWeights.${text}`, weights[text], { min: 0 }))
}

function isByName(weights: ClassWeights): weights is Readonly<Record<string, number>> {
  return (
    typeof weights === 'object' &&
    weights !== null &&
    !isArrayView(weights) &&
    !Array.isArray(weights) &&
    !ArrayBuffer.isView(weights)
  )
}

/** Checks the class weights; null where all are 1. */
export function resolveClassWeights(
  where: string,
  weights: ClassWeights | undefined,
  classes: Int32Array | null,
  outputs: number,
  named: OutputClasses,
): Float64Array | null {
  if (weights === undefined) return null
  if (classes === null) throw new RangeError(`${where}: "classWeights" needs labels of one class a sequence`)
  if (weights === 'balanced') {
    const counts = new Float64Array(outputs)
    for (const label of classes) counts[label]++
    return counts.map((count) => (count === 0 ? 0 : classes.length / (outputs * count)))
  }
  const given = isByName(weights) ? weightsByName(where, weights, named.known(where)) : weights
  const list = toVector(where, 'classWeights', given, 'float64')
  if (list.length !== outputs) {
    throw new RangeError(`${where}: "classWeights" expected ${outputs} numbers, got ${list.length}`)
  }
  return Float64Array.from(list, (weight, k) => checkNumber(where, `classWeights[${k}]`, weight, { min: 0 }))
}
