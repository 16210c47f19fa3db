/** Operands of the passes of recurrent layers. Legend: B batch, D inputs, H units; `rows` as in {@link PackedPass}. */
import type { FloatArray } from '../core/types.ts'
import type { PackedGradients, PackedPass, PackedTangents } from './packed-pass.ts'

/** One pass of a simple recurrent layer. */
export interface RnnPass extends PackedPass {
  /** [H, D] */
  wx: FloatArray
  /** [H, H] */
  wh: FloatArray
  /** [H] */
  b: FloatArray
}

/** Gradients of the backward pass of a simple recurrent layer. */
export interface RnnGradients extends PackedGradients {
  /** [rows, H] scratch: gradients with respect to the pre-activations. */
  dz: FloatArray
}

/** One pass of an LSTM. */
export interface LstmPass extends PackedPass {
  /** [4H, D] input weights, the gates i, f, c, o one below the other. */
  wx: FloatArray
  /** [4H, H] recurrent weights, same order. */
  wh: FloatArray
  /** [4H] biases, same order. */
  b: FloatArray
  /** [3H] diagonal peepholes of i, f, o; null without peepholes. */
  peepholes: FloatArray | null
  /** [B, H] cell states before the first step. */
  c0: FloatArray
  /** [rows, 4H] activated gates; the c part holds tanh(z_c). */
  gates: FloatArray
  /** [rows, H] cell states. */
  cells: FloatArray
  /** [rows, H] tanh of the cell states. */
  squashed: FloatArray
}

/** Gradients of the backward pass of an LSTM. */
export interface LstmGradients extends PackedGradients {
  /** [rows, 4H] scratch: gradients with respect to the gates' inputs. */
  dGates: FloatArray
  /** [B, H] scratch: the carry; after the pass the gradient with respect to c0. */
  dcCarry: FloatArray
  dPeepholes: FloatArray | null
}

/** Tangents in an LSTM. */
export interface LstmTangents extends PackedTangents {
  peepholesDot: FloatArray | null
  /** [rows, 4H] scratch: tangents of the gates' inputs. */
  gatesDot: FloatArray
  /** [rows, H] tangents of the cell states, written. */
  cellsDot: FloatArray
  /** [B, H] tangents of the cell states before the first step. */
  c0Dot: FloatArray
}

/** One pass of a GRU. */
export interface GruPass extends PackedPass {
  /** [3H, D] input weights, the reset gate r, the update gate z and the candidate n one below the other. */
  wx: FloatArray
  /** [3H, H] recurrent weights, same order. */
  wh: FloatArray
  /** [3H] biases, same order. */
  b: FloatArray
  /**
   * [H] bias of the recurrent part of the candidate, where the reset gate comes after it; null where it comes before.
   */
  bhn: FloatArray | null
  /** [rows, 3H] activated gates and candidate. */
  gates: FloatArray
  /** [rows, H] Whn h_{t-1} + bhn where the reset gate comes after the product, else r h_{t-1}. */
  inner: FloatArray
}

/** Gradients of the backward pass of a GRU. */
export interface GruGradients extends PackedGradients {
  /** [rows, 3H] scratch: gradients with respect to the inputs of gates and candidate. */
  dGates: FloatArray
  /** [rows, H] scratch: gradients with respect to `inner`. */
  dInner: FloatArray
  dbhn: FloatArray | null
}

/** Tangents in a GRU. */
export interface GruTangents extends PackedTangents {
  bhnDot: FloatArray | null
  /** [rows, 3H] scratch: tangents of gates and candidate. */
  gatesDot: FloatArray
  /** [rows, H] scratch: tangents of `inner`. */
  innerDot: FloatArray
}
