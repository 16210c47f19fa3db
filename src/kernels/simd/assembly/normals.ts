/** Normals by the ziggurat of numerics/ziggurat.ts, up to the words at the edges of its layers, which are left to others. */
import { begin, BLOCK, block } from './draws'

const LAYER: i32 = 127

/** Address of the next word, behind the last where there is none. */
let at: usize = 0
let end: usize = 0

/** Addresses of words, with room for one more, and of the tables. */
let words: usize = 0
let widths: usize = 0
let inner: usize = 0
let mean: f64 = 0
let scale: f64 = 1

/** Begins a stream. */
export function beginNormals(
  s0: u32,
  s1: u32,
  s2: u32,
  s3: u32,
  toWords: usize,
  fromWidths: usize,
  fromInner: usize,
  middle: f64,
  deviation: f64,
): void {
  begin(BLOCK, s0, s1, s2, s3)
  at = 0
  end = 0
  words = toWords
  widths = fromWidths
  inner = fromInner
  mean = middle
  scale = deviation
}

/** (j + 1/2) width of two places, times `scale`, plus `mean`. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function placed(j: v128, width: v128, mean: v128, scale: v128): v128 {
  const x = f64x2.mul(f64x2.add(f64x2.convert_low_i32x4_s(j), f64x2.splat(0.5)), width)
  return f64x2.add(mean, f64x2.mul(scale, x))
}

/** Writes normals from `out` to `last`; returns the address where it stopped, before `last` at an edge, whose word is then behind the words. */
export function normals(out: usize, last: usize): usize {
  const means = f64x2.splat(mean)
  const scales = f64x2.splat(scale)
  while (out < last) {
    if (at === end) {
      block(words, true)
      at = words
      end = words + 4 * BLOCK
    }
    for (; out + 16 <= last && at + 16 <= end; out += 16, at += 16) {
      const word = v128.load(at)
      const j = i32x4.shr_s(word, 7)
      const a = <usize>(load<u8>(at, 0) & LAYER)
      const b = <usize>(load<u8>(at, 4) & LAYER)
      const c = <usize>(load<u8>(at, 8) & LAYER)
      const d = <usize>(load<u8>(at, 12) & LAYER)
      let limit = v128.load32_zero(inner + (a << 2))
      limit = v128.load32_lane(inner + (b << 2), limit, 1)
      limit = v128.load32_lane(inner + (c << 2), limit, 2)
      limit = v128.load32_lane(inner + (d << 2), limit, 3)
      if (v128.any_true(i32x4.ge_s(v128.xor(j, i32x4.shr_s(j, 31)), limit))) break
      const low = v128.load64_lane(widths + (b << 3), v128.load64_zero(widths + (a << 3)), 1)
      const high = v128.load64_lane(widths + (d << 3), v128.load64_zero(widths + (c << 3)), 1)
      const x = f32x4.demote_f64x2_zero(placed(j, low, means, scales))
      const y = f32x4.demote_f64x2_zero(placed(v128.shuffle<i32>(j, j, 2, 3, 2, 3), high, means, scales))
      v128.store(out, v128.shuffle<i32>(x, y, 0, 1, 4, 5))
    }
    // An edge is near, or the end.
    for (; out < last && at < end; out += 4) {
      const word = load<i32>(at)
      at += 4
      const j = word >> 7
      const layer = <usize>(word & LAYER)
      if ((j ^ (j >> 31)) >= load<i32>(inner + (layer << 2))) {
        store<i32>(words + 4 * BLOCK, word)
        return out
      }
      store<f32>(out, <f32>(mean + scale * ((<f64>j + 0.5) * load<f64>(widths + (layer << 3)))))
    }
  }
  return out
}
