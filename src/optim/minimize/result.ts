import type { GradientSource } from '../../numerics/objective.ts'

/** Reason for which {@link minimize} ended. */
export type MinimizeStatus =
  | 'converged'
  | 'valueConverged'
  | 'maxIterations'
  | 'maxEvaluations'
  | 'lineSearchFailed'
  | 'nonFinite'
  | 'stopped'
  | 'aborted'

/** Result of {@link minimize}. */
export interface MinimizeResult {
  /** The converged point, or the lowest one seen. */
  x: Float64Array
  /** f(x). */
  value: number
  /** The gradient at x; NaN where the run ended before all differences at the start were taken. */
  gradient: Float64Array
  /** max |g_i|. */
  gradientNorm: number
  /** Steps taken. */
  iterations: number
  /** Calls of the function, those for differences included: 1 + 2n per point for a function without gradient. */
  evaluations: number
  /** Source of the gradient: the function, or central differences of its values. */
  gradientSource: GradientSource
  status: MinimizeStatus
  /** The status as a sentence. */
  message: string
}

/** The message where a function of two parameters fills no gradient. @internal */
export const unfilledMessage: string =
  'The gradient at "x0" is NaN: the function takes a gradient as its second argument and did not fill it. One without a gradient ' +
  'takes x alone.'

/** A sentence for every status. @internal */
export const statusMessages: Record<MinimizeStatus, string> = {
  converged: 'Every element of the gradient is within "gradientTolerance".',
  valueConverged: 'The last step lowered the value by no more than "valueTolerance".',
  maxIterations: '"maxIterations" steps were taken before the gradient was within its tolerance.',
  maxEvaluations: '"maxEvaluations" were used up before the gradient was within its tolerance.',
  lineSearchFailed:
    'No step along the steepest descent lowers the value: the tolerance is beyond rounding, the gradient is wrong, ' +
    'or the function is not smooth or not bounded below.',
  nonFinite: 'The value or the gradient at "x0" is not finite.',
  stopped: '"onIteration" returned false.',
  aborted: '"signal" was aborted.',
}
