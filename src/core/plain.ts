/**
 * A deep copy of plain data: lists and objects of named values, of whatever realm, become ones of ours; all else is kept as
 * it is. Not every host has `structuredClone`: an AudioWorklet has none.
 */
export function copyPlain<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  // The method "map" of another realm's list would make a list of that realm.
  if (Array.isArray(value)) return Array.from(value, (item) => copyPlain(item)) as T
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copyPlain(item)])) as T
}
