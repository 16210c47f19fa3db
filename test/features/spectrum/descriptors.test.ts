import { describe, expect, it } from 'vitest'
import type { FloatNdArray, VectorLike } from '../../../src/core/types.ts'
import {
  alphaRatio,
  hammarbergIndex,
  spectralCentroid,
  spectralFlatness,
  spectralFlux,
  spectralRolloff,
  spectralSlope,
  spectralSpread,
} from '../../../src/features/spectrum/descriptors.ts'
import { spectrogram } from '../../../src/features/spectrum/spectrogram.ts'
import { unitSamples } from '../reference.ts'

const sampleRate = 16000
/** A bin every 20 Hz. */
const frame = { frameLength: 800, frameStep: 400, fftLength: 800, fftRounding: 'none', window: 'rectangular' } as const
const options = { sampleRate, dtype: 'float64', ...frame } as const

/** Sum of sines of Hz and amplitude that fit a frame: bin k of the spectrum is 400 times the amplitude. */
function tones(list: [number, number][], length = 1200): Float64Array {
  return Float64Array.from({ length }, (_, n) =>
    list.reduce((sum, [f, a]) => sum + a * Math.sin((2 * Math.PI * f * n) / sampleRate), 0),
  )
}

describe('spectral descriptors of tones', () => {
  const x = tones([
    [1000, 3],
    [3000, 1],
  ])

  it('the centroid and the spread weigh frequencies by magnitude or power', () => {
    expect(spectralCentroid(x, options).get(0)).toBeCloseTo(1500, 6)
    expect(spectralCentroid(x, { ...options, spectrum: 'power' }).get(0)).toBeCloseTo(1200, 6)
    expect(spectralSpread(x, options).get(0)).toBeCloseTo(Math.sqrt((3 * 500 * 500 + 1500 * 1500) / 4), 6)
  })

  it('the roll-off is the frequency below which the share lies', () => {
    expect(spectralRolloff(x, { ...options, share: 0.7 }).get(0)).toBe(1000)
    expect(spectralRolloff(x, options).get(0)).toBe(3000)
  })

  it('the alpha ratio and the Hammarberg index compare bands in decibels', () => {
    const y = tones([
      [100, 2],
      [500, 2],
      [1000, 1],
      [4000, 0.5],
      [40, 9],
      [6000, 9],
    ])
    expect(alphaRatio(y, options).get(0)).toBeCloseTo(10 * Math.log10(1.25 / 8), 6)
    const bands = tones([
      [1980, 2],
      [2000, 0.5],
      [5000, 0.1],
      [5020, 9],
    ])
    expect(hammarbergIndex(bands, options).get(0)).toBeCloseTo(20 * Math.log10(4), 6)
  })

  it('the slope is that of a line in decibels, at any level', () => {
    // From 0 to 500 Hz -0.05 dB/Hz; 0 Hz itself by a constant of half the amplitude, as its bin is not halved.
    const lines = Array.from({ length: 26 }, (_, k) => [20 * k, 10 ** (-0.05 * k)] as [number, number])
    const y = tones(lines.slice(1)).map((v) => v + 0.5)
    for (const level of [1, 1e-3]) {
      const z = y.map((v) => level * v)
      expect(spectralSlope(z, options).get(0)).toBeCloseTo(-0.05, 9)
      expect(spectralSlope(z, { ...options, lowFrequency: 100, highFrequency: 300 }).get(0)).toBeCloseTo(-0.05, 9)
    }
  })

  it('the flux is the root mean square change of the magnitudes', () => {
    const y = tones([[1000, 3]])
    y.set(tones([[1000, 1]]).subarray(400), 400)
    // The second frame begins where the amplitude falls from 3 to 1: one bin of 251 changes by 800.
    const x1 = spectralFlux(y.subarray(0, 1200), { ...options, frameStep: 400, frameLength: 400, fftLength: 400 })
    expect(x1.get(0)).toBe(0)
    expect(x1.get(1)).toBeCloseTo(400 / Math.sqrt(126), 6)
    expect(x1.get(2)).toBeCloseTo(0, 6)
  })

  it('the normalised flux does not see the level, and is sqrt(2) between spectra that share nothing', () => {
    const y = new Float64Array(1600)
    y.set(tones([[1000, 3]], 800))
    y.set(tones([[3000, 1]], 800), 800)
    const steps = { ...options, frameStep: 800 }
    expect(spectralFlux(y, { ...steps, normalized: true }).get(1)).toBeCloseTo(Math.SQRT2, 9)
    y.set(tones([[1000, 1]], 800), 800)
    expect(spectralFlux(y, { ...steps, normalized: true }).get(1)).toBeCloseTo(0, 9)
  })

  it('the flatness is 1 for an impulse and near 0 for a tone', () => {
    const impulse = new Float64Array(800)
    impulse[300] = 0.5
    expect(spectralFlatness(impulse, options).get(0)).toBeCloseTo(1, 12)
    expect(spectralFlatness(tones([[1000, 1]]), options).get(0)).toBeLessThan(1e-10)
  })
})

const all: [string, (x: VectorLike, o: { sampleRate: number; dtype: 'float64' }) => FloatNdArray, number][] = [
  ['spectralCentroid', spectralCentroid, 0],
  ['spectralSpread', spectralSpread, 0],
  ['spectralRolloff', spectralRolloff, 0],
  ['spectralFlatness', spectralFlatness, 1],
  ['spectralSlope', spectralSlope, 0],
  ['spectralFlux', spectralFlux, 0],
  ['alphaRatio', alphaRatio, 0],
  ['hammarbergIndex', hammarbergIndex, 0],
]

describe.each(all)('%s', (name, of, silent) => {
  it('has a number for every frame of the spectrogram, finite in silence too', () => {
    const given = { sampleRate, dtype: 'float64' } as const
    expect(of(unitSamples, given).shape).toEqual([spectrogram(unitSamples, given).shape[0]])
    expect(of(new Float32Array(100), given).shape).toEqual([0])
    for (const value of of(new Float32Array(800), given).data) expect(value).toBeCloseTo(silent, 12)
  })

  it('refuses wrong options by name', () => {
    const call = (more: object) => () => of(unitSamples, { sampleRate, ...more } as never)
    expect(call({ bands: 1 })).toThrow(`${name}: unknown option "bands"`)
    expect(call({ sampleRate: -1 })).toThrow(`${name}: "sampleRate" expected`)
    expect(() => of([0, Number.NaN], { sampleRate, dtype: 'float64' })).toThrow(`${name}: "samples" expected`)
  })
})

describe('bands without a bin', () => {
  it('are refused with the band', () => {
    expect(() => alphaRatio(unitSamples, { sampleRate: 1000 })).toThrow(
      'alphaRatio: expected 1 bins or more from 1000 to 5000 Hz, got 0 of 17 at 1000 Hz',
    )
    expect(() => spectralSlope(unitSamples, { sampleRate, highFrequency: 20 })).toThrow(
      'spectralSlope: expected 2 bins',
    )
    expect(() => spectralFlux(unitSamples, { sampleRate, lowFrequency: 6000 })).toThrow('"highFrequency" expected')
  })
})
