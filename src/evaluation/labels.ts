import { describe, expectation } from '../core/errors.ts'
import type { Label } from '../core/labels.ts'
import { typedArrayTag } from '../core/realm.ts'

function isLabel(value: unknown): value is Label {
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))
}

/** The value if it is an array or typed array of names or of finite numbers; a mixture would never compare equal. */
export function checkLabels<L extends Label>(where: string, name: string, value: ArrayLike<L>): ArrayLike<L> {
  const isList = Array.isArray(value) || typedArrayTag(value) !== undefined
  if (!isList) throw new TypeError(expectation(where, name, 'an array of names or of numbers', value))
  for (let i = 0; i < value.length; i++) {
    if (!isLabel(value[i]) || typeof value[i] !== typeof value[0]) {
      const wanted = isLabel(value[0]) ? `a ${typeof value[0]}, as at index 0` : 'a name or a finite number'
      throw new TypeError(`${where}: "${name}" expected ${wanted}, got ${describe(value[i])} at index ${i}`)
    }
  }
  return value
}

/** Throws unless the two lists are of one length. */
export function checkSameLength(where: string, a: [string, ArrayLike<Label>], b: [string, ArrayLike<Label>]): void {
  const [nameA, { length: lengthA }] = a
  const [nameB, { length: lengthB }] = b
  if (lengthA !== lengthB) {
    throw new RangeError(`${where}: "${nameA}" and "${nameB}" expected one length, got ${lengthA} and ${lengthB}`)
  }
}

/** The positions of each label, labels in ascending order (names by code unit, so that no locale has a say). */
export function positionsByLabel<L extends Label>(labels: ArrayLike<L>): Map<L, number[]> {
  const positions = new Map<L, number[]>()
  for (let i = 0; i < labels.length; i++) {
    const list = positions.get(labels[i])
    if (list) list.push(i)
    else positions.set(labels[i], [i])
  }
  return new Map([...positions].sort(([a], [b]) => (a < b ? -1 : 1)))
}
