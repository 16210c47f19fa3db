import type { FloatArray } from '../core/types.ts'

/** Euclidean norm, accumulated in float64 in four independent sums to hide the latency of additions. */
export function norm(x: FloatArray): number {
  let sum0 = 0
  let sum1 = 0
  let sum2 = 0
  let sum3 = 0
  let i = 0
  for (; i + 4 <= x.length; i += 4) {
    sum0 += x[i] * x[i]
    sum1 += x[i + 1] * x[i + 1]
    sum2 += x[i + 2] * x[i + 2]
    sum3 += x[i + 3] * x[i + 3]
  }
  for (; i < x.length; i++) sum0 += x[i] * x[i]
  return Math.sqrt(sum0 + sum1 + (sum2 + sum3))
}

/** Scales x down to the given norm where its norm is larger (Pascanu et al. 2013); returns the norm before. */
export function clipByNorm(x: FloatArray, limit: number): number {
  const length = norm(x)
  if (length > limit) {
    const scale = limit / length
    for (let i = 0; i < x.length; i++) x[i] *= scale
  }
  return length
}

/** Limits every element to [-limit, limit]. */
export function clipByValue(x: FloatArray, limit: number): void {
  for (let i = 0; i < x.length; i++) x[i] = Math.min(Math.max(x[i], -limit), limit)
}
