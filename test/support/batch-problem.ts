import type { Dtype } from '../../src/core/types.ts'
import type { Objective } from '../../src/numerics/objective.ts'
import type { BatchProblem, MatrixProduct } from '../../src/numerics/optimizer.ts'
import { ParameterSet } from '../../src/numerics/parameters.ts'

/** A function as the batch of an optimiser; the last parameter is a bias, without decay. */
export function problemOf(
  f: Objective,
  x0: ArrayLike<number>,
  { dtype = 'float64', product }: { dtype?: Dtype; product?: (share: number) => MatrixProduct } = {},
): BatchProblem & { evaluations: number; losses: number } {
  const parameters = ParameterSet.allocate(
    [
      { name: 'W', shape: [x0.length - 1], decay: true },
      { name: 'b', shape: [1], decay: false },
    ],
    dtype,
  )
  parameters.data.set(x0)
  return {
    parameters,
    evaluations: 0,
    losses: 0,
    evaluate() {
      this.evaluations++
      return f(parameters.data, parameters.gradient)
    },
    loss() {
      this.losses++
      return f(parameters.data, parameters.gradient.slice())
    },
    gaussNewton(share) {
      if (product === undefined) throw new Error('no product')
      return product(share)
    },
  }
}
