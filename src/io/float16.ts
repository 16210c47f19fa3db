/**
 * Half precision (IEEE 754 binary16): a sign, five bits of exponent, ten of fraction. Normal numbers keep 11 bits, a
 * relative error of at most 2^-11 = 4.9e-4, from 6.1e-5 to 65504; below they are multiples of 2^-24.
 */

const INFINITY = 0x7c00
const QUIET_NAN = 0x7e00
const SMALLEST = 2 ** -24
/** Numbers that round to more than 65504 become infinite. */
const OVERFLOW = 65536

/** The nearest integer, ties to even. */
function roundEven(x: number): number {
  const below = Math.floor(x)
  const rest = x - below
  if (rest < 0.5) return below
  return rest > 0.5 || below % 2 === 1 ? below + 1 : below
}

/** The bits of the nearest half-precision number, ties to even, with a single rounding. */
export function toFloat16Bits(x: number): number {
  if (Number.isNaN(x)) return QUIET_NAN
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0
  const size = Math.abs(x)
  if (size >= OVERFLOW) return sign | INFINITY
  // Subnormal numbers and the first normal ones are spaced alike, each further power of two twice as wide.
  let unit = SMALLEST
  let doublings = 0
  while (size >= 2048 * unit) {
    unit *= 2
    doublings++
  }
  // A fraction that rounds up to 2048 carries into the exponent, at the end into infinity, as it should.
  return sign | (doublings * 1024 + roundEven(size / unit))
}

/** The number with the given half-precision bits. */
export function fromFloat16Bits(bits: number): number {
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  let size = exponent === 0 ? fraction : 1024 + fraction
  if (exponent === 31) size = fraction === 0 ? Number.POSITIVE_INFINITY : Number.NaN
  else {
    size *= SMALLEST
    for (let i = 1; i < exponent; i++) size *= 2
  }
  return (bits & 0x8000) === 0 ? size : -size
}
