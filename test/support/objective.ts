import type { Sequential } from '../../src/models/sequential.ts'
import type { Objective } from '../../src/numerics/gradient-check.ts'

type Given = Parameters<Sequential['lossAndGradient']>

/** The loss of a network as a function of its flat parameter vector, for `checkGradient`. */
export function objectiveOf(network: Sequential, ...given: Given): Objective {
  return (theta, gradient) => {
    network.parameters.data.set(theta)
    const result = network.lossAndGradient(...given)
    gradient.set(result.gradient)
    return result.loss
  }
}
