/** A recurrent node as it was read: weights by direction, in the order of the operator's blocks. */
import type { FloatArray } from '../../core/types.ts'
import type { GateActivation } from '../../layers/lstm.ts'
import type { RecurrentActivation } from '../../layers/rnn.ts'

/** The weights of one direction. */
export interface CellPart {
  /** [G H, D] */
  W: FloatArray
  /** [G H, H] */
  R: FloatArray
  /** [2 G H]; null where there is none. */
  B: FloatArray | null
  /** [3 H] peepholes i, o, f; null where there are none. */
  P: FloatArray | null
  /** States before the first frame; null where they are zero. */
  h0: FloatArray | null
  c0: FloatArray | null
  /** [H, P] of a product behind the node; null without one. */
  projection: FloatArray | null
}

/** A recurrent node. */
export interface RecurrentPart {
  type: 'lstm' | 'gru' | 'rnn'
  inputs: number
  units: number
  cells: readonly CellPart[]
  /** Whether the single direction runs backward. */
  reversed: boolean
  activation: RecurrentActivation
  gateActivation: GateActivation
  coupled: boolean
  resetAfter: boolean
  /** Columns of the output of each direction where they are projected. */
  projected: number | null
}
