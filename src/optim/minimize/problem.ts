import { expectation } from '../../core/errors.ts'
import type { Objective } from '../../numerics/gradient-check.ts'
import { maxAbs } from './vectors.ts'

/** A point with the function's value and gradient there. */
export interface Point {
  x: Float64Array
  gradient: Float64Array
  value: number
}

/** A point to be evaluated. The gradient starts as NaN, which shows where a function leaves it unwritten. */
export function createPoint(x: Float64Array): Point {
  return { x, gradient: new Float64Array(x.length).fill(Number.NaN), value: Number.NaN }
}

/** Copies a point. */
export function copyPointInto(out: Point, point: Point): void {
  out.x.set(point.x)
  out.gradient.set(point.gradient)
  out.value = point.value
}

/** The function under way: counts evaluations, keeps the lowest point, knows when none is left. */
export class Problem {
  readonly best: Point
  evaluations = 0
  private readonly f: Objective
  private readonly maxEvaluations: number
  private readonly signal: AbortSignal | undefined

  constructor(f: Objective, size: number, maxEvaluations: number, signal: AbortSignal | undefined) {
    this.f = f
    this.best = createPoint(new Float64Array(size))
    this.maxEvaluations = maxEvaluations
    this.signal = signal
  }

  /** Why nothing more may be evaluated. */
  get halted(): 'aborted' | 'maxEvaluations' | undefined {
    if (this.signal?.aborted) return 'aborted'
    return this.evaluations >= this.maxEvaluations ? 'maxEvaluations' : undefined
  }

  /** Fills in value and gradient at the point's x. */
  evaluate(point: Point): void {
    const value: unknown = this.f(point.x, point.gradient)
    if (typeof value !== 'number') {
      throw new TypeError(expectation('minimize', 'f', 'a function that returns a number', value))
    }
    point.value = value
    this.evaluations++
    const first = Number.isNaN(this.best.value)
    if (first || (value < this.best.value && Number.isFinite(value) && Number.isFinite(maxAbs(point.gradient)))) {
      copyPointInto(this.best, point)
    }
  }
}
