/**
 * Formants as openSMILE has them: the frame resampled to 11 kHz through its spectrum, linear prediction of order 11 by the
 * autocorrelation method, and the roots of a polynomial. They are not those of the vocal tract: half the bins below 5.5 kHz are
 * left out, the zeros that the frame lay between are in, and the polynomial has the wrong sign. Nearly singular as the equations
 * are, single precision in the order of openSMILE's operations makes the difference between its values and others.
 */
import { atan2 } from '../../core/arctangent.ts'
import { log } from '../../core/elementary.ts'
import { square } from '../../core/power.ts'
import { cos, sin } from '../../core/trigonometric.ts'
import { type SumWeights, sumWeights } from '../../kernels/running-sums.ts'
import { runningSums } from '../../kernels/simd/running-sums.ts'
import { PolynomialRoots } from '../../numerics/polynomial-roots.ts'

const fround = Math.fround

const RATE = 11000
const ORDER = 11
const LOWEST = 50
const HIGHEST = 5450

/** Formants that are reported. */
export const FORMANTS = 3

export class Resonances {
  /** Hz, ascending; 0 where there are less. */
  readonly frequency: Float64Array = new Float64Array(ORDER)
  readonly bandwidth: Float64Array = new Float64Array(ORDER)
  private readonly padded: Float32Array
  private readonly resampled: Float32Array
  /** Real and imaginary parts from bin 1 on, and the cosines and sines that each sample takes of them. */
  private readonly bins: Float32Array
  private readonly turns: SumWeights
  private readonly scale: number
  private readonly correlation = new Float32Array(ORDER + 1)
  private readonly coefficients = new Float32Array(ORDER)
  private readonly before = new Float32Array(ORDER)
  private readonly polynomial = new Float64Array(ORDER)
  private readonly roots = new PolynomialRoots(ORDER)

  /** For frames of `length` samples, transformed over `fftLength`. */
  constructor(sampleRate: number, length: number, fftLength: number) {
    const size = Math.round((length * RATE) / sampleRate)
    const bins = Math.min(Math.floor(size / 2), fftLength / 2)
    const step = (2 * Math.PI * sampleRate) / RATE / fftLength
    this.scale = 2 / fftLength
    this.padded = new Float32Array(size + ORDER)
    this.resampled = this.padded.subarray(0, size)
    this.bins = new Float32Array(2 * (bins - 1))
    this.turns = sumWeights(2 * (bins - 1), size, (i, n) => {
      const angle = step * (1 + Math.floor(i / 2)) * n
      return i % 2 === 0 ? cos(angle) : sin(angle)
    })
  }

  /** Takes the bins of a frame, real and imaginary parts in turn. */
  load(bins: Float32Array): void {
    this.resample(bins)
    this.correlate()
    this.predict()
    this.solve()
  }

  private resample(bins: Float32Array): void {
    const { resampled, scale } = this
    this.bins.set(bins.subarray(2, 2 + this.bins.length))
    runningSums(resampled, bins[0], this.bins, this.turns)
    for (let n = 0; n < resampled.length; n++) resampled[n] *= scale
  }

  /** Lags 0..11, four at a time: a sum of single precision waits for itself. Behind the frame lie zeros. */
  private correlate(): void {
    const { padded: y, correlation } = this
    const length = this.resampled.length
    for (let lag = 0; lag <= ORDER; lag += 4) {
      let [a, b, c, d] = [0, 0, 0, 0]
      for (let n = 0; n < length; n++) {
        const value = y[n]
        a = fround(a + fround(value * y[n + lag]))
        b = fround(b + fround(value * y[n + lag + 1]))
        c = fround(c + fround(value * y[n + lag + 2]))
        d = fround(d + fround(value * y[n + lag + 3]))
      }
      correlation[lag] = a
      correlation[lag + 1] = b
      correlation[lag + 2] = c
      correlation[lag + 3] = d
    }
  }

  /** The recursion of Levinson and Durbin; the error's inverse multiplies. */
  private predict(): void {
    const { correlation: r, coefficients: a, before } = this
    a.fill(0)
    let error = r[0]
    for (let i = 0; i < ORDER && error !== 0; i++) {
      let sum = r[i + 1]
      for (let j = 0; j < i; j++) sum = fround(sum + fround(a[j] * r[i - j]))
      const reflection = fround(-sum * fround(1 / error))
      before.set(a)
      for (let j = 0; j < i; j++) a[j] = before[j] + fround(reflection * before[i - 1 - j])
      a[i] = reflection
      error = fround(error * fround(1 - fround(reflection * reflection)))
    }
  }

  private solve(): void {
    const { coefficients, polynomial, roots, frequency, bandwidth } = this
    frequency.fill(0)
    bandwidth.fill(0)
    if (this.correlation[0] === 0) return
    for (let i = 0; i < ORDER; i++) polynomial[i] = -coefficients[i]
    roots.find(polynomial)
    for (let i = 0, count = 0; i < ORDER; i++) {
      const [re, im] = [roots.re[i], roots.im[i]]
      const hertz = im > 0 ? (atan2(im, re) * RATE) / (2 * Math.PI) : 0
      if (hertz < LOWEST || hertz > HIGHEST) continue
      let at = count++
      for (; at > 0 && frequency[at - 1] > hertz; at--) {
        frequency[at] = frequency[at - 1]
        bandwidth[at] = bandwidth[at - 1]
      }
      frequency[at] = hertz
      bandwidth[at] = (Math.abs(log(square(re) + square(im))) * RATE) / (2 * Math.PI)
    }
  }
}
