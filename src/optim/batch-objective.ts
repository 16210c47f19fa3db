import { expectation } from '../core/errors.ts'
import type { BatchProblem } from '../numerics/optimizer.ts'
import { addWeightDecay, addWeightDecayProduct } from '../numerics/weight-decay.ts'
import { createPoint, type Point } from './minimize/problem.ts'

/** Writes the product of a matrix with v to `out`, float64. */
export type Float64Product = (v: Float64Array, out: Float64Array) => void

/**
 * A batch's loss and lambda/2 ||w||^2 (biases exempt) as a function of float64 points, for line searches and conjugate
 * gradients. Each call moves the parameters to its point.
 */
export class BatchObjective {
  private readonly problem: BatchProblem
  private readonly weightDecay: number

  constructor(problem: BatchProblem, weightDecay: number) {
    const { evaluate, gaussNewton, parameters } = (problem ?? {}) as Partial<BatchProblem>
    if (typeof evaluate !== 'function' || typeof gaussNewton !== 'function' || typeof parameters !== 'object') {
      throw new TypeError(expectation('iterate', 'problem', '{ parameters, evaluate, loss, gaussNewton }', problem))
    }
    this.problem = problem
    this.weightDecay = weightDecay
  }

  /** Number of parameters. */
  get size(): number {
    return this.problem.parameters.values.length
  }

  /** The present parameters as an evaluated point. */
  start(): Point {
    const point = createPoint(Float64Array.from(this.problem.parameters.values))
    this.evaluate(point)
    return point
  }

  /** Moves the parameters to x, and rounds x to their element type. */
  moveTo(x: Float64Array): void {
    const values = this.problem.parameters.forWriting()
    values.set(x)
    x.set(values)
  }

  /** Fills in value and gradient at the point's x. */
  evaluate(point: Point): void {
    const { problem, weightDecay } = this
    this.moveTo(point.x)
    point.value = problem.evaluate()
    point.value += addWeightDecay(problem.parameters, weightDecay)
    point.gradient.set(problem.parameters.gradient)
  }

  /** The value at x alone. */
  value(x: Float64Array): number {
    this.moveTo(x)
    return this.problem.loss() + addWeightDecay(this.problem.parameters, this.weightDecay)
  }

  /** Products with the Gauss-Newton matrix at x, on a share of the batch; valid until the next evaluation. */
  gaussNewton(x: Float64Array, share: number): Float64Product {
    this.moveTo(x)
    const product = this.problem.gaussNewton(share)
    return (v, out) => {
      product(v, out)
      addWeightDecayProduct(this.problem.parameters, this.weightDecay, v, out)
    }
  }
}
