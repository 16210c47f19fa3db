/** Models as bytes. Nothing here loads a model's class: a bundle that saves one kind of model has that one alone. */
import { checkBoolean, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import { isFloat64 } from '../core/realm.ts'
import type { FloatArray, FloatNdArray, Json } from '../core/types.ts'
import type { Layer } from '../layers/layer.ts'
import { checkStorage, type StorageDtype, type TensorPart } from './state.ts'
import { encodeStateFile, type FileKind } from './state-file.ts'

/** Everything that {@link saveModel} takes: a layer that stands alone, or a model that tells its state. */
export type SavableModel = Layer | { state(): { readonly format: `ser-core/${string}` } }

/** Options of {@link saveModel}. */
export interface SaveModelOptions {
  /** How floats are stored; by default as they are. */
  dtype?: StorageDtype
  /** Whether energy models keep what `partialFit` goes on from, which takes as much room again. Default false. */
  learner?: boolean
}

/** A layer that stands alone as plain data. */
export interface LayerFileState {
  format: 'ser-core/layer'
  type: string
  options: { [key: string]: Json }
  dtype: 'float32' | 'float64'
  parameters: Record<string, FloatArray>
}

/** The files of {@link saveModel}. */
export const modelFile: FileKind = { format: 'ser-core/model', version: 1 }

/** Models that a file can hold, by the word behind `ser-core/` in a state's format. */
export const modelKinds = [
  'sequential',
  'mlp',
  'RBM',
  'GaussianRBM',
  'CRBM',
  'DBN',
  'StackedCRBM',
  'layer',
  'standardizer',
  'pipeline',
] as const

/** One of {@link modelKinds}. */
export type ModelKind = (typeof modelKinds)[number]

const PREFIX = 'ser-core/'

interface Stateful {
  state(): { format: string }
  parameters?: { slots: readonly TensorPart[] }
  layers?: readonly unknown[]
  model?: Stateful
}

function isStateful(model: unknown): model is Stateful {
  return typeof (model as Stateful | null)?.state === 'function' && !isLayer(model)
}

function isLayer(model: unknown): model is Layer {
  const { type, options, params } = (model ?? {}) as Partial<Layer>
  return typeof type === 'string' && typeof options === 'function' && typeof params === 'object'
}

/** The element order of an ndarray that a model owns is its data's. */
function layerState(layer: Layer): LayerFileState {
  const views = Object.entries<FloatNdArray>(layer.params)
  const parameters = views.map(([name, { data }]) => [name, data as FloatArray] as const)
  const wide = parameters.some(([, data]) => isFloat64(data))
  const dtype = layer.ownDtype ?? (wide ? 'float64' : 'float32')
  const { type } = layer
  return { format: 'ser-core/layer', type, options: layer.options(), dtype, parameters: Object.fromEntries(parameters) }
}

function withoutLearner(state: object): object {
  const { layers } = state as { layers?: object[] }
  if ('learner' in state) return { ...state, learner: null }
  return Array.isArray(layers) ? { ...state, layers: layers.map(withoutLearner) } : state
}

/** The model at a path inside another: a layer of a stack, the network of a pipeline. */
function innerModel(model: Stateful, path: string): Stateful | undefined {
  if (path === '') return model
  if (path === 'model.') return model.model
  return model.layers?.[Number(path.slice('layers.'.length, -1))] as Stateful | undefined
}

/** Each parameter of a model as a tensor of its own: by its name, behind that of the part which has it. */
function partsOf(model: Stateful): (path: string) => readonly TensorPart[] | undefined {
  return (path) => {
    const [, prefix] = /^((?:model|layers\.\d+)\.|)parameters$/.exec(path) ?? []
    if (prefix === undefined) return undefined
    const slots = innerModel(model, prefix)?.parameters?.slots
    return slots?.map((slot) => ({ ...slot, name: `${prefix}${slot.name}` }))
  }
}

function shapesOf(layer: Layer): (path: string) => readonly TensorPart[] | undefined {
  return (path) => {
    const name = path.replace(/^parameters\./, '')
    const view = name === path ? undefined : layer.params[name]
    return view && [{ name, shape: view.shape, offset: 0, size: view.data.length }]
  }
}

/**
 * A model as the bytes of a safetensors file: each parameter a tensor by its name (`layers.0.W`), everything else in the
 * metadata. {@link loadModel} makes the model again, bit for bit; stored as `float16`, weights are rounded to 11 bits, a
 * relative error of up to 2^-11.
 *
 * @param model - a `Sequential`, `MLP`, energy model, stack of these, a layer that stands alone, a `Pipeline`, or a
 *   `Standardizer`, whose numbers are kept exactly, as text, also in a pipeline
 * @throws TypeError for anything else, RangeError for weights beyond the element type (65504 in float16)
 * @example
 * ```ts
 * import { readFile, writeFile } from 'node:fs/promises'
 *
 * const net = new Sequential([new LSTM({ inputs: 39, units: 16 }), new Dense({ units: 4, activation: 'softmax' })])
 * await writeFile('net.safetensors', saveModel(net))
 * const again = loadModel(await readFile('net.safetensors'), Sequential)
 * ```
 */
export function saveModel(model: SavableModel, options: SaveModelOptions = {}): Uint8Array {
  const where = 'saveModel'
  checkOptions(where, options, ['dtype', 'learner'])
  const learner = checkBoolean(where, 'learner', options.learner ?? false)
  const dtype = checkStorage(where, options.dtype)
  if (isLayer(model)) {
    return encodeStateFile(where, modelFile, { kind: 'layer' }, layerState(model), { dtype, partsOf: shapesOf(model) })
  }
  if (typeof (model as { save?: unknown } | null)?.save === 'function') {
    throw new TypeError(
      `${expectation(where, 'model', 'a model of ser-core', model)}; a Recognizer is saved by its save()`,
    )
  }
  if (!isStateful(model)) throw new TypeError(expectation(where, 'model', 'a model of ser-core', model))
  const state = model.state()
  const kind = modelKinds.find((known) => state.format === `${PREFIX}${known}`)
  if (kind === undefined) throw new TypeError(expectation(where, 'model', 'a model of ser-core', model))
  const kept = learner ? state : withoutLearner(state)
  return encodeStateFile(where, modelFile, { kind }, kept, { dtype, partsOf: partsOf(model) })
}
