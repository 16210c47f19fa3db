import { describe, expectation } from './errors.ts'

/** Limits of a number; `above` and `below` exclude their ends, `limit` is an upper bound far beyond any use. */
export interface Limits {
  limit?: number
  min?: number
  max?: number
  above?: number
  below?: number
}

function within(value: number, { min, max, above, below }: Limits): boolean {
  return (
    (min === undefined || value >= min) &&
    (max === undefined || value <= max) &&
    (above === undefined || value > above) &&
    (below === undefined || value < below)
  )
}

function limitsText({ min, max, above, below }: Limits): string {
  const parts: string[] = []
  if (min !== undefined) parts.push(`>= ${min}`)
  if (above !== undefined) parts.push(`> ${above}`)
  if (max !== undefined) parts.push(`<= ${max}`)
  if (below !== undefined) parts.push(`< ${below}`)
  return parts.length > 0 ? ` ${parts.join(' and ')}` : ''
}

function checked(where: string, name: string, value: unknown, kind: string, ok: boolean, limits: Limits): number {
  if (typeof value !== 'number') throw new TypeError(expectation(where, name, `${kind}${limitsText(limits)}`, value))
  if (!ok || !within(value, limits)) {
    throw new RangeError(expectation(where, name, `${kind}${limitsText(limits)}`, value))
  }
  if (limits.limit === undefined || value <= limits.limit) return value
  throw new RangeError(expectation(where, name, `${kind} up to the limit of ${limits.limit}`, value))
}

/** The value if it is a finite number within the limits. */
export function checkNumber(where: string, name: string, value: unknown, limits: Limits = {}): number {
  return checked(where, name, value, 'a finite number', Number.isFinite(value), limits)
}

/** The value if it is a safe integer within the limits. */
export function checkInteger(where: string, name: string, value: unknown, limits: Limits = {}): number {
  return checked(where, name, value, 'an integer', Number.isSafeInteger(value), limits)
}

/** The value if it is `true` or `false`. */
export function checkBoolean(where: string, name: string, value: unknown): boolean {
  if (typeof value !== 'boolean') throw new TypeError(expectation(where, name, 'true or false', value))
  return value
}

/** The value if it is a string. */
export function checkString(where: string, name: string, value: unknown): string {
  if (typeof value !== 'string') throw new TypeError(expectation(where, name, 'a string', value))
  return value
}

/** The value if it is one of the strings `words`. */
export function checkOneOf<T extends string>(where: string, name: string, value: unknown, words: readonly T[]): T {
  const list = words.map((word) => `"${word}"`).join(', ')
  if (typeof value !== 'string') throw new TypeError(expectation(where, name, `one of ${list}`, value))
  if (!(words as readonly string[]).includes(value)) {
    throw new RangeError(expectation(where, name, `one of ${list}`, value))
  }
  return value as T
}

/** The value if it is an array (of at least `min` items). */
export function checkArray<T = unknown>(where: string, name: string, value: unknown, min = 0): T[] {
  if (!Array.isArray(value)) throw new TypeError(expectation(where, name, 'an array', value))
  if (value.length < min) {
    throw new RangeError(
      `${where}: "${name}" expected at least ${min} item${min === 1 ? '' : 's'}, got ${value.length}`,
    )
  }
  // Methods of arrays skip holes, so that what lies there would pass unchecked.
  for (let i = 0; i < value.length; i++) {
    if (!(i in value))
      throw new TypeError(`${where}: "${name}" expected an array without holes, got none at index ${i}`)
  }
  return value as T[]
}

/** The value if it is an array of at least `min` strings. */
export function checkStrings(where: string, name: string, value: unknown, min = 0): string[] {
  return checkArray(where, name, value, min).map((one, i) => checkString(where, `${name}[${i}]`, one))
}

/** The value if it is an object of named values, not an array or typed array. */
export function checkObject<T extends object = Record<string, unknown>>(
  where: string,
  name: string,
  value: unknown,
  wanted: string = 'an object',
): T {
  if (Object.prototype.toString.call(value) !== '[object Object]') {
    throw new TypeError(expectation(where, name, wanted, value))
  }
  return value as T
}

/**
 * N if it lists exactly the keys of O, otherwise a type that no list has: a missing or unknown name is a type error.
 */
export type AllNames<O, N extends readonly string[]> = [
  Exclude<keyof O, N[number]> | Exclude<N[number], keyof O>,
] extends [never]
  ? N
  : readonly (keyof O & string)[] & { missing: Exclude<keyof O, N[number]>; unknown: Exclude<N[number], keyof O> }

/** Throws unless the options are an object whose every key is known: a misspelt option is an error, not a default. */
export function checkOptions<O, const N extends readonly string[]>(
  where: string,
  options: O,
  known: AllNames<O, N>,
): void {
  checkNames(where, options, known)
}

/** {@link checkOptions} for names that are computed at run time, and for options of several shapes. */
export function checkNames(where: string, options: unknown, known: readonly string[]): void {
  if (typeof options !== 'object' || options === null) {
    throw new TypeError(`${where}: options expected an object, got ${describe(options)}`)
  }
  for (const key of Object.keys(options)) {
    if (!known.includes(key)) {
      throw new TypeError(`${where}: unknown option "${key}" (known: ${known.join(', ')})`)
    }
  }
}
