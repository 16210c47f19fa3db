import { type Matrix, matrixView } from '../core/array.ts'
import { checkObject } from '../core/check.ts'
import { DBN } from '../energy/dbn.ts'
import type { EnergyHistory } from '../energy/energy-history.ts'
import type { Dense } from '../layers/dense.ts'
import type { MLPPretrainOptions, ResolvedMLPOptions } from './mlp-options.ts'
import { checkSigmoid, copyStack } from './pretrained.ts'

/**
 * Makes the RBMs that the hidden layers of an MLP start from. The function that it returns trains them, greedily from the
 * bottom up on the rows of x, and gives the layers their weights.
 */
export function pretraining(
  where: string,
  hidden: readonly Dense[],
  { layers, seed, dtype }: ResolvedMLPOptions,
  x: Matrix,
  options: MLPPretrainOptions,
): () => Promise<EnergyHistory[]> {
  const { visibles, weightScale, ...fit } = checkObject<MLPPretrainOptions>(where, 'options', options)
  for (const [i, layer] of hidden.entries()) checkSigmoid(where, layer, i)
  const kind = visibles ?? (x.data.every((value) => value >= 0 && value <= 1) ? 'binary' : 'gaussian')
  const stack = new DBN({ layers: layers.slice(0, -1), visibles: kind, weightScale, seed, dtype })
  return async () => {
    const histories = await stack.fit(matrixView(x), fit)
    copyStack(where, hidden, stack)
    return histories
  }
}
