/** Gradients against central differences. */
import { checkNumber } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { FloatArray } from '../core/types.ts'

/** A function of a flat vector that returns its value and fills `gradient`. */
export type Objective = (x: FloatArray, gradient: FloatArray) => number

/** Options of {@link checkGradient}. */
export interface GradientCheckOptions {
  /** Step of the difference at coordinate x_i: step * max(1, |x_i|). Default 6e-6, near the cube root of eps. */
  step?: number
  /** Accepted error relative to the larger of the two gradients. Default 1e-6. */
  relativeTolerance?: number
  /** Accepted error beside it, times 1 + |value|: the rounding of the differences. Default 1e-8. */
  absoluteTolerance?: number
}

/** Result of {@link checkGradient}. */
export interface GradientCheck {
  ok: boolean
  /** Largest |numeric - analytic| in units of what is accepted: at most 1 where `ok`, which needs a finite value too. */
  maxError: number
  /** The coordinate of the largest error. */
  worst: { index: number; numeric: number; analytic: number }
}

/**
 * Compares the gradient that `f` returns with (f(x + h e_i) - f(x - h e_i)) / 2h in every coordinate. Float64 only: the
 * differences of a float32 function are noise.
 */
export function checkGradient(f: Objective, x0: Float64Array, options: GradientCheckOptions = {}): GradientCheck {
  if (!(x0 instanceof Float64Array)) throw new TypeError(expectation('checkGradient', 'x0', 'a Float64Array', x0))
  const step = checkNumber('checkGradient', 'step', options.step ?? 6e-6, { above: 0 })
  const relative = checkNumber('checkGradient', 'relativeTolerance', options.relativeTolerance ?? 1e-6, { min: 0 })
  const absolute = checkNumber('checkGradient', 'absoluteTolerance', options.absoluteTolerance ?? 1e-8, { above: 0 })
  const x = x0.slice()
  const gradient = new Float64Array(x.length)
  const value = f(x, gradient)
  const analytic = gradient.slice()
  let maxError = 0
  let worst = { index: -1, numeric: Number.NaN, analytic: Number.NaN }
  for (let i = 0; i < x.length; i++) {
    const h = step * Math.max(1, Math.abs(x0[i]))
    x[i] = x0[i] + h
    const above = f(x, gradient)
    x[i] = x0[i] - h
    const below = f(x, gradient)
    x[i] = x0[i]
    const numeric = (above - below) / (2 * h)
    const accepted = relative * Math.max(Math.abs(numeric), Math.abs(analytic[i])) + absolute * (1 + Math.abs(value))
    const error = Math.abs(numeric - analytic[i]) / accepted
    if (!(error <= maxError)) {
      maxError = error
      worst = { index: i, numeric, analytic: analytic[i] }
      if (Number.isNaN(error)) break
    }
  }
  return { ok: Number.isFinite(value) && maxError <= 1, maxError, worst }
}
