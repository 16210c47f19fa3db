/**
 * The arctangent in float64, the same bits in every engine, within 1 ulp: with the nearest c = k / 8 to x in 0..1,
 *
 *     atan(x) = atan(c) + atan(t),   t = (x - c) / (1 + c x),   |t| <= 1/16
 *
 * and for x > 1 atan(x) = pi / 2 - atan(1 / x). The series of atan(t) is cut before t^17 / 17, below 2^-69 of atan(t).
 */

/** atan(k / 8) in two parts, k = 0..8. */
const ANGLES: readonly number[] = [
  0, 0.12435499454676144, 0.24497866312686414, 0.35877067027057225, 0.4636476090008061, 0.5585993153435624,
  0.6435011087932844, 0.7188299996216245, 0.7853981633974483,
]
const ANGLE_RESTS: readonly number[] = [
  0, -3.1253241424539383e-18, 1.0698755618734451e-17, -2.4623815582638635e-17, 2.2698777452961687e-17,
  -5.4556305485916264e-18, 1.5834785051444286e-17, -2.1478388444456983e-17, 3.061616997868383e-17,
]
const HALF_PI = 1.5707963267948966
const HALF_PI_REST = 6.123233995736766e-17

/** t - atan(t) for |t| <= 1/16. */
function excess(t: number): number {
  const z = t * t
  const high = 1 / 9 - z * (1 / 11 - z * (1 / 13 - z * (1 / 15)))
  return t * z * (1 / 3 - z * (1 / 5 - z * (1 / 7 - z * high)))
}

/** The angle in -pi/2..pi/2 whose tangent is x. */
export function atan(x: number): number {
  const size = Math.abs(x)
  if (!(size >= 1e-9)) return x
  const beyond = size > 1
  const k = Math.round(8 * (beyond ? 1 / size : size))
  const c = k / 8
  const t = beyond ? (1 - c * size) / (size + c) : (size - c) / (1 + c * size)
  const sign = beyond ? -1 : 1
  const high = (beyond ? HALF_PI : 0) + sign * ANGLES[k]
  const rest = (beyond ? HALF_PI_REST - (high - HALF_PI - sign * ANGLES[k]) : 0) + sign * ANGLE_RESTS[k]
  const angle = size === Number.POSITIVE_INFINITY ? HALF_PI : high + (sign * t + (rest - sign * excess(t)))
  return x < 0 ? -angle : angle
}

/** The angle in -pi..pi of the point (x, y) from the positive x axis, as `Math.atan2`, within 2 ulp. */
export function atan2(y: number, x: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN
  const right = x > 0 || Object.is(x, 0)
  const up = y > 0 || Object.is(y, 0)
  const endless = Math.abs(x) === Number.POSITIVE_INFINITY && Math.abs(y) === Number.POSITIVE_INFINITY
  const slope = endless ? 1 : y === 0 ? 0 : Math.abs(y) / Math.abs(x)
  const angle = atan(slope)
  const size = right ? angle : Math.PI - angle + 2 * HALF_PI_REST
  return up ? size : -size
}
