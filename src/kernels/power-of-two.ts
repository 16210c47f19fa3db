/** Transforms of powers of two by fft.js. */
import FFT from 'fft.js'
import { cos, sin } from '../core/trigonometric.ts'

/** The least power of two that is >= n, at least 4. */
export function nextPowerOfTwo(n: number): number {
  let power = 4
  while (power < n) power *= 2
  return power
}

/** exp(-2 pi i k / size), k = 0..size-1; real and imaginary parts interleaved. */
export function unitRoots(size: number): Float64Array {
  const roots = new Float64Array(2 * size)
  for (let k = 0; k < size; k++) {
    roots[2 * k] = cos((2 * Math.PI * k) / size)
    roots[2 * k + 1] = -sin((2 * Math.PI * k) / size)
  }
  return roots
}

/** A transform of `size` points; its twiddle factors have the same bits in every engine, unlike fft.js's of `Math`. */
export function createTransform(size: number, roots: Float64Array = unitRoots(size)): FFT {
  const plan = new FFT(size)
  const { table } = plan as unknown as { table: number[] }
  for (let i = 0; i < roots.length; i++) table[i] = roots[i]
  return plan
}
