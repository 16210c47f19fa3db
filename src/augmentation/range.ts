/** Amounts of augmentations: a number, or a range that one is drawn from for each recording. */
import { checkArray, checkNumber, type Limits } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { Random } from '../numerics/random.ts'

/** One value for every recording, or the lowest and highest of those drawn, all equally likely. */
export type Range = number | readonly [low: number, high: number]

/** A function that draws from the range, which is checked; a single number costs no draw. */
export function drawFrom(where: string, name: string, range: Range, bounds: Limits = {}): (random: Random) => number {
  if (typeof range === 'number') {
    checkNumber(where, name, range, bounds)
    return () => range
  }
  if (!Array.isArray(range)) throw new TypeError(expectation(where, name, 'a number or [low, high]', range))
  const ends = checkArray(where, name, range).map((end, i) => checkNumber(where, `${name}[${i}]`, end, bounds))
  const [low, high] = ends
  if (ends.length !== 2 || low > high) throw new RangeError(expectation(where, name, '[low, high], low <= high', range))
  return (random) => between(random, low, high)
}

/** Uniform in [low, high). */
export function between(random: Random, low: number, high: number): number {
  return low + (high - low) * random.uniform()
}

/** The least value that a checked range gives. */
export function lowestOf(range: Range): number {
  return typeof range === 'number' ? range : range[0]
}

/** The largest value that a checked range gives. */
export function highestOf(range: Range): number {
  return typeof range === 'number' ? range : range[1]
}
