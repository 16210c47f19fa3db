import { checkInteger } from '../core/check.ts'
import { exp, log } from '../core/elementary.ts'

/** ln of C(n, k) / 2^n, added with compensation: a million terms cost no digits. */
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
 * McNemar's test in its exact form (McNemar 1947): the two-sided p of two classifiers that answered the same questions.
 * Only questions that one of them alone got right count. Were both equally good, each of these n = `onlyFirst` + `onlySecond`
 * would be a toss of a fair coin:
 *
 *     p = min(1, 2 sum_{i=0}^{k} C(n, i) / 2^n),   k = the lesser of the two counts
 *
 * Equal counts, zeros too, give 1. A p below the least number of float64 is 0.
 *
 * @param onlyFirst - questions that the first alone answered rightly
 * @param onlySecond - questions that the second alone answered rightly
 * @throws RangeError for counts that are no counts
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
