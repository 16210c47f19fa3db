/**
 * Forward-mode derivative of the simple recurrent layer, with a dot for the derivative along the given direction:
 *
 *   h_t. = phi'(z_t) (Wxh x_t. + Whh h_{t-1}. + Wxh. x_t + Whh. h_{t-1} + bh.)
 *
 * Pearlmutter (1994) calls it the R-operator.
 */
import type { FloatArray } from '../core/types.ts'
import { gatherPrevious, previousOf } from './recurrent.ts'
import type { Kernels, PackedPass, PackedTangents } from './types.ts'

/** Tangents of the pre-activations [rows, columns] without the term wh h_{t-1}.; h has `width` columns. */
export function tangentInputs(
  { gemm, fillRows }: Pick<Kernels, 'gemm' | 'fillRows'>,
  out: FloatArray,
  pass: PackedPass & { wx: FloatArray },
  { xDot, wxDot, whDot, bDot, previous }: PackedTangents,
  width: number = pass.units,
): void {
  const { inputs: D, offsets, x, h, h0, wx } = pass
  const rows = offsets[offsets.length - 1]
  const columns = bDot.length
  gatherPrevious({ offsets, units: width }, previous, h0, h)
  fillRows(out, 0, bDot, 0, rows, columns)
  gemm(out, 0, columns, x, 0, D, false, wxDot, 0, D, true, rows, columns, D, 1, 1)
  gemm(out, 0, columns, previous, 0, width, false, whDot, 0, width, true, rows, columns, width, 1, 1)
  if (xDot !== null) gemm(out, 0, columns, xDot, 0, D, false, wx, 0, D, true, rows, columns, D, 1, 1)
}

/** See {@link Kernels.rnnTangent}. */
export function createRnnTangent(kernels: Pick<Kernels, 'gemm' | 'fillRows'>): Kernels['rnnTangent'] {
  return function rnnTangent(pass, tangents, differentiate): void {
    const { units: H, offsets, wh, h } = pass
    const { h0Dot, hDot } = tangents
    tangentInputs(kernels, hDot, pass, tangents)
    for (let t = 0; t < offsets.length - 1; t++) {
      const at = offsets[t] * H
      const count = offsets[t + 1] - offsets[t]
      const [beforeDot, before] = previousOf(pass, t, h0Dot, hDot)
      kernels.gemm(hDot, at, H, beforeDot, before, H, false, wh, 0, H, true, count, H, H, 1, 1)
      differentiate(hDot, at, hDot, at, h, at, count * H)
    }
  }
}
