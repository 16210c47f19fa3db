/**
 * Inverse of a symmetric positive definite matrix, and solutions of A X = B, by Cholesky's factors: A = L L', A^-1 = L^-T L^-1; and the inverse of a covariance that is
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

/** Least share of a pivot's diagonal element, over n: below it, nothing but rounding is left. */
const LEAST_PIVOT = 2 ** -52

/**
 * X [n, columns] of A X = B in place of B, for A [n, n], of which the lower triangle becomes L; false, and B as it was, where A is not
 * positive definite to rounding.
 */
export function solvePositiveDefinite(a: Float64Array, n: number, b: Float64Array, columns: number): boolean {
  const diagonal = Float64Array.from({ length: n }, (_, i) => a[i * n + i])
  if (!factorise(a, n)) return false
  if (diagonal.some((value, i) => a[i * n + i] * a[i * n + i] <= LEAST_PIVOT * n * value)) return false
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) addRow(b, i, -a[i * n + k], k, columns)
    scaleRow(b, i, 1 / a[i * n + i], columns)
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) addRow(b, i, -a[k * n + i], k, columns)
    scaleRow(b, i, 1 / a[i * n + i], columns)
  }
  return true
}

/** Row `to` += factor times row `from`. */
function addRow(b: Float64Array, to: number, factor: number, from: number, columns: number): void {
  for (let j = 0; j < columns; j++) b[to * columns + j] += factor * b[from * columns + j]
}

function scaleRow(b: Float64Array, row: number, factor: number, columns: number): void {
  for (let j = 0; j < columns; j++) b[row * columns + j] *= factor
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
