import type { Json } from '../core/types.ts'

function isObject(value: Json | undefined): value is { [key: string]: Json } | Json[] {
  return typeof value === 'object' && value !== null
}

function shown(value: Json | undefined): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

/** A field, if the object has it itself: `constructor` may be the name of one. */
function own(object: { [key: string]: Json | undefined }, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/**
 * Differences of two values of plain JSON, one line each: `systems[0].options.epochs: 3 there, 5 here`. The order of
 * keys does not matter, and undefined counts as missing.
 */
export function jsonDifferences(there: Json | undefined, here: Json | undefined, place = ''): string[] {
  if (isObject(there) && isObject(here) && Array.isArray(there) === Array.isArray(here)) {
    const [a, b] = [there, here] as { [key: string]: Json | undefined }[]
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])]
    return keys.flatMap((key) => {
      const inner = Array.isArray(there) ? `${place}[${key}]` : `${place}${place === '' ? '' : '.'}${key}`
      return jsonDifferences(own(a, key), own(b, key), inner)
    })
  }
  return Object.is(there, here) ? [] : [`${place}: ${shown(there)} there, ${shown(here)} here`]
}
