import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hzToMel, melScales, melToHz } from '../../src/features/mel-scale.ts'

const relativeTolerance = 1e-12

describe('hzToMel and melToHz', () => {
  it('equal their formulas at 1 kHz and at 4 kHz', () => {
    expect(hzToMel(1000)).toBeCloseTo(1125 * Math.log(1 + 1000 / 700), 10)
    expect(hzToMel(1000, 'htk')).toBeCloseTo(1127 * Math.log(1 + 1000 / 700), 10)
    expect(hzToMel(1000, 'oshaughnessy')).toBeCloseTo(2595 * Math.log10(1 + 1000 / 700), 10)
    expect(hzToMel(1000, 'slaney')).toBe(15)
    expect(hzToMel(500, 'slaney')).toBeCloseTo(7.5, 12)
    expect(hzToMel(6400, 'slaney')).toBeCloseTo(42, 10)
    expect(melToHz(42, 'slaney')).toBeCloseTo(6400, 8)
    expect(melToHz(1125 * Math.log(2))).toBeCloseTo(700, 10)
  })

  it.each(melScales)('%s: one undoes the other, and both rise', (scale) => {
    const frequency = fc.double({ min: 0, max: 48000, noNaN: true })
    fc.assert(
      fc.property(frequency, frequency, (f, g) => {
        const mel = hzToMel(f, scale)
        expect(Math.abs(melToHz(mel, scale) - f)).toBeLessThanOrEqual(relativeTolerance * Math.max(f, 1))
        if (f - g > 1e-6) expect(mel).toBeGreaterThan(hzToMel(g, scale))
      }),
      { seed: 42, numRuns: 200 },
    )
    expect(hzToMel(0, scale)).toBe(0)
  })

  it('refuse negative values and unknown scales', () => {
    expect(() => hzToMel(-1)).toThrow('hzToMel: "frequency" expected a finite number >= 0, got -1')
    expect(() => melToHz(Number.NaN)).toThrow(RangeError)
    expect(() => hzToMel('1000' as never)).toThrow(TypeError)
    expect(() => melToHz(1, 'bark' as never)).toThrow(/melToHz: "scale" expected one of "study"/)
  })

  it.each(melScales)('%s: values beyond what float64 holds are refused, extreme ones are right', (scale) => {
    for (const mel of [1e6, 1e300, Number.MAX_VALUE]) {
      expect(() => melToHz(mel, scale)).toThrow(
        new RangeError(`melToHz: "mel" expected mel of a finite frequency in "${scale}", got ${mel}`),
      )
    }
    const most = hzToMel(1e308, scale)
    expect(Math.abs(melToHz(most, scale) / 1e308 - 1)).toBeLessThan(1e-9)
    expect(hzToMel(Number.MAX_VALUE, scale)).toBeLessThan(1e6)
    for (const bad of [-1, -1e300, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      expect(() => melToHz(bad, scale)).toThrow(RangeError)
      expect(() => hzToMel(bad, scale)).toThrow(RangeError)
    }
    expect(melToHz(0, scale)).toBe(0)
    expect(melToHz(Number.MIN_VALUE, scale)).toBeGreaterThanOrEqual(0)
  })
})
