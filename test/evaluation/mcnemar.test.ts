import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mcnemarExact } from '../../src/evaluation/mcnemar.ts'

// Made by vectors/mcnemar.py with scipy.stats.binomtest.
const { cases }: { cases: [number, number, number][] } = JSON.parse(
  readFileSync(new URL('../vectors/mcnemar.json', import.meta.url), 'utf8'),
)
/** Of SciPy's own p at counts of a million. */
const RELATIVE = 1e-9

describe('mcnemarExact', () => {
  it.each(cases)('of %i and %i', (onlyFirst, onlySecond, p) => {
    expect(Math.abs(mcnemarExact(onlyFirst, onlySecond) / p - 1)).toBeLessThan(RELATIVE)
  })

  it('of counts small enough to add the tail by hand', () => {
    // 2 (1 + 9) / 2^9 and 2 (1 + 5 + 10) / 2^5
    expect(mcnemarExact(1, 8)).toBeCloseTo(20 / 512, 14)
    expect(mcnemarExact(3, 2)).toBeCloseTo(1, 14)
    expect(mcnemarExact(0, 1)).toBeCloseTo(1, 14)
  })

  it('knows nothing from nothing or from a tie', () => {
    for (const count of [0, 1, 7, 123456]) expect(mcnemarExact(count, count)).toBe(1)
  })

  it('lies in 0..1, takes the two in either order, and falls as they part', () => {
    const count = fc.integer({ min: 0, max: 300 })
    fc.assert(
      fc.property(count, count, (a, b) => {
        const p = mcnemarExact(a, b)
        expect(p).toBeGreaterThan(0)
        expect(p).toBeLessThanOrEqual(1)
        expect(mcnemarExact(b, a)).toBe(p)
        if (a < b) expect(mcnemarExact(a, b + 1)).toBeLessThanOrEqual(p)
      }),
      { seed: 42, numRuns: 200 },
    )
  })

  it('ends at 0 where float64 does', () => expect(mcnemarExact(0, 2000)).toBe(0))

  it('rejects what are no counts', () => {
    expect(() => mcnemarExact(-1, 2)).toThrow('mcnemarExact: "onlyFirst" expected an integer >= 0, got -1')
    expect(() => mcnemarExact(1, 0.5)).toThrow(RangeError)
    expect(() => mcnemarExact('1' as never, 2)).toThrow(TypeError)
  })
})
