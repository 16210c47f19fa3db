/**
 * The generator xoshiro128++ 1.0 of D. Blackman and S. Vigna, "Scrambled linear pseudorandom number generators" (2021):
 * 32 bits per step from a state of 128 bits, in integer arithmetic, the same on every engine.
 */
import type { XoshiroSeed } from '../kernels/uniforms.ts'

/** Words of a block. */
const BLOCK = 512

/**
 * A stream of words, signed 32 bit integers. kernels/uniforms.ts repeats its loop because it takes 1.4 ns per number,
 * against 2.7 through this class.
 */
export class Xoshiro {
  private readonly words = new Int32Array(BLOCK)
  private readonly state: Int32Array
  private used = BLOCK

  constructor(seed: XoshiroSeed) {
    this.state = Int32Array.from(seed)
  }

  /** The next word. */
  next(): number {
    if (this.used === BLOCK) this.block()
    return this.words[this.used++]
  }

  /** The next 512 words, in an array that the next block overwrites. */
  block(): Int32Array {
    const { words, state } = this
    let s0 = state[0]
    let s1 = state[1]
    let s2 = state[2]
    let s3 = state[3]
    for (let i = 0; i < BLOCK; i++) {
      const sum = (s0 + s3) | 0
      words[i] = ((sum << 7) | (sum >>> 25)) + s0
      const shifted = s1 << 9
      s2 ^= s0
      s3 ^= s1
      s1 ^= s2
      s0 ^= s3
      s2 ^= shifted
      s3 = (s3 << 11) | (s3 >>> 21)
    }
    state.set([s0, s1, s2, s3])
    this.used = 0
    return words
  }
}
