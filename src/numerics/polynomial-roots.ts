/**
 * All roots of a polynomial with real coefficients, found together: O. Aberth, "Iteration methods for finding all zeros
 * of a polynomial simultaneously", Math. Comp. 27, 1973. With N = p(z_i) / p'(z_i) at the estimate z_i,
 *
 *     z_i  <-  z_i - N / (1 - N sum_{j != i} 1 / (z_i - z_j))
 */
import { pow } from '../core/power.ts'
import { cos, sin } from '../core/trigonometric.ts'

const MOST_ROUNDS = 200
/** A root has converged when its correction is below this fraction of it. */
const PRECISION = 1e-15

/** Roots of polynomials of one degree; the arrays are reused from one polynomial to the next. */
export class PolynomialRoots {
  /** Real parts. */
  readonly re: Float64Array
  /** Imaginary parts. */
  readonly im: Float64Array
  private readonly coefficients: Float64Array
  private readonly found: Uint8Array

  constructor(degree: number) {
    this.re = new Float64Array(degree)
    this.im = new Float64Array(degree)
    this.coefficients = new Float64Array(degree + 1)
    this.found = new Uint8Array(degree)
  }

  /** Finds the roots of z^n + c_0 z^(n-1) + ... + c_(n-1). */
  find(c: ArrayLike<number>): void {
    const { re, coefficients, found } = this
    const n = re.length
    coefficients[0] = 1
    for (let k = 0; k < n; k++) coefficients[k + 1] = c[k]
    this.start()
    found.fill(0)
    for (let round = 0, left = n; left > 0 && round < MOST_ROUNDS; round++) {
      for (let i = 0; i < n; i++) {
        if (found[i] === 1 || !this.improve(i)) continue
        found[i] = 1
        left--
      }
    }
  }

  /**
   * Starts on a circle of half the radius that bounds all roots, rotated so as not to be symmetric about the real axis.
   */
  private start(): void {
    const { re, im, coefficients } = this
    const n = re.length
    let radius = 0
    for (let k = 1; k <= n; k++) radius = Math.max(radius, pow(Math.abs(coefficients[k]), 1 / k))
    for (let i = 0; i < n; i++) {
      const angle = (2 * Math.PI * i) / n + 0.4
      re[i] = radius * cos(angle)
      im[i] = radius * sin(angle)
    }
  }

  /** One correction of root i; returns whether it has converged. */
  private improve(i: number): boolean {
    const { re, im, coefficients: c } = this
    const [x, y] = [re[i], im[i]]
    let [pRe, pIm, dRe, dIm] = [1, 0, 0, 0]
    for (let k = 1; k < c.length; k++) {
      const d = dRe * x - dIm * y + pRe
      dIm = dRe * y + dIm * x + pIm
      dRe = d
      const p = pRe * x - pIm * y + c[k]
      pIm = pRe * y + pIm * x
      pRe = p
    }
    for (let j = 0; j < re.length; j++) {
      const [a, b] = [x - re[j], y - im[j]]
      const size = a * a + b * b
      if (size === 0) continue
      // p' - p sum 1 / (z_i - z_j), term by term.
      dRe -= (pRe * a + pIm * b) / size
      dIm -= (pIm * a - pRe * b) / size
    }
    const size = dRe * dRe + dIm * dIm
    if (!(size > 0)) return true
    const stepRe = (pRe * dRe + pIm * dIm) / size
    const stepIm = (pIm * dRe - pRe * dIm) / size
    re[i] -= stepRe
    im[i] -= stepIm
    return stepRe * stepRe + stepIm * stepIm <= PRECISION * PRECISION * (re[i] * re[i] + im[i] * im[i])
  }
}
