/**
 * The safeguarded step of Moré & Thuente (1994), section 4: the next trial on a line, from interpolation of values
 * and slopes at points already tried.
 */
import { square } from '../../core/power.ts'

/** phi(step) = f(x + step d) at a tried step, with slope phi'(step). */
export interface LinePoint {
  step: number
  value: number
  slope: number
}

/** Minimiser of the cubic through the values and slopes of two points, computed outwards from `a`; NaN without one. */
function cubicMinimum(a: LinePoint, b: LinePoint): number {
  const width = b.step - a.step
  const theta = (3 * (a.value - b.value)) / width + a.slope + b.slope
  const scale = Math.max(Math.abs(theta), Math.abs(a.slope), Math.abs(b.slope))
  const root = scale * Math.sqrt(Math.max(0, square(theta / scale) - (a.slope / scale) * (b.slope / scale)))
  if (root === 0) return Number.NaN
  const gamma = width > 0 ? root : -root
  return a.step + ((gamma - a.slope + theta) / (gamma - a.slope + gamma + b.slope)) * width
}

/** Minimiser of the parabola through both values and the slope of `a`. */
function quadraticMinimum(a: LinePoint, b: LinePoint): number {
  const width = b.step - a.step
  return a.step + (a.slope / ((a.value - b.value) / width + a.slope) / 2) * width
}

/** Zero of the line through both slopes. */
function secantZero(a: LinePoint, b: LinePoint): number {
  return a.step + (a.slope / (a.slope - b.slope)) * (b.step - a.step)
}

function closerTo(step: number, first: number, second: number): number {
  return Math.abs(first - step) < Math.abs(second - step) ? first : second
}

function fartherFrom(step: number, first: number, second: number): number {
  return Math.abs(first - step) > Math.abs(second - step) ? first : second
}

/** Whether a minimum lies between the best point and the trial: higher there, or the slope has turned. */
export function brackets(best: LinePoint, trial: LinePoint): boolean {
  return trial.value > best.value || Math.sign(trial.slope) * Math.sign(best.slope) < 0
}

/**
 * The next step for a slope of the same sign but smaller: the cubic is used only if its minimum lies beyond the trial.
 */
function flatterStep(best: LinePoint, other: LinePoint, trial: LinePoint, bracketed: boolean, limit: number): number {
  const cubic = cubicMinimum(trial, best)
  const ahead = (cubic - trial.step) * (trial.step - best.step) > 0
  const secant = secantZero(trial, best)
  if (!bracketed) return fartherFrom(trial.step, ahead ? cubic : limit, secant)
  const step = ahead ? closerTo(trial.step, cubic, secant) : secant
  // Two thirds of the way to the other end at most, so that the interval shrinks.
  const bound = trial.step + 0.66 * (other.step - trial.step)
  return trial.step > best.step ? Math.min(bound, step) : Math.max(bound, step)
}

/**
 * The next step to try.
 *
 * @param best The lowest point so far, its slope pointing into the interval.
 * @param other The other end of the interval; undefined until a minimum is bracketed.
 * @param trial The point just tried.
 * @param limit The farthest step of an extrapolation.
 */
export function trialStep(
  best: LinePoint,
  other: LinePoint,
  trial: LinePoint,
  bracketed: boolean,
  limit: number,
): number {
  if (trial.value > best.value) {
    const cubic = cubicMinimum(best, trial)
    const quadratic = quadraticMinimum(best, trial)
    return closerTo(best.step, cubic, quadratic) === cubic ? cubic : cubic + (quadratic - cubic) / 2
  }
  if (brackets(best, trial)) return fartherFrom(trial.step, cubicMinimum(trial, best), secantZero(trial, best))
  if (Math.abs(trial.slope) < Math.abs(best.slope)) return flatterStep(best, other, trial, bracketed, limit)
  return bracketed ? cubicMinimum(trial, other) : limit
}
