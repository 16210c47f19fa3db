/** The layers of an MLP, and how rows pass through them. */
import { allocate, dtypeOf, type Matrix } from '../core/array.ts'
import { rowPlan } from '../layers/batch.ts'
import { Dense } from '../layers/dense.ts'
import { Dropout } from '../layers/dropout.ts'
import type { Layer } from '../layers/layer.ts'
import { finiteResult } from '../numerics/overflow.ts'
import type { NetworkCore } from '../training/output-loss.ts'
import type { ResolvedMLPOptions } from './mlp-options.ts'
import { inference } from './outputs.ts'

/** Rows per batch in inference. */
export const INFERENCE_ROWS = 1024

/** The weight layers from the input up. */
export function makeLayers({ layers, activation, output, loss }: ResolvedMLPOptions): Dense[] {
  // Binary cross-entropy is computed from logits: `forward` then applies the sigmoid.
  const top = loss === 'binaryCrossEntropy' ? 'linear' : output
  const last = layers.length - 2
  return layers.slice(1).map((units, i) => {
    return new Dense({ inputs: layers[i], units, activation: i === last ? top : activation })
  })
}

/** The layers, with dropout before each. */
export function withDropout(layers: readonly Dense[], { dropout, inputDropout, dtype }: ResolvedMLPOptions): Layer[] {
  return layers.flatMap((layer, i) => {
    const rate = i === 0 ? inputDropout : dropout
    return rate > 0 ? [new Dropout({ inputs: layer.inputs, rate, dtype }), layer] : [layer]
  })
}

/** Output of the layers for each row: y, or the logits z where the loss takes logits. Throws where it is not finite. */
export function outputOfRows(where: string, { chain, parameters }: NetworkCore, { data, rows, cols }: Matrix): Matrix {
  const { outputs } = chain.layers[chain.layers.length - 1]
  const out = allocate(rows * outputs, dtypeOf(data))
  for (let from = 0; from < rows; from += INFERENCE_ROWS) {
    const n = Math.min(INFERENCE_ROWS, rows - from)
    const x = { data: data.subarray(from * cols, (from + n) * cols), cols, plan: rowPlan(n) }
    const y = chain.forward(x, inference)
    out.set(y.data.subarray(0, n * outputs), from * outputs)
  }
  finiteResult(where, out, parameters, { name: '"x"', data })
  return { data: out, rows, cols: outputs }
}
