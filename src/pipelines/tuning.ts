/** Parts of a trained recogniser that a training on a new corpus changes. */
import { expectation } from '../core/errors.ts'
import type { System, Tune } from './system.ts'

/** All values of `Tune`, from the most to the least that changes. */
export const tunes: readonly Tune[] = ['all', 'last', 'statistics']

/** Throws unless the system can be tuned so. */
export function checkTunable(where: string, { name, tunable = [] }: System, tune: Tune): void {
  if (tunable.includes(tune)) return
  if (tunable.length > 0) throw new RangeError(expectation(where, 'tune', `${tunable.join(' or ')} of "${name}"`, tune))
  throw new RangeError(`${where}: "${name}" cannot be tuned; measures-lda and systems with networks over time can`)
}

/** Position of each class among those of the start; -1 where it has none. */
export function positionsOf(classes: readonly string[], before: readonly string[]): number[] {
  return classes.map((name) => before.indexOf(name))
}
