/** The discrete Fourier transform of lengths that are products of small primes. */
import { unitRoots } from './power-of-two.ts'

/** Largest prime factor for which this beats a convolution: 122 = 2 x 61 points take 4.2 us either way (Node 20). */
const LARGEST_FACTOR = 59

/** Radices of a length: fours first, then prime factors in ascending order; null where one is too large. */
export function radicesOf(length: number): number[] | null {
  const radices: number[] = []
  let rest = length
  for (; rest % 4 === 0; rest /= 4) radices.push(4)
  for (let p = 2; rest > 1; p++) {
    if (p > LARGEST_FACTOR) return null
    for (; rest % p === 0; rest /= p) radices.push(p)
  }
  return radices
}

/** One pass over all points, see {@link MixedRadixTransform}. */
interface Pass {
  radix: number
  /** m */
  blocks: number
  /** s */
  stride: number
  /** exp(-2 pi i a r / n), indexed [a, r], for a = 0..m-1 and r = 0..p-1. */
  twiddles: Float64Array
  /** Cosines and sines of 2 pi k / p, k = 0..p-1, for factors above 4. */
  roots: Float64Array
}

function passesOf(length: number, radices: readonly number[]): Pass[] {
  const passes: Pass[] = []
  let stride = 1
  for (const radix of radices) {
    const n = length / stride
    const blocks = n / radix
    const all = unitRoots(n)
    const twiddles = new Float64Array(2 * blocks * radix)
    for (let a = 0; a < blocks; a++) {
      for (let r = 0; r < radix; r++) {
        const at = 2 * (a * radix + r)
        twiddles[at] = all[2 * ((a * r) % n)]
        twiddles[at + 1] = all[2 * ((a * r) % n) + 1]
      }
    }
    passes.push({ radix, blocks, stride, twiddles, roots: unitRoots(radix) })
    stride *= radix
  }
  return passes
}

function passOfTwo(y: Float64Array, x: Float64Array, { blocks, stride, twiddles }: Pass): void {
  const half = 2 * stride * blocks
  for (let a = 0; a < blocks; a++) {
    const wr = twiddles[4 * a + 2]
    const wi = twiddles[4 * a + 3]
    let from = 2 * stride * a
    let to = 4 * stride * a
    for (let b = 0; b < stride; b++, from += 2, to += 2) {
      const re = x[from] - x[from + half]
      const im = x[from + 1] - x[from + half + 1]
      y[to] = x[from] + x[from + half]
      y[to + 1] = x[from + 1] + x[from + half + 1]
      y[to + 2 * stride] = re * wr - im * wi
      y[to + 2 * stride + 1] = re * wi + im * wr
    }
  }
}

function passOfThree(y: Float64Array, x: Float64Array, { blocks, stride, twiddles, roots }: Pass): void {
  const third = 2 * stride * blocks
  const s = 2 * stride
  const sine = roots[3]
  for (let a = 0; a < blocks; a++) {
    // One by one: in an array for a moment, each would be an object for as long.
    const w1r = twiddles[6 * a + 2]
    const w1i = twiddles[6 * a + 3]
    const w2r = twiddles[6 * a + 4]
    const w2i = twiddles[6 * a + 5]
    let from = s * a
    let to = 3 * s * a
    for (let b = 0; b < stride; b++, from += 2, to += 2) {
      const sumRe = x[from + third] + x[from + 2 * third]
      const sumIm = x[from + third + 1] + x[from + 2 * third + 1]
      const turnRe = sine * (x[from + third] - x[from + 2 * third])
      const turnIm = sine * (x[from + third + 1] - x[from + 2 * third + 1])
      const midRe = x[from] - sumRe / 2
      const midIm = x[from + 1] - sumIm / 2
      y[to] = x[from] + sumRe
      y[to + 1] = x[from + 1] + sumIm
      const re1 = midRe - turnIm
      const im1 = midIm + turnRe
      const re2 = midRe + turnIm
      const im2 = midIm - turnRe
      y[to + s] = re1 * w1r - im1 * w1i
      y[to + s + 1] = re1 * w1i + im1 * w1r
      y[to + 2 * s] = re2 * w2r - im2 * w2i
      y[to + 2 * s + 1] = re2 * w2i + im2 * w2r
    }
  }
}

function passOfFour(y: Float64Array, x: Float64Array, { blocks, stride, twiddles }: Pass): void {
  const quarter = 2 * stride * blocks
  const s = 2 * stride
  for (let a = 0; a < blocks; a++) {
    const w1r = twiddles[8 * a + 2]
    const w1i = twiddles[8 * a + 3]
    const w2r = twiddles[8 * a + 4]
    const w2i = twiddles[8 * a + 5]
    const w3r = twiddles[8 * a + 6]
    const w3i = twiddles[8 * a + 7]
    let from = s * a
    let to = 4 * s * a
    for (let b = 0; b < stride; b++, from += 2, to += 2) {
      const evenRe = x[from] + x[from + 2 * quarter]
      const evenIm = x[from + 1] + x[from + 2 * quarter + 1]
      const oddRe = x[from + quarter] + x[from + 3 * quarter]
      const oddIm = x[from + quarter + 1] + x[from + 3 * quarter + 1]
      const midRe = x[from] - x[from + 2 * quarter]
      const midIm = x[from + 1] - x[from + 2 * quarter + 1]
      const turnRe = x[from + quarter + 1] - x[from + 3 * quarter + 1]
      const turnIm = x[from + 3 * quarter] - x[from + quarter]
      y[to] = evenRe + oddRe
      y[to + 1] = evenIm + oddIm
      const re1 = midRe + turnRe
      const im1 = midIm + turnIm
      const re2 = evenRe - oddRe
      const im2 = evenIm - oddIm
      const re3 = midRe - turnRe
      const im3 = midIm - turnIm
      y[to + s] = re1 * w1r - im1 * w1i
      y[to + s + 1] = re1 * w1i + im1 * w1r
      y[to + 2 * s] = re2 * w2r - im2 * w2i
      y[to + 2 * s + 1] = re2 * w2i + im2 * w2r
      y[to + 3 * s] = re3 * w3r - im3 * w3i
      y[to + 3 * s + 1] = re3 * w3i + im3 * w3r
    }
  }
}

/** Scratch for odd factors: sums and differences of x_q and x_(p-q), q = 1..(p-1)/2, interleaved complex. */
interface Halves {
  sums: Float64Array
  differences: Float64Array
}

/** One pass of any odd factor: x_q and x_(p-q) have conjugate roots, so outputs r and p - r share their products. */
function passOfOdd(y: Float64Array, x: Float64Array, pass: Pass, { sums, differences }: Halves): void {
  const { radix: p, blocks, stride, twiddles, roots } = pass
  const part = 2 * stride * blocks
  const s = 2 * stride
  const middle = (p - 1) / 2
  for (let a = 0; a < blocks; a++) {
    for (let b = 0; b < stride; b++) {
      const from = s * a + 2 * b
      const to = p * s * a + 2 * b
      let re = x[from]
      let im = x[from + 1]
      for (let q = 1; q <= middle; q++) {
        const up = from + q * part
        const down = from + (p - q) * part
        const at = 2 * q
        sums[at] = x[up] + x[down]
        sums[at + 1] = x[up + 1] + x[down + 1]
        differences[at] = x[up] - x[down]
        differences[at + 1] = x[up + 1] - x[down + 1]
        re += sums[at]
        im += sums[at + 1]
      }
      y[to] = re
      y[to + 1] = im
      for (let r = 1; r <= middle; r++) {
        let evenRe = x[from]
        let evenIm = x[from + 1]
        let oddRe = 0
        let oddIm = 0
        for (let q = 1, k = r; q <= middle; q++) {
          const cosine = roots[2 * k]
          const sine = roots[2 * k + 1]
          evenRe += cosine * sums[2 * q]
          evenIm += cosine * sums[2 * q + 1]
          oddRe += sine * differences[2 * q + 1]
          oddIm += sine * differences[2 * q]
          k += r
          if (k >= p) k -= p
        }
        const w = 2 * (a * p + r)
        const v = 2 * (a * p + p - r)
        const reR = evenRe - oddRe
        const imR = evenIm + oddIm
        const reV = evenRe + oddRe
        const imV = evenIm - oddIm
        y[to + r * s] = reR * twiddles[w] - imR * twiddles[w + 1]
        y[to + r * s + 1] = reR * twiddles[w + 1] + imR * twiddles[w]
        y[to + (p - r) * s] = reV * twiddles[v] - imV * twiddles[v + 1]
        y[to + (p - r) * s + 1] = reV * twiddles[v + 1] + imV * twiddles[v]
      }
    }
  }
}

/**
 * X[k] = sum_n x[n] exp(-2 pi i k n / N) by one pass for each factor p of N. With n = p m points left, s = N / n,
 * a = 0..m-1, b = 0..s-1:
 *
 *     y[b + s (p a + r)] = exp(-2 pi i a r / n) sum_q x[b + s (a + m q)] exp(-2 pi i q r / p)
 *
 * The passes are self-sorting, so that no permutation is needed: T. G. Stockham, "High-speed convolution and
 * correlation", AFIPS 1966; for mixed factors C. Temperton, "Self-sorting mixed-radix fast Fourier transforms",
 * J. Comput. Phys. 52, 1983.
 */
export class MixedRadixTransform {
  private readonly length: number
  private readonly passes: readonly Pass[]
  /** Results of all passes but the last, used alternately. */
  private readonly scratch: readonly [Float64Array, Float64Array]
  private readonly halves: Halves

  /** N >= 1 points whose factors are those of {@link radicesOf}. */
  constructor(length: number, radices: readonly number[]) {
    this.length = length
    this.passes = passesOf(length, radices)
    this.scratch = [new Float64Array(2 * length), new Float64Array(2 * length)]
    const width = radices.reduce((most, radix) => Math.max(most, radix), 1) + 1
    this.halves = { sums: new Float64Array(width), differences: new Float64Array(width) }
  }

  /** Writes X to `out`; real and imaginary parts are interleaved in `x` and `out`. */
  transform(out: Float64Array, x: Float64Array): void {
    const { passes, scratch, halves } = this
    if (passes.length === 0) out.set(x.subarray(0, 2 * this.length))
    let from = x
    for (let i = 0; i < passes.length; i++) {
      const to = i === passes.length - 1 ? out : scratch[i % 2]
      const pass = passes[i]
      if (pass.radix === 4) passOfFour(to, from, pass)
      else if (pass.radix === 2) passOfTwo(to, from, pass)
      else if (pass.radix === 3) passOfThree(to, from, pass)
      else passOfOdd(to, from, pass, halves)
      from = to
    }
  }
}
