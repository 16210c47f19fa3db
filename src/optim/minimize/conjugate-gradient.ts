import type { Method } from './method.ts'
import type { Point } from './problem.ts'
import { addScaledInto, dot, norm, scaleInto } from './vectors.ts'

/** Gradients this far from orthogonal, |g_k' g_(k-1)| >= 0.2 g_k' g_k, restart from steepest descent (Powell 1977). */
const RESTART = 0.2

/**
 * Non-linear conjugate gradients, d_k = -g_k + beta d_(k-1) with Polak & Ribière's
 * beta = max(0, g_k'(g_k - g_(k-1)) / g_(k-1)'g_(k-1)): Nocedal & Wright (2006), 5.44 and 5.45, Powell's restarts 5.52.
 */
export class ConjugateGradientMethod implements Method {
  // Directions stay conjugate only with a more accurate line search than quasi-Newton methods need.
  readonly curvature = 0.1
  private readonly previous: Float64Array
  private beta = 0
  /** First-order change of the value in the last step; 0 before the first. */
  private change = 0
  private slope = 0

  constructor(size: number) {
    this.previous = new Float64Array(size)
  }

  direction(out: Float64Array, { gradient }: Point): number {
    scaleInto(out, -1, gradient)
    if (this.beta > 0) addScaledInto(out, out, this.beta, this.previous)
    if (!(dot(out, gradient) < 0)) scaleInto(out, -1, gradient)
    this.previous.set(out)
    this.slope = dot(out, gradient)
    // Assumes the same first-order change as in the last step (3.60).
    return this.change < 0 ? this.change / this.slope : 1 / norm(out)
  }

  learn(from: Point, to: Point, step: number): void {
    const mixed = dot(to.gradient, from.gradient)
    const squared = dot(to.gradient, to.gradient)
    const restart = Math.abs(mixed) >= RESTART * squared
    // Not negative: that would need mixed > squared, which restarts.
    this.beta = restart ? 0 : (squared - mixed) / dot(from.gradient, from.gradient)
    this.change = step * this.slope
  }

  reset(): void {
    this.beta = 0
    this.change = 0
  }
}
