import { checkInteger } from '../core/check.ts'
import { exp, log } from '../core/elementary.ts'

/** ln(C(n, k) / 2^n), by compensated summation, accurate even for a million terms. */
function logProbability(n: number, k: number): number {
  let sum = (k - n) * Math.LN2
  let lost = 0
  for (let j = 1; j <= k; j++) {
    const term = log((n - k + j) / (2 * j)) - lost
    const next = sum + term
    lost = next - sum - term
    sum = next
  }
  return sum
}

/** P(X <= k) / P(X = k) of the binomial with p = 1/2, for 2k < n: each term is smaller than the one before it. */
function tailRatio(n: number, k: number): number {
  let sum = 0
  for (let i = k, term = 1; sum + term !== sum; i--) {
    sum += term
    term *= i / (n - i + 1)
  }
  return sum
}

/**
 * The exact form of McNemar's test (1947): the two-sided p-value for two classifiers on the same cases.
 * Only cases that exactly one of them got right count. If both are equally good, each of these n = `onlyFirst` +
 * `onlySecond` cases is a toss of a fair coin:
 *
 *     p = min(1, 2 sum_{i=0}^{k} C(n, i) / 2^n),   k = min(onlyFirst, onlySecond)
 *
 * Equal counts, including zeros, give 1. A p below the smallest float64 is 0.
 *
 * @param onlyFirst - number of cases that only the first got right
 * @param onlySecond - number of cases that only the second got right
 * @throws RangeError unless both are counts
 * @example
 * ```ts
 * mcnemarExact(1, 8) // 0.0390625
 * ```
 */
export function mcnemarExact(onlyFirst: number, onlySecond: number): number {
  checkInteger('mcnemarExact', 'onlyFirst', onlyFirst, { min: 0 })
  checkInteger('mcnemarExact', 'onlySecond', onlySecond, { min: 0 })
  if (onlyFirst === onlySecond) return 1
  const n = onlyFirst + onlySecond
  const k = Math.min(onlyFirst, onlySecond)
  return Math.min(1, exp(logProbability(n, k) + log(2 * tailRatio(n, k))))
}
