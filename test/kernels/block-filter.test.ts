import { describe, expect, it } from 'vitest'
import { createResampler, outputPlace, resampledLength } from '../../src/kernels/resampler.ts'
import { blockFilter, suitsBlocks } from '../../src/kernels/simd/block-filter.ts'
import { Random } from '../../src/numerics/random.ts'

const rates: [number, number][] = [
  [48000, 16000],
  [48000, 8000],
  [16000, 48000],
  [8000, 16000],
  [24000, 16000],
  [32000, 48000],
  [40000, 16000],
]

/** Noise, then hardly any, then none, each for a third, of odd lengths. */
function sound(length: number): Float32Array {
  const x = new Float32Array(length)
  new Random('blocks').uniformInto(x, -1, 1)
  return x.map((value, n) => (n < length / 3 ? value : n < length / 1.5 ? 1e-9 * value : 0))
}

/** Outputs by the sums of taps: pieces so short that no block is worth while. */
function bySums(x: Float32Array, from: number, to: number, place = { whole: 0, phase: 0 }): Float32Array {
  const { fill } = createResampler(from, to)
  const out = new Float32Array(resampledLength(x.length, from, to))
  for (let at = 0; at < out.length; at += 97) fill(out.subarray(at, Math.min(at + 97, out.length)), x, place)
  return out
}

function atOnce(x: Float32Array, from: number, to: number, place = { whole: 0, phase: 0 }): Float32Array {
  const out = new Float32Array(resampledLength(x.length, from, to))
  createResampler(from, to).fill(out, x, place)
  return out
}

describe.each(rates)('blocks, %d to %d Hz', (from, to) => {
  it('have the bits of the sums of taps, in quiet, in silence and at the ends too', () => {
    for (const length of [1, 5000, 40001]) {
      const x = sound(length)
      expect(atOnce(x, from, to)).toEqual(bySums(x, from, to))
    }
  })

  it('begin at any place', () => {
    const x = sound(30000)
    for (const phase of [0, 1, 2].filter((p) => p < to / 8000)) {
      const [one, other] = [
        { whole: 333, phase },
        { whole: 333, phase },
      ]
      expect(atOnce(x, from, to, one)).toEqual(bySums(x, from, to, other))
      expect(one).toEqual(other)
    }
  })

  it('spoil no output out of reach of a number that is none', () => {
    const x = sound(40000)
    x[20000] = Number.NaN
    const y = atOnce(x, from, to)
    expect(y).toEqual(bySums(x, from, to))
    expect(y.some(Number.isNaN)).toBe(true)
  })
})

it('serve where few phases have many taps, and WebAssembly runs', () => {
  const taps = { L: 1, M: 3, count: 384 }
  expect(suitsBlocks(taps)).toBe(true)
  expect(suitsBlocks({ L: 160, M: 441, count: 354 })).toBe(false)
  const filter = blockFilter({ ...taps, rows: new Float64Array(384).fill(1 / 384) })
  if (filter === null) throw new Error('no WebAssembly')
  filter.input.fill(0.5)
  expect(filter.run()).toBe(true)
  expect(filter.output).toEqual(new Float32Array(filter.outputs).fill(0.5))
})

it('give any stretch of the outputs from the samples that it reaches', () => {
  const x = sound(50000)
  for (const [from, to] of [...rates, [44100, 8000] as const]) {
    const whole = atOnce(x, from, to)
    const { reach, fill } = createResampler(from, to)
    const [first, end] = [1237, whole.length - 11]
    const place = outputPlace(first, from, to)
    const start = Math.max(0, place.whole + 1 - reach)
    const out = new Float32Array(end - first)
    const last = outputPlace(end, from, to).whole + 1 + reach
    fill(out, x.slice(start, last), { ...place, whole: place.whole - start })
    expect(out).toEqual(whole.subarray(first, end))
  }
})
