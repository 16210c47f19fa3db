import type { FloatArray } from '../core/types.ts'

/** Statistics of a layer's gate activations, for one kind of gate, over units, frames and sequences. */
export interface GateStatistics {
  mean: number
  /** Share of activations below 0.1. */
  closed: number
  /** Share of activations above 0.9. */
  open: number
}

/** Statistics of `cols` columns of x [rows, stride], starting at column `offset`. */
export function gateStatistics(
  x: FloatArray,
  rows: number,
  stride: number,
  offset: number,
  cols: number,
): GateStatistics {
  const n = rows * cols
  let sum = 0
  let closed = 0
  let open = 0
  for (let r = 0; r < rows; r++) {
    for (let j = 0, at = r * stride + offset; j < cols; j++, at++) {
      sum += x[at]
      if (x[at] < 0.1) closed++
      else if (x[at] > 0.9) open++
    }
  }
  return { mean: sum / n, closed: closed / n, open: open / n }
}
