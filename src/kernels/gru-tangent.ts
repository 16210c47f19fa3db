/**
 * Forward-mode derivative of the gated recurrent unit (the R-operator of Pearlmutter 1994): the equations of `gru.ts`
 * differentiated along one direction of inputs and weights, marked by a dot.
 */
import type { FloatArray } from '../core/types.ts'
import { alongSteps } from './gru.ts'
import { gatherPrevious } from './recurrent.ts'
import type { GruPass, GruTangents, Kernels } from './types.ts'

/** Tangents of the inputs of gates and candidate, and of `inner`, without the terms in the tangent of h_{t-1}. */
function tangentInputs(
  { gemm, fillRows }: Pick<Kernels, 'gemm' | 'fillRows'>,
  pass: GruPass,
  { xDot, wxDot, whDot, bDot, bhnDot, previous, gatesDot, innerDot }: GruTangents,
): void {
  const { inputs: D, units: H, offsets, x, h, h0, wx, inner } = pass
  const [G, whn] = [3 * H, 2 * H * H]
  const rows = offsets[offsets.length - 1]
  gatherPrevious(pass, previous, h0, h)
  fillRows(gatesDot, 0, bDot, 0, rows, G)
  gemm(gatesDot, 0, G, x, 0, D, false, wxDot, 0, D, true, rows, G, D, 1, 1)
  gemm(gatesDot, 0, G, previous, 0, H, false, whDot, 0, H, true, rows, 2 * H, H, 1, 1)
  if (xDot !== null) gemm(gatesDot, 0, G, xDot, 0, D, false, wx, 0, D, true, rows, G, D, 1, 1)
  if (bhnDot !== null) {
    fillRows(innerDot, 0, bhnDot, 0, rows, H)
    gemm(innerDot, 0, H, previous, 0, H, false, whDot, whn, H, true, rows, H, H, 1, 1)
  } else gemm(gatesDot, 2 * H, G, inner, 0, H, false, whDot, whn, H, true, rows, H, H, 1, 1)
}

/** Tangents of r and z of one row; with reset before the product also a. = r. h_{t-1} + r h_{t-1}. */
function openGates(
  { units: H, gates, bhn }: GruPass,
  { gatesDot, innerDot, previous }: GruTangents,
  row: number,
  hBeforeDot: FloatArray,
  before: number,
): void {
  const gr = row * 3 * H
  const gz = gr + H
  for (let j = 0; j < H; j++) {
    const at = row * H + j
    const r = gates[gr + j]
    const z = gates[gz + j]
    const rDot = r * (1 - r) * gatesDot[gr + j]
    gatesDot[gr + j] = rDot
    gatesDot[gz + j] *= z * (1 - z)
    if (bhn === null) innerDot[at] = rDot * previous[at] + r * hBeforeDot[before + j]
  }
}

/**
 * Candidate and output of one row, with r. a + r a. in the brackets for reset after the product:
 *
 *   n. = (1 - n^2) (Wxn x. + .. + r. a + r a.)      h. = z. (h_{t-1} - n) + (1 - z) n. + z h_{t-1}.
 */
function writeOutput(
  { units: H, gates, inner, bhn }: GruPass,
  { gatesDot, innerDot, previous, hDot }: GruTangents,
  row: number,
  hBeforeDot: FloatArray,
  before: number,
): void {
  const gr = row * 3 * H
  const gz = gr + H
  const gn = gz + H
  for (let j = 0; j < H; j++) {
    const at = row * H + j
    const z = gates[gz + j]
    const n = gates[gn + j]
    const reset = bhn === null ? 0 : gatesDot[gr + j] * inner[at] + gates[gr + j] * innerDot[at]
    const nDot = (1 - n * n) * (gatesDot[gn + j] + reset)
    hDot[at] = gatesDot[gz + j] * (previous[at] - n) + (1 - z) * nDot + z * hBeforeDot[before + j]
  }
}

/** See {@link Kernels.gruTangent}. */
export function createGruTangent(kernels: Pick<Kernels, 'gemm' | 'fillRows'>): Kernels['gruTangent'] {
  return function gruTangent(pass, tangents): void {
    const { gatesDot, innerDot, h0Dot, hDot } = tangents
    tangentInputs(kernels, pass, tangents)
    alongSteps(
      kernels.gemm,
      pass,
      { gates: gatesDot, inner: innerDot, h0: h0Dot, h: hDot },
      {
        open: (row, hBeforeDot, before) => openGates(pass, tangents, row, hBeforeDot, before),
        write: (row, hBeforeDot, before) => writeOutput(pass, tangents, row, hBeforeDot, before),
      },
    )
  }
}
