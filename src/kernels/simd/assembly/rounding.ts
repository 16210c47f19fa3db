/** Outputs of float32 from numbers of known error, by way of sums of taps where the error could decide. */
import { minus, plus, times } from './pairs'

/** Two numbers of float32, one in each lane. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function promoted(a: usize, b: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load32_lane(b, v128.load32_zero(a), 1))
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
function neighbours(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at))
}

/** The sum of `count` taps at `t` with samples from `p` on, in the order of polyphase.ts. */
function direct(t: usize, p: usize, count: i32): f32 {
  let a = f64x2.splat(0)
  let b = a
  let c = a
  let d = a
  const row = (<usize>count) << 3
  const end = t + row
  for (const blocks = t + (row & ~63); t < blocks; t += 64, p += 32) {
    a = plus(a, times(v128.load(t), neighbours(p)))
    b = plus(b, times(v128.load(t, 16), neighbours(p + 8)))
    c = plus(c, times(v128.load(t, 32), neighbours(p + 16)))
    d = plus(d, times(v128.load(t, 48), neighbours(p + 24)))
  }
  for (; t < end; t += 16, p += 8) a = plus(a, times(v128.load(t), neighbours(p)))
  const sum = plus(plus(a, b), plus(c, d))
  return <f32>(f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1))
}

/** The lanes of two pairs as four of float32. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function demoted(a: v128, b: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 2)
}

/**
 * Writes an output of each of four blocks, `block` bytes apart, that are within `error` of `re` and `im`. Where that leaves
 * two numbers of float32, it is the sum of the taps with samples from `x` on, those of the next block `samples` bytes further.
 */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function settle(
  out: usize,
  block: usize,
  re: v128,
  im: v128,
  error: v128,
  taps: usize,
  count: i32,
  x: usize,
  samples: usize,
): void {
  const low = demoted(minus(re, error), minus(im, error))
  v128.store32_lane(out, low, 0)
  v128.store32_lane(out + block, low, 1)
  v128.store32_lane(out + 2 * block, low, 2)
  v128.store32_lane(out + 3 * block, low, 3)
  const same = i32x4.eq(low, demoted(plus(re, error), plus(im, error)))
  if (!i32x4.all_true(same)) sumAnew(out, block, i32x4.bitmask(same), taps, count, x, samples)
}

/** Sums the outputs whose bits in `marks` are not set. */
function sumAnew(out: usize, block: usize, marks: i32, taps: usize, count: i32, x: usize, samples: usize): void {
  for (let i = 0; i < 4; i++, marks >>= 1, out += block, x += samples) {
    if (!(marks & 1)) store<f32>(out, direct(taps, x, count))
  }
}
