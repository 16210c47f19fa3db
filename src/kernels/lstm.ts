/**
 * Peephole LSTM over a whole packed batch of sequences in one call.
 *
 *   i_t = s(Wxi x_t + Whi h_{t-1} + Wci c_{t-1} + bi)     f_t = s(Wxf x_t + Whf h_{t-1} + Wcf c_{t-1} + bf)
 *   g_t = tanh(Wxc x_t + Whc h_{t-1} + bc)                c_t = f_t c_{t-1} + i_t g_t
 *   o_t = s(Wxo x_t + Who h_{t-1} + Wco c_t + bo)         h_t = o_t tanh(c_t)
 *
 * The input terms of all gates and steps are one product, the recurrent terms one per step. Gers, Schraudolph &
 * Schmidhuber (2002), "Learning Precise Timing with LSTM Recurrent Networks"; Graves (2013), equations 7 to 11.
 */
import { sigmoid as sigmoidOf, tanh } from '../core/elementary.ts'
import type { FloatArray } from '../core/types.ts'
import { gatherPrevious, previousOf } from './recurrent.ts'
import type { Kernels, LstmGradients, LstmPass } from './types.ts'

/** Activates one row: gates in place from their inputs, then cell and output; `before` is the offset in `cBefore`. */
function activateRow(pass: LstmPass, row: number, cBefore: FloatArray, before: number): void {
  const { units: H, gates, cells, squashed, h, peepholes: p } = pass
  const gi = row * 4 * H
  const gf = gi + H
  const gc = gf + H
  const go = gc + H
  for (let j = 0; j < H; j++) {
    const c0 = cBefore[before + j]
    const i = sigmoidOf(gates[gi + j] + (p === null ? 0 : p[j] * c0))
    const f = sigmoidOf(gates[gf + j] + (p === null ? 0 : p[H + j] * c0))
    const g = tanh(gates[gc + j])
    const c = f * c0 + i * g
    const o = sigmoidOf(gates[go + j] + (p === null ? 0 : p[2 * H + j] * c))
    const s = tanh(c)
    gates[gi + j] = i
    gates[gf + j] = f
    gates[gc + j] = g
    gates[go + j] = o
    cells[row * H + j] = c
    squashed[row * H + j] = s
    h[row * H + j] = o * s
  }
}

/** Forward pass, see {@link LstmPass}. */
export function createLstmForward(gemm: Kernels['gemm'], fillRows: Kernels['fillRows']): Kernels['lstmForward'] {
  return function lstmForward(pass): void {
    const { inputs: D, units: H, offsets, wx, wh, b, x, h0, c0, gates, cells, h } = pass
    const steps = offsets.length - 1
    const rows = offsets[steps]
    fillRows(gates, 0, b, 0, rows, 4 * H)
    gemm(gates, 0, 4 * H, x, 0, D, false, wx, 0, D, true, rows, 4 * H, D, 1, 1)
    for (let t = 0; t < steps; t++) {
      const first = offsets[t]
      const count = offsets[t + 1] - first
      const [hBefore, before] = previousOf(pass, t, h0, h)
      const [cBefore] = previousOf(pass, t, c0, cells)
      gemm(gates, first * 4 * H, 4 * H, hBefore, before, H, false, wh, 0, H, true, count, 4 * H, H, 1, 1)
      for (let r = 0; r < count; r++) activateRow(pass, first + r, cBefore, before + r * H)
    }
  }
}

/**
 * Gradients of one row with respect to the gates' inputs, from dL/dh (of the layer above and of later steps) and the
 * carried dL/dc; leaves dL/dc_{t-1} in `dcCarry`.
 *
 *   do = dh tanh(c) o(1-o)      dc = dc' + dh o (1 - tanh(c)^2) + do Wco
 *   di = dc g i(1-i)   df = dc c_{t-1} f(1-f)   dg = dc i (1 - g^2)     dc_{t-1} = dc f + di Wci + df Wcf
 */
function differentiateRow(
  pass: LstmPass,
  { dh, dGates, dhCarry, dcCarry, dPeepholes: dp }: LstmGradients,
  row: number,
  sequence: number,
  cBefore: FloatArray,
  before: number,
): void {
  const { units: H, gates, cells, squashed, peepholes: p } = pass
  const gi = row * 4 * H
  const gf = gi + H
  const gc = gf + H
  const go = gc + H
  for (let j = 0; j < H; j++) {
    const at = row * H + j
    const carry = sequence * H + j
    const i = gates[gi + j]
    const f = gates[gf + j]
    const g = gates[gc + j]
    const o = gates[go + j]
    const s = squashed[at]
    const c0 = cBefore[before + j]
    const dOut = dh[at] + dhCarry[carry]
    const zo = dOut * s * o * (1 - o)
    const dc = dcCarry[carry] + dOut * o * (1 - s * s) + (p === null ? 0 : zo * p[2 * H + j])
    const zi = dc * g * i * (1 - i)
    const zf = dc * c0 * f * (1 - f)
    dGates[gi + j] = zi
    dGates[gf + j] = zf
    dGates[gc + j] = dc * i * (1 - g * g)
    dGates[go + j] = zo
    dcCarry[carry] = dc * f + (p === null ? 0 : zi * p[j] + zf * p[H + j])
    if (dp !== null) {
      dp[j] += zi * c0
      dp[H + j] += zf * c0
      dp[2 * H + j] += zo * cells[at]
    }
  }
}

/** Backward pass through time, see {@link LstmGradients}. */
export function createLstmBackward(
  gemm: Kernels['gemm'],
  addColumnSums: Kernels['addColumnSums'],
): Kernels['lstmBackward'] {
  return function lstmBackward(pass, gradients): void {
    const { inputs: D, units: H, offsets, truncation, wx, wh, x, h0, c0, cells, h } = pass
    const { dGates, previous, dhCarry, dcCarry, dx, dwx, dwh, db } = gradients
    const steps = offsets.length - 1
    const rows = offsets[steps]
    dhCarry.fill(0)
    dcCarry.fill(0)
    for (let t = steps - 1; t >= 0; t--) {
      const first = offsets[t]
      const count = offsets[t + 1] - first
      const [cBefore, before] = previousOf(pass, t, c0, cells)
      for (let r = 0; r < count; r++) differentiateRow(pass, gradients, first + r, r, cBefore, before + r * H)
      if (truncation > 0 && t > 0 && t % truncation === 0) {
        dhCarry.fill(0, 0, count * H)
        dcCarry.fill(0, 0, count * H)
      } else {
        gemm(dhCarry, 0, H, dGates, first * 4 * H, 4 * H, false, wh, 0, H, false, count, H, 4 * H, 1, 0)
      }
    }
    gatherPrevious(pass, previous, h0, h)
    gemm(dwx, 0, D, dGates, 0, 4 * H, true, x, 0, D, false, 4 * H, D, rows, 1, 1)
    gemm(dwh, 0, H, dGates, 0, 4 * H, true, previous, 0, H, false, 4 * H, H, rows, 1, 1)
    addColumnSums(db, 0, dGates, 0, rows, 4 * H)
    if (dx !== null) gemm(dx, 0, D, dGates, 0, 4 * H, false, wx, 0, D, false, rows, D, 4 * H, 1, 0)
  }
}
