import type { FloatArray } from '../core/types.ts'
import type {
  ElementwiseBackwardKernel,
  ElementwiseKernel,
  PackedGradients,
  PackedPass,
  PackedTangents,
} from './packed-pass.ts'

/** Squashing functions of gates, candidate and cell. */
export interface LstmFunctions {
  gate: ElementwiseKernel
  cell: ElementwiseKernel
}

/** Their derivatives. */
export interface LstmDerivatives {
  gate: ElementwiseBackwardKernel
  cell: ElementwiseBackwardKernel
}

/**
 * One pass of an LSTM other than the standard one: H cells, P columns of the output, and G = 4 blocks i, f, c, o of
 * gates, or G = 3 blocks i, c, o where f = 1 - i. Here h0 is [B, P] and h [rows, P].
 */
export interface LstmVariantPass extends PackedPass {
  /** P. */
  outputs: number
  /** Whether f = 1 - i. */
  coupled: boolean
  /** [G H, D] */
  wx: FloatArray
  /** [G H, P] */
  wh: FloatArray
  /** [G H] */
  b: FloatArray
  /** [(G - 1) H] diagonal peepholes of i, (f,) o; null without peepholes. */
  peepholes: FloatArray | null
  /** [P, H]; null for none, then P = H. */
  projection: FloatArray | null
  /** [B, H] cell states before the first step. */
  c0: FloatArray
  /** [rows, G H] activated gates. */
  gates: FloatArray
  /** [rows, H] cell states. */
  cells: FloatArray
  /** [rows, H] squashed cell states. */
  squashed: FloatArray
  /** [rows, H] output before the projection, o phi(c); `h` itself without projection. */
  mixed: FloatArray
}

/** Gradients of the backward pass of an {@link LstmVariantPass}; dh, previous and dhCarry have P columns. */
export interface LstmVariantGradients extends PackedGradients {
  /** [rows, G H] scratch: gradients with respect to the gates' inputs. */
  dGates: FloatArray
  /** [rows, P] scratch: gradients with respect to the outputs, those from later steps included. */
  dOut: FloatArray
  /** [rows, H] scratch: gradients with respect to `mixed`; `dOut` itself without projection. */
  dMixed: FloatArray
  /** [H] scratch. */
  dSquashed: FloatArray
  /** [B, H] scratch: the carry; after the pass the gradient with respect to c0. */
  dcCarry: FloatArray
  dPeepholes: FloatArray | null
  dProjection: FloatArray | null
}

/** Tangents in an {@link LstmVariantPass}; previous, h0Dot and hDot have P columns. */
export interface LstmVariantTangents extends PackedTangents {
  peepholesDot: FloatArray | null
  projectionDot: FloatArray | null
  /** [rows, G H] scratch: of the gates. */
  gatesDot: FloatArray
  /** [rows, H] of the cell states, written. */
  cellsDot: FloatArray
  /** [rows, H] scratch: of `mixed`; `hDot` itself without projection. */
  mixedDot: FloatArray
  /** [B, H] of the cell states before the first step. */
  c0Dot: FloatArray
}
