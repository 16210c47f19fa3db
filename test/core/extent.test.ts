import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { extentOf } from '../../src/core/extent.ts'

const samples = (length: number): Float32Array => Float32Array.from({ length }, (_, n) => Math.sin(n * n) * (n % 97))

describe('extentOf', () => {
  it.each([1, 2047, 2048, 2049, 10_000])('sums %i samples in order, and finds the least and the largest', (length) => {
    for (const x of [samples(length), Float64Array.from(samples(length), (value) => value + 0.1)]) {
      const list = Array.from(x)
      const sum = list.reduce((total, value) => total + value, 0)
      expect(extentOf(x)).toEqual({ sum, low: Math.min(...list), high: Math.max(...list) })
    }
  })

  it('has no extremes where there is no sample', () => {
    expect(extentOf(new Float32Array(0))).toEqual({ sum: 0, low: Infinity, high: -Infinity })
  })

  it('has extremes whose distance from the mean no sample exceeds, rounding included', () => {
    const numbers = fc.array(fc.double({ noNaN: true, min: -1e70, max: 1e70 }), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(numbers, (list) => {
        const { sum, low, high } = extentOf(Float64Array.from(list))
        const mean = sum / list.length
        expect(Math.max(high - mean, mean - low)).toBe(Math.max(...list.map((x) => Math.abs(x - mean))))
      }),
      { seed: 7 },
    )
  })
})
