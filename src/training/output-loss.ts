/** The loss of a network's output and its gradient. */
import type { Dtype, FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import type { Activations } from '../layers/batch.ts'
import type { LayerChain } from '../layers/layer-chain.ts'
import type { ParameterSet } from '../numerics/parameters.ts'
import { Workspace } from '../numerics/workspace.ts'
import { concordanceLoss } from './concordance-loss.ts'
import type { LossPoint } from './curvature.ts'
import {
  binaryCrossEntropyOnLogits,
  crossEntropyOnLogits,
  crossEntropyOnProbabilities,
  type LossKind,
  type LossOfLogs,
  type LossRows,
  squaredError,
} from './loss.ts'

/** A network as its training needs it: layers, parameters, and buffers that are reused from call to call. */
export class NetworkCore {
  readonly chain: LayerChain
  readonly parameters: ParameterSet
  readonly workspace: Workspace
  /** Buffers of float64, whatever the network's element type. */
  readonly exact: Workspace

  constructor(chain: LayerChain, parameters: ParameterSet, dtype: Dtype) {
    this.chain = chain
    this.parameters = parameters
    this.workspace = new Workspace(dtype)
    this.exact = new Workspace('float64')
  }
}

/** A loss and its gradient with respect to the output, or to the logits where the output is a softmax. */
export interface OutputLoss extends LossPoint, LossOfLogs {
  dOutput: FloatArray
}

/** Squared error; through a softmax its gradient is taken on to the logits, where the chain's backward pass starts. */
function squaredErrorOf(chain: LayerChain, dOutput: FloatArray, { data }: Activations, losses: LossRows): number {
  const loss = squaredError(dOutput, data, losses)
  if (chain.output === 'softmax') kernels.softmaxBackward(dOutput, 0, dOutput, 0, data, 0, losses.rows, losses.cols)
  return loss
}

/** The loss of the last output of a chain; writes its gradient to `dOutput`. */
export function lossOfOutput(
  chain: LayerChain,
  output: Activations,
  kind: LossKind,
  losses: LossRows,
  dOutput: FloatArray,
): OutputLoss {
  const point = { kind, outputKind: chain.output, output, losses, dOutput }
  if (kind === 'squaredError') return { ...point, loss: squaredErrorOf(chain, dOutput, output, losses), dLogs: null }
  if (kind === 'concordance') return { ...point, loss: concordanceLoss(dOutput, output.data, losses), dLogs: null }
  if (kind === 'binaryCrossEntropy') {
    return { ...point, loss: binaryCrossEntropyOnLogits(dOutput, output.data, losses), dLogs: null }
  }
  if (chain.output === 'softmax') {
    return { ...point, loss: crossEntropyOnLogits(dOutput, chain.logits, losses), dLogs: null }
  }
  return { ...point, ...crossEntropyOnProbabilities(dOutput, output.data, losses, () => chain.logOutput()) }
}
