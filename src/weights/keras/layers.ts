/** Keras' layers by class. */
import { describe } from '../../core/errors.ts'
import { Dropout } from '../../layers/dropout.ts'
import { LayerNorm } from '../../layers/layer-norm.ts'
import { MaxPool, MeanPool } from '../../layers/pool.ts'
import { activationOf, denseActivations } from './activations.ts'
import type { Chain } from './chain.ts'
import { type Config, classOf, fail, isConfig } from './config.ts'
import { bidirectionalLayer, type Given, recurrentLayer } from './recurrent.ts'
import { checkShape, type Tensor } from './tensors.ts'

function numberOf({ config, text }: Given, option: string, otherwise?: number): number {
  const value = config[option] ?? otherwise
  return typeof value === 'number' ? value : fail(`${text} has no number "${option}", but ${describe(value)}`)
}

/** Throws where an option has another value than those that mean what our layer does. */
function only({ config, text }: Given, option: string, values: readonly unknown[]): void {
  const value = config[option]
  if (value === undefined || values.includes(value)) return
  fail(`${text} has ${option} ${describe(isConfig(value) ? JSON.stringify(value) : value)}, which is not here`)
}

/** Throws unless the axis of a normalisation is the last one, of frames or of rows. */
function checkAxis({ config, text }: Given, chain: Chain): void {
  const { axis = -1 } = config
  const [one, ...more] = Array.isArray(axis) ? axis : [axis]
  if (more.length > 0 || (one !== -1 && one !== chain.rank - 1)) {
    fail(`${text} has the axis ${JSON.stringify(axis)}, where columns are normalised (-1)`)
  }
}

function dense(given: Given, chain: Chain): void {
  const { config, text, take } = given
  const [kernel, given1] = take('', config.use_bias === false ? 1 : 2)
  const columns = numberOf(given, 'units')
  const inputs = kernel.shape[0] ?? 0
  checkShape(text, 'kernel', kernel, [inputs, columns])
  if (given1 !== undefined) checkShape(text, 'bias', given1, [columns])
  const activation = activationOf(text, 'activation', config.activation, denseActivations)
  const bias = given1?.data ?? new Float64Array(columns)
  chain.dense({ kernel: kernel.data, bias, inputs, columns, activation, text })
}

function dropout(given: Given, chain: Chain): void {
  only(given, 'noise_shape', [null])
  chain.layer({ layer: new Dropout({ rate: numberOf(given, 'rate') }) })
}

function spatialDropout(given: Given, chain: Chain): void {
  chain.layer({ layer: new Dropout({ rate: numberOf(given, 'rate'), variational: true }) })
}

/** Gain and bias, ones and zeros where the layer has none, and its other weights; the shape is given where it has no weight. */
function scaling(
  { config, text, take }: Given,
  more: number,
  otherwise: readonly number[] = [],
): { gain: Tensor; bias: Tensor; rest: Tensor[] } {
  const [scaled, centred] = [config.scale !== false, config.center !== false]
  const count = Number(scaled) + Number(centred) + more
  const list = count === 0 ? [] : take('', count)
  const shape = list[0]?.shape.slice(0, 1) ?? otherwise
  const constant = (value: number): Tensor => ({ shape, data: new Float64Array(shape[0] ?? 0).fill(value) })
  const gain = scaled ? (list.shift() as Tensor) : constant(1)
  const bias = centred ? (list.shift() as Tensor) : constant(0)
  for (const one of [gain, bias, ...list]) checkShape(text, 'weight', one, shape)
  return { gain, bias, rest: list }
}

function layerNormalization(given: Given, chain: Chain): void {
  const { config, text } = given
  checkAxis(given, chain)
  only(given, 'rms_scaling', [false])
  const layer = new LayerNorm({ epsilon: numberOf(given, 'epsilon', 1e-3) })
  const plain = config.scale === false && config.center === false
  const columns = plain ? [chain.known(text)] : []
  const { gain, bias } = scaling(given, 0, columns)
  chain.fits(text, gain.data.length)
  chain.layer({
    layer,
    fill: ({ g, b }) => {
      g.data.set(gain.data, g.offset)
      b.data.set(bias.data, b.offset)
    },
  })
}

function batchNormalization(given: Given, chain: Chain): void {
  checkAxis(given, chain)
  only(given, 'renorm', [false])
  const epsilon = numberOf(given, 'epsilon', 1e-3)
  const { gain, bias, rest } = scaling(given, 2)
  const [mean, variance] = rest
  const scale = gain.data.map((g, j) => g / Math.sqrt(variance.data[j] + epsilon))
  checkScale(given, scale)
  chain.map(
    given.text,
    scale,
    bias.data.map((b, j) => b - mean.data[j] * scale[j]),
  )
}

function checkScale({ text }: Given, scale: Float64Array): void {
  if (!scale.every(Number.isFinite)) fail(`${text} has a variance below 0`)
}

/** The statistics of a Normalization in its options: a number, lists of numbers, or a serialised array. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number' && Number.isFinite(value)) return [value]
  if (Array.isArray(value)) return value.flatMap(numbersIn)
  if (isConfig(value) && isConfig(value.config)) return numbersIn((value.config as Config).value)
  return []
}

const LEAST_DEVIATION = 1e-7

function normalization(given: Given, chain: Chain): void {
  const { config, text, take } = given
  if (config.axis !== null) checkAxis(given, chain)
  const known = config.mean !== null && config.mean !== undefined
  const [mean, variance] = known
    ? [numbersIn(config.mean), numbersIn(config.variance)]
    : take('', 3).map(({ data }) => Array.from(data))
  const columns = Math.max(mean.length, variance.length, chain.columns ?? 0)
  const spread = (list: number[], name: string): Float64Array => {
    if (list.length !== columns && list.length !== 1) fail(`${text} has a ${name} of ${list.length} columns`)
    return Float64Array.from({ length: columns }, (_, j) => list[list.length === 1 ? 0 : j])
  }
  const means = spread(mean, 'mean')
  const deviations = spread(variance, 'variance').map((v) => Math.max(Math.sqrt(v), LEAST_DEVIATION))
  checkScale(given, deviations)
  if (config.invert === true) chain.map(text, deviations, means)
  else {
    const scale = deviations.map((s) => 1 / s)
    chain.map(
      text,
      scale,
      scale.map((s, j) => -means[j] * s),
    )
  }
}

function pool(given: Given, chain: Chain): void {
  only(given, 'data_format', [null, 'channels_last'])
  const mean = given.className === 'GlobalAveragePooling1D'
  chain.layer({ layer: mean ? new MeanPool() : new MaxPool() })
}

function activation({ config, text }: Given, chain: Chain): void {
  chain.activation(text, activationOf(text, 'activation', config.activation, denseActivations))
}

function softmax(given: Given, chain: Chain): void {
  checkAxis(given, chain)
  chain.activation(given.text, 'softmax')
}

/** ReLU and LeakyReLU. */
function rectifier(given: Given, chain: Chain): void {
  const leaky = given.className === 'LeakyReLU'
  only(given, 'max_value', [null])
  only(given, 'threshold', [0, null])
  const slope = leaky
    ? numberOf(given, 'negative_slope' in given.config ? 'negative_slope' : 'alpha', 0.3)
    : numberOf(given, 'negative_slope', 0)
  if (slope !== 0 && Math.fround(slope) !== Math.fround(0.01)) {
    fail(`${given.text} has the slope ${slope} below 0, where 0.01 is that of leakyRelu here`)
  }
  chain.activation(given.text, slope === 0 ? 'relu' : 'leakyRelu')
}

/** Layers that map every row by itself, which TimeDistributed may hold. */
const rowwise: Readonly<Record<string, (given: Given, chain: Chain) => void>> = {
  Dense: dense,
  Dropout: dropout,
  LayerNormalization: layerNormalization,
  BatchNormalization: batchNormalization,
  Activation: activation,
  Softmax: softmax,
  ReLU: rectifier,
  LeakyReLU: rectifier,
}

function timeDistributed(given: Given, chain: Chain): void {
  const inner = classOf(given.config.layer)
  if (!Object.hasOwn(rowwise, inner.className)) fail(`${given.text} has a ${inner.className} inside, which is not here`)
  // The inner layer has no axis of time.
  const rank = chain.rank
  chain.rank = 2
  rowwise[inner.className](
    { ...given, ...inner, take: (part, count) => given.take(part === '' ? 'layer' : `layer/${part}`, count) },
    chain,
  )
  chain.rank = rank
}

const nothing = (): void => {}

const known: Readonly<Record<string, (given: Given, chain: Chain) => void>> = {
  ...rowwise,
  InputLayer: nothing,
  Identity: nothing,
  // Sequences have lengths of their own here: there are no frames to leave out.
  Masking: nothing,
  SpatialDropout1D: spatialDropout,
  Normalization: normalization,
  TimeDistributed: timeDistributed,
  LSTM: recurrentLayer,
  GRU: recurrentLayer,
  SimpleRNN: recurrentLayer,
  RNN: recurrentLayer,
  Bidirectional: bidirectionalLayer,
  GlobalAveragePooling1D: pool,
  GlobalMaxPooling1D: pool,
}

/** Layers that leave one row for each sequence. */
function poolsTime({ className, config }: Given): boolean {
  if (className.startsWith('Global')) return config.keepdims !== true
  const inner = className === 'Bidirectional' && isConfig(config.layer) ? config.layer.config : config
  const recurrent = className === 'Bidirectional' || known[className] === recurrentLayer
  return recurrent && isConfig(inner) && inner.return_sequences !== true
}

/** Adds a layer to the chain; FormatError for classes and options that have no counterpart here. */
export function addLayer(given: Given, chain: Chain): void {
  const { className, text } = given
  if (!Object.hasOwn(known, className)) {
    fail(`${text} has no counterpart here; there are some for ${Object.keys(known).join(', ')}`)
  }
  known[className](given, chain)
  if (poolsTime(given)) chain.rank = 2
}
