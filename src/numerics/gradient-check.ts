/** Comparison of gradients with central differences. */
import { inputDtype, isArrayView, toVector } from '../core/array.ts'
import { checkInteger, checkNumber, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { VectorLike } from '../core/types.ts'
import { norm } from './clip.ts'
import { DIFFERENCE_STEP, Evaluator, type ObjectiveFunction } from './objective.ts'
import { checkSeed, Random, type Seed } from './random.ts'

/** Options of {@link checkGradient}. */
export interface GradientCheckOptions {
  /** Step of the difference at coordinate x_i: step * max(1, |x_i|). Default 6e-6, near the cube root of eps. */
  step?: number
  /** Accepted error relative to the larger of the two gradients. Default 1e-6. */
  relativeTolerance?: number
  /** Accepted absolute error, times 1 + |value|, for the rounding of the differences. Default 1e-8. */
  absoluteTolerance?: number
  /**
   * Checks the slope along this many random unit directions instead of every coordinate, at two evaluations each, for
   * functions of very many variables. An error in one of n coordinates appears about sqrt(n) times smaller. Default:
   * all coordinates.
   */
  directions?: number
  /** Seed of the directions. Default 0. */
  seed?: Seed
}

/** Result of {@link checkGradient}. */
export interface GradientCheck {
  ok: boolean
  /** Largest |numeric - analytic| / accepted error; `ok` requires at most 1, and a finite value of f. */
  maxError: number
  /** Largest |numeric - analytic|. */
  absoluteError: number
  /** Largest |numeric - analytic| / max(|numeric|, |analytic|), 0 where both are 0; not meaningful near 0. */
  relativeError: number
  /** Index of the coordinate, or direction, with `maxError`. */
  worst: { index: number; numeric: number; analytic: number }
}

/** Whether the numbers are in a plain array, hence float64. */
function isPlain(x: VectorLike): boolean {
  return Array.isArray(isArrayView(x) ? x.data : x)
}

/** A line through x0 along which a slope is measured. */
interface Line {
  /** Direction; null for the coordinate axis of the line's index. */
  direction: Float64Array | null
  step: number
}

function unitDirection(n: number, random: Random): Float64Array {
  const direction = new Float64Array(n)
  random.normalInto(direction)
  const length = norm(direction)
  return direction.map((value) => value / length)
}

function* linesThrough(x0: Float64Array, step: number, directions: number, seed: Seed): Generator<Line> {
  if (directions === 0) {
    for (const x of x0) yield { direction: null, step: step * Math.max(1, Math.abs(x)) }
    return
  }
  const random = new Random(seed).substream('directions')
  const scale = x0.reduce((largest, x) => Math.max(largest, Math.abs(x)), 1)
  for (let k = 0; k < directions; k++) {
    yield { direction: unitDirection(x0.length, random.substream(k)), step: step * scale }
  }
}

/** (f(x0 + h d) - f(x0 - h d)) / 2h. */
function slopeAlong(f: Evaluator, x0: Float64Array, { direction, step }: Line, index: number): number {
  const x = x0.slice()
  const unused = new Float64Array(x.length)
  const valueAt = (distance: number): number => {
    if (direction === null) x[index] = x0[index] + distance
    else for (let i = 0; i < x.length; i++) x[i] = x0[i] + distance * direction[i]
    return f.valueAt(x, unused)
  }
  return (valueAt(step) - valueAt(-step)) / (2 * step)
}

function dot(x: Float64Array, y: Float64Array): number {
  return x.reduce((sum, value, i) => sum + value * y[i], 0)
}

/** Keeps the largest errors seen. */
class Errors {
  maxError = 0
  absoluteError = 0
  relativeError = 0
  worst: GradientCheck['worst'] = { index: -1, numeric: Number.NaN, analytic: Number.NaN }

  add(index: number, numeric: number, analytic: number, relative: number, absolute: number): void {
    const size = Math.max(Math.abs(numeric), Math.abs(analytic))
    const difference = Math.abs(numeric - analytic)
    const error = difference / (relative * size + absolute)
    this.absoluteError = Math.max(this.absoluteError, difference)
    this.relativeError = Math.max(this.relativeError, difference === 0 ? 0 : difference / size)
    // Also true for NaN.
    if (!(error <= this.maxError)) {
      this.maxError = error
      this.worst = { index, numeric, analytic }
    }
  }
}

const optionNames = ['step', 'relativeTolerance', 'absoluteTolerance', 'directions', 'seed'] as const

/**
 * Compares the gradient that `f` fills or returns with (f(x + h e_i) - f(x - h e_i)) / 2h in every coordinate, or along
 * random directions. Float64 only: the differences of a float32 function are noise.
 *
 * @param f - fills the gradient and returns the value, or returns `{ value, gradient }`
 * @param x0 - [n] the point, a Float64Array or a one-dimensional view of one, or an array of numbers; not modified
 * @throws TypeError for an x0 of another kind or an `f` without a gradient, RangeError for options out of range
 * @example
 * ```ts
 * const cube: Objective = (x, g) => {
 *   g[0] = 3 * x[0] ** 2
 *   return x[0] ** 3
 * }
 * checkGradient(cube, Float64Array.of(2)).ok // true
 * ```
 */
export function checkGradient(f: ObjectiveFunction, x0: VectorLike, options: GradientCheckOptions = {}): GradientCheck {
  const where = 'checkGradient'
  const wanted = 'a Float64Array or a one-dimensional view of one'
  if (typeof f !== 'function') throw new TypeError(expectation(where, 'f', 'a function', f))
  if (inputDtype(x0) !== 'float64' && !isPlain(x0)) {
    throw new TypeError(`${expectation(where, 'x0', wanted, x0)}; an array of numbers serves too`)
  }
  checkOptions(where, options, optionNames)
  const start = toVector(where, 'x0', x0, 'float64') as Float64Array
  const step = checkNumber(where, 'step', options.step ?? DIFFERENCE_STEP, { above: 0 })
  const relative = checkNumber(where, 'relativeTolerance', options.relativeTolerance ?? 1e-6, { min: 0 })
  const absolute = checkNumber(where, 'absoluteTolerance', options.absoluteTolerance ?? 1e-8, { above: 0 })
  const { directions } = options
  const count = directions === undefined ? 0 : checkInteger(where, 'directions', directions, { min: 1 })
  const gradient = new Float64Array(start.length)
  const evaluator = new Evaluator(where, f)
  const value = evaluator.evaluate(start.slice(), gradient)
  // A value that is not finite fails the check whatever the gradient.
  if (evaluator.source === 'finite-differences' && Number.isFinite(value)) {
    throw new TypeError(
      `${where}: "f" expected a function with a gradient, which it fills or returns as { value, gradient }`,
    )
  }
  const errors = new Errors()
  let index = 0
  for (const line of linesThrough(start, step, count, checkSeed(where, options.seed ?? 0))) {
    const analytic = line.direction === null ? gradient[index] : dot(gradient, line.direction)
    errors.add(index, slopeAlong(evaluator, start, line, index), analytic, relative, absolute * (1 + Math.abs(value)))
    if (Number.isNaN(errors.maxError)) break
    index++
  }
  const ok = Number.isFinite(value) && errors.maxError <= 1
  const { maxError, absoluteError, relativeError, worst } = errors
  return { ok, maxError, absoluteError, relativeError, worst }
}
