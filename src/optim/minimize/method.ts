import type { Point } from './problem.ts'

/** What tells one descent from another: where it goes from a point, and what it learns of a step. */
export interface Method {
  /** c2 of the line search. */
  readonly curvature: number
  /** Writes the direction from `at` and returns the first step to try along it. */
  direction(out: Float64Array, at: Point): number
  /** Takes in an accepted step, to = from + step * direction. */
  learn(from: Point, to: Point, step: number): void
  /** Forgets the past: the next direction is steepest descent. */
  reset(): void
}
