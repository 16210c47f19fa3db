import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import { logMel, mfcc } from '../../../src/features/mfcc.ts'
import { mfccPresets } from '../../../src/features/presets.ts'
import { melSpectrogram, type SpectrogramOptions, spectrogram } from '../../../src/features/spectrum/spectrogram.ts'
import { windowFunction } from '../../../src/features/windows.ts'
import { unitSamples } from '../reference.ts'

const sampleRate = 16000
const options = { sampleRate, dtype: 'float64' } as const

/** |X[k]|^2 by the definition. */
function powerAt(frame: Float64Array, k: number, points: number): number {
  let re = 0
  let im = 0
  for (const [n, x] of frame.entries()) {
    re += x * Math.cos((2 * Math.PI * k * n) / points)
    im += x * Math.sin((2 * Math.PI * k * n) / points)
  }
  return re * re + im * im
}

describe('spectrogram', () => {
  it('is the windowed discrete Fourier transform, for any window, hop and length', () => {
    const window = Float64Array.from({ length: 300 }, (_, n) => 1 / (1 + n))
    const x = spectrogram(unitSamples, { ...options, window, frameStep: 77, fftLength: 310, fftRounding: 'none' })
    expect(x.shape).toEqual([1 + Math.floor((unitSamples.length - 300) / 77), 156])
    for (const t of [0, 5]) {
      const frame = window.map((w, n) => w * unitSamples[77 * t + n])
      for (const k of [0, 1, 80, 155]) expect(x.get(t, k)).toBeCloseTo(powerAt(frame, k, 310), 12)
    }
  })

  it('has frames of 25 ms every 10 ms under a periodic Hann window', () => {
    const x = spectrogram(unitSamples, options)
    expect(x.shape).toEqual([mfcc(unitSamples, options).shape[0], 257])
    const own = spectrogram(unitSamples, { ...options, window: windowFunction('hannPeriodic', 400) })
    expect(own.data).toEqual(x.data)
    expect(spectrogram(unitSamples, { sampleRate }).data).toEqual(Float32Array.from(x.data))
  })

  it('gives powers, magnitudes, periodograms and their logarithms', () => {
    const power = spectrogram(unitSamples, options).data
    const magnitude = spectrogram(unitSamples, { ...options, spectrum: 'magnitude' }).data
    const of = (more: Partial<SpectrogramOptions>) => spectrogram(unitSamples, { ...options, ...more }).data
    const [ln, decibel, same, periodogram] = [
      of({ log: 'ln' }),
      of({ log: 'decibel' }),
      of({ log: 'decibel', spectrum: 'magnitude' }),
      of({ spectrum: 'periodogram' }),
    ]
    for (let i = 0; i < power.length; i += 97) {
      expect(magnitude[i]).toBeCloseTo(Math.sqrt(power[i]), 12)
      expect(periodogram[i]).toBe(power[i] / 512)
      expect(ln[i]).toBeCloseTo(Math.log(Math.max(power[i], 1e-10)), 12)
      expect(decibel[i]).toBeCloseTo(10 * Math.log10(Math.max(power[i], 1e-10)), 11)
      expect(same[i]).toBeCloseTo(decibel[i], 11)
    }
  })

  it('limits the range of decibels to that below the maximum', () => {
    const x = spectrogram(unitSamples, { ...options, log: 'decibel', topDecibels: 30 }).data
    expect(Math.min(...x)).toBe(Math.max(...x) - 30)
  })

  it('takes strided views, presets, and clips of any length', () => {
    const wide = Float64Array.from({ length: 2 * unitSamples.length }, (_, i) => unitSamples[i >> 1])
    const strided = spectrogram(ndarray(wide, [unitSamples.length], [2]), options)
    expect(strided.data).toEqual(spectrogram(unitSamples, options).data)
    expect(spectrogram(unitSamples, { ...options, ...mfccPresets.kaldi, log: 'none' }).shape[1]).toBe(257)
    expect(spectrogram(new Float32Array(399), options).shape).toEqual([0, 257])
    expect(spectrogram([], options).shape).toEqual([0, 257])
  })

  it.each<[Record<string, unknown>, typeof TypeError | typeof RangeError, string]>([
    [{ window: 'kaiser' }, RangeError, 'spectrogram: "window" expected one of'],
    [{ window: [1, Number.NaN] }, RangeError, 'spectrogram: "window" expected finite numbers, got NaN at index 1'],
    [{ window: [1, 1], frameLength: 3 }, RangeError, 'spectrogram: "window" expected 3 samples, as a frame has, got 2'],
    [{ log: 'lg' }, RangeError, 'spectrogram: "log" expected one of "none", "ln", "decibel", got'],
    [{ log: 'ln', topDecibels: 80 }, RangeError, 'spectrogram: "topDecibels" needs "log" to be "decibel"'],
    [{ hop: 160 }, TypeError, 'spectrogram: unknown option "hop"'],
    [{ sampleRate: undefined }, TypeError, 'spectrogram: "sampleRate" expected a finite number'],
  ])('refuses %j', (wrong, kind, message) => {
    const call = () => spectrogram(unitSamples, { sampleRate, ...wrong } as SpectrogramOptions)
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })
})

describe('melSpectrogram', () => {
  it('is what logMel takes the logarithm of', () => {
    const chain = { ...options, ...mfccPresets.htk, log: 'ln' } as const
    const x = melSpectrogram(unitSamples, { ...chain, log: 'none' }).data
    const y = logMel(unitSamples, chain).data
    for (let i = 0; i < y.length; i++) expect(Math.log(Math.max(x[i], 1))).toBeCloseTo(y[i], 10)
    const z = melSpectrogram(unitSamples, chain).data
    for (let i = 0; i < y.length; i++) expect(z[i]).toBeCloseTo(y[i], 10)
  })

  it('has the default filters of melFilterbank', () => {
    expect(melSpectrogram(unitSamples, options).shape[1]).toBe(26)
    expect(() => melSpectrogram(unitSamples, { ...options, filters: 200 })).toThrow('melSpectrogram: filter')
  })
})
