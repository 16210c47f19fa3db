import { addWeightDecay, addWeightDecayProduct } from '../numerics/weight-decay.ts'
import type { BatchLoss } from './batch-loss.ts'

/** Adds weight decay lambda/2 ||W||^2, without biases, to a loss: to its value, gradient and curvature. */
export function withWeightDecay(source: BatchLoss, lambda: number): BatchLoss {
  if (lambda === 0) return source
  const { parameters, deterministic, chunks, loss, gaussNewton, gateStatistics } = source
  return {
    parameters,
    deterministic,
    chunks: chunks?.bind(source),
    gateStatistics: gateStatistics?.bind(source),
    lossAndGradient: (...batch) => source.lossAndGradient(...batch) + addWeightDecay(parameters, lambda),
    loss: loss && ((...batch) => loss.apply(source, batch) + addWeightDecay(parameters, lambda)),
    gaussNewton:
      gaussNewton &&
      ((...batch) => {
        const product = gaussNewton.apply(source, batch)
        return (v, out) => {
          product(v, out)
          addWeightDecayProduct(parameters, lambda, v, out)
        }
      }),
  }
}
