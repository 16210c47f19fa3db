/**
 * Two float64 lanes at a time: the operations of one lane are those of the typed-array functions, in the same order.
 */

// @ts-expect-error: AssemblyScript decorates functions
@inline
export function plus(a: v128, b: v128): v128 {
  return f64x2.add(a, b)
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
export function minus(a: v128, b: v128): v128 {
  return f64x2.sub(a, b)
}

// @ts-expect-error: AssemblyScript decorates functions
@inline
export function times(a: v128, b: v128): v128 {
  return f64x2.mul(a, b)
}

/** The number at an address in both lanes. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function both(address: usize): v128 {
  return v128.load64_splat(address)
}

/** Two numbers, one in each lane. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function pair(first: usize, second: usize): v128 {
  return v128.load64_lane(second, v128.load64_zero(first), 1)
}

/** Writes one lane to each address. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function put(a: usize, b: usize, x: v128): void {
  // Lane 1 may repeat the frame of lane 0; both then write the same value, in any order.
  v128.store64_lane(b, x, 1)
  v128.store64_lane(a, x, 0)
}

const ONE: usize = memory.data<f64>([1])
const TWO: usize = memory.data<f64>([2])
const HALF: usize = memory.data<f64>([0.5])
const LEAST_NORMAL: usize = memory.data<f64>([2.2250738585072014e-308])
const LARGEST: usize = memory.data<f64>([1.7976931348623157e308])
const TWO_TO_54: usize = memory.data<f64>([18014398509481984])
const FIFTY_FOUR: usize = memory.data<f64>([54])
/** Upper word of sqrt(1/2), rounded down: mantissas below it belong to the next lower exponent. */
const SPLIT: usize = memory.data<i64>([0x3fe6a09e00000000])
const LN2_HIGH: usize = memory.data<f64>([0.6931471806019545])
const LN2_LOW: usize = memory.data<f64>([-4.2009150726810846e-11])
/** Coefficients of ln((1 + s) / (1 - s)) / s = 2 + z L3 + z^2 L5 + .. in z = s^2. */
const L3: usize = memory.data<f64>([0.6666666666666734])
const L5: usize = memory.data<f64>([0.39999999999417196])
const L7: usize = memory.data<f64>([0.28571428741831556])
const L9: usize = memory.data<f64>([0.22222198629950965])
const L11: usize = memory.data<f64>([0.1818356139659572])
const L13: usize = memory.data<f64>([0.15314124832522005])
const L15: usize = memory.data<f64>([0.14795214199014253])

/** The natural logarithm of numbers > 0, infinity and NaN: the bits of `log` in core/elementary.ts. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function logPair(x: v128): v128 {
  const subnormal = f64x2.lt(x, both(LEAST_NORMAL))
  const normal = v128.bitselect(times(x, both(TWO_TO_54)), x, subnormal)
  const exponent = i64x2.shr_s(i64x2.sub(normal, both(SPLIT)), 52)
  const f = minus(i64x2.sub(normal, i64x2.shl(exponent, 52)), both(ONE))
  const whole = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(exponent, exponent, 0, 2, 0, 2))
  const k = minus(whole, v128.and(both(FIFTY_FOUR), subnormal))
  const s = f64x2.div(f, plus(both(TWO), f))
  const half = times(times(both(HALF), f), f)
  const z = times(s, s)
  const z2 = times(z, z)
  const odd = plus(both(L3), times(z2, plus(both(L7), times(z2, plus(both(L11), times(z2, both(L15)))))))
  const even = plus(both(L5), times(z2, plus(both(L9), times(z2, both(L13)))))
  const tail = plus(times(z, odd), times(z2, even))
  const rest = plus(times(s, plus(half, tail)), times(k, both(LN2_LOW)))
  const y = minus(times(k, both(LN2_HIGH)), minus(minus(half, rest), f))
  return v128.bitselect(y, x, f64x2.le(x, both(LARGEST)))
}
