/** Operands common to the kernels of all recurrent layers, and the elementwise functions they apply. */
import type { FloatArray } from '../core/types.ts'

/** Applies a function to `n` elements: out[outOffset + i] = f(x[xOffset + i]); `out` may be `x`. */
export type ElementwiseKernel = (out: FloatArray, outOffset: number, x: FloatArray, xOffset: number, n: number) => void

/**
 * Writes dx = dy * f'(x), given the function's own output y = f(x); `dx` may be `dy`.
 */
export type ElementwiseBackwardKernel = (
  dx: FloatArray,
  dxOffset: number,
  dy: FloatArray,
  dyOffset: number,
  y: FloatArray,
  yOffset: number,
  n: number,
) => void

/**
 * A packed batch of sequences in a recurrent layer. Sequences are sorted by descending length; step t owns the rows
 * offsets[t] .. offsets[t+1]-1, one for each sequence longer than t, in the same order at every step.
 */
export interface PackedPass {
  inputs: number
  units: number
  /** [T + 1] first row of each step; offsets[T] is the number of rows. */
  offsets: Int32Array
  /** Gradients do not flow from a step t > 0 with t % truncation = 0 to step t - 1; 0 for full BPTT. */
  truncation: number
  /** [rows, D] */
  x: FloatArray
  /** [B, H] output before the first step. */
  h0: FloatArray
  /** [rows, H] outputs. */
  h: FloatArray
  /**
   * Owner and version of the weights, given where the same weights are used repeatedly, as in a stream: a kernel may
   * then keep a packed copy of them until the version changes.
   */
  source?: WeightSource
}

/** Identity of the weights of a pass. */
export interface WeightSource {
  owner: object
  version: number
}

/** Gradients that the backward pass of every recurrent layer reads, writes or adds to. */
export interface PackedGradients {
  /** [rows, H] gradient of the loss with respect to the outputs. */
  dh: FloatArray
  /** [rows, H] scratch: the outputs of each row's step before. */
  previous: FloatArray
  /** [B, H] scratch: the carry; after the pass the gradient with respect to h0. */
  dhCarry: FloatArray
  /** [rows, D] gradient with respect to the inputs, written; null where it is not needed. */
  dx: FloatArray | null
  /** Gradients of the weights, in their shapes; added to. */
  dwx: FloatArray
  dwh: FloatArray
  db: FloatArray
}

/** Tangents in a recurrent layer: derivatives of all quantities along one direction of inputs and weights. */
export interface PackedTangents {
  /** [rows, D] tangents of the inputs; null for zero. */
  xDot: FloatArray | null
  /** Tangents of the weights, in their shapes. */
  wxDot: FloatArray
  whDot: FloatArray
  bDot: FloatArray
  /** [B, H] tangents of the outputs before the first step. */
  h0Dot: FloatArray
  /** [rows, H] scratch: the outputs of each row's step before. */
  previous: FloatArray
  /** [rows, H] tangents of the outputs, written. */
  hDot: FloatArray
}
