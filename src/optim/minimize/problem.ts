import { Evaluator, type GradientSource, type ObjectiveFunction } from '../../numerics/objective.ts'
import { maxAbs } from './vectors.ts'

/** A point with the function's value and gradient there. */
export interface Point {
  x: Float64Array
  gradient: Float64Array
  value: number
}

/** A point to be evaluated. The gradient is initialised to NaN to detect functions that do not write it. */
export function createPoint(x: Float64Array): Point {
  return { x, gradient: new Float64Array(x.length).fill(Number.NaN), value: Number.NaN }
}

/** Copies a point. */
export function copyPointInto(out: Point, point: Point): void {
  out.x.set(point.x)
  out.gradient.set(point.gradient)
  out.value = point.value
}

type Halt = 'aborted' | 'maxEvaluations'

/** The function being minimised: counts evaluations, keeps the lowest point, enforces the limit and cancellation. */
export class Problem {
  readonly best: Point
  /** Reason why the last point has a value but no gradient: the run was halted before its differences were taken. */
  cut: Halt | undefined
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

  /** Whether the function has a gradient parameter but did not fill it. */
  get leavesGradient(): boolean {
    return this.f.leavesGradient
  }

  /** Reason why no further evaluation is allowed. */
  get halted(): Halt | undefined {
    return this.haltBefore(this.f.callsFor(this.best.x.length))
  }

  /** Fills in value and gradient at the point's x; a gradient that would take too many calls is NaN. */
  evaluate(point: Point): void {
    this.cut = undefined
    const value = this.f.evaluate(point.x, point.gradient, (more) => {
      this.cut ??= this.haltBefore(more)
      return this.cut === undefined
    })
    point.value = value
    const first = Number.isNaN(this.best.value)
    if (first || (value < this.best.value && Number.isFinite(value) && Number.isFinite(maxAbs(point.gradient)))) {
      copyPointInto(this.best, point)
    }
  }

  private haltBefore(calls: number): Halt | undefined {
    if (this.signal?.aborted) return 'aborted'
    return this.evaluations + calls > this.maxEvaluations ? 'maxEvaluations' : undefined
  }
}
