import type { FloatArray } from '../../src/core/types.ts'
import type { Objective } from '../../src/numerics/objective.ts'
import type { ParameterSet } from '../../src/numerics/parameters.ts'

interface Network<Given extends unknown[]> {
  parameters: ParameterSet
  lossAndGradient(...given: Given): { loss: number; gradient: FloatArray }
}

/** The loss of a network as a function of its flat parameter vector, for `checkGradient`. */
export function objectiveOf<Given extends unknown[]>(network: Network<Given>, ...given: Given): Objective {
  return (theta, gradient) => {
    network.parameters.data.set(theta)
    const result = network.lossAndGradient(...given)
    gradient.set(result.gradient)
    return result.loss
  }
}
