/**
 * Levels of the transform of frames in single precision, bit for bit as in the split-radix algorithm of T. Ooura's
 * general purpose FFT package (2006) compiled for float32, with rounded angles in its tables. openSMILE computes its
 * spectra so, and its formants depend on their last bits. The order of operations and the tables were inferred from
 * transforms of single impulses.
 *
 * A block of n points is of one of two kinds. Kind 1 is a plain transform, kind 2 one whose point j is still to be
 * multiplied by exp(2 pi i j / 2n). Either is split into four blocks of n/4, and results are in bit-reversed order:
 *
 *     1:  (a0 + a2) + (a1 + a3),   (a0 + a2) - (a1 + a3),   W^j ((a0 - a2) + i (a1 - a3)),   W^3j ((a0 - a2) - i (a1 - a3))
 *     2:  p + q, p - q, r + s, r - s   of   p = V^j (a0 + i a2),  q = V^(j+n/4) (a1 + i a3),
 *                                           r = V^3j (a0 - i a2), s = V^3(j+n/4) (a1 - i a3)
 *
 * with W = exp(2 pi i / n) and V = exp(2 pi i / 2n). The second of the four is of kind 2, the fourth of its parent's
 * kind, the others of kind 1.
 */
import { SingleTwiddles } from './single-twiddles.ts'

const fround = Math.fround

/** All blocks of one size. */
export interface Level {
  size: number
  /** 1 or 2, in the order of the blocks. */
  kinds: Uint8Array
  /** Factors of kind 1: W^j, W^3j, interleaved real and imaginary parts, for j = 0..size/4-1. */
  first: Float32Array
  /** Factors of kind 2: V^j, V^(j+n/4), V^3j, V^3(j+n/4) likewise. */
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
    // In the middle the third powers are mirror images of the first.
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

/** Tables of a transform of one length. */
export interface TransformPlan {
  /** Samples. */
  length: number
  levels: Level[]
  /** cos(pi / 4). */
  diagonal: number
}

/** The plan for frames of `length` samples. */
export function transformPlan(length: number): TransformPlan {
  const twiddles = new SingleTwiddles(length / 2)
  return { length, levels: levelsOf(length / 2, twiddles), diagonal: twiddles.diagonal }
}

/** Splits a block of kind 1 in place: a0..a3 are its points p, p + quarter and so on. */
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

/** All levels except the last, that of pairs, in place. */
export function referenceLevels(x: Float32Array, { levels, diagonal }: TransformPlan): void {
  for (const { size, kinds, first, second } of levels) {
    if (size === 2) return
    for (let b = 0; b < kinds.length; b++) {
      if (kinds[b] === 1) plainBlock(x, 2 * b * size, size / 4, first, diagonal)
      else waitingBlock(x, 2 * b * size, size / 4, second, diagonal)
    }
  }
}
