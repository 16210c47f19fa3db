/** Vector loops of the optimisers, float64 only, since V8 compiles a loop best for one element type. */
import { square } from '../../core/power.ts'

/** x'y. */
export function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i]
  return sum
}

/** out = x + alpha y; `out` may be `x` or `y`. */
export function addScaledInto(out: Float64Array, x: Float64Array, alpha: number, y: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = x[i] + alpha * y[i]
}

/** out = alpha x; `out` may be `x`. */
export function scaleInto(out: Float64Array, alpha: number, x: Float64Array): void {
  for (let i = 0; i < out.length; i++) out[i] = alpha * x[i]
}

/** max |x_i|, NaN where any element is NaN. */
export function maxAbs(x: Float64Array): number {
  let largest = 0
  for (let i = 0; i < x.length; i++) {
    const size = Math.abs(x[i])
    if (!(size <= largest)) largest = size
    if (Number.isNaN(size)) break
  }
  return largest
}

/** ||x||_2, scaled by the largest element so that squares neither overflow nor vanish. */
export function norm(x: Float64Array): number {
  const scale = maxAbs(x)
  if (scale === 0 || !Number.isFinite(scale)) return scale
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += square(x[i] / scale)
  return scale * Math.sqrt(sum)
}
