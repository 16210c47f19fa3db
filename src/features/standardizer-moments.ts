import type { Matrix } from '../core/array.ts'
import { lookAt } from '../core/deferred.ts'
import type { FloatArray } from '../core/types.ts'

/** Mean and scale of each column: z = (x - mean) / scale. */
export interface Moments {
  mean: Float64Array
  scale: Float64Array
}

/**
 * Mean and standard deviation of each column over the rows of all matrices, by the running update of Welford.
 *
 * @throws RangeError where squares overflow
 */
export function spreadOf(where: string, matrices: readonly Matrix[]): { mean: Float64Array; deviation: Float64Array } {
  const cols = matrices[0].cols
  const mean = new Float64Array(cols)
  const squares = new Float64Array(cols)
  let count = 0
  for (const matrix of matrices) {
    lookAt(matrix, (data) => {
      for (let t = 0; t < matrix.rows; t++) addRow(mean, squares, data, t * cols, ++count)
    })
  }
  const odd = squares.findIndex((sum) => !Number.isFinite(sum))
  if (odd >= 0) {
    throw new RangeError(`${where}: expected numbers whose squares can be summed, those of column ${odd} are too large`)
  }
  return { mean, deviation: squares.map((sum) => Math.sqrt(sum / count)) }
}

/**
 * Mean and standard deviation of each column over the rows of all matrices; scale 1 where the deviation is at most
 * epsilon * |mean|, mean 0 and scale 1 in masked columns. Without rows, 0 and 1.
 */
export function momentsOf(
  where: string,
  matrices: readonly Matrix[],
  mask: readonly boolean[] | null,
  epsilon: number,
): Moments {
  const { mean, deviation } = spreadOf(where, matrices)
  return scaledMoments(mean, deviation, mask, epsilon)
}

/** {@link momentsOf} a mean and standard deviation; writes to both. */
export function scaledMoments(
  mean: Float64Array,
  deviation: Float64Array,
  mask: readonly boolean[] | null,
  epsilon: number,
): Moments {
  for (let j = 0; j < mean.length; j++) {
    const leave = mask?.[j] === true
    if (leave) mean[j] = 0
    if (leave || !(deviation[j] > epsilon * Math.abs(mean[j]))) deviation[j] = 1
  }
  return { mean, scale: deviation }
}

/** Welford's update, by the `count`-th row, of the mean and the sum of squares about it. */
export function addRow(
  mean: Float64Array,
  squares: Float64Array,
  data: FloatArray,
  offset: number,
  count: number,
): void {
  for (let j = 0; j < mean.length; j++) {
    const x = data[offset + j]
    const difference = x - mean[j]
    mean[j] += difference / count
    squares[j] += difference * (x - mean[j])
  }
}

/** z = (x - mean) / scale, column by column. */
export function standardise(out: FloatArray, { data, rows, cols }: Matrix, { mean, scale }: Moments): void {
  for (let t = 0, i = 0; t < rows; t++) {
    for (let j = 0; j < cols; j++, i++) out[i] = (data[i] - mean[j]) / scale[j]
  }
}

/** x = z scale + mean, column by column. */
export function restore(out: FloatArray, { data, rows, cols }: Matrix, { mean, scale }: Moments): void {
  for (let t = 0, i = 0; t < rows; t++) {
    for (let j = 0; j < cols; j++, i++) out[i] = data[i] * scale[j] + mean[j]
  }
}
