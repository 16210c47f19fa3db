/**
 * Forward-mode derivative of `lstm-variant.ts` (the R-operator of Pearlmutter 1994): its equations differentiated along
 * one direction of inputs and weights, marked by a dot. The Jacobians of the squashing functions are diagonal, hence
 * symmetric, so that the functions of the backward pass apply them here too.
 */
import type { FloatArray } from '../core/types.ts'
import { blocksOf } from './lstm-variant.ts'
import type { LstmDerivatives, LstmVariantPass, LstmVariantTangents } from './lstm-variant-pass.ts'
import { previousOf } from './recurrent.ts'
import { tangentInputs } from './rnn-tangent.ts'
import type { Kernels } from './types.ts'

/**
 * One row, from the tangents of the gates' inputs; `before` is the offset of the previous step's cells.
 *
 *   c. = f. c_{t-1} + f c_{t-1}. + i. g + i g.     coupled f. = -i.     m. = o. phi(c) + o phi'(c) c.
 */
function differentiateRow(
  pass: LstmVariantPass,
  { gatesDot, cellsDot, mixedDot, peepholesDot: pDot }: LstmVariantTangents,
  { gate, cell }: LstmDerivatives,
  row: number,
  cBefore: FloatArray,
  cBeforeDot: FloatArray,
  before: number,
): void {
  const { units: H, coupled, gates, cells, squashed, peepholes: p } = pass
  const { seeing, c, o, width } = blocksOf(pass)
  const gi = row * width
  const at = row * H
  if (p !== null && pDot !== null) {
    for (let k = 0; k < seeing * H; k++) {
      const j = before + (k % H)
      gatesDot[gi + k] += p[k] * cBeforeDot[j] + pDot[k] * cBefore[j]
    }
  }
  gate(gatesDot, gi, gatesDot, gi, gates, gi, seeing * H)
  cell(gatesDot, gi + c, gatesDot, gi + c, gates, gi + c, H)
  for (let j = 0; j < H; j++) {
    const i = gates[gi + j]
    const iDot = gatesDot[gi + j]
    const f = coupled ? 1 - i : gates[gi + H + j]
    const fDot = coupled ? -iDot : gatesDot[gi + H + j]
    const forgotten = fDot * cBefore[before + j] + f * cBeforeDot[before + j]
    cellsDot[at + j] = forgotten + iDot * gates[gi + c + j] + i * gatesDot[gi + c + j]
  }
  if (p !== null && pDot !== null) {
    for (let j = 0; j < H; j++) {
      gatesDot[gi + o + j] += p[seeing * H + j] * cellsDot[at + j] + pDot[seeing * H + j] * cells[at + j]
    }
  }
  gate(gatesDot, gi + o, gatesDot, gi + o, gates, gi + o, H)
  cell(mixedDot, at, cellsDot, at, squashed, at, H)
  for (let j = 0; j < H; j++) {
    mixedDot[at + j] = gatesDot[gi + o + j] * squashed[at + j] + gates[gi + o + j] * mixedDot[at + j]
  }
}

/** See {@link Kernels.lstmVariantTangent}. */
export function createLstmVariantTangent(kernels: Pick<Kernels, 'gemm' | 'fillRows'>): Kernels['lstmVariantTangent'] {
  const { gemm } = kernels
  return function lstmVariantTangent(pass, tangents, derivatives): void {
    const { units: H, outputs: P, offsets, wh, projection, c0, cells, mixed } = pass
    const { gatesDot, cellsDot, mixedDot, projectionDot, h0Dot, c0Dot, hDot } = tangents
    const { width: G } = blocksOf(pass)
    tangentInputs(kernels, gatesDot, pass, tangents, P)
    for (let t = 0; t < offsets.length - 1; t++) {
      const first = offsets[t]
      const count = offsets[t + 1] - first
      const [hBeforeDot, hAt] = previousOf({ offsets, units: P }, t, h0Dot, hDot)
      const [cBefore, cAt] = previousOf(pass, t, c0, cells)
      const [cBeforeDot] = previousOf(pass, t, c0Dot, cellsDot)
      gemm(gatesDot, first * G, G, hBeforeDot, hAt, P, false, wh, 0, P, true, count, G, P, 1, 1)
      for (let r = 0; r < count; r++) {
        differentiateRow(pass, tangents, derivatives, first + r, cBefore, cBeforeDot, cAt + r * H)
      }
      if (projection === null || projectionDot === null) continue
      gemm(hDot, first * P, P, mixedDot, first * H, H, false, projection, 0, H, true, count, P, H, 1, 0)
      gemm(hDot, first * P, P, mixed, first * H, H, false, projectionDot, 0, H, true, count, P, H, 1, 1)
    }
  }
}
