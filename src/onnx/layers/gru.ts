import { joined } from '../../core/storage.ts'
import type { FloatArray } from '../../core/types.ts'
import type { GRU } from '../../layers/gru.ts'
import type { Cell, Operator } from './recurrent.ts'

/** GRU, with its reset gate before or after the product. */
export function gruOperator({ resetAfter }: GRU): Operator {
  return {
    op: 'GRU',
    activations: ['Sigmoid', 'Tanh'],
    attributes: { linear_before_reset: { i: resetAfter ? 1 : 0 } },
  }
}

/** Weights in blocks z, r, n. */
export function gruCell({ units: H, resetAfter, initialState }: GRU, weight: (name: string) => FloatArray): Cell {
  const all = (kind: string): Float64Array => joined(['z', 'r', 'n'].map((gate) => weight(`${kind}${gate}`)))
  const inner = resetAfter ? weight('bhn') : new Float64Array(H)
  return {
    W: all('Wx'),
    R: all('Wh'),
    B: joined([all('b'), new Float64Array(2 * H), inner]),
    ...(initialState === 'learned' ? { h0: weight('h0') } : {}),
  }
}
