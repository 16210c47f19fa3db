/** Class names and class indices: conversion of labels given as text to numbers. */
import { checkArray, checkInteger, checkOneOf, checkString } from './check.ts'
import { describe, expectation } from './errors.ts'
import { typedArrayTag } from './realm.ts'
import { isArrayView, takeView } from './strided.ts'
import type { StridedArray } from './types.ts'

/** A class or a group (for example a speaker): its name or its index. */
export type Label = string | number

/** Labels [n]: names or numbers in an array, numbers in a typed array or in a view of one dimension. */
export type LabelsLike<L extends Label = Label> = ArrayLike<L> | StridedArray

/** Labels of any form as a list; the items are not checked. */
export function labelList<L extends Label>(
  where: string,
  name: string,
  value: LabelsLike<L>,
  wanted = 'an array',
): ArrayLike<L> {
  if (isArrayView(value)) return takeView(where, name, value, 1, 'float64') as ArrayLike<Label> as ArrayLike<L>
  if (Array.isArray(value) || typedArrayTag(value) !== undefined) return value
  throw new TypeError(expectation(where, name, wanted, value))
}

/** The class names, frozen: at least `min` distinct strings. */
export function checkClassNames(where: string, name: string, value: unknown, min = 1): readonly string[] {
  const names = Array.from(checkArray(where, name, value, min), (text) => checkString(where, name, text))
  const twice = names.find((text, i) => names.indexOf(text) < i)
  if (twice !== undefined) {
    throw new RangeError(`${where}: "${name}" expected different names, got ${describe(twice)} twice`)
  }
  return Object.freeze(names)
}

/** The distinct names in ascending order, by code unit so that the order does not depend on the locale. */
export function namesIn(labels: Iterable<string>): string[] {
  return [...new Set(labels)].sort()
}

/** The index of a class given by name or index. */
export function classIndexOf(where: string, name: string, label: unknown, classes: readonly string[]): number {
  if (typeof label === 'string') return classes.indexOf(checkOneOf(where, name, label, classes))
  return checkInteger(where, name, label, { min: 0, max: classes.length - 1 })
}

/** The indices of classes given by name or index; an error names the position of the invalid one. */
export function classIndicesOf(
  where: string,
  name: string,
  labels: ArrayLike<unknown>,
  classes: readonly string[],
): Int32Array {
  const known = new Map(classes.map((text, k) => [text, k]))
  return Int32Array.from(
    labels,
    (label, i) => known.get(label as string) ?? classIndexOf(where, `${name}[${i}]`, label, classes),
  )
}
