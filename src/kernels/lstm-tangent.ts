/**
 * Forward-mode derivative of the peephole LSTM (the R-operator of Pearlmutter 1994): the equations of `lstm.ts`
 * differentiated along one direction of inputs and weights, marked by a dot.
 */
import type { FloatArray } from '../core/types.ts'
import { previousOf } from './recurrent.ts'
import { tangentInputs } from './rnn-tangent.ts'
import type { Kernels, LstmPass, LstmTangents } from './types.ts'

/**
 * One row, from the tangents of the gates' inputs z.; `before` is the offset of the previous step's cells.
 *
 *   i. = i(1-i) (zi. + Wci c_{t-1}. + Wci. c_{t-1})    f. alike    g. = (1-g^2) zc.
 *   c. = f. c_{t-1} + f c_{t-1}. + i. g + i g.         o. = o(1-o) (zo. + Wco c. + Wco. c)
 *   h. = o. tanh(c) + o (1 - tanh(c)^2) c.
 */
function differentiateRow(
  { units: H, gates, cells, squashed, peepholes: p }: LstmPass,
  { gatesDot, cellsDot, hDot, peepholesDot: pDot }: LstmTangents,
  row: number,
  cBefore: FloatArray,
  cBeforeDot: FloatArray,
  before: number,
): void {
  const gi = row * 4 * H
  const gf = gi + H
  const gc = gf + H
  const go = gc + H
  // Tangent of the peephole term of a gate's input, with the cell state that the gate sees.
  const seen = (k: number, c: number, cDot: number): number =>
    p === null || pDot === null ? 0 : p[k] * cDot + pDot[k] * c
  for (let j = 0; j < H; j++) {
    const at = row * H + j
    const c0 = cBefore[before + j]
    const c0Dot = cBeforeDot[before + j]
    const i = gates[gi + j]
    const f = gates[gf + j]
    const g = gates[gc + j]
    const o = gates[go + j]
    const s = squashed[at]
    const iDot = i * (1 - i) * (gatesDot[gi + j] + seen(j, c0, c0Dot))
    const fDot = f * (1 - f) * (gatesDot[gf + j] + seen(H + j, c0, c0Dot))
    const gDot = (1 - g * g) * gatesDot[gc + j]
    const cDot = fDot * c0 + f * c0Dot + iDot * g + i * gDot
    const oDot = o * (1 - o) * (gatesDot[go + j] + seen(2 * H + j, cells[at], cDot))
    cellsDot[at] = cDot
    hDot[at] = oDot * s + o * (1 - s * s) * cDot
  }
}

/** See {@link Kernels.lstmTangent}. */
export function createLstmTangent(kernels: Pick<Kernels, 'gemm' | 'fillRows'>): Kernels['lstmTangent'] {
  return function lstmTangent(pass, tangents): void {
    const { units: H, offsets, wh, c0, cells } = pass
    const { gatesDot, cellsDot, h0Dot, c0Dot, hDot } = tangents
    tangentInputs(kernels, gatesDot, pass, tangents)
    for (let t = 0; t < offsets.length - 1; t++) {
      const first = offsets[t]
      const count = offsets[t + 1] - first
      const [cBefore, before] = previousOf(pass, t, c0, cells)
      const [cBeforeDot] = previousOf(pass, t, c0Dot, cellsDot)
      const [hBeforeDot] = previousOf(pass, t, h0Dot, hDot)
      kernels.gemm(gatesDot, first * 4 * H, 4 * H, hBeforeDot, before, H, false, wh, 0, H, true, count, 4 * H, H, 1, 1)
      for (let r = 0; r < count; r++) {
        differentiateRow(pass, tangents, first + r, cBefore, cBeforeDot, before + r * H)
      }
    }
  }
}
