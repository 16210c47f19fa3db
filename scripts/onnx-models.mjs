/** Random models for `scripts/onnx.mjs`, by kind: each makes one from a stream of random numbers. */
import { readFileSync } from 'node:fs'
import * as ser from '../dist/index.js'

const COLUMNS = 6

const pick = (random, list) => list[random.integer(list.length)]
const width = (random) => 1 + random.integer(24)

/** The model with normal numbers added to all its parameters, so that biases and states are not 0. */
function stirred(random, model) {
  const values = model.parameters.forWriting()
  const noise = new Float64Array(values.length)
  random.normalInto(noise, 0, 0.15)
  for (const [i, value] of noise.entries()) values[i] += value
  return model
}

/** A network on six columns. */
function network(random, layers) {
  const net = new ser.Sequential([new ser.Dense({ inputs: COLUMNS, units: COLUMNS, activation: 'tanh' }), ...layers])
  return stirred(random, net)
}

/** A model, or a stack of models, with such parameters. */
function drawn(random, model) {
  for (const one of model.layers ?? [model]) stirred(random, one.parameters === undefined ? model : one)
  return model
}

const states = ['zero', 'learned']
const inside = ['tanh', 'relu', 'sigmoid']
const common = (random) => ({ units: width(random), initialState: pick(random, states) })
const lstm = (random, more = {}) => new ser.LSTM({ ...common(random), peepholes: random.integer(2) === 1, ...more })
const recurrent = (random) =>
  pick(random, [
    () =>
      lstm(random, { activation: pick(random, inside), coupled: random.integer(2) === 1, projection: width(random) }),
    () => new ser.GRU({ ...common(random), resetAfter: random.integer(2) === 1 }),
    () => new ser.RNN({ ...common(random), activation: pick(random, inside) }),
  ])()
const pools = [
  () => new ser.MeanPool(),
  () => new ser.MaxPool(),
  () => new ser.LastPool(),
  () => new ser.StandardDeviationPool(),
  () => new ser.StatisticsPool(),
]
const activations = ['linear', 'sigmoid', 'tanh', 'relu', 'leakyRelu', 'softplus', 'softmax']
const softmax = () => new ser.Dense({ units: 4, activation: 'softmax' })

/** Kinds of models: what makes one, and its outputs. */
export const kinds = {
  Dense: (random) => network(random, [new ser.Dense({ units: width(random), activation: pick(random, activations) })]),
  LayerNorm: (random) => network(random, [new ser.LayerNorm()]),
  'pools over time': (random) => network(random, [pick(random, pools)()]),
  AttentionPool: (random) => network(random, [new ser.AttentionPool({ units: width(random), heads: 2 })]),
  FrameStack: (random) =>
    network(random, [new ser.FrameStack({ frames: 1 + random.integer(4), step: 1 + random.integer(4) }), softmax()]),
  Residual: (random) => network(random, [new ser.Residual([recurrent(random), new ser.LayerNorm()])]),
  RNN: (random) => network(random, [new ser.RNN({ ...common(random), activation: pick(random, inside) })]),
  'GRU, reset after the product': (random) => network(random, [new ser.GRU(common(random))]),
  'GRU, reset before it': (random) => network(random, [new ser.GRU({ ...common(random), resetAfter: false })]),
  LSTM: (random) => network(random, [lstm(random)]),
  'LSTM, coupled gates': (random) => network(random, [lstm(random, { coupled: true })]),
  'LSTM, projection': (random) => network(random, [lstm(random, { projection: width(random) })]),
  'LSTM, rectified': (random) => network(random, [lstm(random, { activation: 'relu' })]),
  'LSTM, hard sigmoid': (random) => network(random, [lstm(random, { gateActivation: 'hardSigmoid' })]),
  Bidirectional: (random) =>
    network(random, [
      new ser.Bidirectional(recurrent(random), { merge: pick(random, ['concatenate', 'sum', 'average']) }),
      pick(random, [() => softmax(), ...pools])(),
    ]),
  'two recurrent layers, pool, softmax': (random) =>
    network(random, [recurrent(random), recurrent(random), pick(random, pools)(), softmax()]),
  MLP: (random) => drawn(random, new ser.MLP({ layers: [COLUMNS, width(random), width(random), 4] })),
  Standardizer: (random) => {
    const rows = Array.from({ length: 20 }, () => Array.from({ length: COLUMNS }, (_, j) => 300 * j + random.normal()))
    return new ser.Standardizer().fit([ser.matrix(rows)])
  },
  'RBM, GaussianRBM': (random) =>
    drawn(random, new (pick(random, [ser.RBM, ser.GaussianRBM]))({ visible: COLUMNS, hidden: width(random) })),
  CRBM: (random) =>
    drawn(random, new ser.CRBM({ visible: COLUMNS, hidden: width(random), order: 1 + random.integer(4) })),
  StackedCRBM: (random) =>
    drawn(random, new ser.StackedCRBM({ visible: COLUMNS, hidden: [width(random), width(random)], order: 2 })),
  'the recogniser of the first edition': () =>
    ser.Recognizer.from(readFileSync(new URL('../models/recognizer-1.safetensors', import.meta.url))),
}

/** Columns of the input of a model. */
export function columnsOf(model) {
  if (model instanceof ser.Recognizer) return 86
  return model.visible ?? model.inputs ?? model.layers?.[0].visible ?? COLUMNS
}

/** Outputs by name, for one sequence. */
export function outputsOf(model) {
  if (model instanceof ser.Recognizer) return { posterior: (x) => ({ data: model.posterior(x) }) }
  if (model instanceof ser.CRBM)
    return { transform: (x) => model.transform(x), predictNext: (x) => model.predictNext(x) }
  if (model.reconstruct && !model.layers) return { transform: (x) => model.transform(x) }
  return model.transform ? { transform: (x) => model.transform(x) } : { forward: (x) => model.forward(x) }
}
