import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wilsonInterval } from '../../src/evaluation/intervals.ts'

const DIGITS = 10
const run = { seed: 42, numRuns: 200 }

/** Quantiles of the normal, from Python's statistics.NormalDist().inv_cdf((1 + confidence) / 2). */
const quantiles: [number, number][] = [
  [0.5, 0.6744897501960817],
  [0.9, 1.6448536269514715],
  [0.95, 1.9599639845400536],
  [0.99, 2.5758293035489],
  [0.999, 3.2905267314919255],
]

const counts = fc.integer({ min: 1, max: 2000 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)))

describe('wilsonInterval', () => {
  // Computed by Python with the formula over a share p and NormalDist().inv_cdf.
  it.each([
    [8, 10, 0.95, 0.490162471537, 0.943317848546],
    [269, 338, 0.95, 0.749675414918, 0.835391126426],
    [1, 3, 0.5, 0.182817250159, 0.527741823141],
    [7, 9, 0.999999, 0.16807008303, 0.98377578429],
    [50, 100, 0.99, 0.375279625045, 0.624720374955],
  ])('of %i in %i at %d', (successes, n, confidence, low, high) => {
    const interval = wilsonInterval(successes, n, confidence)
    expect(interval.low).toBeCloseTo(low, DIGITS)
    expect(interval.high).toBeCloseTo(high, DIGITS)
  })

  it.each(quantiles)('has ends that lie z standard errors of their own from the share, at %d', (confidence, z) => {
    fc.assert(
      fc.property(counts, ([successes, n]) => {
        const { low, high } = wilsonInterval(successes, n, confidence)
        const share = successes / n
        if (successes > 0) expect(share - low).toBeCloseTo(z * Math.sqrt((low * (1 - low)) / n), DIGITS)
        if (successes < n) expect(high - share).toBeCloseTo(z * Math.sqrt((high * (1 - high)) / n), DIGITS)
      }),
      run,
    )
  })

  it.each(quantiles)('takes the quantile at which the series of Abramowitz & Stegun have the area %d', (confidence) => {
    const { high } = wilsonInterval(0, 1, confidence)
    const z = Math.sqrt(high / (1 - high)) // none of one: 0 to z^2 / (1 + z^2)
    let byRisingTerms = 0 // 26.2.11: Z(z) sum z^(2n+1) / (1 3 5 ... (2n+1))
    let byTurningTerms = 0 // 26.2.10: 1/sqrt(2 pi) sum (-1)^n z^(2n+1) / (n! 2^n (2n+1))
    for (let n = 0, odd = 1, factorial = 1; n < 60; n++, odd *= 2 * n + 1, factorial *= n) {
      byRisingTerms += z ** (2 * n + 1) / odd
      byTurningTerms += ((-1) ** n * z ** (2 * n + 1)) / (factorial * 2 ** n * (2 * n + 1))
    }
    const root = Math.sqrt(2 * Math.PI)
    expect(2 * Math.exp((-z * z) / 2) * (byRisingTerms / root)).toBeCloseTo(confidence, DIGITS)
    expect((2 * byTurningTerms) / root).toBeCloseTo(confidence, DIGITS)
  })

  it('mirrors when successes become failures', () => {
    fc.assert(
      fc.property(counts, ([successes, n]) => {
        const { low, high } = wilsonInterval(successes, n)
        const mirrored = wilsonInterval(n - successes, n)
        expect(mirrored.low).toBeCloseTo(1 - high, DIGITS)
        expect(mirrored.high).toBeCloseTo(1 - low, DIGITS)
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
      }),
      run,
    )
  })

  it('takes 95 % where nothing else is said', () => {
    expect(wilsonInterval(3, 7)).toEqual(wilsonInterval(3, 7, 0.95))
    expect(wilsonInterval(3, 7)).not.toEqual(wilsonInterval(3, 7, 0.9))
  })

  it('is exact at the ends and knows nothing from nothing', () => {
    for (const [confidence] of quantiles) {
      for (const n of [1, 3, 7, 10, 49, 1000]) {
        expect(wilsonInterval(0, n, confidence).low).toBe(0)
        expect(wilsonInterval(n, n, confidence).high).toBe(1)
      }
    }
    expect(wilsonInterval(0, 10).high).toBeCloseTo(0.277532799862, DIGITS)
    expect(wilsonInterval(0, 0)).toEqual({ low: 0, high: 1 })
  })

  it('stays finite up to the largest confidence below 1', () => {
    const { low, high } = wilsonInterval(7, 9, 1 - Number.EPSILON / 2)
    expect(low).toBeGreaterThan(0)
    expect(high).toBeLessThan(1)
    expect(high - low).toBeGreaterThan(0.8)
  })

  it('rejects what are no counts', () => {
    expect(() => wilsonInterval(3, 2)).toThrow('wilsonInterval: "successes" expected an integer >= 0 and <= 2, got 3')
    expect(() => wilsonInterval(-1, 2)).toThrow(RangeError)
    expect(() => wilsonInterval(0.5, 2)).toThrow(RangeError)
    expect(() => wilsonInterval(1, 2, 1)).toThrow('"confidence" expected a finite number > 0 and < 1, got 1')
    expect(() => wilsonInterval(1, 2, 0)).toThrow(RangeError)
  })
})
