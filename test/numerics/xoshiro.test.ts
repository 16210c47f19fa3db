import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { uniforms as xoshiroInto } from '../../src/kernels/uniforms.ts'
import { Random } from '../../src/numerics/random.ts'
import { Xoshiro } from '../../src/numerics/xoshiro.ts'

// Made by vectors/xoshiro.py from the definition, in integers of any size.
const { cases }: { cases: { state: [number, number, number, number]; words: number[] }[] } = JSON.parse(
  readFileSync(new URL('../vectors/xoshiro.json', import.meta.url), 'utf8'),
)

describe('words', () => {
  it.each(cases)('are those of xoshiro128++ from the state $state, one by one and in blocks', ({ state, words }) => {
    const stream = new Xoshiro(state)
    expect(words.map(() => stream.next() >>> 0)).toEqual(words)
    expect(Array.from(new Xoshiro(state).block().subarray(0, words.length), (word) => word >>> 0)).toEqual(words)
  })

  it('go on from block to block', () => {
    const [stream, other] = [new Xoshiro([1, 2, 3, 4]), new Xoshiro([1, 2, 3, 4])]
    const blocks = [...stream.block(), ...stream.block()]
    expect(blocks.map(() => other.next())).toEqual(blocks)
  })
})

describe('blocks of uniforms', () => {
  it.each(cases)('are the upper 24 bits of xoshiro128++ from the state $state', ({ state, words }) => {
    const out = new Float32Array(words.length)
    xoshiroInto(out, state)
    expect([...out]).toEqual(words.map((word) => (word >>> 8) / 2 ** 24))
  })

  it('are even, below 1, the same in float32 and float64, and leave the stream at a place of its own', () => {
    const [single, double] = [new Float32Array(40_000), new Float64Array(40_000)]
    const [a, b, short] = [new Random('block'), new Random('block'), new Random('block')]
    a.uniformBlockInto(single)
    b.uniformBlockInto(double)
    short.uniformBlockInto(new Float32Array(1))
    expect(Array.from(single)).toEqual(Array.from(double))
    expect(a.uniform()).toBe(short.uniform())
    const counts = new Float64Array(16)
    for (const x of single) counts[Math.floor(16 * x)]++
    const chiSquare = counts.reduce((sum, n) => sum + (n - 2500) ** 2 / 2500, 0)
    expect(chiSquare).toBeLessThan(37.7) // 0.1 % point of 15 degrees of freedom
    a.uniformBlockInto(single)
    expect(Array.from(single)).not.toEqual(Array.from(double))
  })

  it('go on from a saved stream', () => {
    const random = new Random('block')
    random.uniform()
    const copy = Random.restore(JSON.parse(JSON.stringify(random.state())))
    const [x, y] = [new Float32Array(9), new Float32Array(9)]
    random.uniformBlockInto(x)
    copy.uniformBlockInto(y)
    expect(x).toEqual(y)
  })
})
