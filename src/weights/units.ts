/** The parts of a model that have weights, as another library has them. */
import { expectation } from '../core/errors.ts'
import type { FloatNdArray } from '../core/types.ts'
import { isLayer } from '../layers/is-layer.ts'
import type { Layer } from '../layers/layer.ts'
import type { Residual } from '../layers/residual.ts'
import type { MLP } from '../networks/mlp.ts'
import type { Sequential } from '../networks/sequential.ts'
import type { Form, Library, Unit } from './forms.ts'

/** Models whose weights can be exchanged by name. */
export type WeightedModel = Sequential | MLP | Layer

/** The units of a model in the order of its layers, and its parameters for writing. */
export interface Units {
  units: readonly Unit[]
  views: Readonly<Record<string, FloatNdArray>>
}

function prefixed(form: Form, path: string, nameOf: (part: string) => string = (part) => part): Form {
  return form.map((part) => ({ ...part, name: nameOf(part.name), blocks: part.blocks.map((name) => `${path}${name}`) }))
}

function bidirectionalUnit(library: Library, path: string, text: string, forms: readonly Form[]): Unit {
  const sides = ['forward', 'backward'].map((side) => ({ path: `${path}${side}.`, text: `${text} ${side}` }))
  const [along, against] = sides.map((side): Unit => {
    return { ...side, forms: forms.map((form) => prefixed(form, side.path)) }
  })
  const whole = forms.map((form) => [
    ...prefixed(form, along.path, (part) => library.directed(part)[0]),
    ...prefixed(form, against.path, (part) => library.directed(part)[1]),
  ])
  return { path, text, forms: whole, directions: [along, against] }
}

function unitsOfLayer(where: string, library: Library, layer: Layer, path: string): Unit[] {
  const text = `${path.slice(0, -1) || 'the layer'} (${layer.type})`
  if (layer.type === 'residual') {
    const { layers, projection, inputs, outputs } = layer as Residual
    const inner = layers.flatMap((one, i) => unitsOfLayer(where, library, one, `${path}layers.${i}.`))
    if (projection === 'none') return inner
    const forms = library.linear(inputs, outputs, `${path}projection`)
    return [...inner, { path, name: `${path}projection`, text: `${text} projection`, forms }]
  }
  if (layer.parameterSpecs().length === 0) return []
  const forms = library.formsOf(layer)
  if (typeof forms === 'string') throw new RangeError(`${where}: ${text} has ${forms}`)
  if (layer.type === 'bidirectional') return [bidirectionalUnit(library, path, text, forms)]
  return [{ path, text, forms: forms.map((form) => prefixed(form, path)) }]
}

/**
 * The units of a model.
 *
 * @throws TypeError for anything but a `Sequential`, an `MLP` or a layer, RangeError for layers that the library has not
 */
export function unitsOf(where: string, library: Library, model: unknown): Units {
  if (isLayer(model)) return { units: unitsOfLayer(where, library, model, ''), views: model.params }
  const { layers, parameters } = (model ?? {}) as Partial<Sequential>
  if (!Array.isArray(layers) || !layers.every(isLayer) || parameters?.slots === undefined) {
    throw new TypeError(expectation(where, 'model', 'a Sequential, an MLP or a layer', model))
  }
  const units = layers.flatMap((layer: Layer, i) => unitsOfLayer(where, library, layer, `layers.${i}.`))
  return { units, views: parameters.views }
}
