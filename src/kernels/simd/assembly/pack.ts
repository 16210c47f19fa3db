/** Packing into panels: lines of an operand that share a register tile are interleaved. */

/** Terms summed in registers before they are added to C. */
export const BLOCK: i32 = 256
/** Most rows of a register tile; more would spill. The fused product needs no register of its own. */
export const TILE_ROWS: i32 = WIDE ? 5 : ASC_FEATURE_RELAXED_SIMD ? 6 : 4
/** Bytes of a packed row of a panel of B. */
export const PANEL: usize = 32

/** Rows of the tile that begins where `left` rows are left: as few tiles as there can be, and none with a row more than it needs. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function tileRows(left: i32): i32 {
  if (WIDE) return left > 4 * ((left + 4) / 5) ? 5 : 4
  return TILE_ROWS == 6 && left > 4 && left != 8 ? 6 : 4
}

/**
 * Interleaves four lines of x, `stride` apart, in rows of `width` bytes; `step` leads along a line. One of `stride` and
 * `step` is the size of an element.
 */
function packFour(out: usize, width: usize, x: usize, stride: usize, step: usize, k: i32): void {
  let p = 0
  if (step == 4) {
    for (; p + 4 <= k; p += 4) {
      const r0 = v128.load(x)
      const r1 = v128.load(x + stride)
      const r2 = v128.load(x + 2 * stride)
      const r3 = v128.load(x + 3 * stride)
      const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5)
      const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5)
      const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7)
      const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7)
      v128.store(out, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5))
      v128.store(out + width, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7))
      v128.store(out + 2 * width, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5))
      v128.store(out + 3 * width, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7))
      x += 16
      out += 4 * width
    }
  } else {
    for (; p < k; p++, x += step, out += width) v128.store(out, v128.load(x))
  }
  for (; p < k; p++, x += step, out += width) {
    store<f32>(out, load<f32>(x))
    store<f32>(out, load<f32>(x + stride), 4)
    store<f32>(out, load<f32>(x + 2 * stride), 8)
    store<f32>(out, load<f32>(x + 3 * stride), 12)
  }
}

/** out[p][r] = x(r, p) in rows `lines` wide, zero beyond `count`. */
function packPanel(out: usize, lines: i32, x: usize, stride: usize, step: usize, count: i32, k: i32): void {
  const width = (<usize>lines) << 2
  let r = 0
  for (; r + 4 <= count; r += 4, out += 16, x += 4 * stride) packFour(out, width, x, stride, step, k)
  for (; r < count; r++, out += 4, x += stride) {
    for (let p = 0, to = out, from = x; p < k; p++, to += width, from += step) store<f32>(to, load<f32>(from))
  }
  for (; r < lines; r++, out += 4) {
    for (let p = 0, to = out; p < k; p++, to += width) store<f32>(to, 0)
  }
}

/** Depth to which panels of adjacent lines are packed at once, so that x is read row by row rather than in columns. */
const SHEET: i32 = 16

/** Packs m adjacent lines, whose elements are `step` apart, into panels as wide as `tileRows` says; see `packPanel`. */
export function packPanels(out: usize, x: usize, step: usize, m: i32, k: i32): void {
  for (let p = 0; p < k; p += SHEET, x += (<usize>SHEET) * step) {
    const depth = min(SHEET, k - p)
    for (let i = 0, from = x; i < m; ) {
      const rows = tileRows(m - i)
      packPanel(out + (<usize>rows * p + i * k) * 4, rows, from, 4, step, min(rows, m - i), depth)
      from += (<usize>rows) << 2
      i += rows
    }
  }
}

/** Bytes that n columns take packed, a row of B. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function packedRow(n: i32): usize {
  return (<usize>((n + 7) & ~7)) << 2
}

/** Packs B [k, n] for `multiply`: block by block along k, panel by panel. `stride` leads from column to column. */
export function packColumns(packed: usize, b: usize, stride: usize, step: usize, n: i32, k: i32): void {
  for (let start = 0; start < k; start += BLOCK) {
    const depth = min(BLOCK, k - start)
    const sheet = stride == 4 ? SHEET : depth
    for (let p = 0; p < depth; p += sheet) {
      const height = min(sheet, depth - p)
      for (let j = 0, from = b, to = packed + (<usize>p) * PANEL; j < n; j += 8) {
        packPanel(to, 8, from, stride, step, min(8, n - j), height)
        from += 8 * stride
        to += (<usize>depth) * PANEL
      }
      b += (<usize>height) * step
    }
    packed += (<usize>depth) * packedRow(n)
  }
}
