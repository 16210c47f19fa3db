/**
 * Line search for the strong Wolfe conditions by Moré & Thuente, "Line search algorithms with guaranteed sufficient
 * decrease", ACM TOMS 20 (1994). With phi(a) = f(x + a d), a step a is accepted where
 *
 *   phi(a) <= phi(0) + c1 a phi'(0)       (sufficient decrease)
 *   |phi'(a)| <= c2 |phi'(0)|             (curvature)
 *
 * Near a minimum the decrease is lost in the rounding of phi, while slopes are still accurate. A value equal to phi(0)
 * within rounding is therefore replaced by its estimate from the slopes, phi(0) + a (phi'(0) + phi'(a)) / 2; sufficient
 * decrease then means phi'(a) <= (2 c1 - 1) phi'(0), the approximate condition of Hager & Zhang (2005).
 *
 * The search never calls the function: it proposes a step and receives value and slope there, so that synchronous and
 * asynchronous callers can use it.
 */
import { brackets, type LinePoint, trialStep } from './trial-step.ts'

/** Constants of a {@link LineSearch}. */
export interface LineSearchOptions {
  /** c1. Default 1e-4. */
  decrease?: number
  /** c2. Default 0.9. */
  curvature?: number
  /** Trials until the search gives up. Default 20. */
  maxTrials?: number
  /** Longest step in units of the first; there, sufficient decrease alone is enough. Default 1e10. */
  maxGrowth?: number
}

/** `failed`: no step was found; the function is noisy, its gradient wrong, or the direction does not descend. */
export type LineSearchStatus = 'searching' | 'accepted' | 'failed'

/** Values this close, relative to phi(0), count as equal: the rounding error of a sum. */
const ROUNDING: number = 16 * Number.EPSILON

/** Fraction of the step kept after a value that is not finite. */
const BACK_OFF = 0.1

/** Farthest extrapolation beyond a trial, in distances from the best point. */
const EXTRAPOLATION = 4

/** The interval is halved unless two trials shrink it to at most this fraction of its width. */
const SHRINKAGE = 0.66

/**
 * A line search: call `start` with value, slope and first step; then, as long as the status is `searching`,
 * evaluate at `step` and `advance` with value and slope there.
 */
export class LineSearch {
  /** The step to evaluate; after `accepted` the step found. */
  step = 0
  status: LineSearchStatus = 'failed'
  private readonly decrease: number
  private readonly curvature: number
  private readonly maxTrials: number
  private readonly maxGrowth: number
  private origin: LinePoint = { step: 0, value: 0, slope: 0 }
  private best: LinePoint = this.origin
  private other: LinePoint = this.origin
  private longest = 0
  private bracketed = false
  private width = 0
  private widthBefore = 0
  /** Smallest step at which the function was not finite. */
  private wall = 0
  private trials = 0

  constructor({ decrease = 1e-4, curvature = 0.9, maxTrials = 20, maxGrowth = 1e10 }: LineSearchOptions = {}) {
    this.decrease = decrease
    this.curvature = curvature
    this.maxTrials = maxTrials
    this.maxGrowth = maxGrowth
  }

  /** Begins at phi(0) and phi'(0) < 0 with a first step to try. */
  start(value: number, slope: number, step: number): void {
    this.origin = { step: 0, value, slope }
    this.best = this.origin
    this.other = this.origin
    this.bracketed = false
    this.longest = Math.min(this.maxGrowth * step, Number.MAX_VALUE)
    this.width = this.longest
    this.widthBefore = 2 * this.longest
    this.wall = Number.POSITIVE_INFINITY
    this.trials = 0
    this.step = step
    const descends = slope < 0 && step > 0 && Number.isFinite(slope) && Number.isFinite(step)
    this.status = descends ? 'searching' : 'failed'
  }

  /**
   * Given phi and phi' at `step`, accepts it, fails, or sets the next step; backs off from values that are not finite.
   */
  advance(value: number, slope: number): LineSearchStatus {
    const trial = { step: this.step, value: this.resolved(value, slope), slope }
    const finite = Number.isFinite(value) && Number.isFinite(slope)
    this.trials++
    if (finite && this.accepts(trial)) this.status = 'accepted'
    else if (this.trials >= this.maxTrials) this.status = 'failed'
    else this.moveTo(finite ? this.nextStep(trial) : this.backOff())
    return this.status
  }

  private accepts({ step, value, slope }: LinePoint): boolean {
    const { origin } = this
    const low = value <= origin.value + this.decrease * step * origin.slope
    if (low && step === this.longest && slope < 0) return true
    return low && Math.abs(slope) <= -this.curvature * origin.slope
  }

  /** The value, or its estimate from the slopes where the decrease is lost in rounding. */
  private resolved(value: number, slope: number): number {
    const { origin, step } = this
    const lost = Math.abs(value - origin.value) <= ROUNDING * Math.abs(origin.value)
    return lost ? origin.value + (step * (origin.slope + slope)) / 2 : value
  }

  private moveTo(step: number): void {
    const tried = step === this.best.step || step === this.other.step
    if (tried || !Number.isFinite(step)) this.status = 'failed'
    this.step = step
  }

  private backOff(): number {
    this.wall = this.step
    return this.best.step + BACK_OFF * (this.step - this.best.step)
  }

  private nextStep(trial: LinePoint): number {
    const { origin, decrease, best } = this
    const low = trial.value <= origin.value + decrease * trial.step * origin.slope
    // The paper stops using psi once a low trial has a rising slope; this condition gave the same steps in 600,000
    // searches.
    const judge = trial.value <= best.value && !low ? this.lessDecrease : asItIs
    const limit = trial.step + EXTRAPOLATION * (trial.step - best.step)
    const next = trialStep(judge(best), judge(this.other), judge(trial), this.bracketed, limit)
    this.narrow(judge(best), judge(trial), trial)
    return this.bracketed ? this.insideInterval(next) : this.extrapolated(next, limit)
  }

  /** psi(a) = phi(a) - c1 a phi'(0) and its slope; psi rises where phi falls too little. */
  private readonly lessDecrease = ({ step, value, slope }: LinePoint): LinePoint => {
    const wanted = this.decrease * this.origin.slope
    return { step, value: value - step * wanted, slope: slope - wanted }
  }

  private narrow(judgedBest: LinePoint, judgedTrial: LinePoint, trial: LinePoint): void {
    const turned = brackets(judgedBest, judgedTrial)
    this.bracketed ||= turned
    if (judgedTrial.value > judgedBest.value) {
      this.other = trial
      return
    }
    if (turned) this.other = this.best
    this.best = trial
  }

  private insideInterval(step: number): number {
    const { best, other, widthBefore } = this
    const width = Math.abs(other.step - best.step)
    this.widthBefore = this.width
    this.width = width
    const inside = step > Math.min(best.step, other.step) && step < Math.max(best.step, other.step)
    return inside && width < SHRINKAGE * widthBefore ? step : best.step + (other.step - best.step) / 2
  }

  /** Extrapolates within the limits, at most half way to a step that was not finite. */
  private extrapolated(step: number, limit: number): number {
    const wanted = Number.isFinite(step) ? Math.min(step, limit) : limit
    return Math.min(wanted, this.longest, this.best.step + (this.wall - this.best.step) / 2)
  }
}

function asItIs(point: LinePoint): LinePoint {
  return point
}
