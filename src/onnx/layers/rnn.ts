import { joined } from '../../core/storage.ts'
import type { FloatArray } from '../../core/types.ts'
import type { RecurrentActivation, RNN } from '../../layers/rnn.ts'
import type { Cell, Operator } from './recurrent.ts'

/** Names of activations within recurrent operators. */
export const activationOperators: Record<RecurrentActivation, string> = {
  tanh: 'Tanh',
  relu: 'Relu',
  sigmoid: 'Sigmoid',
}

/** RNN with its activation. */
export function rnnOperator({ activation }: RNN): Operator {
  return { op: 'RNN', activations: [activationOperators[activation]] }
}

/** Weights in a single block. */
export function rnnCell({ units: H, initialState }: RNN, weight: (name: string) => FloatArray): Cell {
  return {
    W: joined([weight('Wxh')]),
    R: joined([weight('Whh')]),
    B: joined([weight('bh'), new Float64Array(H)]),
    ...(initialState === 'learned' ? { h0: weight('h0') } : {}),
  }
}
