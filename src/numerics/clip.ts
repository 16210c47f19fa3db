import type { FloatArray } from '../core/types.ts'
import { norm } from '../kernels/blas.ts'

export { norm }

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
