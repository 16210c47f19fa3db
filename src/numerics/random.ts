/**
 * Seeded random streams. A stream is split by name, never by position: `substream('dropout')` depends on the seed and
 * the name alone, so that adding a draw in one place changes no other. The generator is Alea (J. Baagøe) of
 * `seedrandom`.
 */

import alea from 'seedrandom/lib/alea.js'
import { checkInteger, checkNumber, checkObject, checkString } from '../core/check.ts'
import { log } from '../core/elementary.ts'
import { expectation } from '../core/errors.ts'
import { limits } from '../core/limits.ts'
import { Printed } from '../core/printed.ts'
import { isFloat32, isFloat64 } from '../core/realm.ts'
import { isTypedNumbers } from '../core/storage.ts'
import type { FloatArray } from '../core/types.ts'
import { uniforms, type XoshiroSeed } from '../kernels/uniforms.ts'
import { normalsInto } from './ziggurat.ts'

/** Seed of a stream. */
export type Seed = number | string

/** A stream's position, as plain JSON. */
export interface RandomState {
  path: string
  generator: { c: number; s0: number; s1: number; s2: number }
  /** The second normal of a pair, if not used yet. */
  spareNormal: number | null
}

/** The value if it is a valid seed. */
export function checkSeed(where: string, seed: unknown): Seed {
  if (typeof seed === 'string' || (typeof seed === 'number' && Number.isFinite(seed))) return seed
  throw new TypeError(expectation(where, 'seed', 'a finite number or a string', seed))
}

/** Throws unless `out` is a typed array of numbers and the rest are finite numbers. */
function checkFill(where: string, out: unknown, numbers: Record<string, number> = {}): void {
  if (!isFloat32(out) && !isFloat64(out)) {
    throw new TypeError(expectation(where, 'out', 'a Float32Array or Float64Array', out))
  }
  for (const name of Object.keys(numbers)) checkNumber(where, name, numbers[name])
}

/** A stream of random numbers: same seed, same numbers. */
export class Random extends Printed {
  private readonly path: string
  private generator: ReturnType<typeof alea>
  private spareNormal: number | null = null

  constructor(seed: Seed) {
    super()
    this.path = String(checkSeed('Random', seed))
    this.generator = alea(this.path, { state: true })
  }

  /** Text with the seed, which consoles print for the stream. */
  override toString(): string {
    return `Random: seed ${this.path}`
  }

  /** An independent stream that depends on this stream's seed and the name, not on what was drawn. */
  substream(name: string | number): Random {
    if (typeof name !== 'string' && !Number.isFinite(name)) {
      throw new TypeError(expectation('Random.substream', 'name', 'a string or a finite number', name))
    }
    return new Random(`${this.path}/${name}`)
  }

  /** Uniform in [0, 1), 53 bits. */
  uniform(): number {
    return this.generator.double()
  }

  /** A uniform integer in 0..n-1. */
  integer(n: number): number {
    return this.below(checkInteger('Random.integer', 'n', n, { min: 1 }))
  }

  private below(n: number): number {
    return Math.floor(this.generator.double() * n)
  }

  /** Standard normal (Marsaglia's polar method). */
  normal(): number {
    if (this.spareNormal !== null) {
      const spare = this.spareNormal
      this.spareNormal = null
      return spare
    }
    for (;;) {
      const u = 2 * this.generator.double() - 1
      const v = 2 * this.generator.double() - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) {
        const scale = Math.sqrt((-2 * log(s)) / s)
        this.spareNormal = v * scale
        return u * scale
      }
    }
  }

  /** Fills with uniforms in [low, high). */
  uniformInto(out: FloatArray, low = 0, high = 1): void {
    checkFill('Random.uniformInto', out, { low, high })
    for (let i = 0; i < out.length; i++) out[i] = low + (high - low) * this.generator.double()
  }

  /**
   * Fills with uniforms in [0, 1) of 24 bits, faster than {@link Random.uniformInto}: four draws of this stream seed
   * xoshiro128++, which generates the numbers. The stream advances by four draws for any length.
   */
  uniformBlockInto(out: FloatArray): void {
    checkFill('Random.uniformBlockInto', out)
    uniforms(out, this.blockSeed())
  }

  /** Fills with normals. */
  normalInto(out: FloatArray, mean = 0, standardDeviation = 1): void {
    checkFill('Random.normalInto', out, { mean, standardDeviation })
    for (let i = 0; i < out.length; i++) out[i] = mean + standardDeviation * this.normal()
  }

  /** Fills with normals, faster than {@link Random.normalInto}; generated as in {@link Random.uniformBlockInto}. */
  normalBlockInto(out: FloatArray, mean = 0, standardDeviation = 1): void {
    checkFill('Random.normalBlockInto', out, { mean, standardDeviation })
    normalsInto(out, this.blockSeed(), mean, standardDeviation)
  }

  /** The seed of {@link Random.uniformBlockInto}, for who fills by a kernel. @internal */
  blockSeed(): XoshiroSeed {
    const word = (): number => this.below(4294967296) | 0
    return [word(), word(), word(), word() | 1]
  }

  /** Fills with ones, with probability `p` or `p[i]`, and zeros. */
  bernoulliInto(out: FloatArray, p: number | FloatArray): void {
    const where = 'Random.bernoulliInto'
    if (!isTypedNumbers(out)) throw new TypeError(expectation(where, 'out', 'a typed array', out))
    if (typeof p === 'number') checkNumber(where, 'p', p)
    if (typeof p !== 'number' && !(isTypedNumbers(p) && p.length >= out.length)) {
      throw new TypeError(expectation(where, 'p', `a number, or a typed array of ${out.length} numbers`, p))
    }
    for (let i = 0; i < out.length; i++) out[i] = this.generator.double() < (typeof p === 'number' ? p : p[i]) ? 1 : 0
  }

  /** The integers 0..n-1 in random order (Fisher-Yates). */
  permutation(n: number): Int32Array {
    const order = new Int32Array(checkInteger('Random.permutation', 'n', n, { min: 0, limit: limits.elements }))
    for (let i = 0; i < n; i++) order[i] = i
    for (let i = n - 1; i > 0; i--) {
      const j = this.below(i + 1)
      const swapped = order[i]
      order[i] = order[j]
      order[j] = swapped
    }
    return order
  }

  /** The position of the stream, from which {@link Random.restore} continues exactly. */
  state(): RandomState {
    return { path: this.path, generator: { ...this.generator.state() }, spareNormal: this.spareNormal }
  }

  /** The stream at a saved position. */
  static restore(state: RandomState): Random {
    const where = 'Random.restore'
    const { path, generator, spareNormal } = checkObject<RandomState>(where, 'state', state)
    const names = ['c', 's0', 's1', 's2'] as const
    const parts = checkObject<RandomState['generator']>(where, 'state.generator', generator)
    for (const name of names) checkNumber(where, `state.generator.${name}`, parts[name], { min: 0 })
    if (spareNormal !== null) checkNumber(where, 'state.spareNormal', spareNormal)
    const random = new Random(checkString(where, 'state.path', path))
    random.generator = alea('', { state: parts })
    random.spareNormal = spareNormal
    return random
  }
}
