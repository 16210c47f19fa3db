/**
 * Sine and cosine in float64, the same bits in every engine, within 1 ulp for every argument. As in elementary.ts the
 * operations are exact by definition and the polynomials come from test/vectors/minimax.py.
 */
import { ROUNDER } from './elementary.ts'

/** pi / 2 in three parts; the first two have 33 bits, so that their products with integers below 2^20 are exact. */
const HALF_PI_1 = 1.5707963267341256
const HALF_PI_2 = 6.077100506303966e-11
const HALF_PI_3 = 2.0222662487959506e-21
const INVERSE_HALF_PI = 0.6366197723675814

/** Largest argument reduced by the parts of pi / 2, and smallest result to which they may cancel. */
const LARGE = 1e6
const CANCELLED = 1e-9

/** floor(2 / pi * 2^1280): enough for the largest exponent and the closest multiple of pi / 2. */
const INVERSE_HALF_PI_BITS: bigint = BigInt(
  '0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561b7246e3a424dd2e006492eea09d1921c' +
    'fe1deb1cb129a73ee88235f52ebb4484e99c7026b45f7e413991d639835339f49c845f8bbdf9283b1ff897ffde05980f' +
    'ef2f118b5a0a6d1f6d367ecf27cb09b74f463f669e5fea2d7527bac7ebe5f17b3d0739f78a5292ea6bfb5fb11f8d5d08' +
    '56033046fc7b6babf0cfbc209af4361d',
)
/** floor(pi / 2 * 2^192). */
const HALF_PI_BITS: bigint = BigInt('0x1921fb54442d18469898cc51701b839a252049c1114cf98e8')
/** Bits kept of the fraction of a quarter turn. */
const FRACTION_BITS = 320n
const UNIT: number = 2 ** -512

/** Result of the last reduction: x = quadrant pi / 2 + (angle + rest) with |angle| <= pi / 4. */
let quadrant = 0
let rest = 0

/** Reduces x to a quadrant and an angle; returns the angle. */
function reduce(x: number): number {
  if (Math.abs(x) < LARGE) {
    const n = x * INVERSE_HALF_PI + ROUNDER - ROUNDER
    const first = x - n * HALF_PI_1
    const second = n * HALF_PI_2
    const high = first - second
    const low = first - high - second - n * HALF_PI_3
    const angle = high + low
    if (n === 0 || Math.abs(angle) > CANCELLED) {
      quadrant = n & 3
      rest = high - angle + low
      return angle
    }
  }
  return reduceExactly(x)
}

const value = /* @__PURE__ */ new Float64Array(1)
const valueBits = /* @__PURE__ */ new BigUint64Array(value.buffer)

/** {@link reduce} in integers: |x| = m 2^e is m (2 / pi) 2^e quarter turns. */
function reduceExactly(x: number): number {
  value[0] = Math.abs(x)
  const m = (valueBits[0] & 0xfffffffffffffn) | 0x10000000000000n
  const afterPoint = 1280n - ((valueBits[0] >> 52n) - 1075n)
  const quarters = m * INVERSE_HALF_PI_BITS
  const nearest = ((quarters >> (afterPoint - 1n)) + 1n) >> 1n
  const fraction = ((quarters - (nearest << afterPoint)) << FRACTION_BITS) >> afterPoint
  const product = fraction * HALF_PI_BITS
  const leading = Number(product)
  const unit = (x < 0 ? -1 : 1) * UNIT
  quadrant = (Number(nearest & 3n) * (x < 0 ? -1 : 1)) & 3
  rest = Number(product - BigInt(leading)) * unit
  return leading * unit
}

/** sin(angle + tail) for |angle| <= pi / 4. */
function sinOf(angle: number, tail: number): number {
  const z = angle * angle
  const low = -0.1666666666666663 + z * (0.008333333333321905 + z * -0.00019841269829444058)
  const high = 2.755731357695444e-6 + z * (-2.5050741493730592e-8 + z * 1.589589714775734e-10)
  return angle + (angle * z * (low + z * z * z * high) + (tail - 0.5 * z * tail))
}

/** cos(angle + tail) for |angle| <= pi / 4; 1 - z / 2 is kept with its rounding error. */
function cosOf(angle: number, tail: number): number {
  const z = angle * angle
  const low = 0.041666666666666595 + z * (-0.001388888888887334 + z * 2.480158728899962e-5)
  const high = -2.755731421606102e-7 + z * (2.087570523203739e-9 + z * -1.1358739346091204e-11)
  const half = 0.5 * z
  const leading = 1 - half
  return leading + (1 - leading - half + (z * z * (low + z * z * z * high) - angle * tail))
}

/** The sine of x radians. */
export function sin(x: number): number {
  if (Math.abs(x) < 1e-8) return x
  if (!(Math.abs(x) < Number.POSITIVE_INFINITY)) return Number.NaN
  const angle = reduce(x)
  const y = (quadrant & 1) === 0 ? sinOf(angle, rest) : cosOf(angle, rest)
  return quadrant < 2 ? y : -y
}

/** The cosine of x radians. */
export function cos(x: number): number {
  if (!(Math.abs(x) < Number.POSITIVE_INFINITY)) return Number.NaN
  const angle = reduce(x)
  const y = (quadrant & 1) === 0 ? cosOf(angle, rest) : sinOf(angle, rest)
  return quadrant === 1 || quadrant === 2 ? -y : y
}
