import type { Residual } from '../../layers/residual.ts'
import { type Lowering, product } from './lowering.ts'

/** Residual: the inner layers, and the input, projected where the layer projects it, added to their output. */
export const lowerResidual: Lowering<Residual> = (layer, x, { graph, weight, inner }) => {
  const f = layer.layers.reduce((below, one, i) => inner(one, below, `layers.${i}.`), x)
  const skip =
    layer.projection === 'none'
      ? x.value
      : product(graph, x.value, 'projection', weight('projection'), [layer.inputs, layer.outputs])
  return { ...f, value: graph.node('Add', [skip, f.value]) }
}
