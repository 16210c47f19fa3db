import { addWeightDecay, addWeightDecayProduct } from '../numerics/weight-decay.ts'
import type { BatchLoss } from './batch-problem.ts'

/** A loss with lambda/2 ||W||^2 added, biases spared: to the value, the gradient and the curvature. */
export function withWeightDecay(source: BatchLoss, lambda: number): BatchLoss {
  const { parameters, lossAndGradient, loss, gaussNewton } = source
  if (lambda === 0) return source
  return {
    ...source,
    lossAndGradient: (...batch) => lossAndGradient(...batch) + addWeightDecay(parameters, lambda),
    loss: loss && ((...batch) => loss(...batch) + addWeightDecay(parameters, lambda)),
    gaussNewton:
      gaussNewton &&
      ((...batch) => {
        const product = gaussNewton(...batch)
        return (v, out) => {
          product(v, out)
          addWeightDecayProduct(parameters, lambda, v, out)
        }
      }),
  }
}
