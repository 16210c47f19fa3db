/** Products of vectors with the second derivatives of a loss by the parameters. */
import type { FloatArray } from '../core/types.ts'
import type { LayerChain } from '../layers/layer-chain.ts'
import type { MatrixProduct } from '../numerics/optimizer.ts'
import { exactCurvature, gaussNewtonCurvature } from './curvature.ts'
import type { NetworkCore, OutputLoss } from './output-loss.ts'

/** Curvature w t v of the elements whose loss is computed from ln y: v is the tangent of ln y, and dL/d ln y = -w t. */
function logCurvature(chain: LayerChain, dLogs: Float64Array): Float64Array {
  const tangent = chain.logOutputTangent()
  return dLogs.map((d, k) => (d === 0 ? 0 : -d * tangent[k]))
}

/** A product that `add` accumulates in the gradient, given the tangent of the output and the direction. */
function productBy(
  { chain, parameters, workspace }: NetworkCore,
  add: (tangent: FloatArray, direction: FloatArray) => void,
): MatrixProduct {
  const { gradient } = parameters
  return (v, out) => {
    const direction = workspace.take('direction', v.length)
    direction.set(v)
    const tangent = chain.tangent(direction)
    gradient.fill(0)
    if (tangent !== null) add(tangent, direction)
    out.set(gradient)
  }
}

/**
 * Products with the Gauss-Newton matrix J' H J of a loss: J the Jacobian of the chain's output by the parameters, H the
 * Hessian of the loss by that output. Both are taken at the logits of a softmax output, else at the output itself.
 * Valid until the next pass; each product overwrites `parameters.gradient`.
 */
export function gaussNewtonProduct(network: NetworkCore, point: OutputLoss): MatrixProduct {
  const { chain } = network
  return productBy(network, (tangent) => {
    gaussNewtonCurvature(point.dOutput, tangent, point)
    chain.backward(point.dOutput, point.dLogs && logCurvature(chain, point.dLogs))
  })
}

/** As `gaussNewtonProduct`, with the Hessian of the loss by the parameters; needs exact products in every layer. */
export function hessianProduct(network: NetworkCore, point: OutputLoss): MatrixProduct {
  const { chain, workspace } = network
  chain.backward(point.dOutput, point.dLogs)
  const curved = workspace.take('curved', point.dOutput.length)
  return productBy(network, (tangent, direction) => {
    exactCurvature(curved, tangent, point)
    chain.backwardTangent(curved, direction, point.dLogs)
  })
}
