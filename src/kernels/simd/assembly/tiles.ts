/**
 * Register tiles: sums of `rows` rows and eight or sixteen columns. Rows of A begin `aStride` bytes apart, beyond row
 * `last` the last one serves; their elements are `aStep` bytes apart. V8 pairs neighbouring lanes of `wide`.
 */
import { madd } from './lanes'
import { PANEL, TILE_ROWS } from './pack'

// @ts-expect-error: AssemblyScript decorates functions
@inline
function sumRows(rows: i32, last: usize, sums: usize, a: usize, aStride: usize, aStep: usize, b: usize, k: i32): void {
  let a1 = a + min<usize>(1, last) * aStride
  let a2 = a + min<usize>(2, last) * aStride
  let a3 = a + min<usize>(3, last) * aStride
  let a4 = a + min<usize>(4, last) * aStride
  let a5 = a + min<usize>(5, last) * aStride
  let c00 = f32x4.splat(0)
  let c01 = f32x4.splat(0)
  let c10 = f32x4.splat(0)
  let c11 = f32x4.splat(0)
  let c20 = f32x4.splat(0)
  let c21 = f32x4.splat(0)
  let c30 = f32x4.splat(0)
  let c31 = f32x4.splat(0)
  let c40 = f32x4.splat(0)
  let c41 = f32x4.splat(0)
  let c50 = f32x4.splat(0)
  let c51 = f32x4.splat(0)
  for (const end = b + (<usize>k) * PANEL; b < end; b += PANEL) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let x = v128.load32_splat(a)
    c00 = madd(x, b0, c00)
    c01 = madd(x, b1, c01)
    a += aStep
    x = v128.load32_splat(a1)
    c10 = madd(x, b0, c10)
    c11 = madd(x, b1, c11)
    a1 += aStep
    x = v128.load32_splat(a2)
    c20 = madd(x, b0, c20)
    c21 = madd(x, b1, c21)
    a2 += aStep
    x = v128.load32_splat(a3)
    c30 = madd(x, b0, c30)
    c31 = madd(x, b1, c31)
    a3 += aStep
    if (rows > 4) {
      x = v128.load32_splat(a4)
      c40 = madd(x, b0, c40)
      c41 = madd(x, b1, c41)
      a4 += aStep
    }
    if (rows > 5) {
      const x = v128.load32_splat(a5)
      c50 = madd(x, b0, c50)
      c51 = madd(x, b1, c51)
      a5 += aStep
    }
  }
  v128.store(sums, c00)
  v128.store(sums, c01, 16)
  v128.store(sums, c10, 32)
  v128.store(sums, c11, 48)
  v128.store(sums, c20, 64)
  v128.store(sums, c21, 80)
  v128.store(sums, c30, 96)
  v128.store(sums, c31, 112)
  if (rows > 4) {
    v128.store(sums, c40, 128)
    v128.store(sums, c41, 144)
  }
  if (rows > 5) {
    v128.store(sums, c50, 160)
    v128.store(sums, c51, 176)
  }
}

/** Eight columns. */
export function sumTile(
  rows: i32,
  last: usize,
  sums: usize,
  a: usize,
  aStride: usize,
  aStep: usize,
  b: usize,
  k: i32,
): void {
  if (TILE_ROWS > 5 && rows == 6) sumRows(6, last, sums, a, aStride, aStep, b, k)
  else if (TILE_ROWS == 5 && rows == 5) sumRows(5, last, sums, a, aStride, aStep, b, k)
  else sumRows(4, last, sums, a, aStride, aStep, b, k)
}

/** c = alpha x + beta c for a row of sixteen sums; the narrow tile, short of registers, leaves this to `merge`. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function finishWideRow(c: usize, x0: v128, x1: v128, x2: v128, x3: v128, alpha: v128, beta: v128, adds: bool): void {
  x0 = f32x4.mul(alpha, x0)
  x1 = f32x4.mul(alpha, x1)
  x2 = f32x4.mul(alpha, x2)
  x3 = f32x4.mul(alpha, x3)
  if (adds) {
    x0 = f32x4.add(f32x4.mul(beta, v128.load(c)), x0)
    x1 = f32x4.add(f32x4.mul(beta, v128.load(c, 16)), x1)
    x2 = f32x4.add(f32x4.mul(beta, v128.load(c, 32)), x2)
    x3 = f32x4.add(f32x4.mul(beta, v128.load(c, 48)), x3)
  }
  v128.store(c, x0)
  v128.store(c, x1, 16)
  v128.store(c, x2, 32)
  v128.store(c, x3, 48)
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function sumWideRows(
  rows: i32,
  last: usize,
  c: usize,
  ldc: usize,
  a: usize,
  aStride: usize,
  aStep: usize,
  b: usize,
  k: i32,
  alpha: f32,
  beta: f32,
): void {
  const a1 = a + min<usize>(1, last) * aStride
  const a2 = a + min<usize>(2, last) * aStride
  const a3 = a + min<usize>(3, last) * aStride
  const a4 = a + min<usize>(4, last) * aStride
  let c00 = f32x4.splat(0)
  let c01 = f32x4.splat(0)
  let c02 = f32x4.splat(0)
  let c03 = f32x4.splat(0)
  let c10 = f32x4.splat(0)
  let c11 = f32x4.splat(0)
  let c12 = f32x4.splat(0)
  let c13 = f32x4.splat(0)
  let c20 = f32x4.splat(0)
  let c21 = f32x4.splat(0)
  let c22 = f32x4.splat(0)
  let c23 = f32x4.splat(0)
  let c30 = f32x4.splat(0)
  let c31 = f32x4.splat(0)
  let c32 = f32x4.splat(0)
  let c33 = f32x4.splat(0)
  let c40 = f32x4.splat(0)
  let c41 = f32x4.splat(0)
  let c42 = f32x4.splat(0)
  let c43 = f32x4.splat(0)
  const panel = (<usize>k) * PANEL
  let p: usize = 0
  for (const end = b + (<usize>k) * PANEL; b < end; b += PANEL) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const b2 = v128.load(b + panel)
    const b3 = v128.load(b + panel, 16)
    let x = v128.load32_splat(a + p)
    c00 = madd(x, b0, c00)
    c01 = madd(x, b1, c01)
    c02 = madd(x, b2, c02)
    c03 = madd(x, b3, c03)
    x = v128.load32_splat(a1 + p)
    c10 = madd(x, b0, c10)
    c11 = madd(x, b1, c11)
    c12 = madd(x, b2, c12)
    c13 = madd(x, b3, c13)
    x = v128.load32_splat(a2 + p)
    c20 = madd(x, b0, c20)
    c21 = madd(x, b1, c21)
    c22 = madd(x, b2, c22)
    c23 = madd(x, b3, c23)
    x = v128.load32_splat(a3 + p)
    c30 = madd(x, b0, c30)
    c31 = madd(x, b1, c31)
    c32 = madd(x, b2, c32)
    c33 = madd(x, b3, c33)
    if (rows > 4) {
      x = v128.load32_splat(a4 + p)
      c40 = madd(x, b0, c40)
      c41 = madd(x, b1, c41)
      c42 = madd(x, b2, c42)
      c43 = madd(x, b3, c43)
    }
    p += aStep
  }
  const alphas = f32x4.splat(alpha)
  const betas = f32x4.splat(beta)
  const adds = beta != 0
  finishWideRow(c, c00, c01, c02, c03, alphas, betas, adds)
  finishWideRow(c + ldc, c10, c11, c12, c13, alphas, betas, adds)
  finishWideRow(c + 2 * ldc, c20, c21, c22, c23, alphas, betas, adds)
  finishWideRow(c + 3 * ldc, c30, c31, c32, c33, alphas, betas, adds)
  if (rows > 4) finishWideRow(c + 4 * ldc, c40, c41, c42, c43, alphas, betas, adds)
}

/** Sixteen columns, from two panels of B. */
export function sumWideTile(
  rows: i32,
  last: usize,
  c: usize,
  ldc: usize,
  a: usize,
  aStride: usize,
  aStep: usize,
  b: usize,
  k: i32,
  alpha: f32,
  beta: f32,
): void {
  if (rows == 5) sumWideRows(5, last, c, ldc, a, aStride, aStep, b, k, alpha, beta)
  else sumWideRows(4, last, c, ldc, a, aStride, aStep, b, k, alpha, beta)
}
