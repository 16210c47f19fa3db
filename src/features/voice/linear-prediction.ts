/**
 * Linear prediction of a frame x[0..N-1] from its past, e[n] = x[n] + sum_{i=1..p} a_i x[n-i] being the error.
 *
 *   autocorrelation   least sum of e^2 with zeros outside the frame: Levinson and Durbin's recursion on r[l] = sum x[n] x[n+l]
 *   burg              forward and backward errors f, b of order m - 1 give the reflection coefficient of order m:
 *                     k = -2 sum f[n] b[n-1] / sum (f[n]^2 + b[n-1]^2),   n = m..N-1
 *
 * Both give filters whose resonances decay. J. Makhoul, "Linear prediction: a tutorial review", Proc. IEEE 63, 1975;
 * J. P. Burg, Maximum entropy spectral analysis, Stanford, 1975.
 */
import { checkFinite, toVector } from '../../core/array.ts'
import { checkInteger, checkOneOf, checkOptions } from '../../core/check.ts'
import type { VectorLike } from '../../core/types.ts'

/** How the coefficients are found, see {@link lpc}. */
export type LpcMethod = 'burg' | 'autocorrelation'

/** The methods. */
export const lpcMethods: readonly LpcMethod[] = ['burg', 'autocorrelation']

/** Options of {@link lpc}. */
export interface LpcOptions {
  /** p, coefficients after the leading 1. */
  order: number
  /** Default `burg`, which needs no window. */
  method?: LpcMethod
}

/** Raises the order of a by one, from a_1..a_(m-1) in place, by the reflection coefficient k. */
function raise(a: Float64Array, m: number, k: number): void {
  for (let i = 1, j = m - 1; i <= j; i++, j--) {
    const low = a[i]
    a[i] += k * a[j]
    if (i < j) a[j] += k * low
  }
  a[m] = k
}

/** Prediction of frames of one length, or shorter, by one order; arrays are kept from one to the next. */
export class LinearPrediction {
  /** 1, a_1..a_p. */
  readonly a: Float64Array
  private readonly method: LpcMethod
  private readonly forward: Float64Array
  private readonly backward: Float64Array

  constructor(method: LpcMethod, order: number, longest: number) {
    this.method = method
    this.a = new Float64Array(order + 1)
    this.forward = new Float64Array(method === 'burg' ? longest : order + 1)
    this.backward = new Float64Array(method === 'burg' ? longest : 0)
  }

  /** Leaves the coefficients of the first `length` samples of x in `a`: zeros after the leading 1 where x is silent. */
  predict(x: Float64Array, length: number = x.length): void {
    this.a.fill(0)
    this.a[0] = 1
    if (this.method === 'burg') this.burg(x, length)
    else this.levinson(x, length)
  }

  private burg(x: Float64Array, length: number): void {
    const { a, forward: f, backward: b } = this
    for (let n = 0; n < length; n++) f[n] = b[n] = x[n]
    for (let m = 1; m < a.length && m < length; m++) {
      let product = 0
      let energy = 0
      for (let n = m; n < length; n++) {
        product += f[n] * b[n - 1]
        energy += f[n] * f[n] + b[n - 1] * b[n - 1]
      }
      if (!(energy > 0)) return
      const k = (-2 * product) / energy
      raise(a, m, k)
      for (let n = length - 1; n >= m; n--) {
        const ahead = f[n]
        f[n] = ahead + k * b[n - 1]
        b[n] = b[n - 1] + k * ahead
      }
    }
  }

  private levinson(x: Float64Array, length: number): void {
    const { forward: r } = this
    for (let lag = 0; lag < r.length; lag++) {
      r[lag] = 0
      for (let n = lag; n < length; n++) r[lag] += x[n] * x[n - lag]
    }
    this.predictFrom(r)
  }

  /** Leaves in `a` the coefficients of a signal whose autocorrelation is r_0..r_p. */
  predictFrom(r: Float64Array): void {
    const { a } = this
    a.fill(0)
    a[0] = 1
    let error = r[0]
    for (let m = 1; m < a.length && error > 0; m++) {
      let sum = r[m]
      for (let i = 1; i < m; i++) sum += a[i] * r[m - i]
      const k = -sum / error
      raise(a, m, k)
      error *= 1 - k * k
    }
  }
}

/**
 * Linear prediction coefficients of a frame, 1, a_1..a_p: x[n] is predicted as -sum a_i x[n-i]. By Burg's method librosa's
 * `lpc`. No window is put on: the method `autocorrelation` wants one on x.
 *
 * @example
 * ```ts
 * const decay = Float64Array.from({ length: 40 }, (_, n) => 2 ** -n)
 * lpc(decay, { order: 1, method: 'autocorrelation' }) // [1, -0.500]
 * ```
 *
 * @throws TypeError for unknown options or values of the wrong kind.
 * @throws RangeError for values out of range, and for a sample that is not finite, naming its index.
 */
export function lpc(samples: VectorLike, options: LpcOptions): Float64Array {
  checkOptions('lpc', options, ['order', 'method'])
  const x = toVector('lpc', 'samples', samples, 'float64') as Float64Array
  checkFinite('lpc', 'samples', x)
  const order = checkInteger('lpc', 'order', options.order, { min: 1, max: Math.max(1, x.length - 1) })
  const method = checkOneOf('lpc', 'method', options.method ?? 'burg', lpcMethods)
  const prediction = new LinearPrediction(method, order, x.length)
  prediction.predict(x)
  return prediction.a
}
