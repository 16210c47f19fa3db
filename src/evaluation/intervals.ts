import { checkInteger, checkNumber } from '../core/check.ts'
import { exp } from '../core/elementary.ts'

/** The two ends of an interval. */
export interface Interval {
  low: number
  high: number
}

const NEWTON_STEPS = 200

/** Density and central area P(|Z| < z) of the standard normal, by the power series of Abramowitz & Stegun, 26.2.11. */
function standardNormal(z: number): { density: number; area: number } {
  const density = exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  let sum = 0
  for (let term = z, k = 1; sum + term !== sum; k += 2, term *= (z * z) / k) sum += term
  return { density, area: 2 * density * sum }
}

/**
 * The z with P(|Z| < z) = `confidence`. The area is concave in z >= 0, so Newton's method started at 0 climbs to the
 * root without passing it.
 */
function normalQuantile(confidence: number): number {
  let z = 0
  for (let step = 0; step < NEWTON_STEPS; step++) {
    const { density, area } = standardNormal(z)
    const next = z + (confidence - area) / (2 * density)
    if (!(next > z)) break
    z = next
  }
  return z
}

/**
 * {@link wilsonInterval} without checks, for any real number of successes, such as the mean of several counts.
 */
export function scoreInterval(successes: number, n: number, confidence: number = 0.95): Interval {
  if (n === 0) return { low: 0, high: 1 }
  const z = normalQuantile(confidence)
  const centre = successes + (z * z) / 2
  const half = z * Math.sqrt((successes * (n - successes)) / n + (z * z) / 4)
  return {
    low: successes === 0 ? 0 : (centre - half) / (n + z * z),
    high: successes === n ? 1 : (centre + half) / (n + z * z),
  }
}

/**
 * Wilson's score interval of a proportion p = `successes` / `n` (Wilson 1927):
 *
 *     (p + z^2/2n  -+  z sqrt(p (1 - p)/n + z^2/4n^2)) / (1 + z^2/n)
 *
 * It stays within 0..1 and does not collapse at p = 0 and p = 1. Without observations (`n` = 0) it is 0..1.
 *
 * @param successes - number of successes, 0..`n`
 * @param n - number of trials
 * @param confidence - confidence level, between 0 and 1
 * @throws RangeError for invalid counts, or a confidence outside 0..1
 */
export function wilsonInterval(successes: number, n: number, confidence: number = 0.95): Interval {
  checkInteger('wilsonInterval', 'n', n, { min: 0 })
  checkInteger('wilsonInterval', 'successes', successes, { min: 0, max: n })
  checkNumber('wilsonInterval', 'confidence', confidence, { above: 0, below: 1 })
  return scoreInterval(successes, n, confidence)
}
