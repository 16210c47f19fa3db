/** Test functions as sums of squared residuals: value and gradient from one description. */
import type { FloatArray } from '../../src/core/types.ts'
import type { Objective } from '../../src/numerics/objective.ts'

/** A function with its standard start. */
export interface TestProblem {
  name: string
  f: Objective
  x0: Float64Array
}

/** Returns residual i and writes its derivatives to `row`, which is zero. */
type Residual = (x: FloatArray, i: number, row: Float64Array) => number

function sumOfSquares(n: number, m: number, residual: Residual): Objective {
  const row = new Float64Array(n)
  return (x, gradient) => {
    gradient.fill(0)
    let sum = 0
    for (let i = 0; i < m; i++) {
      row.fill(0)
      const r = residual(x, i, row)
      sum += r * r
      for (let j = 0; j < n; j++) gradient[j] += 2 * r * row[j]
    }
    return sum
  }
}

/** A problem from its m residuals. */
export function problem(name: string, x0: number[], m: number, residual: Residual): TestProblem {
  return { name, f: sumOfSquares(x0.length, m, residual), x0: Float64Array.from(x0) }
}

/** value(0) .. value(n - 1). */
export function filled(n: number, value: (i: number) => number): number[] {
  return Array.from({ length: n }, (_, i) => value(i))
}
