/**
 * Variants of the LSTM of `lstm.ts` over a whole packed batch of sequences in one call: any squashing functions s of
 * the gates and phi of candidate and cell, coupled input and forget gates, a projection of the output.
 *
 *   i_t = s(Wxi x_t + Whi h_{t-1} + Wci c_{t-1} + bi)     f_t alike, or coupled f_t = 1 - i_t
 *   g_t = phi(Wxc x_t + Whc h_{t-1} + bc)                 c_t = f_t c_{t-1} + i_t g_t
 *   o_t = s(Wxo x_t + Who h_{t-1} + Wco c_t + bo)         m_t = o_t phi(c_t)       h_t = m_t, or projected Wrm m_t
 *
 * Coupling: Greff et al. (2017), "LSTM: A Search Space Odyssey" (CIFG). Projection: Sak, Senior & Beaufays (2014),
 * "Long Short-Term Memory Based Recurrent Neural Network Architectures for Large Scale Acoustic Modeling".
 */
import type { FloatArray } from '../core/types.ts'
import type { LstmDerivatives, LstmFunctions, LstmVariantGradients, LstmVariantPass } from './lstm-variant-pass.ts'
import { gatherPrevious, previousOf } from './recurrent.ts'
import type { Kernels } from './types.ts'

/** Offsets of the blocks within a row; gates in `seeing` have peepholes to the previous cell. */
export function blocksOf({ coupled, units: H }: LstmVariantPass): {
  seeing: number
  c: number
  o: number
  width: number
} {
  const seeing = coupled ? 1 : 2
  return { seeing, c: seeing * H, o: (seeing + 1) * H, width: (seeing + 2) * H }
}

/** y[yAt + k] += p[pAt + k] c[cAt + k mod H] for k < n: adds the peephole terms of a block of gates. */
function addSeen(
  y: FloatArray,
  yAt: number,
  p: FloatArray,
  pAt: number,
  c: FloatArray,
  cAt: number,
  H: number,
  n: number,
): void {
  for (let k = 0; k < n; k++) y[yAt + k] += p[pAt + k] * c[cAt + (k % H)]
}

/** Activates one row: gates in place from their inputs, then cell and output before the projection. */
function activateRow(
  pass: LstmVariantPass,
  { gate, cell }: LstmFunctions,
  row: number,
  cBefore: FloatArray,
  before: number,
): void {
  const { units: H, coupled, gates, cells, squashed, mixed, peepholes: p } = pass
  const { seeing, c, o, width } = blocksOf(pass)
  const gi = row * width
  const at = row * H
  if (p !== null) addSeen(gates, gi, p, 0, cBefore, before, H, seeing * H)
  gate(gates, gi, gates, gi, seeing * H)
  cell(gates, gi + c, gates, gi + c, H)
  for (let j = 0; j < H; j++) {
    const i = gates[gi + j]
    const f = coupled ? 1 - i : gates[gi + H + j]
    cells[at + j] = f * cBefore[before + j] + i * gates[gi + c + j]
  }
  if (p !== null) addSeen(gates, gi + o, p, seeing * H, cells, at, H, H)
  gate(gates, gi + o, gates, gi + o, H)
  cell(squashed, at, cells, at, H)
  for (let j = 0; j < H; j++) mixed[at + j] = gates[gi + o + j] * squashed[at + j]
}

/** Forward pass, see {@link LstmVariantPass}. */
export function createLstmVariantForward({
  gemm,
  fillRows,
}: Pick<Kernels, 'gemm' | 'fillRows'>): Kernels['lstmVariantForward'] {
  return function lstmVariantForward(pass, functions): void {
    const { inputs: D, units: H, outputs: P, offsets, wx, wh, b, x, h0, c0, projection, gates, cells, mixed, h } = pass
    const { width: G } = blocksOf(pass)
    const steps = offsets.length - 1
    const rows = offsets[steps]
    fillRows(gates, 0, b, 0, rows, G)
    gemm(gates, 0, G, x, 0, D, false, wx, 0, D, true, rows, G, D, 1, 1)
    for (let t = 0; t < steps; t++) {
      const first = offsets[t]
      const count = offsets[t + 1] - first
      const [hBefore, hAt] = previousOf({ offsets, units: P }, t, h0, h)
      const [cBefore, cAt] = previousOf(pass, t, c0, cells)
      gemm(gates, first * G, G, hBefore, hAt, P, false, wh, 0, P, true, count, G, P, 1, 1)
      for (let r = 0; r < count; r++) activateRow(pass, functions, first + r, cBefore, cAt + r * H)
      if (projection !== null) {
        gemm(h, first * P, P, mixed, first * H, H, false, projection, 0, H, true, count, P, H, 1, 0)
      }
    }
  }
}

/**
 * Gradients of one row with respect to the gates' inputs, from dL/dm and the carried dL/dc; leaves dL/dc_{t-1} in
 * `dcCarry`. The lines omit the derivative of the squashing function, which afterwards multiplies a whole block:
 *
 *   do = dm phi(c)    dc = dc' + dm o phi' + do Wco    di = dc g, coupled dc (g - c_{t-1})    df = dc c_{t-1}    dg = dc i
 *   dc_{t-1} = dc f + di Wci + df Wcf
 */
function differentiateRow(
  pass: LstmVariantPass,
  { dGates, dMixed, dSquashed, dcCarry, dPeepholes: dp }: LstmVariantGradients,
  { gate, cell }: LstmDerivatives,
  row: number,
  sequence: number,
  cBefore: FloatArray,
  before: number,
): void {
  const { units: H, coupled, gates, cells, squashed, peepholes: p } = pass
  const { seeing, c, o, width } = blocksOf(pass)
  const gi = row * width
  const at = row * H
  const carry = sequence * H
  for (let j = 0; j < H; j++) {
    dGates[gi + o + j] = dMixed[at + j] * squashed[at + j]
    dSquashed[j] = dMixed[at + j] * gates[gi + o + j]
  }
  gate(dGates, gi + o, dGates, gi + o, gates, gi + o, H)
  cell(dSquashed, 0, dSquashed, 0, squashed, at, H)
  for (let j = 0; j < H; j++) {
    const i = gates[gi + j]
    const g = gates[gi + c + j]
    const c0 = cBefore[before + j]
    const dc = dcCarry[carry + j] + dSquashed[j] + (p === null ? 0 : dGates[gi + o + j] * p[seeing * H + j])
    dGates[gi + j] = coupled ? dc * (g - c0) : dc * g
    if (!coupled) dGates[gi + H + j] = dc * c0
    dGates[gi + c + j] = dc * i
    dcCarry[carry + j] = dc * (coupled ? 1 - i : gates[gi + H + j])
  }
  gate(dGates, gi, dGates, gi, gates, gi, seeing * H)
  cell(dGates, gi + c, dGates, gi + c, gates, gi + c, H)
  if (p === null || dp === null) return
  for (let k = 0; k < seeing * H; k++) {
    dcCarry[carry + (k % H)] += dGates[gi + k] * p[k]
    dp[k] += dGates[gi + k] * cBefore[before + (k % H)]
  }
  for (let j = 0; j < H; j++) dp[seeing * H + j] += dGates[gi + o + j] * cells[at + j]
}

/** Backward pass through time, see {@link LstmVariantGradients}. */
export function createLstmVariantBackward({
  gemm,
  addColumnSums,
}: Pick<Kernels, 'gemm' | 'addColumnSums'>): Kernels['lstmVariantBackward'] {
  return function lstmVariantBackward(pass, gradients, derivatives): void {
    const {
      inputs: D,
      units: H,
      outputs: P,
      offsets,
      truncation,
      wx,
      wh,
      projection,
      x,
      h0,
      c0,
      cells,
      mixed,
      h,
    } = pass
    const { dh, dGates, dOut, dMixed, previous, dhCarry, dcCarry, dx, dwx, dwh, db, dProjection } = gradients
    const { width: G } = blocksOf(pass)
    const steps = offsets.length - 1
    const rows = offsets[steps]
    dhCarry.fill(0)
    dcCarry.fill(0)
    for (let t = steps - 1; t >= 0; t--) {
      const first = offsets[t]
      const count = offsets[t + 1] - first
      const [cBefore, cAt] = previousOf(pass, t, c0, cells)
      for (let k = 0; k < count * P; k++) dOut[first * P + k] = dh[first * P + k] + dhCarry[k]
      if (projection !== null) {
        gemm(dMixed, first * H, H, dOut, first * P, P, false, projection, 0, H, false, count, H, P, 1, 0)
      }
      for (let r = 0; r < count; r++) {
        differentiateRow(pass, gradients, derivatives, first + r, r, cBefore, cAt + r * H)
      }
      if (truncation > 0 && t > 0 && t % truncation === 0) {
        dhCarry.fill(0, 0, count * P)
        dcCarry.fill(0, 0, count * H)
      } else gemm(dhCarry, 0, P, dGates, first * G, G, false, wh, 0, P, false, count, P, G, 1, 0)
    }
    gatherPrevious({ offsets, units: P }, previous, h0, h)
    gemm(dwx, 0, D, dGates, 0, G, true, x, 0, D, false, G, D, rows, 1, 1)
    gemm(dwh, 0, P, dGates, 0, G, true, previous, 0, P, false, G, P, rows, 1, 1)
    addColumnSums(db, 0, dGates, 0, rows, G)
    if (dProjection !== null) gemm(dProjection, 0, H, dOut, 0, P, true, mixed, 0, H, false, P, H, rows, 1, 1)
    if (dx !== null) gemm(dx, 0, D, dGates, 0, G, false, wx, 0, D, false, rows, D, G, 1, 0)
  }
}
