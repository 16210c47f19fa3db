/**
 * C = alpha A B + beta C in float32. B is packed into panels of eight columns, A into panels of as many rows as a
 * register tile has; a transposed operand is one whose strides are exchanged.
 *
 * An element of C is summed along k in one lane, block by block of `BLOCK` terms, whatever tile it falls into: its bits
 * depend on its row of A and its column of B alone.
 */
import { madd } from './lanes'
import { BLOCK, PANEL, packedRow, packPanels, TILE_ROWS, tileRows } from './pack'
import { sumTile, sumWideTile } from './tiles'

/** Rows of A packed at once; with BLOCK it bounds their panels to 192 kB of the second-level cache. */
const BAND: i32 = 192
/** Bytes before the panels of A, for the sums of one tile or strip. V8 pairs no stores to constant addresses. */
const SUMS: usize = 384
/** Columns of a strip, the tile of a single row. */
const STRIP: i32 = 32

/** c = alpha sums + beta c for `rows` x `cols` sums that lie in rows `width` bytes long. */
function merge(
  c: usize,
  ldc: usize,
  sums: usize,
  width: usize,
  rows: i32,
  cols: i32,
  alpha: f32,
  beta: f32,
): void {
  const alphas = f32x4.splat(alpha)
  const betas = f32x4.splat(beta)
  for (let r = 0; r < rows; r++, sums += width, c += ldc) {
    let j = 0
    let to = c
    let from = sums
    for (; j + 8 <= cols; j += 8, to += 32, from += 32) {
      let low = f32x4.mul(alphas, v128.load(from))
      let high = f32x4.mul(alphas, v128.load(from, 16))
      if (beta != 0) {
        low = f32x4.add(f32x4.mul(betas, v128.load(to)), low)
        high = f32x4.add(f32x4.mul(betas, v128.load(to, 16)), high)
      }
      v128.store(to, low)
      v128.store(to, high, 16)
    }
    for (; j + 4 <= cols; j += 4, to += 16, from += 16) {
      const value = f32x4.mul(alphas, v128.load(from))
      v128.store(to, beta == 0 ? value : f32x4.add(f32x4.mul(betas, v128.load(to)), value))
    }
    for (; j < cols; j++, to += 4, from += 4) {
      const value = alpha * load<f32>(from)
      store<f32>(to, beta == 0 ? value : beta * load<f32>(to) + value)
    }
  }
}

/**
 * Sums of one row and 32 columns: eight independent chains of additions hide the latency that a tile's two would not.
 */
function sumStrip(sums: usize, a: usize, aStep: usize, b: usize, panel: usize, bStep: usize, k: i32): void {
  let c0 = f32x4.splat(0)
  let c1 = c0
  let c2 = c0
  let c3 = c0
  let c4 = c0
  let c5 = c0
  let c6 = c0
  let c7 = c0
  const panel2 = 2 * panel
  const panel3 = 3 * panel
  for (let p = 0; p < k; p++, a += aStep, b += bStep) {
    const x = v128.load32_splat(a)
    c0 = madd(x, v128.load(b), c0)
    c1 = madd(x, v128.load(b, 16), c1)
    c2 = madd(x, v128.load(b + panel), c2)
    c3 = madd(x, v128.load(b + panel, 16), c3)
    c4 = madd(x, v128.load(b + panel2), c4)
    c5 = madd(x, v128.load(b + panel2, 16), c5)
    c6 = madd(x, v128.load(b + panel3), c6)
    c7 = madd(x, v128.load(b + panel3, 16), c7)
  }
  v128.store(sums, c0)
  v128.store(sums, c1, 16)
  v128.store(sums, c2, 32)
  v128.store(sums, c3, 48)
  v128.store(sums, c4, 64)
  v128.store(sums, c5, 80)
  v128.store(sums, c6, 96)
  v128.store(sums, c7, 112)
}

/** Sums of one row and eight columns. */
function sumPanel(sums: usize, a: usize, aStep: usize, b: usize, bStep: usize, k: i32): void {
  let c0 = f32x4.splat(0)
  let c1 = c0
  for (let p = 0; p < k; p++, a += aStep, b += bStep) {
    const x = v128.load32_splat(a)
    c0 = madd(x, v128.load(b), c0)
    c1 = madd(x, v128.load(b, 16), c1)
  }
  v128.store(sums, c0)
  v128.store(sums, c1, 16)
}

/** A block of one row; `panel` leads from eight columns of B to the next eight. */
function multiplyRow(
  sums: usize,
  c: usize,
  a: usize,
  aStep: usize,
  b: usize,
  panel: usize,
  bStep: usize,
  n: i32,
  k: i32,
  alpha: f32,
  beta: f32,
): void {
  let j = 0
  for (; n - j > 24; j += STRIP, c += 4 * STRIP, b += 4 * panel) {
    sumStrip(sums, a, aStep, b, panel, bStep, k)
    merge(c, 0, sums, 0, 1, min(STRIP, n - j), alpha, beta)
  }
  for (; j < n; j += 8, c += 32, b += panel) {
    sumPanel(sums, a, aStep, b, bStep, k)
    merge(c, 0, sums, 0, 1, min(8, n - j), alpha, beta)
  }
}

/**
 * Tiles below each other: `cols` columns from one panel of B or, where there are more than eight, from two. A is in
 * panels where `packed`, else its elements are adjacent.
 */
function multiplyColumn(
  sums: usize,
  c: usize,
  ldc: usize,
  packed: bool,
  a: usize,
  aStride: usize,
  b: usize,
  m: i32,
  cols: i32,
  k: i32,
  alpha: f32,
  beta: f32,
): void {
  const width: usize = WIDE && cols > 8 ? 2 * PANEL : PANEL
  for (let i = 0; i < m; ) {
    const rows = tileRows(m - i)
    const last = min(rows, m - i) - 1
    const aStep = packed ? (<usize>rows) << 2 : 4
    if (WIDE && cols == 16 && last + 1 == rows) {
      sumWideTile(rows, last, c, ldc, a, aStride, aStep, b, k, alpha, beta)
    } else {
      if (WIDE && cols > 8) sumWideTile(rows, last, sums, width, a, aStride, aStep, b, k, 1, 0)
      else sumTile(rows, last, sums, a, aStride, aStep, b, k)
      merge(c, ldc, sums, width, last + 1, cols, alpha, beta)
    }
    a += (<usize>rows) * (packed ? (<usize>k) << 2 : aStride)
    c += (<usize>rows) * ldc
    i += rows
  }
}

/**
 * A block of all rows of a band that fill tiles, panel by panel through B. Rows of A whose elements are apart are packed
 * first, behind the sums.
 */
function multiplyTiles(
  c: usize,
  ldc: usize,
  a: usize,
  aStride: usize,
  aStep: usize,
  b: usize,
  scratch: usize,
  m: i32,
  n: i32,
  k: i32,
  alpha: f32,
  beta: f32,
): void {
  const packed = aStep != 4
  if (packed) {
    packPanels(scratch + SUMS, a, aStep, m, k)
    a = scratch + SUMS
    aStride = 4
  }
  const columns = WIDE ? 16 : 8
  for (let j = 0; j < n; j += columns, b += (<usize>columns * k) << 2, c += (<usize>columns) << 2) {
    multiplyColumn(scratch, c, ldc, packed, a, aStride, b, m, min(columns, n - j), k, alpha, beta)
  }
}

/** One or two rows, and a last one that would have a tile for itself, go as strips. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function tiledRows(m: i32): i32 {
  if (m < 3) return 0
  return !WIDE && m % TILE_ROWS == 1 ? m - 1 : m
}

/**
 * C [m, n] = alpha A B + beta C with B packed; `scratch` has room for the sums of a tile, for min(m, 192) x min(k, 256)
 * elements, and 6 rows more.
 */
export function multiply(
  c: usize,
  ldc: usize,
  a: usize,
  aStride: usize,
  aStep: usize,
  packed: usize,
  scratch: usize,
  m: i32,
  n: i32,
  k: i32,
  alpha: f32,
  beta: f32,
): void {
  const tiled = tiledRows(m)
  for (let start = 0; start < k || start == 0; start += BLOCK) {
    const depth = min(BLOCK, k - start)
    let i = 0
    let from = a
    let to = c
    while (i < tiled) {
      const rows = min(BAND, tiled - i)
      multiplyTiles(to, ldc, from, aStride, aStep, packed, scratch, rows, n, depth, alpha, beta)
      i += rows
      from += (<usize>rows) * aStride
      to += (<usize>rows) * ldc
    }
    for (; i < m; i++, from += aStride, to += ldc) {
      multiplyRow(scratch, to, from, aStep, packed, (<usize>depth) * PANEL, PANEL, n, depth, alpha, beta)
    }
    packed += (<usize>depth) * packedRow(n)
    a += (<usize>BLOCK) * aStep
    beta = 1
  }
}

/** {@link multiply} for few rows, with B [k, n] not packed: columns adjacent, rows `bStep` apart. */
export function multiplyRows(
  sums: usize,
  c: usize,
  ldc: usize,
  a: usize,
  aStride: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  m: i32,
  n: i32,
  k: i32,
  alpha: f32,
  beta: f32,
): void {
  for (let start = 0; start < k || start == 0; start += BLOCK) {
    const depth = min(BLOCK, k - start)
    for (let i = 0; i < m; i++) {
      multiplyRow(sums, c + (<usize>i) * ldc, a + (<usize>i) * aStride, aStep, b, PANEL, bStep, n, depth, alpha, beta)
    }
    a += (<usize>BLOCK) * aStep
    b += (<usize>BLOCK) * bStep
    beta = 1
  }
}
