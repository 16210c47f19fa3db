/** Uniforms of xoshiro128++ (numerics/xoshiro.ts). */
import type { FloatArray } from '../core/types.ts'

/** Seed of four 32 bit words, not all 0. */
export type XoshiroSeed = readonly [number, number, number, number]

/** Fills with uniforms in [0, 1), the upper 24 bits of each step, which a float32 holds exactly. */
export function uniforms(out: FloatArray, seed: XoshiroSeed): void {
  let s0 = seed[0] | 0 // integers from the start, or the loop is compiled for any number
  let s1 = seed[1] | 0
  let s2 = seed[2] | 0
  let s3 = seed[3] | 0
  for (let i = 0; i < out.length; i++) {
    const sum = (s0 + s3) | 0
    const word = ((sum << 7) | (sum >>> 25)) + s0
    out[i] = ((word | 0) >>> 8) * 5.9604644775390625e-8 // 2^-24
    const shifted = s1 << 9
    s2 ^= s0
    s3 ^= s1
    s1 ^= s2
    s0 ^= s3
    s2 ^= shifted
    s3 = (s3 << 11) | (s3 >>> 21)
  }
}
