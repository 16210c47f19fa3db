import { describe, expect, it, vi } from 'vitest'
import { resample } from '../../src/audio/resample.ts'
import { ResampleStream } from '../../src/audio/resample-stream.ts'
import type { FloatArray } from '../../src/core/types.ts'
import { extendedFilter } from '../../src/kernels/extended-filter.ts'
import { createResampler } from '../../src/kernels/resampler.ts'
import { type RatioTaps, ratioFilter, suitsRatio } from '../../src/kernels/simd/ratio-filter.ts'
import { halfWidth, sincFilter } from '../../src/kernels/sinc-filter.ts'
import { Random } from '../../src/numerics/random.ts'

vi.mock('../../src/kernels/simd/ratio-filter.ts', async (load) => {
  const own = await load<typeof import('../../src/kernels/simd/ratio-filter.ts')>()
  return { ...own, ratioFilter: vi.fn(own.ratioFilter) }
})

/** The last three have one prime power, another order of them, and a radix of 5 with twiddle factors. */
const ratios: [number, number][] = [
  [160, 441],
  [320, 441],
  [640, 441],
  [80, 441],
  [160, 147],
  [147, 160],
  [441, 160],
  [441, 640],
  [80, 147],
  [16, 1],
  [5, 12],
  [9, 25],
]

function tapsOf(L: number, M: number): RatioTaps {
  const scale = Math.min(1, L / M)
  const reach = Math.ceil(halfWidth / scale)
  const count = 2 * reach
  const rows = Float64Array.from({ length: L * count }, (_, at) => {
    const [phase, i] = [Math.floor(at / count), at % count]
    return scale * sincFilter((i + 1 - reach - phase / L) * scale)
  })
  return { L, M, scale, count, rows }
}

/** Noise as loud as a call of `fill` with a level for each seventh. */
function sound(length: number, levels = [1, 0.1, 1e-3, 1, 1e-6, 0, 0.5]): Float32Array {
  const x = new Float32Array(length)
  new Random('ratios').uniformInto(x, -1, 1)
  return x.map((value, n) => value * levels[Math.floor((n * levels.length) / length)])
}

/** Outputs by the sums of taps in float64, rounded once. */
function bySums(x: Float32Array, L: number, M: number, length: number, whole = 0): Float32Array {
  const out = new Float64Array(length)
  createResampler(M, L).fill(out, x, { whole, phase: 0 })
  return Float32Array.from(out)
}

/** Of whole buffers; quicker than matchers for a million samples. */
const sameBits = (a: Float32Array, b: Float32Array): boolean => Buffer.from(a.buffer).equals(Buffer.from(b.buffer))

function joined(parts: FloatArray[]): Float32Array {
  const out = new Float32Array(parts.reduce((length, part) => length + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function filterOf(L: number, M: number) {
  const filter = ratioFilter(tapsOf(L, M))
  if (filter === null) throw new Error('no WebAssembly')
  return filter
}

describe.each(ratios)('blocks, %d outputs of %d inputs', (L, M) => {
  const filter = filterOf(L, M)
  const { inputs, outputs, before } = filter

  it.each([1, 1e30, 1e-30, 1e-39])('have the bits of the sums of taps, at all levels: times %d', (level) => {
    for (const levels of [[1], [1, 0.1, 1e-3, 1, 1e-6, 0, 0.5]]) {
      filter.input.set(sound(inputs, levels).map((x) => x * level))
      expect(filter.run()).toBe(true)
      const sums = bySums(filter.input.slice(), L, M, outputs, before - 1)
      expect(filter.output).toEqual(sums)
      expect(sums.some((y) => y !== 0)).toBe(true)
    }
  })

  it('say so where a sample is no number', () => {
    for (const at of [0, inputs - 1]) {
      filter.input.fill(0.25)
      filter.input[at] = Number.NaN
      expect(filter.run()).toBe(false)
    }
  })
})

it('give silence, and sums at infinity', () => {
  const filter = filterOf(160, 441)
  filter.input.fill(0)
  expect(filter.run()).toBe(true)
  expect(filter.output.every((y) => y === 0)).toBe(true)
  filter.input[77] = Number.POSITIVE_INFINITY
  expect(filter.run()).toBe(false)
})

it('serve ratios of small primes whose taps leave room in a block', () => {
  const suits = (L: number, M: number): boolean => {
    const { rows: _rows, ...taps } = tapsOf(L, M)
    return suitsRatio(taps)
  }
  expect(ratios.every(([L, M]) => suits(L, M))).toBe(true)
  expect(suits(11, 16)).toBe(false)
  expect(suits(7, 1024)).toBe(false)
})

it('are what a long sound takes, with the bits of its stream and of float64', () => {
  for (const [from, to] of [
    [44100, 16000],
    [22050, 16000],
    [44100, 48000],
  ]) {
    const x = sound(Math.ceil((2 ** 18 * from) / to) + 1777)
    x[123_456] = 3
    const stream = new ResampleStream({ fromRate: from, toRate: to })
    const parts = [stream.push(x.subarray(0, 100_001)), stream.push(x.subarray(100_001)), stream.flush()]
    vi.mocked(ratioFilter).mockClear()
    const whole = resample(x, from, to)
    expect(ratioFilter).toHaveBeenCalledOnce()
    expect(sameBits(whole, joined(parts))).toBe(true)
    expect(sameBits(whole, Float32Array.from(resample(Float64Array.from(x), from, to)))).toBe(true)
    const start = resample(x.subarray(0, 50_001), from, to).slice(0, 15_000)
    expect(sameBits(start, whole.slice(0, 15_000))).toBe(true)
  }
})

it('continue the filter without a step, to nothing', () => {
  const width = 2.9
  for (const t of [0, 0.3, 10.7, 63.99]) expect(extendedFilter(-t, width)).toBe(sincFilter(t))
  const edge = sincFilter(63.999)
  expect(Math.abs(edge)).toBeGreaterThan(1e-7)
  expect(extendedFilter(64.001, width) / edge).toBeCloseTo(1, 1)
  expect(sincFilter(64.001)).toBe(0)
  expect(extendedFilter(halfWidth + width, width)).toBe(0)
  expect(Math.abs(extendedFilter(66.8, width))).toBeLessThan(1e-11)
})
