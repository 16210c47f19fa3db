/** ONNX files as networks. */
import { checkDtype } from '../core/array.ts'
import { checkObject, checkOptions, checkString } from '../core/check.ts'
import { expectation, FormatError } from '../core/errors.ts'
import { isErrorNamed, ownBytes } from '../core/realm.ts'
import type { Dtype } from '../core/types.ts'
import type { MLP } from '../networks/mlp.ts'
import type { Sequential } from '../networks/sequential.ts'
import { Assembly } from './reading/assemble.ts'
import { classNames } from './reading/classes.ts'
import { decodeModel } from './reading/decode.ts'
import { sameAxis } from './reading/flow.ts'
import { interpret, type Told } from './reading/interpret.ts'
import { mlpOf, mlpOptions, sequentialOf } from './reading/networks.ts'
import { ownMlpOptions, ownSeed, refined } from './reading/own.ts'
import { type ExternalData, Tensors } from './reading/tensors.ts'

export type { ExternalData } from './reading/tensors.ts'

/** Options of {@link fromOnnx}. */
export interface FromOnnxOptions {
  /**
   * The bytes of the second file, where exporters put large weights, or several by their locations. `loadOnnx` of `ser-core/node` reads
   * them beside the model.
   */
  externalData?: ExternalData
  /** Name of the output to read, where the graph has several. Default: the first one of numbers. */
  output?: string
  /** Element type of the network. Default `float32`. */
  dtype?: Dtype
}

/** The output's columns must be along its last axis, in the order of the layer's, and its cases in their order. */
function checkOutput({ output: { axes, flow, sorted } }: Told): void {
  if (sorted) throw new FormatError('the output stands in the order of the lengths')
  const last = axes.filter((axis) => axis.some(({ size }) => size !== 1)).pop() ?? []
  const columns = flow.columns ?? []
  const isColumns = columns.every(({ size }) => size === 1) || sameAxis(last, columns)
  if (!isColumns) throw new FormatError('the output has not the columns of a layer along its last axis')
}

/** Calls `read`, and puts the name of the door before what it says of the file. */
function reading<T>(where: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (!isErrorNamed(cause, 'FormatError')) throw cause
    throw new FormatError(`${where}: ${cause.message}`, { cause })
  }
}

function checkExternal(where: string, external: unknown): ExternalData | undefined {
  if (external === undefined || ownBytes(external) !== undefined) return external as ExternalData | undefined
  const files = checkObject(where, 'externalData', external)
  for (const [name, bytes] of Object.entries(files)) {
    if (ownBytes(bytes) !== undefined) continue
    throw new TypeError(expectation(where, `externalData.${name}`, 'the bytes of a file', bytes))
  }
  return files as ExternalData
}

/** Layers of a file, and what is known beside them. */
function layersOf(where: string, bytes: Uint8Array, options: FromOnnxOptions, external: ExternalData | undefined) {
  const model = decodeModel(bytes)
  const tensors = new Tensors(external)
  const told = interpret(model, { where, output: options.output, bytes: bytes.length, tensors })
  checkOutput(told)
  const { layers } = new Assembly().between(told.input, told.output.flow)
  return { model, input: told.input, layers, classes: classNames(model, told.scene) }
}

/**
 * The network that an ONNX file describes: a graph of LSTM, GRU and RNN operators, dense layers, normalisations, pools over time and
 * attention, as `toOnnx`, PyTorch's exporters, tf2onnx and skl2onnx write them. A graph of rows with dense layers alone becomes an
 * `MLP`, all else a `Sequential`. Weights keep their bits where nothing is computed of them; two biases of a gate are added, and scales
 * (BatchNormalization, a scaler) are taken into the dense layer beside them, or become one.
 *
 * - Graphs are read for sequences without padding, whose lengths a network here knows by itself.
 * - A LogSoftmax at the end is a softmax here: `forward` gives probabilities.
 * - States before the first frame that are an input of the graph start at zero.
 * - Dropout, which files do not have, is not there; files of `toOnnx` give back the layers and options that they were written of.
 *
 * @param file - the bytes of the file
 * @throws TypeError for an argument other than bytes, RangeError for an output that is not there; FormatError for bytes that are no
 *   ONNX file, weights that are not in it, and, with the name of the node, graphs that are no layers here: Loop, Scan, If, convolutions
 * @example
 * ```ts
 * const net = new Sequential([new LSTM({ inputs: 39, units: 16 }), new LastPool(), new Dense({ units: 4, activation: 'softmax' })])
 * const again = fromOnnx(toOnnx(net))
 * console.log(again.layers.map(({ type }) => type).join(', ')) // lstm, lastPool, dense
 * ```
 */
export function fromOnnx(file: Uint8Array | ArrayBuffer, options: FromOnnxOptions = {}): Sequential | MLP {
  const where = 'fromOnnx'
  checkOptions(where, options, ['externalData', 'output', 'dtype'])
  const bytes = ownBytes(file)
  if (bytes === undefined) {
    throw new TypeError(expectation(where, 'file', 'its bytes as a Uint8Array or an ArrayBuffer', file))
  }
  const dtype = checkDtype(where, options.dtype ?? 'float32')
  if (options.output !== undefined) checkString(where, 'output', options.output)
  const external = checkExternal(where, options.externalData)
  const { model, input, layers, classes } = reading(where, () => layersOf(where, bytes, options, external))
  const named = { dtype, classes }
  if (input.axes.length === 2 && input.time === null) {
    const mlp = ownMlpOptions(model, layers) ?? mlpOptions(layers)
    if (mlp !== null) return mlpOf(where, layers, mlp, named)
  }
  return sequentialOf(where, refined(model, layers), { ...named, seed: ownSeed(model) })
}
