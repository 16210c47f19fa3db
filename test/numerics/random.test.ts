import { describe, expect, it } from 'vitest'
import { Random } from '../../src/numerics/random.ts'

const draw = (random: Random, n = 5): number[] => Array.from({ length: n }, () => random.uniform())
const N = 40_000

describe('Random', () => {
  it('repeats by seed and differs by seed, number or word', () => {
    expect(draw(new Random(1))).toEqual(draw(new Random(1)))
    expect(draw(new Random(1))).not.toEqual(draw(new Random(2)))
    expect(draw(new Random('a'))).not.toEqual(draw(new Random('b')))
  })

  it('keeps its numbers from release to release', () => {
    expect(draw(new Random(42), 3)).toMatchInlineSnapshot(`
      [
        0.6848634964661496,
        0.8455933186223463,
        0.563738122108285,
      ]
    `)
  })

  it('splits by name alone: draws elsewhere change nothing', () => {
    const fresh = new Random(1)
    const used = new Random(1)
    draw(used, 100)
    draw(used.substream('other'))
    expect(draw(used.substream('dropout'))).toEqual(draw(fresh.substream('dropout')))
    expect(draw(fresh.substream('a'))).not.toEqual(draw(fresh.substream('b')))
    expect(draw(fresh.substream('a').substream('b'))).not.toEqual(draw(fresh.substream('b').substream('a')))
  })

  it('goes on from a saved state exactly, through JSON, in the middle of a pair of normals', () => {
    const random = new Random(3)
    random.normal()
    const saved = JSON.parse(JSON.stringify(random.state()))
    const rest = [random.normal(), random.normal(), random.uniform()]
    const copy = Random.restore(saved)
    expect([copy.normal(), copy.normal(), copy.uniform()]).toEqual(rest)
    expect(draw(copy.substream('x'))).toEqual(draw(random.substream('x')))
  })

  it('uniforms fill their range evenly', () => {
    const x = new Float64Array(N)
    new Random(4).uniformInto(x, -1, 3)
    const counts = new Float64Array(8)
    for (const value of x) counts[Math.floor((value + 1) * 2)]++
    const chiSquare = counts.reduce((sum, n) => sum + (n - N / 8) ** 2 / (N / 8), 0)
    expect(chiSquare).toBeLessThan(24.3) // 0.1 % point of 7 degrees of freedom
  })

  it('normals have their moments', () => {
    const x = new Float64Array(N)
    new Random(5).normalInto(x, 2, 3)
    const mean = x.reduce((a, b) => a + b) / N
    const moment = (k: number): number => x.reduce((sum, v) => sum + ((v - mean) / 3) ** k, 0) / N
    expect(Math.abs(mean - 2)).toBeLessThan((4 * 3) / Math.sqrt(N))
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.03)
    expect(Math.abs(moment(3))).toBeLessThan(0.05)
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.15)
  })

  it('Bernoulli draws follow one probability or one each', () => {
    const x = new Float32Array(N)
    new Random(6).bernoulliInto(x, 0.3)
    expect(new Set(x)).toEqual(new Set([0, 1]))
    expect(Math.abs(x.reduce((a, b) => a + b) / N - 0.3)).toBeLessThan(0.01)
    const two = new Float32Array(4)
    new Random(6).bernoulliInto(two, Float32Array.of(0, 1, 0, 1))
    expect(Array.from(two)).toEqual([0, 1, 0, 1])
  })

  it('permutations hold every index once and every order alike', () => {
    const random = new Random(7)
    const seen = new Map<string, number>()
    for (let i = 0; i < 6000; i++) {
      const p = random.permutation(3)
      expect(Array.from(p).sort()).toEqual([0, 1, 2])
      seen.set(p.join(''), (seen.get(p.join('')) ?? 0) + 1)
    }
    expect(seen.size).toBe(6)
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(120)
  })

  it('fills no arrays of integers, which would cut what is drawn', () => {
    const random = new Random(8)
    for (const out of [new Int16Array(4), new Uint8ClampedArray(4), [0, 0, 0, 0]] as never[]) {
      for (const call of ['uniformInto', 'uniformBlockInto', 'normalInto', 'normalBlockInto'] as const) {
        expect(() => random[call](out)).toThrow(`Random.${call}: "out" expected a Float32Array or Float64Array`)
      }
    }
    const flags = new Uint8Array(4)
    random.bernoulliInto(flags as never, 1)
    expect(Array.from(flags)).toEqual([1, 1, 1, 1])
  })

  it('refuses what is no seed', () => {
    expect(() => new Random(Number.NaN)).toThrow(/"seed" expected a finite number or a string, got NaN/)
    expect(() => new Random(undefined as never)).toThrow(TypeError)
  })
})
