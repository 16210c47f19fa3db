/**
 * The two layers of a restricted Boltzmann machine, conditional or not, and contrastive divergence on a mini-batch, in
 * units of the visible standard deviations. The biases of visible and hidden units are stored contiguously, and so are
 * the matrices A and B from the history to them, so that one product computes both biases.
 */
import { square } from '../core/power.ts'
import type { FloatArray } from '../core/types.ts'
import type { CdPass } from './cd-pass.ts'
import type { Kernels } from './types.ts'

type Blas = Pick<Kernels, 'gemm' | 'fillRows' | 'sigmoid'>
type Layers = Pick<Kernels, 'conditionalBiases' | 'hiddenInputs' | 'visibleInputs'>

export const bernoulli: Kernels['bernoulli'] = (out, outOffset, p, pOffset, draws, drawsOffset, n) => {
  for (let i = 0; i < n; i++) out[outOffset + i] = draws[drawsOffset + i] < p[pOffset + i] ? 1 : 0
}

function copyColumns(out: FloatArray, cols: number, x: FloatArray, xOffset: number, ldx: number, rows: number): void {
  for (let i = 0, to = 0; i < rows; i++) {
    let from = xOffset + i * ldx
    for (let j = 0; j < cols; j++, to++, from++) out[to] = x[from]
  }
}

/** Creates the products between the layers. */
export function createLayers({ gemm, fillRows }: Pick<Blas, 'gemm' | 'fillRows'>): Layers {
  return {
    conditionalBiases(out, bias, ab, x, xOffset, ldx, rows, units, history) {
      fillRows(out, 0, bias, 0, rows, units)
      if (history > 0) {
        gemm(out, 0, units, x, xOffset, ldx, false, ab, 0, history, true, rows, units, history, 1, 1)
      }
    },
    hiddenInputs(out, biases, v, vOffset, ldv, w, rows, visible, hidden) {
      copyColumns(out, hidden, biases, visible, visible + hidden, rows)
      gemm(out, 0, hidden, v, vOffset, ldv, false, w, 0, hidden, false, rows, hidden, visible, 1, 1)
    },
    visibleInputs(out, biases, h, w, rows, visible, hidden) {
      copyColumns(out, visible, biases, 0, visible + hidden, rows)
      gemm(out, 0, visible, h, 0, hidden, false, w, 0, hidden, true, rows, visible, hidden, 1, 1)
    },
  }
}

function addNoise(x: FloatArray, noise: FloatArray, noiseOffset: number, n: number): void {
  for (let i = 0; i < n; i++) x[i] += noise[noiseOffset + i]
}

/** sum over rows of ||x_r - y_r||^2, where y has `cols` columns of rows `ldy` apart. */
function squaredDistance(x: FloatArray, y: FloatArray, ldy: number, rows: number, cols: number): number {
  let sum = 0
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++, at++) sum += square(x[at] - y[i * ldy + j])
  }
  return sum
}

/** out[j] = mean over rows of x[., j] - mean over rows of y[., j]. */
function differenceOfMeans(
  out: FloatArray,
  outOffset: number,
  x: FloatArray,
  ldx: number,
  xRows: number,
  y: FloatArray,
  yRows: number,
  cols: number,
): void {
  for (let j = 0; j < cols; j++) {
    let xSum = 0
    let ySum = 0
    for (let r = 0; r < xRows; r++) xSum += x[r * ldx + j]
    for (let r = 0; r < yRows; r++) ySum += y[r * cols + j]
    out[outOffset + j] = xSum / xRows - ySum / yRows
  }
}

/** out[., j] = x[., j] - y[., j] for j < `cols`; rows of out and x may be wider. */
function subtractRows(
  out: FloatArray,
  outOffset: number,
  ldOut: number,
  x: FloatArray,
  ldx: number,
  y: FloatArray,
  rows: number,
  cols: number,
): void {
  for (let r = 0, at = 0; r < rows; r++) {
    for (let j = 0; j < cols; j++, at++) out[outOffset + r * ldOut + j] = x[r * ldx + j] - y[at]
  }
}

/** Creates `contrastiveDivergence`; the parts of its step are functions that share the products. */
export function createContrastiveDivergence(
  { gemm, sigmoid }: Pick<Blas, 'gemm' | 'sigmoid'>,
  { conditionalBiases, hiddenInputs, visibleInputs }: Layers,
): Kernels['contrastiveDivergence'] {
  function hiddenProbabilities(out: FloatArray, pass: CdPass, v: FloatArray, ldv: number, rows: number): void {
    hiddenInputs(out, pass.biases, v, 0, ldv, pass.w, rows, pass.visible, pass.hidden)
    sigmoid(out, 0, out, 0, rows * pass.hidden)
  }

  /** Samples h from the probabilities `p` and writes the mean of v given h. */
  function visibleMeans(out: FloatArray, pass: CdPass, p: FloatArray, step: number, rows: number): void {
    const { visible, hidden, sample } = pass
    bernoulli(sample, 0, p, 0, pass.hiddenDraws, step * pass.chains * hidden, rows * hidden)
    visibleInputs(out, pass.biases, sample, pass.w, rows, visible, hidden)
    if (pass.binary) sigmoid(out, 0, out, 0, rows * visible)
  }

  function sampleVisible({ chain, visibleDraws, binary, visible, chains }: CdPass, step: number): void {
    if (visibleDraws === null) return
    const n = chains * visible
    if (binary) bernoulli(chain, 0, chain, 0, visibleDraws, step * n, n)
    else addNoise(chain, visibleDraws, step * n, n)
  }

  function runChain(pass: CdPass): void {
    const { visible, chains, persistent, negative, chain, reconstruction } = pass
    if (persistent) hiddenProbabilities(negative, pass, chain, visible, chains)
    for (let step = 0; step < pass.steps; step++) {
      if (step > 0 || persistent) visibleMeans(chain, pass, negative, step, chains)
      else copyColumns(chain, visible, reconstruction, 0, visible, chains)
      sampleVisible(pass, step)
      hiddenProbabilities(negative, pass, chain, visible, chains)
    }
  }

  function writeStatistics(pass: CdPass): void {
    const { visible, hidden, history, rows, chains, windows, chain, positive, negative, dw, dBias } = pass
    const ld = visible + history
    gemm(dw, 0, hidden, windows, 0, ld, true, positive, 0, hidden, false, visible, hidden, rows, 1 / rows, 0)
    gemm(dw, 0, hidden, chain, 0, visible, true, negative, 0, hidden, false, visible, hidden, chains, -1 / chains, 1)
    differenceOfMeans(dBias, 0, windows, ld, rows, chain, chains, visible)
    differenceOfMeans(dBias, visible, positive, hidden, rows, negative, chains, hidden)
  }

  /** dab = mean of [v0 - v | p0 - p]' hist; with a history each case has its own chain. */
  function writeHistoryStatistics(pass: CdPass): void {
    const { visible, hidden, history, rows, windows, chain, positive, negative, biases, dab } = pass
    const units = visible + hidden
    const ld = visible + history
    subtractRows(biases, 0, units, windows, ld, chain, rows, visible)
    subtractRows(biases, visible, units, positive, hidden, negative, rows, hidden)
    gemm(dab, 0, history, biases, 0, units, true, windows, visible, ld, false, units, history, rows, 1 / rows, 0)
  }

  return function contrastiveDivergence(pass): number {
    const { visible, hidden, history, rows, chains, windows } = pass
    const ld = visible + history
    const units = visible + hidden
    conditionalBiases(pass.biases, pass.bias, pass.ab, windows, visible, ld, Math.max(rows, chains), units, history)
    hiddenProbabilities(pass.positive, pass, windows, ld, rows)
    const compared = Math.min(rows, chains)
    visibleMeans(pass.reconstruction, pass, pass.positive, 0, compared)
    const error = squaredDistance(pass.reconstruction, windows, ld, compared, visible) / compared
    runChain(pass)
    writeStatistics(pass)
    if (history > 0) writeHistoryStatistics(pass)
    return error
  }
}
