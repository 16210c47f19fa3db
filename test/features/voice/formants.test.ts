import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import { mfcc } from '../../../src/features/mfcc.ts'
import { type FormantOptions, formants } from '../../../src/features/voice/formants.ts'
import { lpc } from '../../../src/features/voice/linear-prediction.ts'
import { vowel } from '../../support/voice-signals.mjs'
import { unitSamples } from '../reference.ts'

const bandwidths = [60, 80, 120, 150, 200]
const vowels: [string, number, number[]][] = [
  ['a of a man', 110, [730, 1090, 2440, 3400, 4500]],
  ['i of a man', 130, [270, 2290, 3010, 3600, 4500]],
  ['a of a woman', 180, [850, 1220, 2810, 3800, 4800]],
  ['u of a man', 100, [300, 870, 2240, 3300, 4500]],
]

function meanOf(x: { get: (t: number, j: number) => number; shape: number[] }, j: number): number {
  let sum = 0
  for (let t = 5; t < x.shape[0] - 5; t++) sum += x.get(t, j) / (x.shape[0] - 10)
  return sum
}

describe('lpc', () => {
  /** x[n] = 1.6 x[n-1] - 0.81 x[n-2] + an impulse. */
  function resonance(length: number): Float64Array {
    const x = new Float64Array(length)
    for (let n = 0; n < length; n++) x[n] = (n === 0 ? 1 : 0) + 1.6 * (x[n - 1] ?? 0) - 0.81 * (x[n - 2] ?? 0)
    return x
  }

  it('finds the coefficients of a decaying resonance', () => {
    const a = lpc(resonance(400), { order: 4, method: 'autocorrelation' })
    for (const [i, value] of [1, -1.6, 0.81, 0, 0].entries()) expect(a[i]).toBeCloseTo(value, 12)
  })

  it('finds a sinusoid exactly by Burg from few samples, where the autocorrelation cannot', () => {
    const x = Float64Array.from({ length: 40 }, (_, n) => Math.cos(0.5 * n + 0.3))
    expect(lpc(x, { order: 2 })[1]).toBeCloseTo(-2 * Math.cos(0.5), 2)
    expect(Math.abs(lpc(x, { order: 2, method: 'autocorrelation' })[1] + 2 * Math.cos(0.5))).toBeGreaterThan(0.02)
  })

  it('is 1 and zeros in silence, and refuses what it cannot take', () => {
    for (const method of ['burg', 'autocorrelation'] as const) {
      expect([...lpc(new Float32Array(9), { order: 3, method })]).toEqual([1, 0, 0, 0])
    }
    expect(() => lpc([1, 2], { order: 2 })).toThrow('lpc: "order" expected an integer >= 1 and <= 1, got 2')
    expect(() => lpc([1, 2, Number.NaN], { order: 1 })).toThrow('lpc: "samples" expected finite numbers')
    expect(() => lpc([1, 2, 3], { order: 1, method: 'covariance' as never })).toThrow('lpc: "method" expected one of')
  })
})

describe('formants', () => {
  it.each(vowels)('of a synthetic %s are those it was made with', (_, f0, frequencies) => {
    const { samples, sampleRate } = vowel(f0, frequencies, bandwidths)
    for (const method of ['burg', 'autocorrelation'] as const) {
      const x = formants(samples, { sampleRate, method, dtype: 'float64' })
      // Harmonics lie f0 apart: no method sees resonances between them better than to a fraction of that.
      for (let i = 0; i < 3; i++) expect(Math.abs(meanOf(x, i) - frequencies[i])).toBeLessThan(0.13 * f0)
      for (let i = 0; i < 3; i++) expect(Math.abs(meanOf(x, 3 + i) - bandwidths[i])).toBeLessThan(0.8 * bandwidths[i])
    }
  })

  it('come from the band alone, at any sample rate', () => {
    const low = vowel(120, [700, 1220, 2600, 3300, 4200], bandwidths, { sampleRate: 11000 })
    const high = vowel(120, [700, 1220, 2600, 3300, 4200, 6500, 7500, 9000], [...bandwidths, 200, 200, 200], {
      sampleRate: 22000,
    })
    const x = formants(low.samples, { sampleRate: 11000, dtype: 'float64' })
    const y = formants(high.samples, { sampleRate: 22000, dtype: 'float64' })
    for (let i = 0; i < 2; i++) expect(Math.abs(meanOf(x, i) - meanOf(y, i))).toBeLessThan(25)
  })

  it('of sound that ends below the band are not looked for there, unless asked', () => {
    const sampleRate = 8000
    const { samples } = vowel(120, [500, 1500, 2500, 3500], [60, 80, 120, 150], { sampleRate })
    const third = (given = {}) => formants(samples, { sampleRate, ...given }).get(25, 2)
    expect(Math.abs(third() - 2500)).toBeLessThan(75)
    expect(third()).toBe(third({ order: 8 }))
    expect(Math.abs(third({ order: 10 }) - 2500)).toBeGreaterThan(100)
    expect(formants(samples, { sampleRate, count: 5 }).shape[1]).toBe(10)
    const wide = { sampleRate: 11025 }
    expect(formants(samples, wide).data).toEqual(formants(samples, { ...wide, order: 10 }).data)
  })

  it('line up with mfcc, ascend, and are 0 in silence', () => {
    const options = { sampleRate: 16000, dtype: 'float64', count: 5 } as const
    const x = formants(unitSamples, options)
    expect(x.shape).toEqual([mfcc(unitSamples, { sampleRate: 16000 }).shape[0], 10])
    for (let t = 0; t < x.shape[0]; t++) {
      for (let i = 1; i < 5; i++) if (x.get(t, i) > 0) expect(x.get(t, i)).toBeGreaterThan(x.get(t, i - 1))
      for (let i = 0; i < 5; i++) expect(x.get(t, i) > 0).toBe(x.get(t, 5 + i) > 0)
    }
    expect([...formants(new Float32Array(400), { ...options, count: 2 }).data]).toEqual([0, 0, 0, 0])
    expect(formants([], options).shape).toEqual([0, 10])
    const strided = ndarray(
      Float64Array.from({ length: 3200 }, (_, i) => unitSamples[i >> 1]),
      [1600],
      [2],
    )
    expect(formants(strided, options).data).toEqual(formants(unitSamples.subarray(0, 1600), options).data)
  })

  it.each<[Record<string, unknown>, string]>([
    [{ count: 6 }, 'formants: "count" expected an integer >= 1 and <= 5, got 6'],
    [{ highFrequency: 100 }, 'formants: "highFrequency" expected a finite number > 200'],
    [{ windowSeconds: 0.0005 }, 'formants: "windowSeconds" expected'],
    [{ method: 'cepstrum' }, 'formants: "method" expected one of "burg", "autocorrelation"'],
    [{ formants: 3 }, 'formants: unknown option "formants"'],
    [{ alignSeconds: 0 }, 'formants: "alignSeconds" expected'],
  ])('refuses %j', (wrong, message) => {
    expect(() => formants(unitSamples, { sampleRate: 16000, ...wrong } as FormantOptions)).toThrow(message)
  })
})
