/** Inference: outputs, posteriors and classes of sequences. */
import { type Matrix, matrixView } from '../core/array.ts'
import { log } from '../core/elementary.ts'
import type { FloatArray, FloatNdArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { type Activations, inBatches, planBatch, rowPlan, rowsOf, unpack } from '../layers/batch.ts'
import type { ChainPass } from '../layers/layer-chain.ts'
import { finiteResult } from '../numerics/overflow.ts'
import { packSequences } from '../training/dataset.ts'
import type { NetworkCore } from '../training/output-loss.ts'
import { argmax, type Decision, decide, meanRow } from './decision.ts'

/** Settings of a forward pass in inference. */
export const inference: ChainPass = { training: false, truncation: 0, random: null }

function passed({ chain, workspace }: NetworkCore, sequences: readonly Matrix[]): Activations {
  return chain.forward(packSequences(workspace, sequences), inference)
}

/** Throws where a result of some sequences is not finite. */
function checkResults(call: string, core: NetworkCore, sequences: readonly Matrix[], results: FloatArray[]): void {
  sequences.forEach(({ data }, i) => {
    finiteResult(`Sequential.${call}`, results[i], core.parameters, { name: 'the sequence', data })
  })
}

/** The outputs of sequences, in their order, each a copy. */
export function outputsOf(core: NetworkCore, sequences: readonly Matrix[]): FloatNdArray[] {
  const outputs = unpack(passed(core, sequences))
  checkResults(
    'forward',
    core,
    sequences,
    outputs.map(({ data }) => data),
  )
  return outputs.map(matrixView)
}

/** Log posteriors of each sequence from the output of the last pass; null where outputs are not probabilities. */
function logPosteriorsOf({ chain, workspace }: NetworkCore, output: Activations): Matrix[] | null {
  if (chain.output === 'values') return null
  const rows = rowsOf(output.plan)
  const data = workspace.take('log', rows * output.cols)
  if (chain.output === 'softmax') kernels.logSoftmax(data, 0, chain.logits, 0, rows, output.cols)
  else for (let k = 0; k < data.length; k++) data[k] = log(output.data[k])
  return unpack({ ...output, data })
}

/** The posterior of each utterance; for a regression, the mean output over its rows. */
export function posteriorsOf(core: NetworkCore, sequences: readonly Matrix[], decision: Decision): FloatArray[] {
  const posteriors = posteriorsBy(core, passed(core, sequences), decision)
  checkResults('predict', core, sequences, posteriors)
  return posteriors
}

function posteriorsBy(core: NetworkCore, output: Activations, decision: Decision): FloatArray[] {
  const logPosteriors = logPosteriorsOf(core, output)
  return logPosteriors?.map((matrix) => decide(matrix, decision)) ?? unpack(output).map(meanRow)
}

/**
 * {@link posteriorsOf} of sequences that share rows, each given by the indices of its rows: layers that map every row by itself
 * compute it once, with the same bits.
 */
export function posteriorsOfShared(
  core: NetworkCore,
  shared: Matrix,
  sequences: readonly Int32Array[],
  decision: Decision,
): FloatArray[] {
  const { chain, workspace } = core
  const all = { data: shared.data, cols: shared.cols, plan: rowPlan(shared.rows) }
  const { data, cols } = chain.forward(all, inference, 0, chain.sharing)
  return inBatches(sequences, (batch) => {
    const plan = planBatch(batch.map(({ length }) => length))
    const x = workspace.take('x', rowsOf(plan) * cols)
    plan.order.forEach((i, b) => {
      batch[i].forEach((row, t) => {
        const to = (plan.offsets[t] + b) * cols
        for (let j = 0; j < cols; j++) x[to + j] = data[row * cols + j]
      })
    })
    const output = chain.forward({ data: x, cols, plan }, inference, chain.sharing, chain.layers.length)
    const posteriors = posteriorsBy(core, output, decision)
    const given = { name: 'the sequence', data: shared.data }
    for (const posterior of posteriors) finiteResult('Sequential.predict', posterior, core.parameters, given)
    return posteriors
  })
}

/**
 * The likeliest class of each utterance from the output of the last pass; empty where outputs are not probabilities.
 */
export function likeliestClasses(core: NetworkCore, output: Activations): number[] {
  return logPosteriorsOf(core, output)?.map((matrix) => argmax(decide(matrix, 'meanLog'))) ?? []
}
