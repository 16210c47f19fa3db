import { sizeOf } from '../core/array.ts'
import { checkArray } from '../core/check.ts'
import { checkInstance } from '../core/copies.ts'
import { StateError } from '../core/errors.ts'
import type { Dtype } from '../core/types.ts'
import { ParameterSet, type ParameterSpec } from '../numerics/parameters.ts'
import type { Random } from '../numerics/random.ts'
import { checkParameterCount } from '../numerics/restored.ts'
import { Layer } from './layer.ts'

/** Checks the layers of a new network: each a layer, not in use elsewhere, of the network's element type. */
export function checkLayers(layers: unknown, dtype: Dtype): Layer[] {
  const list = checkArray('Sequential', 'layers', layers, 1)
  list.forEach((item, i) => {
    const layer = checkInstance('Sequential', `layers[${i}]`, item, Layer, 'a layer such as new Dense({...})')
    const where = `Sequential: "layers[${i}]"`
    layer.checkFree(where, dtype)
    if (list.indexOf(layer) !== i) {
      throw new StateError(`${where} (${layer.type}) already belongs to a network; make a new layer`)
    }
  })
  return [...list] as Layer[]
}

/** Connects each layer to the one below; returns the parameters of each. */
function connectedSpecs(layers: readonly Layer[]): ParameterSpec[][] {
  for (let i = 1; i < layers.length; i++) layers[i].connect(layers[i - 1].outputs, `Sequential: "layers[${i}]"`)
  return layers.map((layer) => layer.parameterSpecs())
}

/** Connects each layer to the one below; returns the number of columns of the top layer's output. */
export function connectLayers(layers: readonly Layer[]): number {
  connectedSpecs(layers)
  return layers[layers.length - 1].outputs
}

/** Throws unless the layers have as many parameters as were saved; allocates nothing. */
export function checkSavedCount(where: string, layers: readonly Layer[], saved: number): void {
  const sizes = connectedSpecs(layers).flatMap((specs) => specs.map(({ shape }) => sizeOf(shape)))
  checkParameterCount(
    where,
    saved,
    sizes.reduce((sum, size) => sum + size, 0),
  )
}

/**
 * Connects the layers and lays their parameters side by side on one flat vector. Without a random stream they start at
 * zero, to be overwritten by saved values.
 */
export function joinLayers(layers: readonly Layer[], dtype: Dtype, random: Random | null): ParameterSet {
  const specs = connectedSpecs(layers).map((list, i) =>
    list.map((spec) => ({ ...spec, name: `layers.${i}.${spec.name}` })),
  )
  const parameters = ParameterSet.allocate(specs.flat(), dtype)
  let first = 0
  layers.forEach((layer, i) => {
    const last = first + specs[i].length
    layer.attach(parameters.slice(first, last, `layers.${i}.`), dtype, random?.substream('layers').substream(i) ?? null)
    first = last
  })
  return parameters
}
