import { describe, expect, it } from 'vitest'
import { Random } from '../../src/numerics/random.ts'
import { hashOf } from '../support/hashes.ts'

const N = 400_000
/** Upper ends of eighteen bins of equal probability of |x|: SciPy, norm.isf((1 - arange(1, 18) / 18) / 2). */
const EDGES = [
  ...[0.06968492, 0.1397103, 0.21042839, 0.28221615, 0.35549042, 0.4307273, 0.50848806, 0.5894558, 0.67448975],
  ...[0.76470967, 0.86163412, 0.96742157, 1.08532491, 1.22064035, 1.38299413, 1.59321882, 1.91450583],
]

function draws(seed: string, n = N): Float64Array {
  const out = new Float64Array(n)
  new Random(seed).normalBlockInto(out)
  return out
}

describe('blocks of normals', () => {
  it('fall into bins of equal probability, on either side alike', () => {
    const counts = new Float64Array(2 * (EDGES.length + 1))
    for (const x of draws('bins')) {
      const bin = EDGES.filter((edge) => Math.abs(x) > edge).length
      counts[2 * bin + (x < 0 ? 0 : 1)]++
    }
    const expected = N / counts.length
    const chiSquare = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0)
    expect(chiSquare).toBeLessThan(66.6) // 0.1 % point of 35 degrees of freedom
    expect(chiSquare).toBeGreaterThan(14.7) // and the 99.9 % point
  })

  it('have the moments of normals', () => {
    const x = draws('moments')
    const moment = (k: number): number => x.reduce((sum, value) => sum + value ** k, 0) / N
    expect(Math.abs(moment(1))).toBeLessThan(4 * Math.sqrt(1 / N))
    expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / N))
    expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / N))
    expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / N))
  })

  it('have the tails of normals', () => {
    const x = draws('tails', 4 * N)
    for (const [beyond, probability] of [
      [3, 2.699796e-3],
      [3.442619855899, 5.761085e-4],
      [4, 6.334248e-5],
    ]) {
      for (const sign of [-1, 1]) {
        const count = x.filter((value) => sign * value > beyond).length
        const expected = (4 * N * probability) / 2
        expect(Math.abs(count - expected)).toBeLessThan(4 * Math.sqrt(expected))
      }
    }
  })

  it('are scaled and moved, the same in float32, and leave the stream at a place of its own', () => {
    const plain = draws('scale', 600)
    const single = new Float32Array(600)
    const [random, other] = [new Random('scale'), new Random('scale')]
    random.normalBlockInto(single, 2, 0.5)
    expect(single).toEqual(Float32Array.from(plain, (x) => 2 + 0.5 * x))
    other.normalBlockInto(new Float32Array(1))
    expect(random.uniform()).toBe(other.uniform())
  })
  it('keep their bits from release to release, at edges and in the tails too', () => {
    expect(hashOf(draws('bits', 100_000))).toBe('5dc902e5123de8bb')
    const sequence = Array.from({ length: 300 }, (_, n) => draws(`bits ${n}`, n).at(-1) ?? 0)
    expect(hashOf(Float64Array.from(sequence))).toBe('3d9ede562d884197')
  })
})
