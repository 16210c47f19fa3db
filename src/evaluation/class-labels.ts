import { describe } from '../core/errors.ts'
import { positionsBy } from '../core/groups.ts'
import { type Label, type LabelsLike, labelList } from '../core/labels.ts'

function isLabel(value: unknown): value is Label {
  return typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value))
}

/** Checks labels: names or finite numbers, not a mixture, whose items would never compare equal. */
export function checkLabels<L extends Label>(where: string, name: string, value: LabelsLike<L>): ArrayLike<L> {
  const list = labelList(where, name, value, 'an array of names or of numbers')
  for (let i = 0; i < list.length; i++) {
    if (!isLabel(list[i]) || typeof list[i] !== typeof list[0]) {
      const wanted = isLabel(list[0]) ? `a ${typeof list[0]}, as at index 0` : 'a name or a finite number'
      throw new TypeError(`${where}: "${name}" expected ${wanted}, got ${describe(list[i])} at index ${i}`)
    }
  }
  return list
}

/** Throws unless the two lists have the same length. */
export function checkSameLength(where: string, a: [string, ArrayLike<Label>], b: [string, ArrayLike<Label>]): void {
  const [nameA, { length: lengthA }] = a
  const [nameB, { length: lengthB }] = b
  if (lengthA !== lengthB) {
    throw new RangeError(`${where}: "${nameA}" and "${nameB}" expected one length, got ${lengthA} and ${lengthB}`)
  }
}

/** Two lists of labels of one length. */
export interface LabelPairs {
  truth: ArrayLike<Label>
  said: ArrayLike<Label>
}

/** Checks true and predicted labels, and that there are as many of each. */
export function checkPairs(where: string, truth: LabelsLike, said: LabelsLike): LabelPairs {
  const pairs = { truth: checkLabels(where, 'truth', truth), said: checkLabels(where, 'said', said) }
  checkSameLength(where, ['truth', pairs.truth], ['said', pairs.said])
  return pairs
}

/** The positions of each label, labels in ascending order (names by code unit, independent of the locale). */
export function positionsByLabel<L extends Label>(labels: ArrayLike<L>): Map<L, number[]> {
  return new Map([...positionsBy(labels)].sort(([a], [b]) => (a < b ? -1 : 1)))
}
