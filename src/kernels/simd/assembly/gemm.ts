/**
 * C = alpha A B + beta C in float32. B is packed into panels of eight columns, A into panels of as many rows as a
 * register tile has; a transposed operand is one whose strides are exchanged.
 *
 * An element of C is summed along k in one lane, block by block of `BLOCK` terms, whatever tile it falls into: its bits
 * depend on its row of A and its column of B alone.
 */
import { madd } from './lanes'
import { BLOCK, PANEL, packedRow, packPanels, TILE_ROWS, tileRows } from './pack'

/** Rows of A packed at once; with BLOCK it bounds their panels to 192 kB of the second-level cache. */
const BAND: i32 = 192
/** Address of the sums of one tile or strip, below the constants (compile.mjs) and the operands (module.ts). */
const SUMS: usize = 64
/** Columns of a strip, the tile of a single row. */
const STRIP: i32 = 32

/** c = alpha sums + beta c for `rows` x `cols` sums that lie in rows `width` bytes long. */
function merge(c: usize, ldc: usize, width: usize, rows: i32, cols: i32, alpha: f32, beta: f32): void {
  const alphas = f32x4.splat(alpha)
  const betas = f32x4.splat(beta)
  for (let r = 0, sums = SUMS; r < rows; r++, sums += width, c += ldc) {
    let j = 0
    let to = c
    let from = sums
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

/** Sums of a tile of `rows` (4 or 6, a constant) rows and eight columns, from panels. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function sumTile(rows: i32, a: usize, b: usize, k: i32): void {
  let c00 = f32x4.splat(0)
  let c01 = c00
  let c10 = c00
  let c11 = c00
  let c20 = c00
  let c21 = c00
  let c30 = c00
  let c31 = c00
  let c40 = c00
  let c41 = c00
  let c50 = c00
  let c51 = c00
  for (const end = b + (<usize>k) * PANEL; b < end; b += PANEL) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    let x = v128.load32_splat(a)
    c00 = madd(x, b0, c00)
    c01 = madd(x, b1, c01)
    x = v128.load32_splat(a, 4)
    c10 = madd(x, b0, c10)
    c11 = madd(x, b1, c11)
    x = v128.load32_splat(a, 8)
    c20 = madd(x, b0, c20)
    c21 = madd(x, b1, c21)
    x = v128.load32_splat(a, 12)
    c30 = madd(x, b0, c30)
    c31 = madd(x, b1, c31)
    if (rows == 6) {
      x = v128.load32_splat(a, 16)
      c40 = madd(x, b0, c40)
      c41 = madd(x, b1, c41)
      x = v128.load32_splat(a, 20)
      c50 = madd(x, b0, c50)
      c51 = madd(x, b1, c51)
    }
    a += (<usize>rows) << 2
  }
  v128.store(SUMS, c00)
  v128.store(SUMS, c01, 16)
  v128.store(SUMS, c10, 32)
  v128.store(SUMS, c11, 48)
  v128.store(SUMS, c20, 64)
  v128.store(SUMS, c21, 80)
  v128.store(SUMS, c30, 96)
  v128.store(SUMS, c31, 112)
  if (rows == 6) {
    v128.store(SUMS, c40, 128)
    v128.store(SUMS, c41, 144)
    v128.store(SUMS, c50, 160)
    v128.store(SUMS, c51, 176)
  }
}

/**
 * Sums of one row and 32 columns: eight independent chains of additions hide the latency that a tile's two would not.
 */
function sumStrip(a: usize, aStep: usize, b: usize, panel: usize, bStep: usize, k: i32): void {
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
  v128.store(SUMS, c0)
  v128.store(SUMS, c1, 16)
  v128.store(SUMS, c2, 32)
  v128.store(SUMS, c3, 48)
  v128.store(SUMS, c4, 64)
  v128.store(SUMS, c5, 80)
  v128.store(SUMS, c6, 96)
  v128.store(SUMS, c7, 112)
}

/** Sums of one row and eight columns. */
function sumPanel(a: usize, aStep: usize, b: usize, bStep: usize, k: i32): void {
  let c0 = f32x4.splat(0)
  let c1 = c0
  for (let p = 0; p < k; p++, a += aStep, b += bStep) {
    const x = v128.load32_splat(a)
    c0 = madd(x, v128.load(b), c0)
    c1 = madd(x, v128.load(b, 16), c1)
  }
  v128.store(SUMS, c0)
  v128.store(SUMS, c1, 16)
}

/** A block of one row; `panel` leads from eight columns of B to the next eight. */
function multiplyRow(
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
    sumStrip(a, aStep, b, panel, bStep, k)
    merge(c, 0, 0, 1, min(STRIP, n - j), alpha, beta)
  }
  for (; j < n; j += 8, c += 32, b += panel) {
    sumPanel(a, aStep, b, bStep, k)
    merge(c, 0, 0, 1, min(8, n - j), alpha, beta)
  }
}

/** A block of all rows of a band that fill tiles: packs them into `panels`, then goes panel by panel through B. */
function multiplyTiles(
  c: usize,
  ldc: usize,
  a: usize,
  aStride: usize,
  aStep: usize,
  b: usize,
  panels: usize,
  m: i32,
  n: i32,
  k: i32,
  alpha: f32,
  beta: f32,
): void {
  const depth = (<usize>k) << 2
  packPanels(panels, a, aStride, aStep, m, k)
  for (let j = 0; j < n; j += 8, b += 8 * depth, c += 32) {
    const cols = min(8, n - j)
    for (let i = 0, from = panels, to = c; i < m; ) {
      const rows = tileRows(m - i)
      if (TILE_ROWS == 6 && rows == 6) sumTile(6, from, b, k)
      else sumTile(4, from, b, k)
      merge(to, ldc, PANEL, min(rows, m - i), cols, alpha, beta)
      from += (<usize>rows) * depth
      to += (<usize>rows) * ldc
      i += rows
    }
  }
}

/** One or two rows, and a last one that would have a tile for itself, go as strips. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function tiledRows(m: i32): i32 {
  if (m < 3) return 0
  return m % TILE_ROWS == 1 ? m - 1 : m
}

/**
 * C [m, n] = alpha A B + beta C with B packed; `panels` has room for min(m, 192) x min(k, 256) elements, and 6 rows
 * more.
 */
export function multiply(
  c: usize,
  ldc: usize,
  a: usize,
  aStride: usize,
  aStep: usize,
  packed: usize,
  panels: usize,
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
      multiplyTiles(to, ldc, from, aStride, aStep, packed, panels, rows, n, depth, alpha, beta)
      i += rows
      from += (<usize>rows) * aStride
      to += (<usize>rows) * ldc
    }
    for (; i < m; i++, from += aStride, to += ldc) {
      multiplyRow(to, from, aStep, packed, (<usize>depth) * PANEL, PANEL, n, depth, alpha, beta)
    }
    packed += (<usize>depth) * packedRow(n)
    a += (<usize>BLOCK) * aStep
    beta = 1
  }
}

/** {@link multiply} for few rows, with B [k, n] not packed: columns adjacent, rows `bStep` apart. */
export function multiplyRows(
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
      multiplyRow(c + (<usize>i) * ldc, a + (<usize>i) * aStride, aStep, b, PANEL, bStep, n, depth, alpha, beta)
    }
    a += (<usize>BLOCK) * aStep
    b += (<usize>BLOCK) * bStep
    beta = 1
  }
}
