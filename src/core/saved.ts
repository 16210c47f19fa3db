/** Checks of saved states, which may come from a damaged file or from a stranger. */
import { checkFinite, toVector } from './array.ts'
import { FormatError } from './errors.ts'
import { limits } from './limits.ts'

/** The state if it is an object of this kind; its members are still unknown. FormatError for anything else. */
export function checkFormat<T extends object>(
  where: string,
  state: T | null | undefined,
  kind: string,
  name: string = kind,
): T {
  const { format, version } = (state ?? {}) as { format?: unknown; version?: unknown }
  if (format === `ser-core/${kind}` && version === 1) return state as T
  throw new FormatError(`${where}: not the state of a ser-core ${name}, version 1`)
}

/** A copy of saved numbers, all finite. */
export function savedNumbers(where: string, name: string, saved: unknown): Float64Array {
  const numbers = toVector(where, name, saved, 'float64').slice() as Float64Array
  checkFinite(where, name, numbers)
  return numbers
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
}

/** Throws where objects and lists are nested deeper than `limits.nesting`, before recursion meets them. */
export function checkNesting(where: string, name: string, value: unknown): void {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > limits.nesting) {
      throw new RangeError(`${where}: "${name}" expected at most ${limits.nesting} levels of nesting, got more`)
    }
    const inner = level.flatMap((item) => (isNested(item) ? Object.values(item).filter(isNested) : []))
    // One object in many places, which only a program can make, is looked at once.
    level = [...new Set(inner)]
  }
}
