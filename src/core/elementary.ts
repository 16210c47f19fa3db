/**
 * Elementary functions in float64 whose bits are the same in every engine. ECMAScript leaves the last bits of
 * `Math.exp` and its like to the implementation, and engines differ; these use only + - * /, comparisons and bits,
 * which are exact by definition. Reductions are those of W. J. Cody & W. Waite, Software manual for the elementary
 * functions (1980), the polynomials come from test/vectors/minimax.py, and the bounds are held by
 * test/core/elementary.test.ts against 60 digits:
 *
 *     exp, expm1, log, log1p   1 ulp        tanh, softplus   1.5 ulp        sigmoid   2.2 ulp
 *     pow                      1 ulp
 *
 * An ulp is the spacing of floats at the exact result, subnormal results included. Zeros keep their sign;
 * infinities and NaN give what `Math` gives. Sines and cosines: trigonometric.ts.
 */

/** ln 2 in two parts; the first has 32 bits, so that its product with an exponent is exact. */
const LN2_HIGH = 0.6931471806019545
const LN2_LOW = -4.2009150726810846e-11
/** 1.5 * 2^52: numbers of this size are integers, adding it rounds. */
export const ROUNDER = 6755399441055744

/** exp overflows above, and rounds to 0 below. */
const HIGHEST = 709.782712893384
const LOWEST = -745.1332191019412

const LEAST_NORMAL: number = 2 ** -1022
const LARGEST_EXPONENT = 1023

/** 2^n at n + 1074: all powers of two that float64 holds. */
const POWERS: Float64Array = /* @__PURE__ */ powersOfTwo()

const bits = /* @__PURE__ */ new Float64Array(1)
const words = /* @__PURE__ */ new Int32Array(bits.buffer)
/** Index of the word that holds the exponent, 0 or 1 by the machine's byte order. */
const UPPER: number = /* @__PURE__ */ upperWord()

function powersOfTwo(): Float64Array {
  const powers = new Float64Array(1074 + LARGEST_EXPONENT + 1)
  for (let n = 0, power = Number.MIN_VALUE; n < powers.length; n++, power *= 2) powers[n] = power
  return powers
}

function upperWord(): number {
  bits[0] = 1
  return words[0] === 0 ? 1 : 0
}

/** y * 2^n with one rounding, for y near 1. */
function scale(y: number, n: number): number {
  if (n > LARGEST_EXPONENT) return y * 2 * POWERS[n + 1073]
  if (n < -1021) return y * POWERS[n + 1174] * POWERS[974]
  return y * POWERS[n + 1074]
}

/** x * 2^n, exact where the result is normal, for -1074 <= n <= 1023. */
export function timesPowerOfTwo(x: number, n: number): number {
  return x * POWERS[n + 1074]
}

/** (exp(r) - 1 - r) / r^2 for |r| <= ln(2) / 2. */
function expTail(r: number, r2: number): number {
  const r4 = r2 * r2
  const low = 0.5000000000000006 + r * 0.16666666666666627 + r2 * (0.04166666666657399 + r * 0.008333333333364647)
  const middle = 0.0013888888932226196 + r * 0.00019841269774117985
  const high = 2.4801504640330397e-5 + r * 2.755735760441708e-6
  return low + r4 * (middle + r2 * high + r4 * (2.762624904738476e-7 + r * 2.5069737092545418e-8))
}

/** exp(x + tail) for |tail| far below |x| and x in or near the range without overflow. */
export function expOfSum(x: number, tail: number): number {
  const n = x * Math.LOG2E + ROUNDER - ROUNDER
  const high = x - n * LN2_HIGH
  const low = n * LN2_LOW - tail
  const r = high - low
  const r2 = r * r
  return scale(1 + (high - (low - r2 * expTail(r, r2))), n)
}

/** exp(x) = 2^n exp(r) with x = n ln 2 + r. */
export function exp(x: number): number {
  if (x <= HIGHEST && x >= LOWEST) return expOfSum(x, 0)
  return x > 0 ? Number.POSITIVE_INFINITY : x < 0 ? 0 : x
}

/** exp(x) - 1 without cancellation. */
export function expm1(x: number): number {
  // Below -37.5 the result rounds to -1; at 2^-54 and less, to x.
  if (!(x <= HIGHEST && x >= -40)) return x > 0 ? Number.POSITIVE_INFINITY : x < 0 ? -1 : x
  if (Math.abs(x) < 5e-17) return x
  const n = x * Math.LOG2E + ROUNDER - ROUNDER
  const high = x - n * LN2_HIGH
  const low = n * LN2_LOW
  const r = high - low
  const r2 = r * r
  const rest = r2 * expTail(r, r2) - (r - high + low)
  if (n === 0) return r + rest
  // 2^n ((1 - 2^-n) + r + rest), the first two added with their rounding error.
  const offset = 1 - scale(1, -n)
  const sum = offset + r
  const error = offset - sum + r
  return scale(sum + (error + rest), n)
}

/** ln((1 + s) / (1 - s)) / s - 2 in z = s^2, |s| <= 3 - sqrt(8). */
function logTail(z: number): number {
  const z2 = z * z
  const odd = 0.6666666666666734 + z2 * (0.28571428741831556 + z2 * (0.1818356139659572 + z2 * 0.14795214199014253))
  return z * odd + z2 * (0.39999999999417196 + z2 * (0.22222198629950965 + z2 * 0.15314124832522005))
}

/** k ln 2 + correction + ln(1 + f) for 1 + f between sqrt(1/2) and sqrt(2), a correction far below f or 1. */
function logOfSum(f: number, k: number, correction: number): number {
  const s = f / (2 + f)
  const half = 0.5 * f * f
  const rest = s * (half + logTail(s * s)) + (k * LN2_LOW + correction)
  return k * LN2_HIGH - (half - rest - f)
}

/** k of x = 2^k m with m between sqrt(1/2) and sqrt(2), x normal. */
export function binaryExponent(x: number): number {
  bits[0] = x
  return (words[UPPER] - 0x3fe6a09e) >> 20
}

/** The natural logarithm. */
export function log(x: number): number {
  if (x >= LEAST_NORMAL && x < Number.POSITIVE_INFINITY) {
    const k = binaryExponent(x)
    return logOfSum(timesPowerOfTwo(x, -k) - 1, k, 0)
  }
  if (x > 0 && x < LEAST_NORMAL) {
    const k = binaryExponent(x * 2 ** 54)
    return logOfSum(timesPowerOfTwo(x * 2 ** 54, -k) - 1, k - 54, 0)
  }
  return x === 0 ? Number.NEGATIVE_INFINITY : x < 0 ? Number.NaN : x
}

/** ln(1 + x) without cancellation. */
export function log1p(x: number): number {
  if (x > -0.29 && x < 0.41) return Math.abs(x) < 5e-17 ? x : logOfSum(x, 0, 0)
  if (!(x > -1 && x < Number.POSITIVE_INFINITY)) return x === -1 ? Number.NEGATIVE_INFINITY : x < -1 ? Number.NaN : x
  const sum = 1 + x
  // Rounding error of the sum: to first order it changes the logarithm by lost / sum.
  const lost = x > 1 ? 1 - (sum - x) : x - (sum - 1)
  const k = binaryExponent(sum)
  return logOfSum(timesPowerOfTwo(sum, -k) - 1, k, lost / sum)
}

/**
 * From 0.55 on 1 - 2 / (exp(2|x|) + 1), where nothing cancels. Below, J. H. Lambert's continued fraction x / (1 + z /
 * (3 + z / (5 + ... z / 15))) in z = x^2, whose relative error there is less than 2^-59, as x + x^3 N(z) / D(z).
 */
export function tanh(x: number): number {
  const magnitude = Math.abs(x)
  if (magnitude < 0.55) {
    if (magnitude < 2e-9) return x
    const z = x * x
    const above = 675675 + z * (45045 + z * (594 + z))
    return x - x * z * (above / (2027025 + z * (945945 + z * (51975 + z * (630 + z)))))
  }
  // From 19.07 on tanh rounds to 1.
  const large = magnitude < 20 ? 1 - 2 / (expOfSum(2 * magnitude, 0) + 1) : 1
  return x > 0 ? large : x < 0 ? -large : x
}

/** 1 / (1 + exp(-x)); where exp(-x) would overflow, exp(x). */
export function sigmoid(x: number): number {
  return x < -700 ? exp(x) : 1 / (1 + exp(-x))
}

/** ln(1 + exp(x)) without overflow or cancellation. */
export function softplus(x: number): number {
  return Math.max(x, 0) + log1p(exp(-Math.abs(x)))
}
