import { checkNumber, type Limits } from '../core/check.ts'
import { expectation } from '../core/errors.ts'

/** A rate as a function of the number of updates done, `step` = 0, 1, ... */
export type Schedule = (step: number) => number

/** A fixed rate or a schedule. */
export type LearningRate = number | Schedule

/** The rate as a schedule. A number is checked here; values of a schedule are checked by {@link rateAt}. */
export function toSchedule(where: string, name: string, rate: unknown, limits: Limits = { min: 0 }): Schedule {
  if (typeof rate === 'function') return rate as Schedule
  if (typeof rate !== 'number') throw new TypeError(expectation(where, name, 'a number or a schedule', rate))
  checkNumber(where, name, rate, limits)
  return () => rate
}

/** The schedule's value for an update, if it is a finite number >= 0. */
export function rateAt(where: string, name: string, schedule: Schedule, step: number): number {
  const rate = schedule(step)
  if (Number.isFinite(rate) && rate >= 0) return rate
  throw new RangeError(`${where}: the schedule gave a ${name} of ${rate} at update ${step}`)
}
