/** Models as bytes. No model class is imported, so that bundles contain only the classes that they use. */
import { checkBoolean, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import { isFloat64 } from '../core/realm.ts'
import type { FloatArray, FloatNdArray, Json } from '../core/types.ts'
import { version } from '../core/version.ts'
import { isLayer } from '../layers/is-layer.ts'
import type { Layer } from '../layers/layer.ts'
import { checkMetadata } from './safetensors.ts'
import { checkStorage, type StorageDtype, type TensorPart } from './state.ts'
import { encodeStateFile, type FileKind } from './state-file.ts'

/** Input of {@link saveModel}: a single layer, or a model with a method `state`. */
export type SavableModel = Layer | { state(): { readonly format: `ser-core/${string}` } }

/** Options of {@link saveModel}. */
export interface SaveModelOptions {
  /** Storage type of floats; default: their own. */
  dtype?: StorageDtype
  /** Whether energy models keep the state of `partialFit`, which doubles the size. Default false. */
  learner?: boolean
  /** Further texts to store, such as the corpus, by name; `readMetadata` reads them. Default: none. */
  metadata?: Readonly<Record<string, string>>
}

/** A single layer as plain data. */
export interface LayerFileState {
  format: 'ser-core/layer'
  type: string
  options: { [key: string]: Json }
  dtype: 'float32' | 'float64'
  parameters: Record<string, FloatArray>
}

/** File format of {@link saveModel}. */
export const modelFile: FileKind = { format: 'ser-core/model', version: 1 }

/** Kinds of models in files: the word after `ser-core/` in the format of a state. */
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
  'logistic-regression',
  'ridge',
  'ridge-classifier',
  'svc',
] as const

/** One of {@link modelKinds}. */
export type ModelKind = (typeof modelKinds)[number]

const PREFIX = 'ser-core/'

interface Stateful {
  state(): { format: string }
  parameters?: { slots: readonly TensorPart[] }
  layers?: readonly unknown[]
  model?: Stateful
  trained?: unknown
}

function isStateful(model: unknown): model is Stateful {
  return typeof (model as Stateful | null)?.state === 'function' && !isLayer(model)
}

/** A model's own ndarrays are row-major, so that their data can be stored as they are. */
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

/** Makes each parameter of a model a tensor, named by the path of its part and its own name. */
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

/** Names of the texts that a file has of its own. */
const ownTexts = ['format', 'version', 'library', 'kind', 'state', 'training'] as const

/** The texts beside the state: the kind, the library, facts about the training, and those that were given. */
function textsOf(
  where: string,
  kind: ModelKind,
  { trained, model }: Partial<Stateful>,
  given: unknown,
): Record<string, string> {
  const texts = checkMetadata(where, given ?? {})
  const own = ownTexts.find((name) => Object.hasOwn(texts, name))
  if (own !== undefined) {
    throw new RangeError(`${where}: "metadata" expected other names than ${ownTexts.join(', ')}, got "${own}"`)
  }
  const facts = trained ?? model?.trained ?? null
  return { library: `ser-core ${version}`, kind, ...(facts !== null && { training: JSON.stringify(facts) }), ...texts }
}

/**
 * Encodes a model as a safetensors file: each parameter is a tensor with its name (`layers.0.W`), everything else is in
 * the metadata, with the version of the library and what is known of the training ({@link readMetadata}). {@link loadModel} restores the model bit for bit; as `float16`, weights are rounded to 11 bits, a
 * relative error of up to 2^-11.
 *
 * @param model - a `Sequential`, `MLP`, `LogisticRegression`, `Ridge`, `RidgeClassifier`, `SVC`, energy model, stack of these, a single layer, a `Pipeline`, or a
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
  checkOptions(where, options, ['dtype', 'learner', 'metadata'])
  const learner = checkBoolean(where, 'learner', options.learner ?? false)
  const dtype = checkStorage(where, options.dtype)
  if (isLayer(model)) {
    const texts = textsOf(where, 'layer', {}, options.metadata)
    return encodeStateFile(where, modelFile, texts, layerState(model), { dtype, partsOf: shapesOf(model) })
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
  const texts = textsOf(where, kind, model, options.metadata)
  return encodeStateFile(where, modelFile, texts, kept, { dtype, partsOf: partsOf(model) })
}
