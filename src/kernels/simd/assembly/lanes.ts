/** Four float32 lanes at a time. Bytes and elements: addresses and strides count bytes, lengths elements. */
import { lanes, ONE } from './elementary'

/** a b + c: fused in the relaxed flavour, rounded twice in the other. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(c, f32x4.mul(a, b))
}

/**
 * Stores the first `count` lanes, at most four: a row need not fill its last lanes, and what follows it is not its own.
 */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function storeFirst(out: usize, x: v128, count: i32): void {
  if (count >= 4) v128.store(out, x)
  else {
    store<f32>(out, f32x4.extract_lane(x, 0))
    if (count > 1) store<f32>(out, f32x4.extract_lane(x, 1), 4)
    if (count > 2) store<f32>(out, f32x4.extract_lane(x, 2), 8)
  }
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
export function plus(a: v128, b: v128): v128 {
  return f32x4.add(a, b)
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
export function times(a: v128, b: v128): v128 {
  return f32x4.mul(a, b)
}

/** 1 - x */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function complement(x: v128): v128 {
  return f32x4.sub(lanes(ONE), x)
}
