import { joined } from '../../core/storage.ts'
import type { FloatArray } from '../../core/types.ts'
import { kernels } from '../../kernels/index.ts'
import type { LSTM } from '../../layers/lstm.ts'
import type { Cell, Operator } from './recurrent.ts'
import { activationOperators } from './rnn.ts'

type Weight = (name: string) => FloatArray

/** LSTM: its activations, and input_forget where the gates are coupled. */
export function lstmOperator({ activation, gateActivation, coupled }: LSTM): Operator {
  const hard = gateActivation === 'hardSigmoid'
  const cell = activationOperators[activation]
  return {
    op: 'LSTM',
    activations: [hard ? 'HardSigmoid' : 'Sigmoid', cell, cell],
    ...(hard ? { alpha: [0.2], beta: [0.5] } : {}),
    ...(coupled ? { attributes: { input_forget: { i: 1 } } } : {}),
  }
}

/**
 * Weights in blocks i, o, f, c; those of the forget gate are 0 where it is coupled. With a projection the operator's own outputs
 * are the mixed m, so that R = Wh Wrm, and a product with Wrm' behind it gives h; a learned h0, which may be no Wrm m, is added
 * before the first step as Wh h0.
 */
export function lstmCell(layer: LSTM, weight: Weight): Cell {
  const { units: H, inputs: D, outputs: P, coupled, peepholes } = layer
  const block = (kind: string, gate: string, size: number): FloatArray =>
    coupled && gate === 'f' ? new Float64Array(size) : weight(`${kind}${gate}`)
  const all = (kind: string, size: number): Float64Array =>
    joined(['i', 'o', 'f', 'c'].map((gate) => block(kind, gate, size)))
  const learned = layer.initialState === 'learned'
  const recurrent = all('Wh', H * P)
  return {
    W: all('Wx', H * D),
    R: recurrent,
    B: joined([all('b', H), new Float64Array(4 * H)]),
    ...(peepholes ? { P: joined(['i', 'o', 'f'].map((gate) => block('Wc', gate, H))) } : {}),
    ...(learned ? { h0: weight('h0'), c0: weight('c0') } : {}),
    ...(layer.projection === undefined ? {} : projected(layer, recurrent, weight)),
  }
}

function projected(layer: LSTM, recurrent: Float64Array, weight: Weight): Pick<Cell, 'R' | 'projection' | 'first'> {
  const { units: H, outputs: P } = layer
  const Wrm = Float64Array.from(weight('Wrm'))
  const R = new Float64Array(4 * H * H)
  kernels.gemm(R, 0, H, recurrent, 0, P, false, Wrm, 0, H, false, 4 * H, H, P, 1, 0)
  const projection = new Float64Array(H * P)
  for (let j = 0; j < H; j++) for (let p = 0; p < P; p++) projection[j * P + p] = Wrm[p * H + j]
  if (layer.initialState === 'zero') return { R, projection }
  const first = new Float64Array(4 * H)
  const h0 = Float64Array.from(weight('h0'))
  kernels.gemm(first, 0, 1, recurrent, 0, P, false, h0, 0, 1, false, 4 * H, 1, P, 1, 0)
  return { R, projection, first }
}
