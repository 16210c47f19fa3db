/**
 * The minimum of sum_i w_i ||y_i - W x_i - b||^2 + alpha ||W||_F^2, exactly. With the rows and targets less their weighted means,
 * times sqrt(w_i):
 *
 *   (X'X + alpha I) W' = X'Y             where there are at least as many rows as columns
 *   (X X' + alpha I) A = Y,  W' = X'A    where there are fewer
 *
 * by Cholesky's factors. Hoerl & Kennard (1970); the second form: Saunders, Gammerman & Vovk (1998).
 */
import type { Matrix } from '../core/array.ts'
import { kernels } from '../kernels/index.ts'
import { solvePositiveDefinite } from '../numerics/positive-definite.ts'

/** Settings of ridge regression. */
export interface RidgeSettings {
  alpha: number
  intercept: boolean
}

function weightedMeans({ data, rows, cols }: Matrix, weights: Float64Array, total: number): Float64Array {
  const means = new Float64Array(cols)
  for (let i = 0; i < rows; i++) kernels.axpy(means, 0, weights[i] / total, data, i * cols, cols)
  return means
}

/** sqrt(w_i) (x_i - means). */
function centred({ data, rows, cols }: Matrix, means: Float64Array, weights: Float64Array): Float64Array {
  const out = new Float64Array(rows * cols)
  for (let i = 0; i < rows; i++) {
    const root = Math.sqrt(weights[i])
    for (let j = 0; j < cols; j++) out[i * cols + j] = root * (data[i * cols + j] - means[j])
  }
  return out
}

/** X'A [D, T] of X [n, D] and A [n, T]. */
function transposedProduct(x: Float64Array, a: Float64Array, [n, d, t]: readonly [number, number, number]) {
  const out = new Float64Array(d * t)
  kernels.gemm(out, 0, t, x, 0, d, true, a, 0, t, false, d, t, n, 1, 0)
  return out
}

/** W' [D, T] of centred rows X [n, D] and targets Y [n, T]; null where no unique one exists. */
function solution(x: Float64Array, y: Float64Array, sizes: readonly [number, number, number], alpha: number) {
  const [n, d, t] = sizes
  const [order, dual] = [Math.min(n, d), n < d]
  const gram = new Float64Array(order * order)
  kernels.gemm(gram, 0, order, x, 0, d, !dual, x, 0, d, dual, order, order, Math.max(n, d), 1, 0)
  for (let i = 0; i < order; i++) gram[i * order + i] += alpha
  const right = dual ? y.slice() : transposedProduct(x, y, sizes)
  if (!solvePositiveDefinite(gram, order, right, t)) return null
  return dual ? transposedProduct(x, right, sizes) : right
}

/**
 * W [T, D] and b [T] in one vector, for rows [n, D], targets [n, T] and weights that are not all 0.
 *
 * @throws RangeError where columns depend on each other and alpha is too small to decide between them, and for numbers that overflow
 */
export function ridgeSolution(
  where: string,
  x: Matrix,
  y: Matrix,
  weights: Float64Array,
  { alpha, intercept }: RidgeSettings,
): Float64Array {
  const [d, t] = [x.cols, y.cols]
  const total = weights.reduce((sum, w) => sum + w, 0)
  const means = (of: Matrix): Float64Array => {
    return intercept ? weightedMeans(of, weights, total) : new Float64Array(of.cols)
  }
  const [xMeans, yMeans] = [means(x), means(y)]
  const found = solution(centred(x, xMeans, weights), centred(y, yMeans, weights), [x.rows, d, t], alpha)
  if (found === null) {
    const wanted = 'columns that do not depend on each other, or a larger "alpha"'
    throw new RangeError(`${where}: "x" expected ${wanted}, got a singular matrix with alpha ${alpha}`)
  }
  const parameters = new Float64Array(t * (d + 1))
  for (let k = 0; k < t; k++) {
    for (let j = 0; j < d; j++) parameters[k * d + j] = found[j * t + k]
    parameters[t * d + k] = yMeans[k] - kernels.dot(parameters, k * d, xMeans, 0, d)
  }
  if (!parameters.every(Number.isFinite)) {
    throw new RangeError(`${where}: "x" and the targets expected numbers whose products are finite`)
  }
  return parameters
}
