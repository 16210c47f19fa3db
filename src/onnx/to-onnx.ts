/** Models as ONNX files. No class of a model is imported, so that bundles contain only those that they use. */
import { checkArray, checkBoolean, checkObject, checkOneOf, checkOptions, checkString } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { SavableModel } from '../io/save-model.ts'
import { isLayer } from '../layers/is-layer.ts'
import type { Recognizer } from '../pipelines/recognizer.ts'
import { modelFile } from './model-file.ts'
import { ofCrbm, ofDbn, ofRestricted, ofStackedCrbm } from './models/energy.ts'
import type { Exported } from './models/exported.ts'
import { ofLogisticRegression, ofStandardizer } from './models/features.ts'
import { ofLayer, ofMlp, ofSequential } from './models/networks.ts'
import { ofPipeline, ofRecognizer } from './models/systems.ts'

/** Input of {@link toOnnx}: what `saveModel` takes, or a `Recognizer`. */
export type OnnxModel = SavableModel | Recognizer

/** Options of {@link toOnnx}. */
export interface ToOnnxOptions {
  /** Whether the graph has an input `lengths`, the frames of each sequence. Default true; rows have none. */
  lengths?: boolean
  /**
   * Outputs, by the names of the methods that compute them. A single one is called `y`, of several each has its name. Those of a
   * `Sequential` are `forward` (default) and `predict`, of an `RBM`, `GaussianRBM` or `DBN` `transform` (default) and `reconstruct`, of a
   * `CRBM` `transform` and `predictNext` (default both); other models have one.
   */
  outputs?: readonly string[]
  /** Further texts to store, such as facts about the training, by name. */
  metadata?: Readonly<Record<string, string>>
}

type Source = (where: string, model: never) => Exported

/** Sources by the word after `ser-core/` in the format of a model's state. */
const sources: Record<string, Source> = {
  sequential: ofSequential as Source,
  mlp: ofMlp as Source,
  RBM: ofRestricted('RBM') as Source,
  GaussianRBM: ofRestricted('GaussianRBM') as Source,
  CRBM: ofCrbm as Source,
  DBN: ofDbn as Source,
  StackedCRBM: ofStackedCrbm as Source,
  standardizer: ofStandardizer as Source,
  'logistic-regression': ofLogisticRegression as Source,
  pipeline: ofPipeline as Source,
}

const PREFIX = 'ser-core/'

function isRecognizer(model: unknown): model is Recognizer {
  const { steps, posterior } = (model ?? {}) as Partial<Recognizer>
  return typeof steps === 'function' && typeof posterior === 'function'
}

function sourceOf(where: string, model: unknown): Exported {
  if (isLayer(model)) return ofLayer(where, model)
  if (isRecognizer(model)) return ofRecognizer(where, model)
  const { state } = (model ?? {}) as { state?: unknown }
  const format = typeof state === 'function' ? (model as { state(): { format?: unknown } }).state().format : undefined
  const kind = typeof format === 'string' && format.startsWith(PREFIX) ? format.slice(PREFIX.length) : ''
  if (!Object.hasOwn(sources, kind)) throw new TypeError(expectation(where, 'model', 'a model of ser-core', model))
  return sources[kind](where, model as never)
}

function textsOf(where: string, metadata: unknown): Record<string, string> {
  const entries = Object.entries(checkObject(where, 'metadata', metadata ?? {}))
  return Object.fromEntries(entries.map(([name, text]) => [name, checkString(where, `metadata.${name}`, text)]))
}

/**
 * Encodes a model as an ONNX file (IR 8, operators of version 17), which onnxruntime and other tools run: float32 in and out, of any
 * batch and, for sequences, any time.
 *
 * - Models of sequences (a layer, `Sequential`, `CRBM`, `StackedCRBM`, `Standardizer`, and from the features of their front end `Pipeline`
 *   and `Recognizer`): inputs `x` [B, T, inputs] and `lengths` int32 [B], the frames of each sequence. Frames behind are ignored, whatever
 *   they hold, and rows of the output behind are 0. Output `y` [B, rows, outputs], or [B, outputs] where a sequence has one row.
 * - Models of rows (`MLP`, `RBM`, `GaussianRBM`, `DBN`, `LogisticRegression`, a `Recognizer` of functionals, or from the measures of its
 *   tracks on the included one): input `x` [B, inputs], output `y` [B, outputs].
 *
 * A case with a number that is NaN or infinite has outputs NaN, but for measures, of which NaN says that there is none. Weights of float64 are rounded. The file's metadata have the names of
 * the classes as JSON (`classes`), the layers, and of a recogniser its card.
 *
 * @throws TypeError for anything but a model, RangeError for what no graph can say (layers of your own, a `Standardizer` of `speaker`
 *   statistics) and for weights beyond float32, StateError for models that are not fitted
 * @example
 * ```ts
 * import { writeFile } from 'node:fs/promises'
 *
 * const net = new Sequential([new LSTM({ inputs: 39, units: 16 }), new Dense({ units: 4, activation: 'softmax' })])
 * await writeFile('net.onnx', toOnnx(net)) // x [B, T, 39], lengths [B] -> y [B, T, 4]
 * toOnnx(net, { outputs: ['forward', 'predict'], metadata: { corpus: 'emodb' } }).length > 10_000 // true
 * ```
 */
export function toOnnx(model: OnnxModel, options: ToOnnxOptions = {}): Uint8Array {
  const where = 'toOnnx'
  checkOptions(where, options, ['lengths', 'outputs', 'metadata'])
  const lengths = checkBoolean(where, 'lengths', options.lengths ?? true)
  const metadata = textsOf(where, options.metadata)
  const source = sourceOf(where, model)
  const names = Object.keys(source.outputs)
  const outputs = checkArray(where, 'outputs', options.outputs ?? source.standard, 1).map((name, i) => {
    return checkOneOf(where, `outputs[${i}]`, name, names)
  })
  const twice = outputs.find((name, i) => outputs.indexOf(name) < i)
  if (twice !== undefined) throw new RangeError(`${where}: "outputs" expected each name once, got "${twice}" twice`)
  return modelFile(where, source, { lengths, outputs, metadata, description: String(model) })
}
