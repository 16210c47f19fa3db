/** The discrete Fourier transform of any number of points. */
import type FFT from 'fft.js'
import { cos, sin } from '../core/trigonometric.ts'
import { MixedRadixTransform, radicesOf } from './mixed-radix.ts'
import { createTransform, nextPowerOfTwo } from './power-of-two.ts'

/** A complex transform of interleaved real and imaginary parts. */
export interface ComplexTransform {
  transform(out: Float64Array, x: Float64Array): void
}

/** exp(-pi i n^2 / N), n = 0..N-1; n^2 is taken modulo 2N, the period, to keep the angle small. */
function chirpOf(length: number): Float64Array {
  const chirp = new Float64Array(2 * length)
  for (let n = 0; n < length; n++) {
    const angle = (Math.PI * ((n * n) % (2 * length))) / length
    chirp[2 * n] = cos(angle)
    chirp[2 * n + 1] = -sin(angle)
  }
  return chirp
}

/** out = a b, complex; `out` may be either. */
function multiplyInto(out: Float64Array, a: Float64Array, b: Float64Array, count: number): void {
  for (let i = 0; i < 2 * count; i += 2) {
    const re = a[i] * b[i] - a[i + 1] * b[i + 1]
    out[i + 1] = a[i] * b[i + 1] + a[i + 1] * b[i]
    out[i] = re
  }
}

/**
 * X[k] = sum_n x[n] exp(-2 pi i k n / N) as a convolution, with c[n] = exp(-pi i n^2 / N) and 2 k n = k^2 + n^2 - (k -
 * n)^2:
 *
 *     X[k] = c[k] sum_n (c[n] x[n]) conj(c[k - n])
 *
 * L. I. Bluestein, "A linear filtering approach to the computation of discrete Fourier transform", IEEE Trans. AU
 * 18(4), 1970.
 */
export class AnyLengthTransform {
  private readonly length: number
  private readonly chirp: Float64Array
  private readonly plan: FFT
  /** Transform of conj(c[n]) for n = -(N-1)..N-1, laid out circularly around 0. */
  private readonly filter: Float64Array
  private readonly padded: Float64Array
  private readonly spectrum: Float64Array

  /** N >= 1 points. */
  constructor(length: number) {
    const size = nextPowerOfTwo(2 * length - 1)
    this.length = length
    this.chirp = chirpOf(length)
    this.plan = createTransform(size)
    this.padded = new Float64Array(2 * size)
    this.spectrum = new Float64Array(2 * size)
    this.filter = new Float64Array(2 * size)
    for (let n = 0; n < length; n++) {
      for (const at of [2 * n, 2 * ((size - n) % size)]) {
        this.padded[at] = this.chirp[2 * n]
        this.padded[at + 1] = -this.chirp[2 * n + 1]
      }
    }
    this.plan.transform(this.filter, this.padded)
  }

  /** Writes X to `out`; real and imaginary parts are interleaved in `x` and `out`. */
  transform(out: Float64Array, x: Float64Array): void {
    const { length, chirp, plan, filter, padded, spectrum } = this
    multiplyInto(padded, x, chirp, length)
    padded.fill(0, 2 * length)
    plan.transform(spectrum, padded)
    multiplyInto(spectrum, spectrum, filter, filter.length / 2)
    plan.inverseTransform(padded, spectrum)
    multiplyInto(out, padded, chirp, length)
  }
}

/** The faster transform of N points: mixed radix where all prime factors are small, else Bluestein's. */
export function createAnyLengthTransform(length: number): ComplexTransform {
  const radices = radicesOf(length)
  return radices === null ? new AnyLengthTransform(length) : new MixedRadixTransform(length, radices)
}
