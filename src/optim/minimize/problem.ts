import { Evaluator, type GradientSource, type ObjectiveFunction } from '../../numerics/objective.ts'
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
  private readonly f: Evaluator
  private readonly maxEvaluations: number
  private readonly signal: AbortSignal | undefined

  constructor(f: ObjectiveFunction, size: number, maxEvaluations: number, signal: AbortSignal | undefined) {
    this.f = new Evaluator('minimize', f)
    this.best = createPoint(new Float64Array(size))
    this.maxEvaluations = maxEvaluations
    this.signal = signal
  }

  /** Calls of the function. */
  get evaluations(): number {
    return this.f.calls
  }

  get gradientSource(): GradientSource {
    return this.f.source
  }

  /** Why nothing more may be evaluated. */
  get halted(): 'aborted' | 'maxEvaluations' | undefined {
    if (this.signal?.aborted) return 'aborted'
    const next = this.evaluations + this.f.callsFor(this.best.x.length)
    return next > this.maxEvaluations ? 'maxEvaluations' : undefined
  }

  /** Fills in value and gradient at the point's x. */
  evaluate(point: Point): void {
    const value = this.f.evaluate(point.x, point.gradient)
    point.value = value
    const first = Number.isNaN(this.best.value)
    if (first || (value < this.best.value && Number.isFinite(value) && Number.isFinite(maxAbs(point.gradient)))) {
      copyPointInto(this.best, point)
    }
  }
}
