/** Moments of lists of rows. */
import { kernels } from '../kernels/index.ts'

/** Mean [R], variance [R] and covariance of rows. */
export interface Moments {
  mean: Float64Array
  variance: Float64Array
  /** [R, R] */
  covariance: Float64Array
}

/** Population moments of rows [n][R]. */
export function momentsOf(rows: readonly Float64Array[]): Moments {
  const columns = rows[0].length
  const mean = new Float64Array(columns)
  for (const row of rows) kernels.axpy(mean, 0, 1 / rows.length, row, 0, columns)
  const centred = new Float64Array(rows.length * columns)
  for (const [i, row] of rows.entries()) for (let j = 0; j < columns; j++) centred[i * columns + j] = row[j] - mean[j]
  const covariance = new Float64Array(columns * columns)
  kernels.gemm(
    ...([covariance, 0, columns, centred, 0, columns, true, centred, 0, columns, false] as const),
    ...([columns, columns, rows.length, 1 / rows.length, 0] as const),
  )
  return { mean, variance: mean.map((_, j) => covariance[j * columns + j]), covariance }
}

/** Mean of vectors of one length. */
export function meanOf(vectors: readonly Float64Array[]): Float64Array {
  return vectors[0].map((_, j) => vectors.reduce((sum, vector) => sum + vector[j], 0) / vectors.length)
}
