/** The variables of Keras 3's weights by their paths, for `loadWeights`. */
import type { Bidirectional } from '../../layers/bidirectional.ts'
import type { GRU } from '../../layers/gru.ts'
import type { Layer } from '../../layers/layer.ts'
import type { LSTM } from '../../layers/lstm.ts'
import type { Recurrent } from '../../layers/recurrent.ts'
import { type Form, type Library, matrixPart, type Part, vectorPart } from '../forms.ts'

const gatesOf: Readonly<Record<string, readonly string[]>> = {
  lstm: ['i', 'f', 'c', 'o'],
  gru: ['z', 'r', 'n'],
  rnn: ['h'],
}

function misfitOf(layer: Recurrent): string | undefined {
  const { peepholes, coupled, projection } = layer as LSTM
  if (layer.initialState === 'learned') return 'a learned initial state, which no layer of Keras has'
  if (layer.type !== 'lstm') return undefined
  if (peepholes) return 'peepholes, which LSTM of Keras has not (make it with { peepholes: false })'
  if (coupled) return 'coupled gates, which LSTM of Keras has not'
  return projection === undefined ? undefined : 'a projection, which LSTM of Keras has not'
}

function recurrentForms(layer: Recurrent): Form[] {
  const { inputs: D, units: H, type } = layer
  const gates = gatesOf[type]
  const blocks = (kind: string): string[] => gates.map((gate) => `${kind}${gate}`)
  const weights = [matrixPart('cell/0', [H, D], blocks('Wx'), true), matrixPart('cell/1', [H, H], blocks('Wh'), true)]
  const two = type === 'gru' && (layer as GRU).resetAfter
  const bias: Part = two
    ? { name: 'cell/2', shape: [2, 3 * H], blocks: [...blocks('b'), 'bz', 'br', 'bhn'], transposed: false }
    : vectorPart('cell/2', H, blocks('b'))
  return [[...weights, bias], weights]
}

function linear(inputs: number, outputs: number, W: string, b?: string): readonly Form[] {
  const kernel = matrixPart('0', [inputs, outputs], [W])
  return b === undefined ? [[kernel]] : [[kernel, vectorPart('1', outputs, [b])], [kernel]]
}

function formsOf(layer: Layer): readonly Form[] | string {
  const { type, inputs } = layer
  if (type === 'bidirectional') return formsOf((layer as Bidirectional).along)
  if (Object.hasOwn(gatesOf, type)) return misfitOf(layer as Recurrent) ?? recurrentForms(layer as Recurrent)
  if (type === 'dense') return linear(inputs, layer.outputs, 'W', 'b')
  if (type === 'layerNorm') return [[vectorPart('0', inputs, ['g']), vectorPart('1', inputs, ['b'])]]
  return 'no counterpart among the layers of Keras'
}

const pattern = /^(?:(.*)\/)?vars\/(\d{1,6})$/
const ending = /^(.*?)(?:_(\d{1,6}))?(?:\/(forward_layer|backward_layer))?(\/cell)?(?:\/layer)?$/

/** The conventions of Keras 3. The number behind a layer's class is its place among the layers of that class. */
export const keras: Library = {
  title: 'Keras',
  formsOf,
  linear,
  directed: (part) => [`forward_layer/${part}`, `backward_layer/${part}`],
  parse(name) {
    const [, path = '', k] = pattern.exec(name) ?? []
    if (k === undefined || path.startsWith('optimizer')) return null
    // A cell of several has a number of its own.
    const cells = path.includes('/cell/cells/')
    const [, module, index = '0', side, cell] = ending.exec(path) as string[] as [
      string,
      string,
      string?,
      string?,
      string?,
    ]
    const part = cell !== undefined || cells ? `cell/${k}` : k
    return { module, index: Number(index), part: side === undefined ? part : `${side}/${part}` }
  },
  remark(parts) {
    const isNorm = parts.has('2')
    return isNorm
      ? 'no layer here is a BatchNormalization or Normalization: fromKeras reads .keras files of these'
      : undefined
  },
}
