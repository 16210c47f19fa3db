/** Vector and matrix-vector loops. `dot`, everything built on it, and column sums accumulate in float64. */
import { sumOfSquares } from '../core/finite.ts'
import type { FloatArray } from '../core/types.ts'
import type { Kernels } from './types.ts'

export const dot: Kernels['dot'] = (x, xOffset, y, yOffset, n) => {
  let sum = 0
  for (let i = 0; i < n; i++) sum += x[xOffset + i] * y[yOffset + i]
  return sum
}

/** Euclidean norm, accumulated in float64. */
export function norm(x: FloatArray): number {
  return Math.sqrt(sumOfSquares(x))
}

export const axpy: Kernels['axpy'] = (y, yOffset, alpha, x, xOffset, n) => {
  for (let i = 0; i < n; i++) y[yOffset + i] += alpha * x[xOffset + i]
}

function scale(y: FloatArray, yOffset: number, beta: number, n: number): void {
  if (beta === 0) y.fill(0, yOffset, yOffset + n)
  else if (beta !== 1) for (let i = 0; i < n; i++) y[yOffset + i] *= beta
}

export const gemv: Kernels['gemv'] = (y, yOffset, a, aOffset, lda, transA, x, xOffset, m, n, alpha, beta) => {
  scale(y, yOffset, beta, transA ? n : m)
  for (let i = 0; i < m; i++) {
    if (transA) axpy(y, yOffset, alpha * x[xOffset + i], a, aOffset + i * lda, n)
    else y[yOffset + i] += alpha * dot(a, aOffset + i * lda, x, xOffset, n)
  }
}

export const ger: Kernels['ger'] = (a, aOffset, lda, x, xOffset, y, yOffset, m, n, alpha) => {
  for (let i = 0; i < m; i++) axpy(a, aOffset + i * lda, alpha * x[xOffset + i], y, yOffset, n)
}

export const fillRows: Kernels['fillRows'] = (out, outOffset, b, bOffset, rows, cols) => {
  for (let i = 0, at = outOffset; i < rows; i++) {
    for (let j = 0; j < cols; j++, at++) out[at] = b[bOffset + j]
  }
}

export const addColumnSums: Kernels['addColumnSums'] = (out, outOffset, x, xOffset, rows, cols) => {
  for (let j = 0; j < cols; j++) {
    let sum = 0
    for (let i = 0, at = xOffset + j; i < rows; i++, at += cols) sum += x[at]
    out[outOffset + j] += sum
  }
}

/** All kernels of this file; a further one is listed here. */
export function blasKernels(): Pick<Kernels, 'norm' | 'dot' | 'axpy' | 'gemv' | 'ger' | 'fillRows' | 'addColumnSums'> {
  return { norm, dot, axpy, gemv, ger, fillRows, addColumnSums }
}
