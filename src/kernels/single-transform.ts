/**
 * The transform of real frames in single precision, bit for bit as the split-radix algorithm of T. Ooura's general purpose FFT
 * package (2006) gives it when compiled for float32, with rounded angles in its tables. openSMILE's spectra are these, and its
 * formants hang on their last bits. Order of operations and tables were found from transforms of single impulses.
 *
 * A block of n points is one of two kinds. Kind 1 is a plain transform, kind 2 one whose point j still waits for the factor
 * exp(2 pi i j / 2n). Either becomes four blocks of n/4, and results lie in bit-reversed order:
 *
 *     1:  (a0 + a2) + (a1 + a3),   (a0 + a2) - (a1 + a3),   W^j ((a0 - a2) + i (a1 - a3)),   W^3j ((a0 - a2) - i (a1 - a3))
 *     2:  p + q, p - q, r + s, r - s   of   p = V^j (a0 + i a2),  q = V^(j+n/4) (a1 + i a3),
 *                                           r = V^3j (a0 - i a2), s = V^3(j+n/4) (a1 - i a3)
 *
 * with W = exp(2 pi i / n) and V = exp(2 pi i / 2n). Of the four the second is of kind 2, the fourth of its parent's kind, the
 * others of kind 1.
 */
import { cos, sin } from '../core/trigonometric.ts'
import { SingleTwiddles } from './single-twiddles.ts'

const fround = Math.fround

/** All blocks of one size. */
interface Level {
  size: number
  /** 1 or 2, in the order of the blocks. */
  kinds: Uint8Array
  /** Of kind 1: W^j, W^3j, real and imaginary parts in turn, for j = 0..size/4-1. */
  first: Float32Array
  /** Of kind 2: V^j, V^(j+n/4), V^3j, V^3(j+n/4) likewise. */
  second: Float32Array
}

function childKinds(kinds: Uint8Array): Uint8Array {
  const out = new Uint8Array(4 * kinds.length).fill(1)
  for (let b = 0; b < kinds.length; b++) {
    out[4 * b + 1] = 2
    out[4 * b + 3] = kinds[b]
  }
  return out
}

function firstFactors(twiddles: SingleTwiddles, size: number): Float32Array {
  const quarter = size / 4
  const out = new Float32Array(4 * Math.max(1, quarter))
  for (let j = 1; j < quarter; j++) if (2 * j !== quarter) out.set(twiddles.factors(size, j), 4 * j)
  return out
}

function secondFactors(twiddles: SingleTwiddles, size: number): Float32Array {
  const quarter = size / 4
  const out = new Float32Array(8 * Math.max(1, quarter))
  for (let j = 1; j < quarter; j++) {
    const [c, s, c3, s3] = twiddles.factors(2 * size, j)
    const [d, t, d3, t3] = twiddles.factors(2 * size, j + quarter)
    // In the middle the third powers are the first, mirrored.
    out.set(2 * j === quarter ? [c, s, s, c, s, c, -c, -s] : [c, s, d, t, c3, s3, d3, t3], 8 * j)
  }
  return out
}

function levelsOf(points: number, twiddles: SingleTwiddles): Level[] {
  const levels: Level[] = []
  let kinds: Uint8Array = Uint8Array.of(1)
  for (let size = points; size > 1; size /= 4) {
    const first = firstFactors(twiddles, size)
    levels.push({ size, kinds, first, second: size < points ? secondFactors(twiddles, size) : new Float32Array(0) })
    kinds = childKinds(kinds)
  }
  return levels
}

/** Where results lie: the bits of an index in reverse. */
function reversedBits(points: number): Uint32Array {
  const out = new Uint32Array(points)
  for (let i = 0, half = points / 2; i < half; i++) {
    out[2 * i] = out[i] / 2
    out[2 * i + 1] = out[2 * i] + half
  }
  return out
}

/** a0..a3 of kind 1 at points p, p + quarter, ...: their sums, and the differences for the factors. */
function plainBlock(x: Float32Array, at: number, quarter: number, factors: Float32Array, diagonal: number): void {
  for (let j = 0; j < quarter; j++) {
    const p0 = at + 2 * j
    const p1 = p0 + 2 * quarter
    const p2 = p1 + 2 * quarter
    const p3 = p2 + 2 * quarter
    const sumRe = fround(x[p0] + x[p2])
    const sumIm = fround(x[p0 + 1] + x[p2 + 1])
    const otherRe = fround(x[p1] + x[p3])
    const otherIm = fround(x[p1 + 1] + x[p3 + 1])
    const differenceRe = fround(x[p0] - x[p2])
    const differenceIm = fround(x[p0 + 1] - x[p2 + 1])
    const turnedRe = fround(x[p1] - x[p3])
    const turnedIm = fround(x[p1 + 1] - x[p3 + 1])
    x[p0] = sumRe + otherRe
    x[p0 + 1] = sumIm + otherIm
    x[p1] = sumRe - otherRe
    x[p1 + 1] = sumIm - otherIm
    const bRe = fround(differenceRe - turnedIm)
    const bIm = fround(differenceIm + turnedRe)
    const cRe = fround(differenceRe + turnedIm)
    const cIm = fround(differenceIm - turnedRe)
    if (j === 0) {
      x[p2] = bRe
      x[p2 + 1] = bIm
      x[p3] = cRe
      x[p3 + 1] = cIm
    } else if (2 * j === quarter) {
      x[p2] = diagonal * fround(bRe - bIm)
      x[p2 + 1] = diagonal * fround(bIm + bRe)
      x[p3] = -diagonal * fround(cRe + cIm)
      x[p3 + 1] = -diagonal * fround(cIm - cRe)
    } else {
      const w = factors[4 * j]
      const v = factors[4 * j + 1]
      const w3 = factors[4 * j + 2]
      const v3 = factors[4 * j + 3]
      x[p2] = fround(w * bRe) - fround(v * bIm)
      x[p2 + 1] = fround(w * bIm) + fround(v * bRe)
      x[p3] = fround(w3 * cRe) - fround(v3 * cIm)
      x[p3 + 1] = fround(w3 * cIm) + fround(v3 * cRe)
    }
  }
}

function waitingBlock(x: Float32Array, at: number, quarter: number, factors: Float32Array, diagonal: number): void {
  for (let j = 0; j < quarter; j++) {
    const p0 = at + 2 * j
    const p1 = p0 + 2 * quarter
    const p2 = p1 + 2 * quarter
    const p3 = p2 + 2 * quarter
    const aRe = fround(x[p0] - x[p2 + 1])
    const aIm = fround(x[p0 + 1] + x[p2])
    const bRe = fround(x[p1] - x[p3 + 1])
    const bIm = fround(x[p1 + 1] + x[p3])
    const cRe = fround(x[p0] + x[p2 + 1])
    const cIm = fround(x[p0 + 1] - x[p2])
    const dRe = fround(x[p1] + x[p3 + 1])
    const dIm = fround(x[p1 + 1] - x[p3])
    let pRe = aRe,
      pIm = aIm,
      rRe = cRe,
      rIm = cIm
    let qRe: number, qIm: number, sRe: number, sIm: number
    if (j === 0) {
      qRe = fround(diagonal * fround(bRe - bIm))
      qIm = fround(diagonal * fround(bIm + bRe))
      sRe = -fround(diagonal * fround(dIm + dRe))
      sIm = fround(diagonal * fround(dRe - dIm))
    } else {
      const f = 8 * j
      pRe = fround(fround(factors[f] * aRe) - fround(factors[f + 1] * aIm))
      pIm = fround(fround(factors[f] * aIm) + fround(factors[f + 1] * aRe))
      qRe = fround(fround(factors[f + 2] * bRe) - fround(factors[f + 3] * bIm))
      qIm = fround(fround(factors[f + 2] * bIm) + fround(factors[f + 3] * bRe))
      rRe = fround(fround(factors[f + 4] * cRe) - fround(factors[f + 5] * cIm))
      rIm = fround(fround(factors[f + 4] * cIm) + fround(factors[f + 5] * cRe))
      sRe = fround(fround(factors[f + 6] * dRe) - fround(factors[f + 7] * dIm))
      sIm = fround(fround(factors[f + 6] * dIm) + fround(factors[f + 7] * dRe))
    }
    x[p0] = pRe + qRe
    x[p0 + 1] = pIm + qIm
    x[p1] = pRe - qRe
    x[p1 + 1] = pIm - qIm
    x[p2] = rRe + sRe
    x[p2 + 1] = rIm + sIm
    x[p3] = rRe - sRe
    x[p3 + 1] = rIm - sIm
  }
}

/** Blocks of two points; the second of kind 2 waits for i. */
function pairs(x: Float32Array, kinds: Uint8Array): void {
  for (let b = 0; b < kinds.length; b++) {
    const at = 4 * b
    const re = x[at]
    const im = x[at + 1]
    const otherRe = kinds[b] === 1 ? x[at + 2] : -x[at + 3]
    const otherIm = kinds[b] === 1 ? x[at + 3] : x[at + 2]
    x[at] = re + otherRe
    x[at + 1] = im + otherIm
    x[at + 2] = re - otherRe
    x[at + 3] = im - otherIm
  }
}

/** X[k] = sum_n x[n] exp(2 pi i k n / N) of real frames of N samples, N a power of two from 8 on. */
export class SingleTransform {
  readonly length: number
  /** Real and imaginary part of X[0..N/2] in turn. */
  readonly output: Float32Array
  private readonly work: Float32Array
  private readonly levels: Level[]
  private readonly reversed: Uint32Array
  private readonly diagonal: number
  /** 1/2 cos and 1/2 sin of the angles k pi / (N / 2), as the tables round them. */
  private readonly halves: Float32Array

  constructor(length: number) {
    const points = length / 2
    const twiddles = new SingleTwiddles(points)
    this.length = length
    this.output = new Float32Array(length + 2)
    this.work = new Float32Array(length)
    this.levels = levelsOf(points, twiddles)
    this.reversed = reversedBits(points)
    this.diagonal = twiddles.diagonal
    const unit = fround(Math.PI / points)
    const quarter = points / 2
    this.halves = new Float32Array(quarter + 1)
    for (let j = 1; 2 * j < quarter; j++) {
      this.halves[j] = 0.5 * cos(fround(unit * j))
      this.halves[quarter - j] = 0.5 * sin(fround(unit * j))
    }
    this.halves[quarter / 2] = 0.5 * this.diagonal
  }

  transform(frame: Float32Array): void {
    const { work, levels, diagonal } = this
    work.set(frame)
    for (let l = 0; l < levels.length; l++) {
      const { size, kinds, first, second } = levels[l]
      if (size === 2) pairs(work, kinds)
      else {
        for (let b = 0; b < kinds.length; b++) {
          if (kinds[b] === 1) plainBlock(work, 2 * b * size, size / 4, first, diagonal)
          else waitingBlock(work, 2 * b * size, size / 4, second, diagonal)
        }
      }
    }
    this.separate()
  }

  /** From the transform of pairs of samples to that of the samples. */
  private separate(): void {
    const { work, output, reversed, halves, length } = this
    const points = length / 2
    const quarter = points / 2
    output[0] = work[0] + work[1]
    output[length] = work[0] - work[1]
    output[points] = work[2 * reversed[quarter]]
    output[points + 1] = work[2 * reversed[quarter] + 1]
    for (let k = 1; k < quarter; k++) {
      const p = 2 * reversed[k]
      const q = 2 * reversed[points - k]
      const w = fround(0.5 - halves[quarter - k])
      const v = halves[k]
      const re = fround(work[p] - work[q])
      const im = fround(work[p + 1] + work[q + 1])
      const y = fround(fround(w * re) - fround(v * im))
      const z = fround(fround(w * im) + fround(v * re))
      output[2 * k] = work[p] - y
      output[2 * k + 1] = work[p + 1] - z
      output[length - 2 * k] = work[q] + y
      output[length - 2 * k + 1] = work[q + 1] - z
    }
  }
}
