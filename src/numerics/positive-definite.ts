/**
 * Inverse of a symmetric positive definite matrix, by Cholesky's factors: A = L L', A^-1 = L^-T L^-1; and of a covariance that is
 * shrunk towards the identity (Ledoit & Wolf 2004).
 */

/** L of A [n, n], in place of its lower triangle; false where A is not positive definite to rounding. */
function factorise(a: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = a[i * n + j]
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k]
      if (i === j) {
        if (!(sum > 0)) return false
        a[i * n + i] = Math.sqrt(sum)
      } else a[i * n + j] = sum / a[j * n + j]
    }
  }
  return true
}

/** L^-1 in place of the lower triangle of L. */
function invertLower(l: Float64Array, n: number): void {
  for (let j = 0; j < n; j++) {
    l[j * n + j] = 1 / l[j * n + j]
    for (let i = j + 1; i < n; i++) {
      let sum = 0
      for (let k = j; k < i; k++) sum -= l[i * n + k] * l[k * n + j]
      l[i * n + j] = sum / l[i * n + i]
    }
  }
}

/** A^-1 [n, n], row by row; null where A is not positive definite. A is left as it is. */
export function inverseOfPositiveDefinite(a: Float64Array, n: number): Float64Array | null {
  const l = a.slice()
  if (!factorise(l, n)) return null
  invertLower(l, n)
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = i; k < n; k++) sum += l[k * n + i] * l[k * n + j]
      out[i * n + j] = sum
      out[j * n + i] = sum
    }
  }
  return out
}

/** (1 - s) A + s tr(A)/n I for the share s. A is left as it is. */
export function shrunkCovariance(a: Float64Array, n: number, share: number): Float64Array {
  let trace = 0
  for (let j = 0; j < n; j++) trace += a[j * n + j]
  const shrunk = a.map((value) => (1 - share) * value)
  for (let j = 0; j < n; j++) shrunk[j * n + j] += (share * trace) / n
  return shrunk
}

/** The inverse of {@link shrunkCovariance}; null where that is not positive definite. */
export function inverseOfShrunk(a: Float64Array, n: number, share: number): Float64Array | null {
  return inverseOfPositiveDefinite(shrunkCovariance(a, n, share), n)
}
