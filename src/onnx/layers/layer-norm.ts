import type { LayerNorm } from '../../layers/layer-norm.ts'
import type { Lowering } from './lowering.ts'

/**
 * LayerNorm: LayerNormalization of rows from which their mean is taken before. The operator takes it once, in float32, and what rounding
 * leaves of a mean of 3000 deviations moves every number by 3e-5 (onnxruntime 1.32).
 */
export const lowerLayerNorm: Lowering<LayerNorm> = ({ epsilon }, x, { graph, weight }) => {
  const mean = graph.node('ReduceMean', [x.value], { axes: { ints: [-1] }, keepdims: { i: 1 } })
  const centred = graph.node('Sub', [x.value, mean])
  const constants = [graph.floats('g', weight('g')), graph.floats('b', weight('b'))]
  const attributes = { axis: { i: -1 }, epsilon: { f: epsilon } }
  return { ...x, value: graph.node('LayerNormalization', [centred, ...constants], attributes) }
}
