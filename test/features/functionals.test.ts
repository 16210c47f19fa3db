import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { functionals } from '../../src/features/functionals.ts'

describe('functionals', () => {
  it('are moments and quantiles of each column', () => {
    // Of 1, 2, 3, 4, 10: mean 4, variance 10, third moment 36, fourth 278.8.
    const x = view(Float64Array.of(1, 5, 2, 5, 10, 5, 3, 5, 4, 5), [5, 2])
    const row = functionals(x, { quantiles: [0, 0.5, 0.9, 1] })
    expect(row.shape).toEqual([1, 16])
    const wanted = [4, Math.sqrt(10), 36 / (10 * Math.sqrt(10)), 278.8 / 100 - 3, 1, 3, 7.6, 10]
    for (const [i, value] of wanted.entries()) expect(row.get(0, i)).toBeCloseTo(value, 12)
    expect(Array.from(row.data).slice(8)).toEqual([5, 0, 0, 0, 5, 5, 5, 5])
  })

  it('keeps its argument and the element type', () => {
    const x = view(Float32Array.of(3, 1, 2), [3, 1])
    expect(functionals(x).data).toBeInstanceOf(Float32Array)
    expect(functionals(x).shape).toEqual([1, 9])
    expect(Array.from(x.data)).toEqual([3, 1, 2])
  })

  it.each<[() => unknown, RegExp]>([
    [() => functionals(view(new Float32Array(0), [0, 2])), /functionals: "x" expected at least one row/],
    [() => functionals(view(Float32Array.of(Number.NaN), [1, 1])), /expected finite numbers, got NaN/],
    [
      () => functionals(view(Float32Array.of(1), [1, 1]), { quantiles: [2] }),
      /"quantiles\[0\]" expected .* <= 1, got 2/,
    ],
    [() => functionals(view(Float32Array.of(1), [1, 1]), { q: 1 } as never), /unknown option "q"/],
  ])('refuses what it cannot take %#', (act, message) => {
    expect(act).toThrow(message)
  })
})
