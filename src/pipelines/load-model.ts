/** Reads models of every class from bytes. */
import { checkObject } from '../core/check.ts'
import { isOfAnotherCopy, ofAnotherCopy } from '../core/copies.ts'
import { describe, expectation, FormatError } from '../core/errors.ts'
import { checkNesting } from '../core/saved.ts'
import type { FloatArray } from '../core/types.ts'
import { CRBM } from '../energy/crbm.ts'
import { DBN } from '../energy/dbn.ts'
import { GaussianRBM } from '../energy/gaussian-rbm.ts'
import { RBM } from '../energy/rbm.ts'
import { StackedCRBM } from '../energy/stacked-crbm.ts'
import { LogisticRegression } from '../estimators/logistic-regression.ts'
import { Ridge } from '../estimators/ridge.ts'
import { RidgeClassifier } from '../estimators/ridge-classifier.ts'
import { SVC } from '../estimators/svc.ts'
import { Standardizer } from '../features/standardizer.ts'
import { type LayerFileState, type ModelKind, modelFile, modelKinds } from '../io/save-model.ts'
import { decodeStateFile, restoring } from '../io/state-file.ts'
import { checkSavedCount } from '../layers/assembly.ts'
import type { Layer } from '../layers/layer.ts'
import { createLayer, type LayerConfig } from '../layers/registry.ts'
import { MLP } from '../networks/mlp.ts'
import { Sequential } from '../networks/sequential.ts'
import { restoredVector, savedCount } from '../numerics/restored.ts'
import type { TrainingFacts } from '../training/facts.ts'
import { Pipeline } from './pipeline.ts'

/** Every class of model that {@link loadModel} can return. */
export type LoadedModel =
  | Sequential
  | MLP
  | RBM
  | GaussianRBM
  | CRBM
  | DBN
  | StackedCRBM
  | Layer
  | LogisticRegression
  | Ridge
  | RidgeClassifier
  | SVC
  | Standardizer
  | Pipeline

/** A class of models, or a base class of several. */
export interface ModelClass<M> {
  readonly prototype: M
}

/** Loaders by the kind in the file. Functions, so that a bundle without `loadModel` contains none of the classes. */
const loaders: Record<ModelKind, (state: never) => LoadedModel> = {
  sequential: (state) => Sequential.fromState(state),
  mlp: (state) => MLP.fromState(state),
  RBM: (state) => RBM.fromState(state),
  GaussianRBM: (state) => GaussianRBM.fromState(state),
  CRBM: (state) => CRBM.fromState(state),
  DBN: (state) => DBN.fromState(state),
  StackedCRBM: (state) => StackedCRBM.fromState(state),
  layer: (state) => layerOf(state),
  pipeline: (state) => Pipeline.fromState(state),
  'logistic-regression': (state) => LogisticRegression.fromState(state),
  ridge: (state) => Ridge.fromState(state),
  'ridge-classifier': (state) => RidgeClassifier.fromState(state),
  svc: (state) => SVC.fromState(state),
  standardizer: (state) => Standardizer.fromState(state),
}

/** Adds the element type to the innermost layer, from which the layers around it take it. */
function configOf(config: LayerConfig, dtype: 'float32' | 'float64'): LayerConfig {
  const { type, options } = checkObject<LayerConfig>('loadModel', 'layer', config)
  if (dtype === 'float32') return { type, options }
  if (type !== 'bidirectional') return { type, options: { ...options, dtype } }
  const layer = configOf(options.layer as unknown as LayerConfig, dtype)
  return { type, options: { ...options, layer: { type: layer.type, options: layer.options } } }
}

function layerOf(state: LayerFileState): Layer {
  const { type, options, dtype, parameters = {} } = checkObject<LayerFileState>('loadModel', 'layer', state)
  checkNesting('loadModel', 'options', options)
  checkObject('loadModel', 'options', options)
  checkObject('loadModel', 'parameters', parameters)
  const layer = createLayer(configOf({ type, options }, dtype))
  const saved = Object.entries(parameters).reduce((sum, [name, part]) => sum + savedCount('loadModel', name, part), 0)
  checkSavedCount('loadModel', [layer], saved)
  layer.allocateParameters(null)
  for (const [name, { data }] of Object.entries(layer.params)) {
    const saved: FloatArray | undefined = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (saved?.length !== data.length) {
      throw new FormatError(`loadModel: "${name}" expected ${data.length} numbers, got ${saved?.length ?? 'none'}`)
    }
    data.set(restoredVector('loadModel', name, saved, data as FloatArray))
  }
  return layer
}

/** Gives a network, or that of a pipeline, the facts about its training. */
function restoreTraining(where: string, model: LoadedModel, text: string): void {
  let facts: unknown
  try {
    facts = JSON.parse(text)
  } catch (cause) {
    throw new FormatError(`${where}: "training" is not JSON`, { cause })
  }
  if (Object.prototype.toString.call(facts) !== '[object Object]') {
    throw new FormatError(`${where}: "training" expected an object, got ${describe(facts)}`)
  }
  const network = model instanceof Pipeline ? model.model : model
  if (network instanceof Sequential || network instanceof MLP) network.restoreTrained(facts as TrainingFacts)
}

/**
 * Reads the model in a file that {@link saveModel} wrote.
 *
 * @param bytes - the whole file
 * @throws FormatError for files of other formats and versions, of unknown kinds of models, cut off or damaged
 */
export function loadModel(bytes: Uint8Array | ArrayBuffer): LoadedModel
/**
 * Reads a model of a known class.
 *
 * @param bytes - the whole file
 * @param wanted - the class that the model must have, or a base class
 * @throws FormatError as above, and for a model of another class
 */
export function loadModel<M>(bytes: Uint8Array | ArrayBuffer, wanted: ModelClass<M>): M
export function loadModel(bytes: Uint8Array | ArrayBuffer, wanted?: ModelClass<unknown>): unknown {
  const where = 'loadModel'
  const { prototype } = (wanted ?? {}) as { prototype?: unknown }
  if (wanted !== undefined && (typeof wanted !== 'function' || typeof prototype !== 'object')) {
    throw new TypeError(expectation(where, 'wanted', 'a class such as Sequential', wanted))
  }
  const { texts, state } = decodeStateFile(where, modelFile, bytes)
  const kind = modelKinds.find((known) => known === texts.kind)
  if (kind === undefined) {
    throw new FormatError(`${where}: unknown kind of model ${describe(texts.kind)} (known: ${modelKinds.join(', ')})`)
  }
  const model = restoring(where, () => loaders[kind](state as never))
  if (texts.training !== undefined) restoreTraining(where, model, texts.training)
  if (wanted !== undefined && !(model instanceof (wanted as ModelClass<unknown> & (new () => unknown)))) {
    const isCopy = wanted.name === model.constructor.name && isOfAnotherCopy(model, wanted)
    const found = isCopy ? `; "wanted" is${ofAnotherCopy}` : ', not the one wanted'
    throw new FormatError(`${where}: the file holds a model of kind "${kind}"${found}`)
  }
  return model
}
