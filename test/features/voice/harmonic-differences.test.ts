import { describe, expect, it } from 'vitest'
import { pitchTrack } from '../../../src/features/pitch.ts'
import { harmonicDifferences } from '../../../src/features/voice/harmonic-differences.ts'
import { subharmonicPitchTrack } from '../../../src/features/voice/subharmonic-pitch.ts'
import { harmonicsInNoise, noise, vowel } from '../../support/voice-signals.mjs'

const sampleRate = 16000
const frequencies = [500, 1500, 2500, 3500, 4500]
const bandwidths = [80, 100, 140, 200, 250]

/** Level of the vowel's spectrum at a frequency, dB. */
function levelAt(f: number, rate: number): number {
  const [x, y] = [Math.cos((2 * Math.PI * f) / rate), -Math.sin((2 * Math.PI * f) / rate)]
  const gain = (a1: number, a2: number): number =>
    Math.hypot(1 + a1 * x + a2 * (x * x - y * y), a1 * y + a2 * 2 * x * y)
  let level = -20 * Math.log10(gain(-Math.exp((-2 * Math.PI * 50) / rate), 0))
  for (const [i, formant] of frequencies.entries()) {
    const r = Math.exp((-Math.PI * bandwidths[i]) / rate)
    level -= 20 * Math.log10(gain(-2 * r * Math.cos((2 * Math.PI * formant) / rate), r * r))
  }
  return level
}

describe('harmonicDifferences', () => {
  it.each([90, 150, 250])('H1-H2 of harmonics of %i Hz that fall by 6 dB an octave is 6 dB', (f0) => {
    const { samples } = harmonicsInNoise(f0, 60)
    const x = harmonicDifferences(samples, { sampleRate, dtype: 'float64' })
    expect(x.shape).toEqual([pitchTrack(samples, { sampleRate }).f0.length, 2])
    for (let t = 5; t < x.shape[0] - 5; t++) expect(Math.abs(x.get(t, 0) - 20 * Math.log10(2))).toBeLessThan(0.1)
  })

  it.each([100, 125, 200])('are those of the resonances of a vowel of %i Hz', (f0) => {
    const { samples, sampleRate: rate } = vowel(f0, frequencies, bandwidths, { sampleRate: 11000 })
    const x = harmonicDifferences(samples, {
      sampleRate: rate,
      dtype: 'float64',
      formants: { method: 'autocorrelation' },
    })
    const harmonics = Array.from({ length: 30 }, (_, i) => (i + 1) * f0).filter((f) => f >= 2250 && f <= 2750)
    const third = Math.max(...harmonics.map((f) => levelAt(f, rate)))
    for (let t = 8; t < x.shape[0] - 8; t++) {
      expect(Math.abs(x.get(t, 0) - (levelAt(f0, rate) - levelAt(2 * f0, rate)))).toBeLessThan(0.4)
      expect(Math.abs(x.get(t, 1) - (levelAt(f0, rate) - third))).toBeLessThan(1)
    }
  })

  it('are 0 in unvoiced frames, and follow the contour that is given', () => {
    const random = noise(4)
    const hiss = Float64Array.from({ length: 8000 }, () => 0.1 * random.next().value)
    expect(harmonicDifferences(hiss, { sampleRate }).data.every((v) => v === 0)).toBe(true)
    expect(harmonicDifferences([], { sampleRate }).shape).toEqual([0, 2])
    const { samples } = harmonicsInNoise(150, 40)
    const track = subharmonicPitchTrack(samples, { sampleRate, frameStepSeconds: 0.02 })
    const x = harmonicDifferences(samples, { sampleRate, track })
    expect(x.shape).toEqual([track.f0.length, 2])
    expect(Math.abs(x.get(20, 0) - 6.02)).toBeLessThan(0.1)
  })

  it('refuse what they cannot take, by name', () => {
    const call = (more: object) => () => harmonicDifferences([0], { sampleRate, ...more })
    expect(call({ formants: { count: 2 } })).toThrow('harmonicDifferences: unknown option "count"')
    expect(call({ formants: { order: 1 } })).toThrow('harmonicDifferences: "order" expected')
    expect(call({ formants: 3 })).toThrow('harmonicDifferences: "formants" expected an object')
    expect(call({ harmonics: 2 })).toThrow('harmonicDifferences: unknown option "harmonics"')
  })
})
