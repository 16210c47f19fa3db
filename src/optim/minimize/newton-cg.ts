import { square } from '../../core/power.ts'
import type { Method } from './method.ts'
import { createPoint, type Point, type Problem } from './problem.ts'
import { addScaledInto, dot, norm, scaleInto } from './vectors.ts'

/** Writes the product of the Hessian at x with v to `out`. */
export type HessianProduct = (x: Float64Array, v: Float64Array, out: Float64Array) => void

/** Writes the product of the Hessian at a point with known gradient with v to `out`. @internal */
export type PointProduct = (at: Point, v: Float64Array, out: Float64Array) => void

/** Largest residual of an inner solve, relative to the gradient. */
const MAX_FORCING = 0.5

/** Noise of a gradient by central differences, relative to the value: eps / step. */
const DIFFERENCE_NOISE = 4e-11

/**
 * H v by the forward difference (g(x + h v) - g(x)) / h with h ||v|| near sqrt(eps), one evaluation each. Central
 * differences are closer but cost two: a minimum then took 1.6 times the evaluations, and more searches failed.
 */
export function differenceProduct(problem: Problem, size: number): PointProduct {
  const ahead = createPoint(new Float64Array(size))
  return (at, v, out) => {
    // A gradient by differences is noisier, which calls for a longer step.
    const noise = problem.gradientSource === 'function' ? Number.EPSILON : DIFFERENCE_NOISE
    const h = (Math.sqrt(noise) * (1 + norm(at.x))) / norm(v)
    addScaledInto(ahead.x, at.x, h, v)
    problem.evaluate(ahead)
    addScaledInto(out, ahead.gradient, -1, at.gradient)
    scaleInto(out, 1 / h, out)
  }
}

/**
 * Truncated Newton: H d = -g solved by conjugate gradients as far as ||H d + g|| <= eta ||g||, or to the first
 * direction of no positive curvature (Nocedal & Wright 2006, algorithm 7.1). The forcing terms are the second choice of
 * Eisenstat & Walker (1996), eta_k = 0.9 (||g_k|| / ||g_(k-1)||)^2, with its safeguard against a sudden fall.
 */
export class NewtonCgMethod implements Method {
  // 0.9 cost 3 to 5 % more evaluations, because a looser line search leads to more inner solves.
  readonly curvature = 0.5
  private readonly problem: Problem
  private readonly product: PointProduct
  private readonly residual: Float64Array
  private readonly conjugate: Float64Array
  private readonly image: Float64Array
  private forcing = MAX_FORCING

  constructor(problem: Problem, size: number, product: PointProduct) {
    this.problem = problem
    this.product = product
    this.residual = new Float64Array(size)
    this.conjugate = new Float64Array(size)
    this.image = new Float64Array(size)
  }

  direction(out: Float64Array, at: Point): number {
    const { residual, conjugate, image, problem } = this
    const target = this.forcing * norm(at.gradient)
    residual.set(at.gradient)
    scaleInto(conjugate, -1, residual)
    out.fill(0)
    let squared = dot(residual, residual)
    for (let i = 0; i < 2 * out.length && problem.halted === undefined; i++) {
      this.product(at, conjugate, image)
      const bend = dot(conjugate, image)
      if (!(bend > 0)) return i > 0 ? 1 : this.steepest(out, at, squared / Math.abs(bend))
      addScaledInto(out, out, squared / bend, conjugate)
      addScaledInto(residual, residual, squared / bend, image)
      const before = squared
      squared = dot(residual, residual)
      if (!(Math.sqrt(squared) > target)) break
      scaleInto(conjugate, squared / before, conjugate)
      addScaledInto(conjugate, conjugate, -1, residual)
    }
    return 1
  }

  learn(from: Point, to: Point): void {
    const safeguard = 0.9 * square(this.forcing)
    const wanted = 0.9 * square(norm(to.gradient) / norm(from.gradient))
    this.forcing = Math.min(MAX_FORCING, safeguard > 0.1 ? Math.max(wanted, safeguard) : wanted)
  }

  reset(): void {
    this.forcing = MAX_FORCING
  }

  /** Steepest descent; where curvature is negative, its magnitude still gives the scale of the step. */
  private steepest(out: Float64Array, at: Point, scale: number): number {
    scaleInto(out, -1, at.gradient)
    return Number.isFinite(scale) ? scale : 1 / norm(out)
  }
}
