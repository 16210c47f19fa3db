import { describe, expect, it } from 'vitest'
import { equalLoudness, type LoudnessOptions, loudness } from '../../../src/features/spectrum/loudness.ts'
import { melSpectrogram } from '../../../src/features/spectrum/spectrogram.ts'
import { unitSamples } from '../reference.ts'

const sampleRate = 16000
const options = { sampleRate, dtype: 'float64' } as const

function tone(frequency: number, amplitude: number): Float64Array {
  return Float64Array.from({ length: 1600 }, (_, n) => amplitude * Math.sin((2 * Math.PI * frequency * n) / sampleRate))
}

describe('equalLoudness', () => {
  it('is 1 at 1 kHz, most near 3 to 4 kHz and little at low frequencies, as the curve of the paper', () => {
    expect(equalLoudness(1000)).toBe(1)
    expect(equalLoudness(0)).toBe(0)
    // By the formula of Hermansky's equations 6 and 7 in Python.
    const expected = [
      [100, 0.003063],
      [500, 0.3733],
      [3500, 3.195],
      [7000, 0.5853],
    ]
    for (const [f, value] of expected) expect(Math.abs(equalLoudness(f) / value - 1)).toBeLessThan(1e-3)
  })
})

describe('loudness', () => {
  it('is the mean of the compressed, weighted bands', () => {
    const frames = { frameLengthSeconds: 0.02, window: 'hamming', melScale: 'htk' } as const
    const bands = melSpectrogram(unitSamples, { ...options, ...frames })
    const x = loudness(unitSamples, options)
    expect(x.shape).toEqual([bands.shape[0]])
    const mel = (f: number) => 1127 * Math.log(1 + f / 700)
    for (const t of [0, 10, 30]) {
      let sum = 0
      for (let b = 0; b < 26; b++) {
        const centre = 700 * (Math.exp((mel(20) + ((b + 1) * (mel(8000) - mel(20))) / 27) / 1127) - 1)
        sum += (equalLoudness(centre) * Math.max(bands.get(t, b), 2 ** -30)) ** 0.33
      }
      expect(x.get(t)).toBeCloseTo(sum / 26, 11)
    }
  })

  it('grows with level by the power 0.33, and sees what the ear hears best', () => {
    // Where all bands lie above the floor.
    const noisy = unitSamples.map((v, n) => v + 0.01 * Math.sin(n * n))
    const [soft, loud] = [1, 10].map((gain) =>
      loudness(
        noisy.map((v) => gain * v),
        options,
      ).get(20),
    )
    expect(Math.abs(loud / soft / 100 ** 0.33 - 1)).toBeLessThan(1e-3)
    const at = (f: number) => loudness(tone(f, 0.1), options).get(3)
    expect(at(3000)).toBeGreaterThan(at(200))
  })

  it('is small and finite in silence, and takes other frames', () => {
    const silent = loudness(new Float32Array(800), options)
    for (const value of silent.data) expect(value).toBeLessThan(2e-3)
    expect(
      loudness(unitSamples, { ...options, frameLength: 512, filters: 40, lowFrequency: 100 }).shape[0],
    ).toBeGreaterThan(1)
    expect(loudness([], options).shape).toEqual([0])
  })

  it.each<[Record<string, unknown>, string]>([
    [{ floor: 0 }, 'loudness: "floor" expected'],
    [{ spectrum: 'magnitude' }, 'loudness: unknown option "spectrum"'],
    [{ filters: 300 }, 'loudness: filter'],
  ])('refuses %j', (wrong, message) => {
    expect(() => loudness(unitSamples, { sampleRate, ...wrong } as LoudnessOptions)).toThrow(message)
  })
})
