import type { ActivationName } from '../../layers/activation.ts'
import type { Dense } from '../../layers/dense.ts'
import type { Attributes, Graph, Value } from '../graph.ts'
import { type Lowering, product } from './lowering.ts'

const operators: Record<Exclude<ActivationName, 'linear'>, readonly [op: string, attributes?: Attributes]> = {
  sigmoid: ['Sigmoid'],
  tanh: ['Tanh'],
  relu: ['Relu'],
  leakyRelu: ['LeakyRelu', { alpha: { f: 0.01 } }],
  softplus: ['Softplus'],
  softmax: ['Softmax', { axis: { i: -1 } }],
}

/** An activation of a value. */
export function activated(graph: Graph, name: ActivationName, value: Value): Value {
  if (name === 'linear') return value
  const [op, attributes] = operators[name]
  return graph.node(op, [value], attributes)
}

/** x W + b. */
export const lowerLogits: Lowering<Dense> = ({ inputs, units }, x, { graph, weight }) => {
  const z = product(graph, x.value, 'W', weight('W'), [inputs, units])
  return { ...x, value: graph.node('Add', [z, graph.floats('b', weight('b'))]), columns: units }
}

/** Dense: MatMul, Add, the activation. */
export const lowerDense: Lowering<Dense> = (layer, x, context) => {
  const z = lowerLogits(layer, x, context)
  return { ...z, value: activated(context.graph, layer.activation, z.value) }
}
