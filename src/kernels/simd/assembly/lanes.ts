/** Four float32 lanes at a time. Bytes and elements: addresses and strides count bytes, lengths elements. */

/** a b + c: fused in the relaxed flavour, rounded twice in the other. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c)
  return f32x4.add(c, f32x4.mul(a, b))
}
