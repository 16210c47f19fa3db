/**
 * Elementary functions of four float32 lanes. They use operations that IEEE 754 and WebAssembly define to the last bit,
 * so that every engine returns the same bits; none is of the relaxed kind. The polynomials come from
 * test/vectors/minimax.py.
 *
 * Largest errors over all 2^32 arguments, in ulp: exp4 1.017, tanh4 1.466, sigmoid4 1.890; over every 53rd: log4 0.86,
 * softplus4 1.61. An odd element at the end of an array gets the same bits in a padded vector.
 */

/** Constants lie in memory: in the code each would cost four instructions wherever it is used, and 18 bytes. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function lanes(constant: usize): v128 {
  return v128.load32_splat(constant)
}

export const ONE: usize = memory.data<f32>([1])
const TWO: usize = memory.data<f32>([2])
const TWENTY: usize = memory.data<f32>([20])
const LOG2_E: usize = memory.data<f32>([1.44269504])
const LN2_HIGH: usize = memory.data<f32>([0.693145751953125])
const LN2_LOW: usize = memory.data<f32>([1.428606765330187e-6])
/** 127 as the exponent of a float. */
const BIAS: usize = memory.data<i32>([127 << 23])
/** exp(r) - 1 = r + E2 r^2 + .. + E6 r^6 */
const E2: usize = memory.data<f32>([0.49999997])
const E3: usize = memory.data<f32>([0.16666545])
const E4: usize = memory.data<f32>([0.0416674875])
const E5: usize = memory.data<f32>([0.00836641062])
const E6: usize = memory.data<f32>([0.00138659461])
/** tanh(x) = x + T3 x^3 + .. + T11 x^11 */
const T3: usize = memory.data<f32>([-0.333333164])
const T5: usize = memory.data<f32>([0.133325472])
const T7: usize = memory.data<f32>([-0.0538482182])
const T9: usize = memory.data<f32>([0.0210549328])
const T11: usize = memory.data<f32>([-0.00625080476])

/** The sign of a float. */
const SIGN: usize = memory.data<i32>([0x80000000])

/** Below it exp(x) rounds to 0. */
const LOWEST: usize = memory.data<f32>([-104])
/** Above it exp(x) is infinite. */
const HIGHEST: usize = memory.data<f32>([89])

/**
 * 1.5 * 2^23: added to a number below 2^22 it leaves the nearest integer in the last bits of the sum. Three operations
 * less than `nearest` and a conversion, and the same result.
 */
const SHIFT: usize = memory.data<f32>([12582912])

/** The nearest integer to x / ln 2, in the last bits of a float. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function shiftedQuotient(x: v128): v128 {
  return f32x4.add(f32x4.mul(x, lanes(LOG2_E)), lanes(SHIFT))
}

/** That integer as a float. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function unshift(shifted: v128): v128 {
  return f32x4.sub(shifted, lanes(SHIFT))
}

/** 2^n for integers -126 <= n <= 127, shifted or not: the bits of `SHIFT` fall out at the left. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function power2(n: v128): v128 {
  return i32x4.add(i32x4.shl(n, 23), lanes(BIAS))
}

/** x - n ln 2; the first product is exact, ln 2 having 16 bits there. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function remainder(x: v128, n: v128): v128 {
  const r = f32x4.sub(x, f32x4.mul(n, lanes(LN2_HIGH)))
  return f32x4.sub(r, f32x4.mul(n, lanes(LN2_LOW)))
}

/** exp(r) - 1 for |r| <= ln(2) / 2. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function nearOne(r: v128): v128 {
  const r2 = f32x4.mul(r, r)
  const low = f32x4.add(lanes(E2), f32x4.mul(r, lanes(E3)))
  const middle = f32x4.add(lanes(E4), f32x4.mul(r, lanes(E5)))
  const high = f32x4.add(middle, f32x4.mul(r2, lanes(E6)))
  return f32x4.add(r, f32x4.mul(r2, f32x4.add(low, f32x4.mul(r2, high))))
}

/** exp(x) = 2^n exp(r), x = n ln 2 + r: within 1.02 ulp, subnormal results included. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function exp4(x: v128): v128 {
  // The pseudo-minimum is one instruction, and NaN stays NaN as the first operand.
  const inside = f32x4.pmax(f32x4.pmin(x, lanes(HIGHEST)), lanes(LOWEST))
  const shifted = shiftedQuotient(inside)
  const y = f32x4.add(lanes(ONE), nearOne(remainder(inside, unshift(shifted))))
  // 2^n in two factors: n reaches from -150 to 128.
  const whole = i32x4.sub(shifted, lanes(SHIFT))
  const half = i32x4.shr_s(whole, 1)
  return f32x4.mul(f32x4.mul(y, power2(half)), power2(i32x4.sub(whole, half)))
}

/** The bits of {@link exp4} in fewer steps, for -87 <= x <= 88, where one factor holds 2^n. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function normalExp4(x: v128): v128 {
  const shifted = shiftedQuotient(x)
  return f32x4.mul(f32x4.add(lanes(ONE), nearOne(remainder(x, unshift(shifted)))), power2(shifted))
}

/**
 * 1 / (1 + exp(-x)) = m (1 - z / (1 + z)) with z = exp(-|x|) and m = 1, or z for negative x: within 2 ulp everywhere.
 * The subtraction comes last because the rounding of 1 + z would weigh twice in a plain quotient.
 */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function sigmoid4(x: v128): v128 {
  const one = lanes(ONE)
  const z = exp4(f32x4.neg(f32x4.abs(x)))
  const m = v128.bitselect(z, one, i32x4.shr_s(x, 31))
  return f32x4.sub(m, f32x4.mul(m, f32x4.div(z, f32x4.add(one, z))))
}

/** The bits of {@link sigmoid4} in fewer steps, for |x| <= 87. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function innerSigmoid4(x: v128): v128 {
  const one = lanes(ONE)
  const z = normalExp4(v128.or(x, lanes(SIGN)))
  const m = f32x4.pmax(z, v128.andnot(one, i32x4.shr_s(x, 31)))
  return f32x4.sub(m, f32x4.mul(m, f32x4.div(z, f32x4.add(one, z))))
}

/** From here on 1 - 2 / (exp(2|x|) + 1) is more than 1/2 and the difference cancels nothing. */
const STEEP: usize = memory.data<f32>([0.55])

/** |x| + |x|^3 p(x^2) for small |x|, else 1 - 2 / (exp(2|x|) + 1), with the sign of x: within 2 ulp everywhere. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function tanh4(x: v128): v128 {
  const magnitude = v128.andnot(x, lanes(SIGN))
  // From 9.02 on tanh rounds to 1.
  const e = normalExp4(f32x4.pmin(f32x4.add(magnitude, magnitude), lanes(TWENTY)))
  const large = f32x4.sub(lanes(ONE), f32x4.div(lanes(TWO), f32x4.add(e, lanes(ONE))))
  const x2 = f32x4.mul(magnitude, magnitude)
  let p = f32x4.add(lanes(T9), f32x4.mul(x2, lanes(T11)))
  p = f32x4.add(lanes(T7), f32x4.mul(x2, p))
  p = f32x4.add(lanes(T5), f32x4.mul(x2, p))
  p = f32x4.add(lanes(T3), f32x4.mul(x2, p))
  const small = f32x4.add(magnitude, f32x4.mul(f32x4.mul(x2, magnitude), p))
  return v128.or(v128.bitselect(small, large, f32x4.lt(magnitude, lanes(STEEP))), v128.and(x, lanes(SIGN)))
}

const HALF: usize = memory.data<f32>([0.5])
/** ln(1 + f) = f - f^2 / 2 + L3 f^3 + .. + L10 f^10 */
const L3: usize = memory.data<f32>([0.333333313])
const L4: usize = memory.data<f32>([-0.250008196])
const L5: usize = memory.data<f32>([0.200012401])
const L6: usize = memory.data<f32>([-0.166234076])
const L7: usize = memory.data<f32>([0.142016232])
const L8: usize = memory.data<f32>([-0.131596789])
const L9: usize = memory.data<f32>([0.127619013])
const L10: usize = memory.data<f32>([-0.0763581023])

/**
 * ln(2^k (1 + f)) + correction for 1 + f between sqrt(1/2) and sqrt(2), k as float32, a correction far below f or 1.
 */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function logOfSum(f: v128, k: v128, correction: v128): v128 {
  const f2 = f32x4.mul(f, f)
  let p = f32x4.add(lanes(L9), f32x4.mul(f, lanes(L10)))
  p = f32x4.add(lanes(L8), f32x4.mul(f, p))
  p = f32x4.add(lanes(L7), f32x4.mul(f, p))
  p = f32x4.add(lanes(L6), f32x4.mul(f, p))
  p = f32x4.add(lanes(L5), f32x4.mul(f, p))
  p = f32x4.add(lanes(L4), f32x4.mul(f, p))
  p = f32x4.add(lanes(L3), f32x4.mul(f, p))
  const low = f32x4.add(f32x4.mul(k, lanes(LN2_LOW)), correction)
  const rest = f32x4.add(f32x4.mul(f32x4.mul(f2, f), p), low)
  const near = f32x4.sub(f, f32x4.sub(f32x4.mul(f2, lanes(HALF)), rest))
  return f32x4.add(f32x4.mul(k, lanes(LN2_HIGH)), near)
}

/** k of x = 2^k m with m between sqrt(1/2) and sqrt(2), for normal x > 0. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
function binaryExponent(x: v128): v128 {
  return i32x4.shr_s(i32x4.sub(x, i32x4.splat(0x3f3504f3)), 23)
}

/** ln(x): within 1.5 ulp, subnormal arguments included; -Infinity at 0, NaN below. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function log4(x: v128): v128 {
  const zero = f32x4.splat(0)
  const small = f32x4.lt(x, f32x4.splat(1.1754943508222875e-38))
  const normal = v128.bitselect(f32x4.mul(x, f32x4.splat(16777216)), x, small)
  const exponent = binaryExponent(normal)
  const m = i32x4.sub(normal, i32x4.shl(exponent, 23))
  const k = i32x4.sub(exponent, v128.and(small, i32x4.splat(24)))
  const inside = logOfSum(f32x4.sub(m, f32x4.splat(1)), f32x4.convert_i32x4_s(k), zero)
  const ordinary = v128.and(f32x4.gt(x, zero), f32x4.lt(x, f32x4.splat(Infinity)))
  const special = v128.bitselect(f32x4.splat(-Infinity), v128.bitselect(f32x4.splat(NaN), x, f32x4.lt(x, zero)), f32x4.eq(x, zero))
  return v128.bitselect(inside, special, ordinary)
}

/** ln(1 + exp(x)) = max(x, 0) + ln(1 + exp(-|x|)): within 2 ulp everywhere. */
// @ts-expect-error: AssemblyScript decorates functions
@inline
export function softplus4(x: v128): v128 {
  const one = f32x4.splat(1)
  const z = exp4(f32x4.neg(f32x4.abs(x)))
  const sum = f32x4.add(one, z)
  // Rounding error of the sum: to first order it changes the logarithm by lost / sum.
  const lost = f32x4.div(f32x4.sub(z, f32x4.sub(sum, one)), sum)
  const exponent = binaryExponent(sum)
  const m = i32x4.sub(sum, i32x4.shl(exponent, 23))
  const logarithm = logOfSum(f32x4.sub(m, one), f32x4.convert_i32x4_s(exponent), lost)
  return f32x4.add(f32x4.max(x, f32x4.splat(0)), logarithm)
}
