/** Models of Keras as networks of ours. */
import { checkOptions } from '../../core/check.ts'
import type { FloatNdArray } from '../../core/types.ts'
import { fileBytes, placed } from '../../io/npy.ts'
import { restoring } from '../../io/state-file.ts'
import { Dense } from '../../layers/dense.ts'
import type { Dropout } from '../../layers/dropout.ts'
import type { Layer } from '../../layers/layer.ts'
import { MLP } from '../../networks/mlp.ts'
import type { MLPOptions } from '../../networks/mlp-options.ts'
import { Sequential, type SequentialOptions } from '../../networks/sequential.ts'
import { undrawn } from '../../numerics/undrawn.ts'
import { Chain, type DenseStep, type Step } from './chain.ts'
import { chainOf, fail } from './config.ts'
import { type KerasFile, readKeras } from './files.ts'
import { addLayer } from './layers.ts'

/** Options of {@link fromKeras}. */
export interface FromKerasOptions extends SequentialOptions {}

type Params = Readonly<Record<string, FloatNdArray>>

function fillDense({ W, b }: Params, { kernel, bias }: DenseStep): void {
  W.data.set(kernel, W.offset)
  b.data.set(bias, b.offset)
}

/** The layers of a model as ours. */
function stepsOf({ model, version, weights }: KerasFile): Chain {
  const { layers, shape } = chainOf(model)
  const inputs = shape[shape.length - 1]
  const chain = new Chain(shape.length === 2 ? 2 : 3, Number.isSafeInteger(inputs) ? (inputs as number) : undefined)
  const old = /^[012]\./.test(version)
  for (const layer of layers) addLayer({ ...layer, old, take: weights.of(layer).take }, chain)
  chain.finish()
  if (chain.steps.length === 0) fail('the model has no layer with a counterpart here')
  return chain
}

/** The share that dropout takes of the inputs and of each hidden layer, where an MLP has the same. */
function ratesOf(steps: readonly Step[]): { inputDropout: number; dropout: number } | undefined {
  const dense = steps.filter(({ kind }) => kind === 'dense').length
  const rates = new Array<number>(dense + 1).fill(0)
  let below = 0
  for (const step of steps) {
    if (step.kind === 'dense') below++
    else if (step.layer.type !== 'dropout' || rates[below] > 0 || (step.layer as Dropout).variational) return undefined
    else rates[below] = (step.layer as Dropout).rate
  }
  const [inputDropout, dropout = 0] = rates
  const hidden = rates.slice(1, -1)
  if (dense === 0 || rates[dense] > 0 || hidden.some((rate) => rate !== dropout)) return undefined
  return { inputDropout, dropout: hidden.length > 0 ? dropout : 0 }
}

/** Options of the MLP that a model of rows is; undefined where it is none. */
function mlpOptions(steps: readonly Step[]): MLPOptions | undefined {
  const rates = ratesOf(steps)
  const dense = steps.filter((step): step is DenseStep => step.kind === 'dense')
  const hidden = dense.slice(0, -1).map(({ activation }) => activation)
  const output = dense[dense.length - 1]
  const [activation = 'sigmoid'] = hidden
  if (rates === undefined || activation === 'softmax' || hidden.some((name) => name !== activation)) return undefined
  if (output.activation === 'softmax' && output.columns === 1) return undefined
  const layers = [dense[0].inputs, ...dense.map(({ columns }) => columns)]
  return { layers, activation, output: output.activation, ...rates }
}

function makeMLP(steps: readonly Step[], options: MLPOptions): MLP {
  const network = new MLP(undrawn(options))
  network.parameters.forWriting()
  const dense = steps.filter((step): step is DenseStep => step.kind === 'dense')
  network.layers.forEach((layer, i) => {
    fillDense(layer.params, dense[i])
  })
  return network
}

function makeSequential({ steps, inputs }: Chain, options: SequentialOptions): Sequential {
  const layers = steps.map((step): Layer => {
    return step.kind === 'layer' ? step.layer : new Dense({ units: step.columns, activation: step.activation })
  })
  if (inputs !== undefined) layers[0].connect(inputs, 'fromKeras')
  const network = new Sequential(layers, undrawn(options))
  network.parameters.forWriting()
  steps.forEach((step, i) => {
    const { params } = layers[i]
    if (step.kind === 'dense') fillDense(params, step)
    else step.fill?.(params)
  })
  return network
}

/**
 * Makes a network of a Keras model: of a `.keras` archive (Keras 3), or of a `.h5` file with a whole model, as Keras 2 wrote them. A
 * model of `Dense` layers on rows becomes an `MLP` where its hidden layers have one activation and one rate of dropout; any other chain
 * of layers, sequential or functional, a `Sequential`. docs/guide/keras.md lists the layers.
 *
 * Masking goes: give each sequence with its own frames alone. BatchNormalization and Normalization are computed into the weights beside
 * them. Optimisers and losses stay behind.
 *
 * @param file - the bytes of the file
 * @param options - `dtype` is by default that of the file's weights; `classes` names the outputs
 * @throws TypeError for an argument other than bytes; FormatError for a damaged file, and, by the layer's name and class, for layers,
 *   options and activations that have no counterpart here, for models that are no chain, and for features of HDF5 that Keras does not use
 * @example
 * ```ts
 * import { readFile } from 'node:fs/promises'
 *
 * // Python: model.save('model.keras')
 * const net = fromKeras(await readFile('model.keras'), { classes: ['calm', 'angry'] })
 * net.predictLabels([[0.1, 0.2, 0.3]]).length > 0 // true
 * ```
 */
export function fromKeras(file: Uint8Array | ArrayBuffer, options: FromKerasOptions = {}): Sequential | MLP {
  const where = 'fromKeras'
  const bytes = fileBytes(where, file)
  checkOptions(where, options, ['dtype', 'seed', 'classes'])
  const { chain, wide } = placed(where, () => {
    const keras = readKeras(bytes)
    return restoring('the model', () => ({ chain: stepsOf(keras), wide: keras.weights.wide }))
  })
  const own = { ...options, dtype: options.dtype ?? (wide ? 'float64' : 'float32') } as const
  const mlp = chain.rows ? mlpOptions(chain.steps) : undefined
  return mlp === undefined ? makeSequential(chain, own) : makeMLP(chain.steps, { ...mlp, ...own })
}
