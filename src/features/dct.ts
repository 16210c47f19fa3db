/** The discrete cosine transform from log mel energies to cepstral coefficients. */
import type { Matrix } from '../core/array.ts'
import { cos, sin } from '../core/trigonometric.ts'

/** Factors of a DCT-II over N points: `ortho` sqrt(1/N) in row 0 and sqrt(2/N) below it, `htk` sqrt(2/N) in all. */
export type DctNorm = 'ortho' | 'htk'

/**
 * The first `rows` rows of the DCT-II of `size` points, s_k as {@link DctNorm} says:
 *
 *     M[k, n] = s_k cos(pi k (n + 1/2) / size)
 */
export function dctMatrix(rows: number, size: number, norm: DctNorm = 'ortho'): Matrix {
  const data = new Float64Array(rows * size)
  for (let k = 0; k < rows; k++) {
    const factor = Math.sqrt((k === 0 && norm === 'ortho' ? 1 : 2) / size)
    for (let n = 0; n < size; n++) data[k * size + n] = factor * cos((Math.PI * k * (n + 0.5)) / size)
  }
  return { data, rows, cols: size }
}

/** Weights 1 + L/2 sin(pi (n + offset) / L) of the coefficients n = 0..count-1; all 1 for L = 0. */
export function lifterWeights(count: number, length: number, offset = 0): Float64Array {
  const weight = (n: number): number => (length === 0 ? 1 : 1 + (length / 2) * sin((Math.PI * n) / length))
  return Float64Array.from({ length: count }, (_, n) => weight(n + offset))
}
