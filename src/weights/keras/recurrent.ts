/** Recurrent layers: LSTM, GRU, SimpleRNN, RNN of cells, Bidirectional. */
import type { FloatNdArray } from '../../core/types.ts'
import { Bidirectional, type Merge } from '../../layers/bidirectional.ts'
import { Dropout } from '../../layers/dropout.ts'
import { GRU } from '../../layers/gru.ts'
import { LastPool } from '../../layers/last-pool.ts'
import { type GateActivation, LSTM } from '../../layers/lstm.ts'
import type { Recurrent } from '../../layers/recurrent.ts'
import { RNN } from '../../layers/rnn.ts'
import { activationOf, recurrentNames } from './activations.ts'
import type { Chain, Product } from './chain.ts'
import { type Config, classOf, fail, numbered } from './config.ts'
import { checkShape, type Tensor } from './tensors.ts'

/** A layer to translate. */
export interface Given {
  className: string
  config: Config
  text: string
  /** Whether Keras 2 or older wrote it. */
  old: boolean
  take(part: string, count: number): Tensor[]
}

/** Weights of one direction: input weights and biases, recurrent weights [units, columns]. */
interface Weights extends Product {
  recurrent: Float64Array
}

const gates: Readonly<Record<string, readonly string[]>> = {
  lstm: ['i', 'f', 'c', 'o'],
  gru: ['z', 'r', 'n'],
  rnn: ['h'],
}

function unitsOf({ config, text }: Given): number {
  const { units } = config
  return Number.isSafeInteger(units) ? (units as number) : fail(`${text} has no number of units`)
}

/** Activations of gates by Keras' names. `hard_sigmoid` of Keras 3 is another one, x / 6 + 1 / 2 between 0 and 1. */
function gateNames(old: boolean): Readonly<Record<string, GateActivation>> {
  return old ? { sigmoid: 'sigmoid', hard_sigmoid: 'hardSigmoid' } : { sigmoid: 'sigmoid' }
}

function makeLSTM(given: Given): LSTM {
  const { config, text, old } = given
  const gateActivation = activationOf(text, 'recurrent_activation', config.recurrent_activation, gateNames(old))
  const activation = activationOf(text, 'activation', config.activation, recurrentNames)
  return new LSTM({ units: unitsOf(given), peepholes: false, activation, gateActivation })
}

function makeGRU(given: Given): GRU {
  const { config, text } = given
  activationOf(text, 'activation', config.activation, { tanh: 'tanh' })
  activationOf(text, 'recurrent_activation', config.recurrent_activation, { sigmoid: 'sigmoid' })
  return new GRU({ units: unitsOf(given), resetAfter: config.reset_after === true })
}

function makeRNN(given: Given): RNN {
  const activation = activationOf(given.text, 'activation', given.config.activation, recurrentNames)
  return new RNN({ units: unitsOf(given), activation })
}

const makers: Readonly<Record<string, (given: Given) => Recurrent>> = {
  LSTM: makeLSTM,
  GRU: makeGRU,
  SimpleRNN: makeRNN,
}

/** A cell, and where its weights are. */
interface Cell {
  given: Given
  layer: Recurrent
  part: string
}

/** The cells of a layer from the input up: one, or those of an RNN of several. */
function cellsOf(given: Given): Cell[] {
  const { className, config, text } = given
  for (const option of ['go_backwards', 'return_state', 'time_major']) {
    if (config[option] === true) fail(`${text} has ${option}, which is not here`)
  }
  if (className !== 'RNN') return [{ given, layer: makers[className](given), part: 'cell' }]
  const cell = classOf(config.cell)
  const stacked = cell.className === 'StackedRNNCells'
  const list = stacked && Array.isArray(cell.config.cells) ? cell.config.cells.map(classOf) : [cell]
  const keys = numbered(list.map((one) => one.className))
  return list.map((one, i) => {
    const name = one.className.replace(/Cell$/, '')
    if (!Object.hasOwn(makers, name) || name === one.className)
      fail(`${text} has a cell ${one.className}, which is not here`)
    const inner = { ...given, className: name, config: one.config }
    return { given: inner, layer: makers[name](inner), part: stacked ? `cell/cells/${keys[i]}` : 'cell' }
  })
}

/** Takes the weights of a cell: kernel [inputs, columns], recurrent kernel [units, columns], bias. */
function weightsOf({ given: { config, text, take }, layer, part }: Cell, prefix = ''): Weights {
  const { units, type } = layer
  const biased = config.use_bias !== false
  const [kernel, recurrent, given] = take(`${prefix}${part}`, biased ? 3 : 2)
  const columns = gates[type].length * units
  const inputs = kernel.shape[0] ?? 0
  checkShape(text, 'kernel', kernel, [inputs, columns])
  checkShape(text, 'recurrent kernel', recurrent, [units, columns])
  const rows = type === 'gru' && (layer as GRU).resetAfter ? 2 : 1
  if (given !== undefined) checkShape(text, 'bias', given, rows === 2 ? [2, columns] : [columns])
  const bias = given?.data ?? new Float64Array(rows * columns)
  return { kernel: kernel.data, recurrent: recurrent.data, bias, inputs, columns }
}

/** Writes the transpose of some columns [n, columns] to a matrix [units, n]. */
function transposeInto(out: FloatNdArray, x: Float64Array, columns: number, from: number): void {
  const [units, n] = out.shape
  for (let j = 0; j < units; j++) for (let i = 0; i < n; i++) out.set(j, i, x[i * columns + from + j])
}

/** Writes Keras' weights to a recurrent layer's parameters, whose names begin with `prefix`. */
function fillCell(
  params: Readonly<Record<string, FloatNdArray>>,
  prefix: string,
  { type, units }: Recurrent,
  { kernel, recurrent, bias, columns }: Weights,
): void {
  gates[type].forEach((gate, k) => {
    const from = k * units
    const [b, second] = [params[`${prefix}b${gate}`], params[`${prefix}bhn`]]
    transposeInto(params[`${prefix}Wx${gate}`], kernel, columns, from)
    transposeInto(params[`${prefix}Wh${gate}`], recurrent, columns, from)
    for (let j = 0; j < units; j++) {
      const own = bias[from + j]
      const other = bias.length > columns ? bias[columns + from + j] : 0
      // The reset gate's factor keeps the second bias of the candidate apart.
      const apart = gate === 'n' && second !== undefined
      b.set(j, apart ? own : own + other)
      if (apart) second.set(j, other)
    }
  })
}

/** Keras' dropout of a recurrent layer's inputs has one mask for all steps. */
function inputDropout(chain: Chain, { config }: Given): void {
  const { dropout } = config
  if (typeof dropout === 'number' && dropout > 0)
    chain.layer({ layer: new Dropout({ rate: dropout, variational: true }) })
}

/** LSTM, GRU, SimpleRNN and RNN. */
export function recurrentLayer(given: Given, chain: Chain): void {
  for (const cell of cellsOf(given)) {
    const { layer } = cell
    inputDropout(chain, cell.given)
    const weights = weightsOf(cell)
    const fill = (params: Readonly<Record<string, FloatNdArray>>): void => fillCell(params, '', layer, weights)
    chain.products(given.text, weights.inputs, [weights], { layer, fill })
  }
  if (given.config.return_sequences !== true) chain.layer({ layer: new LastPool() })
}

const merges: Readonly<Record<string, Merge>> = { concat: 'concatenate', sum: 'sum', ave: 'average' }

/** Options of both directions that must agree. */
const shared = ['units', 'activation', 'recurrent_activation', 'use_bias', 'reset_after', 'return_sequences'] as const

/** Throws where a layer of its own for the backward direction is another than the forward one. */
function checkBackward(text: string, forward: ReturnType<typeof classOf>, backward: unknown): void {
  if (backward === undefined || backward === null) return
  const { className, config } = classOf(backward)
  const other = shared.find((name) => JSON.stringify(config[name]) !== JSON.stringify(forward.config[name]))
  if (className === forward.className && other === undefined && config.go_backwards === true) return
  fail(`${text} has a backward layer that differs from the forward one${other === undefined ? '' : ` in ${other}`}`)
}

/** Bidirectional. */
export function bidirectionalLayer(given: Given, chain: Chain): void {
  const { config, text } = given
  const { merge_mode: mode } = config
  if (typeof mode !== 'string' || !Object.hasOwn(merges, mode)) {
    fail(
      `${text} has the merge_mode ${JSON.stringify(mode)}, which is not here (${Object.keys(merges).join(', ')} can be read)`,
    )
  }
  const inner = classOf(config.layer)
  if (inner.className !== 'RNN' && !Object.hasOwn(makers, inner.className)) {
    fail(`${text} has a layer ${inner.className} inside, which is not here`)
  }
  checkBackward(text, inner, config.backward_layer)
  const cells = cellsOf({ ...given, ...inner })
  if (cells.length > 1) fail(`${text} has several cells inside, each direction its own stack, which is not here`)
  const [cell] = cells
  inputDropout(chain, cell.given)
  const along = weightsOf(cell, 'forward_layer/')
  const against = weightsOf(cell, 'backward_layer/')
  if (along.inputs !== against.inputs) fail(`${text} has directions of unlike inputs`)
  const layer = new Bidirectional(cell.layer, { merge: merges[mode] })
  const fill = (params: Readonly<Record<string, FloatNdArray>>): void => {
    fillCell(params, 'forward.', cell.layer, along)
    fillCell(params, 'backward.', cell.layer, against)
  }
  chain.products(text, along.inputs, [along, against], { layer, fill })
  if (inner.config.return_sequences !== true) chain.layer({ layer: new LastPool() })
}
