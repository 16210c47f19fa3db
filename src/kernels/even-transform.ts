/** The transform of a real and even sequence, such as the autocorrelation from the power of a spectrum. */
import { cos, sin } from '../core/trigonometric.ts'
import { createTransform, unitRoots } from './power-of-two.ts'

/**
 * r[k] = sum_n f[n] cos(2 pi k n / N), n = 0..N-1, of a sequence with f[N-n] = f[n], by a complex transform of N/4 points
 * (half of what a real transform needs). With M = N/2,
 *
 *     y[j] = (f[j] + f[M-j]) / 2 - sin(pi j / M) (f[j] - f[M-j]),   Y[k] = sum_j y[j] exp(-2 pi i j k / M)
 *     r[2k] = 2 Re Y[k],   r[2k+1] = r[2k-1] - 2 Im Y[k],   r[1] = f[0] - f[M] + 2 sum_(j=1..M-1) f[j] cos(pi j / M)
 *
 * J. W. Cooley, P. A. W. Lewis & P. D. Welch, "The fast Fourier transform algorithm: programming considerations in the
 * calculation of sine, cosine and Laplace transforms", J. Sound Vib. 12(3), 1970.
 */
export class EvenTransform {
  /** N/2 */
  private readonly middle: number
  private readonly plan: ReturnType<typeof createTransform>
  /** y, then read as N/4 complex numbers. */
  private readonly folded: Float64Array
  private readonly half: Float64Array
  /** Sines and cosines of pi j / M, interleaved, j = 0..M-1. */
  readonly turns: Float64Array
  /** Those of the transform of N/4 points. */
  readonly roots: Float64Array

  /** N is a power of two from 16 on. */
  constructor(length: number) {
    const middle = length / 2
    this.middle = middle
    this.roots = unitRoots(middle / 2)
    this.plan = createTransform(middle / 2, this.roots)
    this.folded = new Float64Array(middle)
    this.half = new Float64Array(middle)
    this.turns = new Float64Array(2 * middle)
    for (let j = 0; j < middle; j++) {
      this.turns[2 * j] = sin((Math.PI * j) / middle)
      this.turns[2 * j + 1] = cos((Math.PI * j) / middle)
    }
  }

  /** Writes r[0..out.length-1] for f[0..N/2] in `values`; at most N/2 of them. */
  into(out: Float64Array, values: Float64Array): void {
    const { plan, folded, half, turns, middle: m } = this
    let first = (values[0] - values[m]) / 2
    folded[0] = (values[0] + values[m]) / 2
    for (let j = 1; j < m; j++) {
      const f = values[j]
      folded[j] = (f + values[m - j]) / 2 - turns[2 * j] * (f - values[m - j])
      first += f * turns[2 * j + 1]
    }
    plan.transform(half, folded)
    out[0] = 2 * (half[0] + half[1])
    out[1] = 2 * first
    // Z[k] = a + ib and Z[M/2-k] = c + id of the transform of pairs give Y[k] of the M real numbers.
    for (let k = 1; 2 * k < out.length; k++) {
      const mirror = m - 2 * k
      const a = half[2 * k]
      const b = half[2 * k + 1]
      const c = half[mirror]
      const d = half[mirror + 1]
      const cosine = turns[4 * k + 1]
      const sine = turns[4 * k]
      out[2 * k] = a + c + cosine * (b + d) + sine * (c - a)
      if (2 * k + 1 < out.length) out[2 * k + 1] = out[2 * k - 1] - (b - d + cosine * (c - a) - sine * (b + d))
    }
  }
}
