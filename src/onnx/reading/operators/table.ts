/** The operators that are read, by their names. */

import type { Node, Scene, Value } from '../scene.ts'
import { arithmetic, comparison, extreme, rangeNode, reduceProd, where } from './arithmetic.ts'
import {
  attributeText,
  cast,
  constantNode,
  constantOfShape,
  dropout,
  gatherND,
  identity,
  labels,
  scatter,
  topK,
  zipMap,
} from './constants.ts'
import {
  activation,
  batchNormalization,
  gemm,
  layerNormalization,
  matMul,
  negative,
  power,
  root,
  scaler,
  softmax,
} from './dense.ts'
import { concat, expand, flatten, reshape, shapeNode, sizeNode, squeeze, transpose, unsqueeze } from './layout.ts'
import { globalPool, reduction } from './pools.ts'
import { recurrent } from './recurrent.ts'
import { gather, slice } from './selection.ts'

/** The outputs of a node, or the first of them. */
export type Operator = (
  node: Node,
  inputs: readonly (Value | null)[],
  scene: Scene,
) => Value | readonly (Value | null)[]

/** Operators by their names; those of other domains have them in front. Made when asked for, so that bundles without readers lack them. */
export const operatorTable = (): Readonly<Record<string, Operator>> => ({
  ...{ Constant: constantNode, ConstantOfShape: constantOfShape, Identity: identity, Dropout: dropout, Cast: cast },
  ...{
    Transpose: transpose,
    Reshape: reshape,
    Flatten: flatten,
    Squeeze: squeeze,
    Unsqueeze: unsqueeze,
    Expand: expand,
  },
  ...{ Shape: shapeNode, Size: sizeNode, Slice: slice, Gather: gather, GatherND: gatherND, Concat: concat },
  ...{ Add: arithmetic('Add'), Sub: arithmetic('Sub'), Mul: arithmetic('Mul'), Div: arithmetic('Div'), Neg: negative },
  ...{ Max: extreme(true), Min: extreme(false), Where: where, Range: rangeNode, ReduceProd: reduceProd },
  ...{ Less: comparison('Less'), Greater: comparison('Greater'), Equal: comparison('Equal') },
  ...{ MatMul: matMul, Gemm: gemm, Softmax: softmax(false), LogSoftmax: softmax(true), Pow: power, Sqrt: root },
  ...{ Sigmoid: activation('sigmoid'), Tanh: activation('tanh'), Relu: activation('relu') },
  ...{ LeakyRelu: activation('leakyRelu'), Softplus: activation('softplus') },
  ...{ LayerNormalization: layerNormalization, BatchNormalization: batchNormalization },
  ...{ ReduceMean: reduction('mean'), ReduceMax: reduction('max'), ReduceSum: reduction('sum') },
  ...{ GlobalAveragePool: globalPool('mean'), GlobalMaxPool: globalPool('max') },
  ...{ LSTM: recurrent('lstm'), GRU: recurrent('gru'), RNN: recurrent('rnn') },
  ...{ TopK: topK, ScatterElements: scatter, ArgMax: labels },
  ...{ 'ai.onnx.ml.Scaler': scaler, 'ai.onnx.ml.ZipMap': zipMap, 'ai.onnx.ml.ArrayFeatureExtractor': labels },
})

/** Why some operators are refused, and what helps. */
export function remedyOf(op: string): string | undefined {
  if (op === 'Loop' || op === 'Scan') return attributeText('loop')
  return op === 'If' ? attributeText('if') : undefined
}
