/** Small systems of linear equations, in float64. */
import type { FloatArray } from '../../core/types.ts'
import { inverseOfPositiveDefinite } from '../../numerics/positive-definite.ts'

/** A solution, and the largest number that it leaves of the right-hand side. */
export interface Solution {
  x: Float64Array
  left: number
}

/**
 * Solves A x = b [rows] with A [rows, n] of full rank: the nearest x, or, with fewer rows than columns, the shortest, by the normal
 * equations and one step of refinement. Null where A has not full rank.
 */
export function leastSquares(A: FloatArray, rows: number, n: number): ((b: ArrayLike<number>) => Solution) | null {
  const isWide = rows < n
  const [m, inner] = isWide ? [rows, n] : [n, rows]
  const at = (i: number, k: number): number => (isWide ? A[i * n + k] : A[k * n + i])
  const products = Float64Array.from({ length: m * m }, (_, place) => {
    let sum = 0
    for (let k = 0; k < inner; k++) sum += at(Math.floor(place / m), k) * at(place % m, k)
    return sum
  })
  const inverse = inverseOfPositiveDefinite(products, m)
  if (inverse === null) return null
  const once = (b: Float64Array): Float64Array => {
    const y = times(inverse, m, m, isWide ? b : turnedTimes(A, rows, n, b))
    return isWide ? turnedTimes(A, rows, n, y) : y
  }
  return (b) => {
    const wanted = Float64Array.from(b)
    const rest = (x: Float64Array): Float64Array => {
      const got = times(A, rows, n, x)
      return wanted.map((value, k) => value - got[k])
    }
    const x = once(wanted)
    const more = once(rest(x))
    for (let i = 0; i < n; i++) x[i] += more[i]
    return { x, left: rest(x).reduce((most, value) => Math.max(most, Math.abs(value)), 0) }
  }
}

/** A x. */
function times(A: FloatArray, rows: number, n: number, x: Float64Array): Float64Array {
  const out = new Float64Array(rows)
  for (let k = 0; k < rows; k++) for (let i = 0; i < n; i++) out[k] += A[k * n + i] * x[i]
  return out
}

/** A' y. */
function turnedTimes(A: FloatArray, rows: number, n: number, y: Float64Array): Float64Array {
  const out = new Float64Array(n)
  for (let k = 0; k < rows; k++) for (let i = 0; i < n; i++) out[i] += A[k * n + i] * y[k]
  return out
}
