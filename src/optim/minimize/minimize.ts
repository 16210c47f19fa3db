import type { VectorLike } from '../../core/types.ts'
import type { ObjectiveFunction } from '../../numerics/objective.ts'
import { ConjugateGradientMethod } from './conjugate-gradient.ts'
import { Descent } from './descent.ts'
import { LbfgsMethod } from './lbfgs.ts'
import type { Method } from './method.ts'
import {
  checkFunction,
  checkSettings,
  checkStart,
  type MinimizeOptions,
  type MinimizeSettings,
} from './minimize-options.ts'
import { differenceProduct, NewtonCgMethod } from './newton-cg.ts'
import { createPoint, type Point, Problem } from './problem.ts'
import { type MinimizeResult, type MinimizeStatus, statusMessages, unfilledMessage } from './result.ts'
import { maxAbs } from './vectors.ts'

export type { MinimizeMethod, MinimizeOptions, MinimizeReport } from './minimize-options.ts'
export type { HessianProduct } from './newton-cg.ts'
export type { MinimizeResult, MinimizeStatus } from './result.ts'

function createMethod(problem: Problem, size: number, { method, memory, hessianProduct }: MinimizeSettings): Method {
  if (method === 'lbfgs') return new LbfgsMethod(size, memory)
  if (method === 'cg') return new ConjugateGradientMethod(size)
  if (hessianProduct === undefined) return new NewtonCgMethod(problem, size, differenceProduct(problem, size))
  return new NewtonCgMethod(problem, size, (at, v, out) => hessianProduct(at.x, v, out))
}

function resultOf(point: Point, iterations: number, problem: Problem, status: MinimizeStatus): MinimizeResult {
  const { x, value, gradient } = point
  const { evaluations, gradientSource } = problem
  const isUnfilled = status === 'nonFinite' && Number.isFinite(value) && problem.leavesGradient
  const message = isUnfilled ? unfilledMessage : statusMessages[status]
  const gradientNorm = maxAbs(gradient)
  return { x, value, gradient, gradientNorm, iterations, evaluations, gradientSource, status, message }
}

/**
 * A local minimum of a smooth function without constraints.
 *
 * `lbfgs` estimates curvature from the last steps and is the method to try first; `cg` (conjugate gradients) needs the
 * least memory; `newton-cg` (truncated Newton) takes the fewest steps and pays where Hessian products are cheap. All
 * use a line search for the strong Wolfe conditions.
 *
 * Numerical trouble does not throw: the line search backs off from values that are not finite, and the status says how
 * the run ended. The arrays passed to `f` are reused between calls.
 *
 * Without a gradient it takes central differences of the values, g_i = (f(x + h e_i) - f(x - h e_i)) / 2h with h = 6e-6
 * max(1, |x_i|), or one-sided ones where a neighbour is not finite: 1 + 2n calls a point, and about 1e-10 (1 + |f|) of
 * noise, below which `gradientTolerance` is out of reach. Where `maxEvaluations` is less than that, only the first call
 * is made, and the result is the start with a gradient of NaN.
 *
 * @param f - fills the gradient and returns the value at x; or returns `{ value, gradient }`; or takes x alone and
 *   returns the value
 * @param x0 - [n] the start, in an array, a typed array or a view; not modified
 * @returns The converged point, or the lowest one seen.
 * @throws TypeError for arguments of the wrong kind or an `f` that does not return a number, RangeError for wrong
 *   values and a gradient of another length than x
 * @example
 * ```ts
 * const bowl: Objective = (x, g) => {
 *   g[0] = 2 * (x[0] - 3)
 *   return (x[0] - 3) ** 2
 * }
 * minimize(bowl, [0]).x // [3]
 * minimize(([x]) => ({ value: (x - 3) ** 2, gradient: [2 * (x - 3)] }), [0]).x // [3]
 * minimize(([x]) => (x - 3) ** 2, [0]).gradientSource // 'finite-differences'
 * ```
 */
export function minimize(f: ObjectiveFunction, x0: VectorLike, options: MinimizeOptions = {}): MinimizeResult {
  checkFunction('f', f)
  const start = createPoint(checkStart(x0))
  const settings = checkSettings(options)
  const problem = new Problem(f, start.x.length, settings.maxEvaluations, settings.signal)
  problem.evaluate(start)
  if (!Number.isFinite(start.value) || !Number.isFinite(maxAbs(start.gradient))) {
    return resultOf(start, 0, problem, (Number.isFinite(start.value) ? problem.cut : undefined) ?? 'nonFinite')
  }
  const descent = new Descent(problem, createMethod(problem, start.x.length, settings), settings, start)
  const status = descent.run()
  const settled = status === 'converged' || !(problem.best.value < descent.at.value)
  return resultOf(settled ? descent.at : problem.best, descent.iterations, problem, status)
}
