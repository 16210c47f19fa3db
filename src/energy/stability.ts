/** Whether a linear recursion stays bounded. */
import { exp, log } from '../core/elementary.ts'
import type { FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'

/** Powers up to 2^30: the estimate is off by some nats in 2^30 by then. */
const SQUARINGS = 30
const POWER: number = 1 << SQUARINGS

/** The companion matrix [n V, n V] of A [V, n V]: A in the first V rows, below it the shift by a frame. */
function companion(A: FloatArray, visible: number, order: number): Float64Array {
  const size = order * visible
  const out = new Float64Array(size * size)
  out.set(A)
  for (let row = visible; row < size; row++) out[row * size + row - visible] = 1
  return out
}

/**
 * The spectral radius, largest |eigenvalue|, of the companion matrix C of x_t = A [x_{t-1}; ...; x_{t-n}]: the limit of ||C^k||^(1/k),
 * taken at k = 2^30 by squaring, where pairs of complex eigenvalues do no harm. Right to 1e-6 and better where the largest
 * eigenvalues are single, to about 1e-5 of a double and 1e-3 of a threefold one.
 */
export function companionRadius(A: FloatArray, visible: number, order: number): number {
  const size = order * visible
  let power = companion(A, visible, order)
  let product: Float64Array = new Float64Array(power.length)
  let logNorm = 0
  for (let k = 0; k <= SQUARINGS; k++) {
    if (k > 0) {
      kernels.gemm(product, 0, size, power, 0, size, false, power, 0, size, false, size, size, size, 1, 0)
      ;[power, product] = [product, power]
      logNorm *= 2
    }
    const norm = power.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    if (norm === 0) return 0
    for (let i = 0; i < power.length; i++) power[i] /= norm
    logNorm += log(norm)
  }
  return exp(logNorm / POWER)
}
