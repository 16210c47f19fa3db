/**
 * A deep copy of plain data: arrays and objects of named values, of any realm, become ones of this realm; everything
 * else is kept as it is. `structuredClone` is not used because an AudioWorklet lacks it.
 */
export function copyPlain<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  // `value.map` of another realm's array would create an array of that realm.
  if (Array.isArray(value)) return Array.from(value, (item) => copyPlain(item)) as T
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copyPlain(item)])) as T
}
