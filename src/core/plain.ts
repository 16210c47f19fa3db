/**
 * A deep copy of plain data: lists and objects of named values, of whatever realm, become ones of ours; all else is kept as
 * it is. Not every host has `structuredClone`: an AudioWorklet has none.
 */
export function copyPlain<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(copyPlain) as T
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copyPlain(item)])) as T
}
