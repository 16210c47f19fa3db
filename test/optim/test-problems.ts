/**
 * Unconstrained test problems of Moré, Garbow & Hillstrom, "Testing unconstrained optimization software", ACM TOMS 7
 * (1981): the numbers in brackets and the starts are theirs, indices start at 0.
 */
import * as fixed from './fixed-problems.ts'
import * as scalable from './scalable-problems.ts'
import type { TestProblem } from './sum-of-squares.ts'

/** The 18 functions for unconstrained minimisation, some in two sizes, and eight others. */
export const testProblems: readonly TestProblem[] = [
  fixed.helicalValley(),
  fixed.biggs(),
  fixed.gaussian(),
  fixed.powellBadlyScaled(),
  fixed.box(),
  scalable.variablyDimensioned(10),
  scalable.watson(6),
  scalable.watson(9),
  scalable.penalty1(4),
  scalable.penalty1(10),
  scalable.penalty2(4),
  scalable.penalty2(10),
  fixed.brownBadlyScaled(),
  fixed.brownDennis(),
  fixed.gulf(),
  scalable.trigonometric(10),
  scalable.extendedRosenbrock(2),
  scalable.extendedRosenbrock(10),
  scalable.extendedRosenbrock(100),
  scalable.powellSingular(4),
  scalable.powellSingular(20),
  fixed.beale(),
  fixed.wood(),
  scalable.chebyquad(8),
  scalable.chebyquad(10),
  scalable.chainedRosenbrock(10),
  scalable.chainedRosenbrock(100),
  fixed.freudensteinRoth(),
  fixed.jennrichSampson(),
  fixed.bard(),
  fixed.kowalikOsborne(),
  scalable.discreteBoundary(10),
  scalable.broydenTridiagonal(10),
]
