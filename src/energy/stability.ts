/** The spectral radius of a linear recursion, below 1 if it is stable. */
import { exp, log } from '../core/elementary.ts'
import type { FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'

/** Squarings, for powers up to 2^30: the logarithm of the estimate is then off by some nats divided by 2^30. */
const SQUARINGS = 30
const POWER: number = 1 << SQUARINGS

/** The companion matrix [n V, n V] of A [V, n V]: A in the first V rows, below it the shift by one frame. */
function companion(A: FloatArray, visible: number, order: number): Float64Array {
  const size = order * visible
  const out = new Float64Array(size * size)
  out.set(A)
  for (let row = visible; row < size; row++) out[row * size + row - visible] = 1
  return out
}

/**
 * The spectral radius, largest |eigenvalue|, of the companion matrix C of x_t = A [x_{t-1}; ...; x_{t-n}]: the limit of
 * ||C^k||^(1/k), taken at k = 2^30 by squaring, which also works for pairs of complex eigenvalues. Relative error at
 * most 1e-6 for simple largest eigenvalues, about 1e-5 for double and 1e-3 for triple ones.
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
