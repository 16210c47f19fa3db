/** PyTorch's modules (torch.nn) by the names of their state dicts. */
import type { Bidirectional } from '../layers/bidirectional.ts'
import type { GRU } from '../layers/gru.ts'
import type { Layer } from '../layers/layer.ts'
import type { LSTM } from '../layers/lstm.ts'
import type { Recurrent } from '../layers/recurrent.ts'
import type { RNN } from '../layers/rnn.ts'
import { type Form, type Library, matrixPart, vectorPart } from './forms.ts'

/** The blocks of a recurrent layer in PyTorch's order, and those of its second bias where they differ. */
function gatesOf({ type }: Recurrent): { gates: readonly string[]; second?: string[] } {
  if (type === 'lstm') return { gates: ['i', 'f', 'c', 'o'] }
  if (type === 'rnn') return { gates: ['h'] }
  return { gates: ['r', 'z', 'n'], second: ['br', 'bz', 'bhn'] }
}

function misfitOf(layer: Recurrent): string | undefined {
  const { peepholes, coupled, activation, gateActivation } = layer as LSTM
  if (layer.initialState === 'learned') return 'a learned initial state, which no module has'
  if (layer.type === 'lstm') {
    if (peepholes) return 'peepholes, which nn.LSTM has not (make it with { peepholes: false })'
    if (coupled) return 'coupled gates, which nn.LSTM has not'
    if (activation !== 'tanh' || gateActivation !== 'sigmoid') return 'activations that nn.LSTM has not'
  }
  if (layer.type === 'gru' && !(layer as GRU).resetAfter) return 'the reset before the product, which nn.GRU has not'
  if (layer.type === 'rnn' && (layer as RNN).activation === 'sigmoid') return 'a sigmoid, which nn.RNN has not'
  return undefined
}

function recurrentForms(layer: Recurrent): Form[] {
  const { inputs: D, units: H, outputs: P } = layer
  const { gates, second } = gatesOf(layer)
  const blocks = (kind: string): string[] => gates.map((gate) => `${kind}${gate}`)
  const weights = [matrixPart('weight_ih', [H, D], blocks('Wx')), matrixPart('weight_hh', [H, P], blocks('Wh'))]
  const biases = [vectorPart('bias_ih', H, blocks('b')), vectorPart('bias_hh', H, second ?? blocks('b'))]
  const projection = (layer as LSTM).projection === undefined ? [] : [matrixPart('weight_hr', [P, H], ['Wrm'])]
  return [
    [...weights, ...biases, ...projection],
    [...weights, ...projection],
  ]
}

const recurrent = ['lstm', 'gru', 'rnn']

function formsOf(layer: Layer): readonly Form[] | string {
  if (layer.type === 'bidirectional') return formsOf((layer as Bidirectional).along)
  if (recurrent.includes(layer.type)) return misfitOf(layer as Recurrent) ?? recurrentForms(layer as Recurrent)
  if (layer.type === 'dense') return linear(layer.inputs, layer.outputs, 'W', 'b')
  if (layer.type === 'layerNorm') {
    const weight = vectorPart('weight', layer.inputs, ['g'])
    return [[weight, vectorPart('bias', layer.inputs, ['b'])], [weight]]
  }
  return 'no counterpart among the modules of torch.nn'
}

function linear(inputs: number, outputs: number, W: string, b?: string): readonly Form[] {
  const weight = matrixPart('weight', [inputs, outputs], [W], true)
  return b === undefined ? [[weight]] : [[weight, vectorPart('bias', outputs, [b])], [weight]]
}

const pattern = /^(?:(.*)\.)?(weight|bias)_(ih|hh|hr)(?:_l(\d{1,6})(_reverse)?)?$/

/** The conventions of PyTorch. */
export const pytorch: Library = {
  title: 'PyTorch',
  formsOf,
  linear,
  directed: (part) => [part, `${part}_reverse`],
  parse(name) {
    const [, module = '', kind, sides, index, reverse = ''] = pattern.exec(name) ?? []
    if (sides !== undefined) return { module, index: Number(index ?? 0), part: `${kind}_${sides}${reverse}` }
    const at = name.lastIndexOf('.')
    const part = name.slice(at + 1)
    return part === 'num_batches_tracked' ? null : { module: name.slice(0, Math.max(at, 0)), part }
  },
  remark(parts) {
    if (!parts.has('running_mean')) return undefined
    return 'no layer here is a BatchNorm: fold it into the layer below first (torch.nn.utils.fusion.fuse_linear_bn_eval)'
  },
}

/** The name of a tensor in a state dict. */
export function pytorchName(module: string, index: number, part: string): string {
  const [, stem, reverse = ''] = /^(\w+_(?:ih|hh|hr))(_reverse)?$/.exec(part) ?? []
  const own = stem === undefined ? part : `${stem}_l${index}${reverse}`
  return module === '' ? own : `${module}.${own}`
}
