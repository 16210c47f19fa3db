/** Detection of a second copy of the library, such as ES modules beside CommonJS: its classes are not ours. */
import { expectation } from './errors.ts'

/** A class, by which its instances are recognised. */
interface Class<T> {
  readonly name: string
  readonly prototype: T
}

/** Whether the value is an instance of another class of the same name that has all members of this one. */
export function isOfAnotherCopy(value: unknown, { name, prototype }: Class<unknown>): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (!Object.getOwnPropertyNames(prototype).every((member) => member in value)) return false
  for (let at = Object.getPrototypeOf(value); at !== null; at = Object.getPrototypeOf(at)) {
    if (at !== prototype && at.constructor?.name === name) return true
  }
  return false
}

/** End of an error about an object that another copy of the library made, with the remedy. */
export const ofAnotherCopy: string =
  ' of another copy of ser-core; load either its ES modules or its CommonJS files, and one version'

/** The value if it is of the class. */
export function checkInstance<T>(
  where: string,
  name: string,
  value: unknown,
  type: Class<T> & (abstract new (...args: never[]) => unknown),
  wanted: string,
): T {
  if (value instanceof type) return value as T
  const copy = isOfAnotherCopy(value, type) ? ofAnotherCopy : ''
  throw new TypeError(`${expectation(where, name, wanted, value)}${copy}`)
}
