/** Modules of Flax, linen and nnx, by the paths of their parameters. */

import type { Bidirectional } from '../layers/bidirectional.ts'
import type { GRU } from '../layers/gru.ts'
import type { Layer } from '../layers/layer.ts'
import type { LSTM } from '../layers/lstm.ts'
import type { Recurrent } from '../layers/recurrent.ts'
import { type Form, type Library, matrixPart, vectorPart } from './forms.ts'

/** Our gates and theirs, in the order of nnx. */
const gatesOf: Readonly<Record<string, readonly (readonly [ours: string, theirs: string])[]>> = {
  lstm: [
    ['i', 'i'],
    ['f', 'f'],
    ['c', 'g'],
    ['o', 'o'],
  ],
  gru: [
    ['r', 'r'],
    ['z', 'z'],
    ['n', 'n'],
  ],
}

function misfitOf(layer: Recurrent): string | undefined {
  const { peepholes, coupled, projection } = layer as LSTM
  if (layer.initialState === 'learned') return 'a learned initial state, which no cell has'
  if (layer.type === 'lstm') {
    if (peepholes) return 'peepholes, which no cell of Flax has (make it with { peepholes: false })'
    if (coupled) return 'coupled gates, which no cell of Flax has'
    if (projection !== undefined) return 'a projection, which no cell of Flax has'
  }
  if (layer.type === 'gru' && !(layer as GRU).resetAfter) return 'the reset before the product, which GRUCell has not'
  return undefined
}

/** A cell with a matrix for each gate; biases stand beside the names that `biased` has, by the gate's own name here. */
function separate(layer: Recurrent, biased: (side: 'i' | 'h', gate: string) => string | undefined): Form {
  const { inputs: D, units: H, type } = layer
  return (['i', 'h'] as const).flatMap((side) =>
    gatesOf[type].flatMap(([ours, theirs]) => {
      const bias = biased(side, ours)
      const [cols, kind] = side === 'i' ? [D, 'Wx'] : [H, 'Wh']
      const kernel = matrixPart(`${side}${theirs}.kernel`, [H, cols], [`${kind}${ours}`], true)
      return bias === undefined ? [kernel] : [kernel, vectorPart(`${side}${theirs}.bias`, H, [bias])]
    }),
  )
}

/** A cell with all gates in one matrix, whose biases are on one side. */
function joined(
  layer: Recurrent,
  [i, h, bias]: readonly [i: string, h: string, bias: string],
  gates: readonly string[],
): Form {
  const { inputs: D, units: H } = layer
  const blocks = (kind: string): string[] => gates.map((gate) => `${kind}${gate}`)
  return [
    matrixPart(`${i}.kernel`, [H, D], blocks('Wx'), true),
    matrixPart(`${h}.kernel`, [H, H], blocks('Wh'), true),
    vectorPart(`${bias}.bias`, H, blocks('b')),
  ]
}

function recurrentForms(layer: Recurrent): Form[] {
  if (layer.type === 'rnn') {
    return [joined(layer, ['i', 'h', 'i'], ['h']), joined(layer, ['dense_i', 'dense_h', 'dense_i'], ['h'])]
  }
  const gates = gatesOf[layer.type].map(([ours]) => ours)
  if (layer.type === 'lstm') {
    const linen = separate(layer, (side, gate) => (side === 'h' ? `b${gate}` : undefined))
    return [linen, joined(layer, ['dense_i', 'dense_h', 'dense_h'], gates)]
  }
  const linen = separate(layer, (side, gate) => (side === 'i' ? `b${gate}` : gate === 'n' ? 'bhn' : undefined))
  return [linen, joined(layer, ['dense_i', 'dense_h', 'dense_i'], gates)]
}

function linear(inputs: number, outputs: number, W: string, b?: string): readonly Form[] {
  const kernel = matrixPart('kernel', [inputs, outputs], [W])
  return b === undefined ? [[kernel]] : [[kernel, vectorPart('bias', outputs, [b])], [kernel]]
}

function formsOf(layer: Layer): readonly Form[] | string {
  const { type, inputs } = layer
  if (type === 'bidirectional') return formsOf((layer as Bidirectional).along)
  if (['lstm', 'gru', 'rnn'].includes(type)) return misfitOf(layer as Recurrent) ?? recurrentForms(layer as Recurrent)
  if (type === 'dense') return linear(inputs, layer.outputs, 'W', 'b')
  if (type !== 'layerNorm') return 'no counterpart among the modules of Flax'
  const [scale, bias] = [vectorPart('scale', inputs, ['g']), vectorPart('bias', inputs, ['b'])]
  return [[scale, bias], [scale], [bias]]
}

const cellPart = /^(?:(.*)\.)?(i|h|i[ifgorzn]|h[ifgorzn]|dense_i|dense_h)\.(kernel|bias)$/
const direction = /^(?:(.*)\.)?(forward|backward)_rnn(?:\..*)?$/

/** The name of the part of the other side, which makes a part of a cell of a module called `i` or `h`. */
const otherSide = (name: string): string => {
  if (name.startsWith('dense_')) return name === 'dense_i' ? 'dense_h' : 'dense_i'
  return `${name[0] === 'i' ? 'h' : 'i'}${name.slice(1)}`
}

/** The conventions of Flax. Names are joined by points; `if_`, as nnx has to write, is `if`. */
export const flax: Library = {
  title: 'Flax',
  formsOf,
  linear,
  directed: (part) => [`forward.${part}`, `backward.${part}`],
  parse(given, has) {
    const name = given
      .replaceAll('/', '.')
      .replace(/\.value$/, '')
      .replace(/(^|\.)if_\./, '$1if.')
    const [, above = '', gate, kind] = cellPart.exec(name) ?? []
    const slash = given.includes('/') ? '/' : '.'
    const isCell =
      gate !== undefined &&
      [otherSide(gate), `${otherSide(gate)}_`].some((twin) => {
        const kernel = `${above === '' ? '' : `${above}.`}${twin}.kernel`
        return [kernel, `${kernel}.value`].some((one) => has(one.replaceAll('.', slash)))
      })
    const at = name.lastIndexOf('.')
    const [module, part] = isCell ? [above, `${gate}.${kind}`] : [name.slice(0, Math.max(at, 0)), name.slice(at + 1)]
    const [, outer = '', side] = direction.exec(module) ?? []
    return side === undefined ? { module, part } : { module: outer, part: `${side}.${part}` }
  },
  remark(parts) {
    const isNorm = [...parts.keys()].some((name) => name === 'mean' || name === 'var')
    return isNorm ? 'no layer here is a BatchNorm: fold it into the layer below first' : undefined
  },
}
