/**
 * The generator xoshiro128++ 1.0 of D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators" (2021): 32 bits
 * a step from a state of 128, in integer arithmetic, the same on every engine.
 */
import type { FloatArray } from '../core/types.ts'

/** Fills with uniforms in [0, 1), the upper 24 bits of each step: what a float32 holds exactly. The state must not be 0. */
export function xoshiroInto(out: FloatArray, state: readonly [number, number, number, number]): void {
  let s0 = state[0] | 0 // integers from the start, or the loop is compiled for any number
  let s1 = state[1] | 0
  let s2 = state[2] | 0
  let s3 = state[3] | 0
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
