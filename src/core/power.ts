/**
 * x^y in float64, the same bits in every engine, within 1 ulp: exp(y ln x) with ln x as a sum of two numbers, because y
 * magnifies its error. Products with their rounding error: T. J. Dekker, A floating-point technique for extending the
 * available precision (1971). The polynomial comes from test/vectors/minimax.py.
 */
import { binaryExponent, expOfSum, timesPowerOfTwo } from './elementary.ts'

const LN2_HIGH = 0.6931471805598903
const LN2_LOW = 5.497923018708371e-14
const TWO_THIRDS = 2 / 3
const TWO_THIRDS_LOW = 3.700743415417188e-17
/** 2^27 + 1 splits a number into two halves of at most 26 bits. */
const SPLITTER = 134217729

/** Rounding error of the last result of `product` or `ln`: the exact value is result + lost. */
let lost = 0

function product(a: number, b: number): number {
  const p = a * b
  const aHigh = SPLITTER * a - (SPLITTER * a - a)
  const bHigh = SPLITTER * b - (SPLITTER * b - b)
  const aLow = a - aHigh
  const bLow = b - bHigh
  lost = aHigh * bHigh - p + aHigh * bLow + aLow * bHigh + aLow * bLow
  return p
}

/** ln((1 + s) / (1 - s)) / s - 2 - 2 z / 3 in z = s^2. */
function logTail(z: number): number {
  const high = 0.13336263549083224 + z * (0.11675800695414476 + z * 0.1198158348952395)
  const middle = 0.2222222221779182 + z * (0.1818181884368513 + z * (0.15384558451797187 + z * high))
  return z * z * (0.3999999999999998 + z * (0.28571428571443835 + z * middle))
}

/** ln(x 2^shift) for normal x > 0; with `lost` its relative error is about 2^-67. */
function ln(x: number, shift: number): number {
  const exponent = binaryExponent(x)
  const k = exponent + shift
  const m = timesPowerOfTwo(x, -exponent)
  const f = m - 1
  const sum = m + 1
  const sumLost = m > 1 ? 1 - (sum - m) : m - (sum - 1)
  // s = f / (m + 1), its square, the series of ln(m) / s, and ln(m).
  const s = f / sum
  const back = product(s, sum)
  const sLost = (f - back - lost - s * sumLost) / sum
  const z = product(s, s)
  const zLost = lost + 2 * s * sLost
  const c = product(z, TWO_THIRDS)
  const cLost = lost + (z * TWO_THIRDS_LOW + zLost * TWO_THIRDS) + logTail(z)
  const series = 2 + c
  const seriesLost = 2 - series + c + cLost
  const y = product(series, s)
  const yLost = lost + (series * sLost + seriesLost * s)
  const shifted = k * LN2_HIGH + y
  const rest = k * LN2_HIGH - shifted + y + (yLost + k * LN2_LOW)
  const result = shifted + rest
  lost = shifted - result + rest
  return result
}

/** x^y for finite x > 0. */
function positivePower(x: number, y: number): number {
  if (x === 1) return 1
  const limit = x > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0
  // For such y every x != 1 overflows or underflows; and `product` could not split larger numbers.
  if (Math.abs(y) > 2 ** 64) return limit
  const logarithm = x < 2 ** -1022 ? ln(x * 2 ** 54, -54) : ln(x, 0)
  const logarithmLost = lost
  const exponent = product(y, logarithm)
  return exponent > 710 || exponent < -746 ? limit : expOfSum(exponent, lost + y * logarithmLost)
}

/** x^2 by one multiplication, because engines may round `x ** 2` differently. */
export function square(x: number): number {
  return x * x
}

/** `x ** y`, special cases included. */
export function pow(x: number, y: number): number {
  if (y === 0) return 1
  if (Number.isNaN(x) || Number.isNaN(y) || (Math.abs(x) === 1 && Math.abs(y) === Number.POSITIVE_INFINITY))
    return Number.NaN
  const size = Math.abs(x)
  const finite = size < Number.POSITIVE_INFINITY && Math.abs(y) < Number.POSITIVE_INFINITY
  if (x < 0 && finite && !Number.isInteger(y)) return Number.NaN
  const power = size > 0 && finite ? positivePower(size, y) : size > 1 === y > 0 ? Number.POSITIVE_INFINITY : 0
  return Math.abs(y % 2) === 1 && (x < 0 || Object.is(x, -0)) ? -power : power
}
