import { checkNumber, type Limits } from '../core/check.ts'
import { expectation } from '../core/errors.ts'

/** A rate by update: of update number `step`, counted from 0. */
export type Schedule = (step: number) => number

/** A fixed rate or a schedule. */
export type LearningRate = number | Schedule

/** The rate as a schedule; a number is checked at once, what a schedule gives by {@link rateAt}. */
export function toSchedule(where: string, name: string, rate: unknown, limits: Limits = { min: 0 }): Schedule {
  if (typeof rate === 'function') return rate as Schedule
  if (typeof rate !== 'number') throw new TypeError(expectation(where, name, 'a number or a schedule', rate))
  checkNumber(where, name, rate, limits)
  return () => rate
}

/** What the schedule gives for an update, if it is a finite number >= 0. */
export function rateAt(where: string, name: string, schedule: Schedule, step: number): number {
  const rate = schedule(step)
  if (Number.isFinite(rate) && rate >= 0) return rate
  throw new RangeError(`${where}: the schedule gave a ${name} of ${rate} at update ${step}`)
}
