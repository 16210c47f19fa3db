import { checkFinite, toVector } from '../../core/array.ts'
import { checkInteger, checkNumber, checkOneOf, checkOptions } from '../../core/check.ts'
import { expectation } from '../../core/errors.ts'
import type { HessianProduct } from './newton-cg.ts'

/** Method of {@link minimize}. */
export type MinimizeMethod = 'lbfgs' | 'cg' | 'newton-cg'

/** Report to `onIteration` after every step. */
export interface MinimizeReport {
  /** Steps taken so far, from 1. */
  iteration: number
  value: number
  /** max |g_i|. */
  gradientNorm: number
  /** Step length along the direction. */
  step: number
  /** Calls of the function so far, those for differences included. */
  evaluations: number
}

/** Options of {@link minimize}. */
export interface MinimizeOptions {
  /** Default `lbfgs`. */
  method?: MinimizeMethod
  /** Pairs that L-BFGS keeps; the other methods keep none. Default 10. */
  memory?: number
  /** Converged where max |g_i| is at most this. Default 1e-6. */
  gradientTolerance?: number
  /** Stops where a step lowers the value by at most this times max(|before|, |after|, 1). Default 0: off. */
  valueTolerance?: number
  /** Default 1000. */
  maxIterations?: number
  /**
   * Calls of the function at most, those for differences included; no limit by default. A function of n numbers without
   * a gradient takes 1 + 2n per point, which is therefore the least useful limit.
   */
  maxEvaluations?: number
  /** Hessian products for `newton-cg`; by default differences of the gradient, one evaluation each. */
  hessianProduct?: HessianProduct
  /** Called after every step; returning false stops. */
  onIteration?: (report: MinimizeReport) => unknown
  /** Stops before the next call of the function once it is aborted. */
  signal?: AbortSignal
}

/** Checked options, defaults filled in. @internal */
export type MinimizeSettings = Required<Omit<MinimizeOptions, 'hessianProduct' | 'onIteration' | 'signal'>> &
  Pick<MinimizeOptions, 'hessianProduct' | 'onIteration' | 'signal'>

const WHERE = 'minimize'

const optionNames = [
  ...['method', 'memory', 'gradientTolerance', 'valueTolerance', 'maxIterations', 'maxEvaluations'],
  ...['hessianProduct', 'onIteration', 'signal'],
] as const

/** The value if it is a function. @internal */
export function checkFunction<F>(name: string, value: F): F {
  if (typeof value !== 'function') throw new TypeError(expectation(WHERE, name, 'a function', value))
  return value
}

/** The start as a new Float64Array. @internal */
export function checkStart(x0: unknown): Float64Array {
  const x = toVector(WHERE, 'x0', x0, 'float64')
  if (x.length === 0) throw new RangeError(expectation(WHERE, 'x0', 'at least one number', x0))
  checkFinite(WHERE, 'x0', x)
  return Float64Array.from(x)
}

/** Options with their defaults. @internal */
export function checkSettings(options: MinimizeOptions): MinimizeSettings {
  checkOptions(WHERE, options, optionNames)
  const { hessianProduct, onIteration, signal, maxEvaluations } = options
  if (hessianProduct !== undefined) checkFunction('hessianProduct', hessianProduct)
  if (onIteration !== undefined) checkFunction('onIteration', onIteration)
  if (signal !== undefined && typeof signal?.aborted !== 'boolean') {
    throw new TypeError(expectation(WHERE, 'signal', 'an AbortSignal', signal))
  }
  return {
    method: checkOneOf(WHERE, 'method', options.method ?? 'lbfgs', ['lbfgs', 'cg', 'newton-cg']),
    memory: checkInteger(WHERE, 'memory', options.memory ?? 10, { min: 1 }),
    gradientTolerance: checkNumber(WHERE, 'gradientTolerance', options.gradientTolerance ?? 1e-6, { min: 0 }),
    valueTolerance: checkNumber(WHERE, 'valueTolerance', options.valueTolerance ?? 0, { min: 0 }),
    maxIterations: checkInteger(WHERE, 'maxIterations', options.maxIterations ?? 1000, { min: 0 }),
    maxEvaluations:
      maxEvaluations === undefined
        ? Number.POSITIVE_INFINITY
        : checkInteger(WHERE, 'maxEvaluations', maxEvaluations, { min: 1 }),
    hessianProduct,
    onIteration,
    signal,
  }
}
