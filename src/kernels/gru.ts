/**
 * Gated recurrent unit over a whole packed batch of sequences in one call.
 *
 *   r_t = s(Wxr x_t + Whr h_{t-1} + br)    z_t = s(Wxz x_t + Whz h_{t-1} + bz)    h_t = (1 - z_t) n_t + z_t h_{t-1}
 *
 *   reset before the product (Cho et al. 2014):    n_t = tanh(Wxn x_t + Whn (r_t h_{t-1}) + bn)
 *   reset after it:                                n_t = tanh(Wxn x_t + r_t (Whn h_{t-1} + bhn) + bn)
 *
 * The input terms of all gates and steps are one product, the recurrent terms two per step. Cho et al. (2014),
 * "Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine Translation", equations 5 to 8.
 */
import { sigmoid as sigmoidOf, tanh } from '../core/elementary.ts'
import type { FloatArray } from '../core/types.ts'
import { gatherPrevious, previousOf } from './recurrent.ts'
import type { GruGradients, GruPass, Kernels } from './types.ts'

/** Activates r and z of one row; with reset before the product, writes its factor r h_{t-1}. */
function openGates({ units: H, gates, inner, bhn }: GruPass, row: number, hBefore: FloatArray, before: number): void {
  const gr = row * 3 * H
  const gz = gr + H
  for (let j = 0; j < H; j++) {
    const r = sigmoidOf(gates[gr + j])
    gates[gr + j] = r
    gates[gz + j] = sigmoidOf(gates[gz + j])
    if (bhn === null) inner[row * H + j] = r * hBefore[before + j]
  }
}

/** Activates the candidate of one row and interpolates it with the previous output. */
function writeOutput(
  { units: H, gates, inner, bhn, h }: GruPass,
  row: number,
  hBefore: FloatArray,
  before: number,
): void {
  const gr = row * 3 * H
  const gz = gr + H
  const gn = gz + H
  for (let j = 0; j < H; j++) {
    const z = gates[gz + j]
    const n = tanh(gates[gn + j] + (bhn === null ? 0 : gates[gr + j] * inner[row * H + j]))
    gates[gn + j] = n
    h[row * H + j] = (1 - z) * n + z * hBefore[before + j]
  }
}

/** Work on a row of a step, given the previous step's outputs and the offset of this row's in them. */
type RowStep = (row: number, hBefore: FloatArray, before: number) => void

/**
 * Runs the steps in order: recurrent products that need h_{t-1} alone, `open` on each row, products that need the reset
 * gate, `write` on each row. Serves both the values and their tangents.
 */
export function alongSteps(
  gemm: Kernels['gemm'],
  pass: GruPass,
  { gates, inner, h0, h }: Pick<GruPass, 'gates' | 'inner' | 'h0' | 'h'>,
  { open, write }: { open: RowStep; write: RowStep },
): void {
  const { units: H, offsets, wh, bhn } = pass
  const [G, whn] = [3 * H, 2 * H * H]
  for (let t = 0; t < offsets.length - 1; t++) {
    const first = offsets[t]
    const count = offsets[t + 1] - first
    const [hBefore, before] = previousOf(pass, t, h0, h)
    gemm(gates, first * G, G, hBefore, before, H, false, wh, 0, H, true, count, 2 * H, H, 1, 1)
    if (bhn !== null) gemm(inner, first * H, H, hBefore, before, H, false, wh, whn, H, true, count, H, H, 1, 1)
    for (let i = 0; i < count; i++) open(first + i, hBefore, before + i * H)
    if (bhn === null) {
      gemm(gates, first * G + 2 * H, G, inner, first * H, H, false, wh, whn, H, true, count, H, H, 1, 1)
    }
    for (let i = 0; i < count; i++) write(first + i, hBefore, before + i * H)
  }
}

/** Forward pass, see {@link GruPass}. */
export function createGruForward({ gemm, fillRows }: Pick<Kernels, 'gemm' | 'fillRows'>): Kernels['gruForward'] {
  return function gruForward(pass): void {
    const { inputs: D, units: H, offsets, wx, b, bhn, x, h0, gates, inner, h } = pass
    const G = 3 * H
    const rows = offsets[offsets.length - 1]
    fillRows(gates, 0, b, 0, rows, G)
    gemm(gates, 0, G, x, 0, D, false, wx, 0, D, true, rows, G, D, 1, 1)
    if (bhn !== null) fillRows(inner, 0, bhn, 0, rows, H)
    alongSteps(
      gemm,
      pass,
      { gates, inner, h0, h },
      {
        open: (row, hBefore, before) => openGates(pass, row, hBefore, before),
        write: (row, hBefore, before) => writeOutput(pass, row, hBefore, before),
      },
    )
  }
}

/**
 * Gradients of one row with respect to the inputs of z and n, from dL/dh (of the layer above and of later steps);
 * leaves in the carry the direct term of dL/dh_{t-1}.
 *
 *   dz = dh (h_{t-1} - n) z(1-z)      dn = dh (1 - z) (1 - n^2)      dh_{t-1} = dh z
 */
function differentiateOutput(
  { units: H, gates }: GruPass,
  { dh, dGates, dhCarry }: GruGradients,
  row: number,
  sequence: number,
  hBefore: FloatArray,
  before: number,
): void {
  const gz = row * 3 * H + H
  const gn = gz + H
  for (let j = 0; j < H; j++) {
    const carry = sequence * H + j
    const z = gates[gz + j]
    const n = gates[gn + j]
    const dOut = dh[row * H + j] + dhCarry[carry]
    dGates[gz + j] = dOut * (hBefore[before + j] - n) * z * (1 - z)
    dGates[gn + j] = dOut * (1 - z) * (1 - n * n)
    dhCarry[carry] = dOut * z
  }
}

/** Reset after the product, a = Whn h_{t-1} + bhn: da = dn r and dr = dn a r(1-r). */
function differentiateResetAfter(
  { units: H, gates, inner }: GruPass,
  { dGates, dInner }: GruGradients,
  row: number,
): void {
  const gr = row * 3 * H
  const gn = gr + 2 * H
  for (let j = 0; j < H; j++) {
    const at = row * H + j
    const r = gates[gr + j]
    dInner[at] = dGates[gn + j] * r
    dGates[gr + j] = dGates[gn + j] * inner[at] * r * (1 - r)
  }
}

/** Reset before the product, a = r h_{t-1}, given da = Whn' dn: dr = da h_{t-1} r(1-r); adds da r to dL/dh_{t-1}. */
function differentiateResetBefore(
  { units: H, gates }: GruPass,
  { dGates, dInner, dhCarry }: GruGradients,
  row: number,
  sequence: number,
  hBefore: FloatArray,
  before: number,
): void {
  const gr = row * 3 * H
  for (let j = 0; j < H; j++) {
    const da = dInner[row * H + j]
    const r = gates[gr + j]
    dGates[gr + j] = da * hBefore[before + j] * r * (1 - r)
    dhCarry[sequence * H + j] += da * r
  }
}

/** One step back: gradients with respect to the inputs of the gates and, in the carry, the previous output. */
function stepBack(gemm: Kernels['gemm'], pass: GruPass, gradients: GruGradients, t: number): void {
  const { units: H, offsets, wh, h0, h, bhn } = pass
  const { dGates, dInner, dhCarry } = gradients
  const [G, whn] = [3 * H, 2 * H * H]
  const first = offsets[t]
  const count = offsets[t + 1] - first
  const [hBefore, before] = previousOf(pass, t, h0, h)
  for (let i = 0; i < count; i++) differentiateOutput(pass, gradients, first + i, i, hBefore, before + i * H)
  if (bhn !== null) {
    for (let i = 0; i < count; i++) differentiateResetAfter(pass, gradients, first + i)
    gemm(dhCarry, 0, H, dInner, first * H, H, false, wh, whn, H, false, count, H, H, 1, 1)
  } else {
    gemm(dInner, first * H, H, dGates, first * G + 2 * H, G, false, wh, whn, H, false, count, H, H, 1, 0)
    for (let i = 0; i < count; i++) differentiateResetBefore(pass, gradients, first + i, i, hBefore, before + i * H)
  }
  gemm(dhCarry, 0, H, dGates, first * G, G, false, wh, 0, H, false, count, H, 2 * H, 1, 1)
}

/** Backward pass through time, see {@link GruGradients}. */
export function createGruBackward(kernels: Pick<Kernels, 'gemm' | 'addColumnSums'>): Kernels['gruBackward'] {
  const { gemm, addColumnSums } = kernels
  return function gruBackward(pass, gradients): void {
    const { inputs: D, units: H, offsets, truncation, wx, x, h0, h, inner } = pass
    const { dGates, dInner, previous, dhCarry, dx, dwx, dwh, db, dbhn } = gradients
    const [G, whn] = [3 * H, 2 * H * H]
    const steps = offsets.length - 1
    const rows = offsets[steps]
    dhCarry.fill(0)
    for (let t = steps - 1; t >= 0; t--) {
      stepBack(gemm, pass, gradients, t)
      const cut = truncation > 0 && t > 0 && t % truncation === 0
      if (cut) dhCarry.fill(0, 0, (offsets[t + 1] - offsets[t]) * H)
    }
    gatherPrevious(pass, previous, h0, h)
    gemm(dwx, 0, D, dGates, 0, G, true, x, 0, D, false, G, D, rows, 1, 1)
    gemm(dwh, 0, H, dGates, 0, G, true, previous, 0, H, false, 2 * H, H, rows, 1, 1)
    addColumnSums(db, 0, dGates, 0, rows, G)
    if (dbhn !== null) {
      gemm(dwh, whn, H, dInner, 0, H, true, previous, 0, H, false, H, H, rows, 1, 1)
      addColumnSums(dbhn, 0, dInner, 0, rows, H)
    } else gemm(dwh, whn, H, dGates, 2 * H, G, true, inner, 0, H, false, H, H, rows, 1, 1)
    if (dx !== null) gemm(dx, 0, D, dGates, 0, G, false, wx, 0, D, false, rows, D, G, 1, 0)
  }
}
