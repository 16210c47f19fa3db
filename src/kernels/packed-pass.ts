/** What the kernels of all recurrent layers share, and the functions they apply element by element. */
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
 * A packed batch of sequences in a recurrent layer. Sequences are sorted by falling length; step t owns the rows
 * offsets[t] .. offsets[t+1]-1, one for each sequence that still runs, in the same order at every step.
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
   * Where the same weights come again and again, as in a stream: whose they are, and a number that is another one when
   * they may have changed. A kernel may then keep its own form of them.
   */
  source?: WeightSource
}

/** Whose weights a pass works with. */
export interface WeightSource {
  owner: object
  version: number
}

/** What the backward pass of every recurrent layer reads and adds to. */
export interface PackedGradients {
  /** [rows, H] gradient of the loss by the outputs. */
  dh: FloatArray
  /** [rows, H] scratch: the outputs of each row's step before. */
  previous: FloatArray
  /** [B, H] scratch: the carry; after the pass the gradient by h0. */
  dhCarry: FloatArray
  /** [rows, D], written; null where nobody needs it. */
  dx: FloatArray | null
  /** Added to, shapes as the weights. */
  dwx: FloatArray
  dwh: FloatArray
  db: FloatArray
}

/** Tangents in a recurrent layer: derivatives of everything along one direction of inputs and weights. */
export interface PackedTangents {
  /** [rows, D] of the inputs; null for zero. */
  xDot: FloatArray | null
  /** Of the weights, shapes as theirs. */
  wxDot: FloatArray
  whDot: FloatArray
  bDot: FloatArray
  /** [B, H] of the outputs before the first step. */
  h0Dot: FloatArray
  /** [rows, H] scratch: the outputs of each row's step before. */
  previous: FloatArray
  /** [rows, H] of the outputs, written. */
  hDot: FloatArray
}
