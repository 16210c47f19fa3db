/** Masks of dropout, and products with them. */
import type { FloatArray } from '../core/types.ts'
import type { Kernels } from './types.ts'
import { uniforms } from './uniforms.ts'

/**
 * Makes a mask of uniforms: `factor` where one is at least `least` / 2^24, else 0; by the sign of a whole number, since uniforms have 24
 * bits: a branch on a random number is guessed wrong too often.
 */
export function decideMask(mask: FloatArray, least: number, factor: number): void {
  const factors = Float64Array.of(factor, 0)
  for (let i = 0; i < mask.length; i++) mask[i] = factors[(mask[i] * 2 ** 24 - least) >>> 31]
}

/** out = x mask */
export function maskInto(out: FloatArray, x: FloatArray, mask: FloatArray): void {
  for (let i = 0; i < mask.length; i++) out[i] = x[i] * mask[i]
}

export const dropout: Kernels['dropout'] = (y, mask, x, seed, least, factor) => {
  uniforms(mask, seed)
  decideMask(mask, least, factor)
  maskInto(y, x, mask)
}
