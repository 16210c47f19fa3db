/**
 * out[n] = ((start + x[0] w[0, n]) + x[1] w[1, n]) + ..., sixteen sums at a time, four in a vector; the weights of
 * sixteen sums lie together, a row of them for each term.
 */
export function runningSums(out: usize, start: f32, x: usize, terms: i32, weights: usize, blocks: i32): void {
  const end = x + ((<usize>terms) << 2)
  for (let b = 0; b < blocks; b++, out += 64) {
    let first = f32x4.splat(start)
    let second = first
    let third = first
    let fourth = first
    for (let at = x; at < end; at += 4, weights += 64) {
      const value = v128.load32_splat(at)
      first = f32x4.add(first, f32x4.mul(value, v128.load(weights)))
      second = f32x4.add(second, f32x4.mul(value, v128.load(weights, 16)))
      third = f32x4.add(third, f32x4.mul(value, v128.load(weights, 32)))
      fourth = f32x4.add(fourth, f32x4.mul(value, v128.load(weights, 48)))
    }
    v128.store(out, first)
    v128.store(out, second, 16)
    v128.store(out, third, 32)
    v128.store(out, fourth, 48)
  }
}

/**
 * A level of the transform (kernels/single-transform.ts), as simd/single-transform.ts writes it; arrays are addresses.
 */
@unmanaged
class Level {
  size: i32
  blocks: i32
  /** Bytes, 1 or 2. */
  kinds: usize
  first: usize
  second: usize
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function at(address: usize, i: i32): f32 {
  return load<f32>(address + ((<usize>i) << 2))
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function put(address: usize, i: i32, value: f32): void {
  store<f32>(address + ((<usize>i) << 2), value)
}

function plainBlock(x: usize, quarter: i32, factors: usize, diagonal: f32): void {
  for (let j = 0; j < quarter; j++) {
    const p0 = 2 * j
    const p1 = p0 + 2 * quarter
    const p2 = p1 + 2 * quarter
    const p3 = p2 + 2 * quarter
    const sumRe = at(x, p0) + at(x, p2)
    const sumIm = at(x, p0 + 1) + at(x, p2 + 1)
    const otherRe = at(x, p1) + at(x, p3)
    const otherIm = at(x, p1 + 1) + at(x, p3 + 1)
    const differenceRe = at(x, p0) - at(x, p2)
    const differenceIm = at(x, p0 + 1) - at(x, p2 + 1)
    const turnedRe = at(x, p1) - at(x, p3)
    const turnedIm = at(x, p1 + 1) - at(x, p3 + 1)
    put(x, p0, sumRe + otherRe)
    put(x, p0 + 1, sumIm + otherIm)
    put(x, p1, sumRe - otherRe)
    put(x, p1 + 1, sumIm - otherIm)
    const bRe = differenceRe - turnedIm
    const bIm = differenceIm + turnedRe
    const cRe = differenceRe + turnedIm
    const cIm = differenceIm - turnedRe
    if (j === 0) {
      put(x, p2, bRe)
      put(x, p2 + 1, bIm)
      put(x, p3, cRe)
      put(x, p3 + 1, cIm)
    } else if (2 * j === quarter) {
      put(x, p2, diagonal * (bRe - bIm))
      put(x, p2 + 1, diagonal * (bIm + bRe))
      put(x, p3, -diagonal * (cRe + cIm))
      put(x, p3 + 1, -diagonal * (cIm - cRe))
    } else {
      const f = 4 * j
      put(x, p2, at(factors, f) * bRe - at(factors, f + 1) * bIm)
      put(x, p2 + 1, at(factors, f) * bIm + at(factors, f + 1) * bRe)
      put(x, p3, at(factors, f + 2) * cRe - at(factors, f + 3) * cIm)
      put(x, p3 + 1, at(factors, f + 2) * cIm + at(factors, f + 3) * cRe)
    }
  }
}

function waitingBlock(x: usize, quarter: i32, factors: usize, diagonal: f32): void {
  for (let j = 0; j < quarter; j++) {
    const p0 = 2 * j
    const p1 = p0 + 2 * quarter
    const p2 = p1 + 2 * quarter
    const p3 = p2 + 2 * quarter
    const aRe = at(x, p0) - at(x, p2 + 1)
    const aIm = at(x, p0 + 1) + at(x, p2)
    const bRe = at(x, p1) - at(x, p3 + 1)
    const bIm = at(x, p1 + 1) + at(x, p3)
    const cRe = at(x, p0) + at(x, p2 + 1)
    const cIm = at(x, p0 + 1) - at(x, p2)
    const dRe = at(x, p1) + at(x, p3 + 1)
    const dIm = at(x, p1 + 1) - at(x, p3)
    let pRe = aRe
    let pIm = aIm
    let rRe = cRe
    let rIm = cIm
    let qRe = diagonal * (bRe - bIm)
    let qIm = diagonal * (bIm + bRe)
    let sRe = -(diagonal * (dIm + dRe))
    let sIm = diagonal * (dRe - dIm)
    if (j !== 0) {
      const f = 8 * j
      pRe = at(factors, f) * aRe - at(factors, f + 1) * aIm
      pIm = at(factors, f) * aIm + at(factors, f + 1) * aRe
      qRe = at(factors, f + 2) * bRe - at(factors, f + 3) * bIm
      qIm = at(factors, f + 2) * bIm + at(factors, f + 3) * bRe
      rRe = at(factors, f + 4) * cRe - at(factors, f + 5) * cIm
      rIm = at(factors, f + 4) * cIm + at(factors, f + 5) * cRe
      sRe = at(factors, f + 6) * dRe - at(factors, f + 7) * dIm
      sIm = at(factors, f + 6) * dIm + at(factors, f + 7) * dRe
    }
    put(x, p0, pRe + qRe)
    put(x, p0 + 1, pIm + qIm)
    put(x, p1, pRe - qRe)
    put(x, p1 + 1, pIm - qIm)
    put(x, p2, rRe + sRe)
    put(x, p2 + 1, rIm + sIm)
    put(x, p3, rRe - sRe)
    put(x, p3 + 1, rIm - sIm)
  }
}

/** All levels but the last of pairs, on blocks of interleaved complex numbers. */
export function transformLevels(x: usize, levels: usize, count: i32, diagonal: f32): void {
  for (let l = 0; l < count; l++) {
    const level = changetype<Level>(levels + (<usize>l) * offsetof<Level>())
    const bytes = (<usize>level.size) << 3
    for (let b = 0, block = x; b < level.blocks; b++, block += bytes) {
      if (load<u8>(level.kinds + b) === 1) plainBlock(block, level.size >> 2, level.first, diagonal)
      else waitingBlock(block, level.size >> 2, level.second, diagonal)
    }
  }
}
