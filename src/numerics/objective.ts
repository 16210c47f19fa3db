/** Objective functions for minimisation and gradient checks, in all accepted forms. */
import { toVector } from '../core/array.ts'
import { expectation } from '../core/errors.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'

/** A function of a flat vector that returns its value and fills `gradient`. */
export type Objective = (x: FloatArray, gradient: FloatArray) => number

/** Value and gradient of a function, as one return value. */
export interface ValueAndGradient {
  value: number
  /** [n] */
  gradient: VectorLike
}

/**
 * A function of a flat vector [n] in one of three forms: it returns its value and fills `gradient`; it returns
 * `{ value, gradient }`; or it takes x alone and returns its value, without a gradient.
 */
export type ObjectiveFunction = (x: Float64Array, gradient: Float64Array) => number | ValueAndGradient

/** Source of a gradient: the function, or central differences of its values. */
export type GradientSource = 'function' | 'finite-differences'

type Form = 'fills' | 'returns' | 'differences'

/** Step of the differences relative to max(1, |x_i|), near eps^(1/3), where truncation and rounding errors balance. */
export const DIFFERENCE_STEP = 6e-6

function isPair(value: unknown): value is ValueAndGradient {
  return typeof value === 'object' && value !== null && 'value' in value && 'gradient' in value
}

/**
 * Adapts a function of any form to one that fills the gradient, and counts its calls. The first call shows the form.
 */
export class Evaluator {
  /** Calls of the function. */
  calls = 0
  private readonly where: string
  private readonly f: ObjectiveFunction
  private form: Form | undefined
  private unfilled = false

  constructor(where: string, f: ObjectiveFunction) {
    this.where = where
    this.f = f
  }

  /** Source of the gradient, known after the first evaluation. */
  get source(): GradientSource {
    return this.form === 'differences' ? 'finite-differences' : 'function'
  }

  /** Whether the function has a gradient parameter but did not write to it on the first call. */
  get leavesGradient(): boolean {
    return this.form === 'fills' && this.unfilled
  }

  /** Calls needed for value and gradient at a point of n numbers. */
  callsFor(n: number): number {
    return this.form === 'differences' ? 1 + 2 * n : 1
  }

  /**
   * The value at x; fills the gradient. x is changed for differences and restored.
   *
   * @param mayCall - whether so many more calls are allowed, evaluated before each call for differences; after `false`
   *   the gradient is NaN
   */
  evaluate(x: Float64Array, gradient: Float64Array, mayCall: (more: number) => boolean = () => true): number {
    const { f } = this
    // `length` does not count rest or default parameters, so the forms are told apart by whether a gradient was
    // written.
    const mayWrite = this.form === undefined && f.length < 2
    if (mayWrite) gradient.fill(Number.NaN)
    let returned = this.call(x, gradient)
    if (this.form === undefined) {
      this.unfilled = gradient.every(Number.isNaN)
      this.form = isPair(returned) ? 'returns' : mayWrite && this.unfilled ? 'differences' : 'fills'
      // A second parameter with a default has received the gradient: call again with x alone.
      if (this.form === 'differences' && Number.isNaN(returned) && mayCall(1)) returned = this.call(x, gradient)
    }
    const value = this.valueOf(returned)
    if (this.form === 'returns') this.takeGradient(gradient, (returned as ValueAndGradient).gradient)
    if (this.form === 'differences') this.differencesInto(gradient, x, value, mayCall)
    return value
  }

  /** The value at x alone. */
  valueAt(x: Float64Array, scratch: Float64Array): number {
    return this.valueOf(this.call(x, scratch))
  }

  /** A function without a gradient is called with x alone, so that a second parameter keeps its default. */
  private call(x: Float64Array, gradient: Float64Array): unknown {
    this.calls++
    return this.form === 'differences' ? (this.f as (x: Float64Array) => unknown)(x) : this.f(x, gradient)
  }

  private valueOf(returned: unknown): number {
    const value = this.form === 'returns' && isPair(returned) ? returned.value : returned
    if (typeof value === 'number') return value
    const wanted = 'a function that returns { value, gradient } or returns a number'
    throw new TypeError(expectation(this.where, 'f', wanted, value))
  }

  private takeGradient(out: Float64Array, given: unknown): void {
    const gradient = toVector(this.where, 'gradient', given, 'float64')
    if (gradient.length !== out.length) {
      const got = `got ${gradient.length}`
      throw new RangeError(`${this.where}: "gradient" of "f" expected ${out.length} numbers, as x has, ${got}`)
    }
    out.set(gradient)
  }

  /** g_i = (f(x + h e_i) - f(x - h e_i)) / 2h; one-sided where one of the two is not finite. */
  private differencesInto(out: Float64Array, x: Float64Array, value: number, mayCall: (more: number) => boolean): void {
    const end = this.calls + 2 * x.length
    const valueAt = (): number => (mayCall(end - this.calls) ? this.valueAt(x, out) : Number.NaN)
    for (let i = 0; i < x.length; i++) {
      const middle = x[i]
      const h = DIFFERENCE_STEP * Math.max(1, Math.abs(middle))
      // x + h and x - h as rounded to floats.
      const [above, below] = [middle + h, middle - h]
      x[i] = above
      const high = valueAt()
      x[i] = below
      const low = valueAt()
      x[i] = middle
      if (Number.isFinite(high) && Number.isFinite(low)) out[i] = (high - low) / (above - below)
      else out[i] = Number.isFinite(high) ? (high - value) / (above - middle) : (value - low) / (middle - below)
    }
    if (this.calls < end) out.fill(Number.NaN)
  }
}
