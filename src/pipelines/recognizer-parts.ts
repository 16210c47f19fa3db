/** Checks of the parts of a recogniser. */
import { inputDtype, matrixView, toMatrix } from '../core/array.ts'
import { checkObject, checkStrings } from '../core/check.ts'
import { describe, messageOf } from '../core/errors.ts'
import type { FloatNdArray, Json, MatrixLike } from '../core/types.ts'

/** Checks the names of classes: two or more, all different. */
export function checkClasses(where: string, classes: unknown): string[] {
  const names = checkStrings(where, 'classes', classes, 2)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw new RangeError(`${where}: "classes" names ${describe(twice)} twice`)
  return names
}

/** Checks the card and copies it. */
export function checkCard(where: string, card: unknown): { [key: string]: Json } {
  checkObject(where, 'card', card)
  try {
    return JSON.parse(JSON.stringify(card))
  } catch (cause) {
    throw new TypeError(`${where}: "card" expected JSON: ${messageOf(cause)}`, { cause })
  }
}

/** Throws unless each class occurs among the labels. */
export function checkOccur(where: string, classes: readonly string[], labels: ReadonlySet<number>): void {
  const missing = classes.filter((_, k) => !labels.has(k))
  if (missing.length === 0) return
  throw new RangeError(`${where}: no recording of ${missing.map(describe).join(', ')}; leave out these classes`)
}

/** Converts features in any form of matrix to the form that systems take. */
export function takeFeatures(where: string, name: string, x: MatrixLike): FloatNdArray {
  return matrixView(toMatrix(where, name, x, inputDtype(x)))
}
