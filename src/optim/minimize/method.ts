import type { Point } from './problem.ts'

/** A descent method: its search directions, and its update from an accepted step. */
export interface Method {
  /** c2 of the line search. */
  readonly curvature: number
  /** Writes the direction from `at` and returns the first step to try along it. */
  direction(out: Float64Array, at: Point): number
  /** Updates the method by an accepted step, to = from + step * direction. */
  learn(from: Point, to: Point, step: number): void
  /** Resets the method: the next direction is steepest descent. */
  reset(): void
}
