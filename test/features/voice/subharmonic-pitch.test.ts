import { describe, expect, it } from 'vitest'
import { pitchTrack } from '../../../src/features/pitch.ts'
import { type SubharmonicPitchOptions, subharmonicPitchTrack } from '../../../src/features/voice/subharmonic-pitch.ts'
import { harmonicsInNoise, noise } from '../../support/voice-signals.mjs'

const sampleRate = 16000

describe('subharmonicPitchTrack', () => {
  it.each([80.3, 150.7, 233, 400])('finds %f Hz', (f0) => {
    const { samples } = harmonicsInNoise(f0, 20)
    const { f0: found, voiced, strength, times } = subharmonicPitchTrack(samples, { sampleRate })
    expect(Array.from(times)).toEqual(Array.from(pitchTrack(samples, { sampleRate }).times))
    for (let t = 5; t < found.length - 5; t++) {
      expect(voiced[t]).toBe(1)
      expect(Math.abs(found[t] / f0 - 1)).toBeLessThan(0.005)
      expect(strength[t]).toBeGreaterThan(0.56)
    }
  })

  it('finds a fundamental that is not there', () => {
    const tone = Float64Array.from({ length: 8000 }, (_, n) => {
      const phase = (2 * Math.PI * 150 * n) / sampleRate
      return Math.sin(3 * phase) + Math.sin(4 * phase) + Math.sin(5 * phase)
    })
    const { f0 } = subharmonicPitchTrack(tone, { sampleRate })
    expect(Math.abs(f0[20] - 150)).toBeLessThan(0.5)
  })

  it('follows a glide', () => {
    // 100 Hz to 300 Hz in two seconds.
    const glide = Float64Array.from({ length: 32000 }, (_, n) => {
      const t = n / sampleRate
      const phase = 2 * Math.PI * (100 * t + 50 * t * t)
      return [1, 2, 3, 4, 5, 6].reduce((sum, h) => sum + Math.sin(h * phase) / h, 0)
    })
    const { f0, times } = subharmonicPitchTrack(glide, { sampleRate })
    for (let t = 10; t < f0.length - 10; t++) expect(Math.abs(f0[t] / (100 + 100 * times[t]) - 1)).toBeLessThan(0.01)
  })

  it('hears no voice in noise, in silence and in what is far softer than the loudest', () => {
    const random = noise(2)
    const hiss = Float64Array.from({ length: 16000 }, () => random.next().value)
    expect(subharmonicPitchTrack(hiss, { sampleRate }).voiced.every((v) => v === 0)).toBe(true)
    expect(subharmonicPitchTrack(new Float32Array(4000), { sampleRate }).f0.every((v) => v === 0)).toBe(true)
    expect(subharmonicPitchTrack([], { sampleRate }).f0).toHaveLength(0)
    const { samples } = harmonicsInNoise(150, 30)
    const fading = samples.map((v, n) => (n < 8000 ? v : v / 100))
    const { voiced } = subharmonicPitchTrack(fading, { sampleRate })
    expect([voiced[20], voiced[80]]).toEqual([1, 0])
    const { voiced: all } = subharmonicPitchTrack(fading, { sampleRate, silenceThreshold: 0.001 })
    expect([all[20], all[80]]).toEqual([1, 1])
  })

  it('does not depend on level or offset', () => {
    const { samples } = harmonicsInNoise(150, 20)
    const { f0 } = subharmonicPitchTrack(samples, { sampleRate })
    const shifted = subharmonicPitchTrack(
      samples.map((v) => v / 1024 + 3),
      { sampleRate },
    ).f0
    for (let t = 5; t < f0.length - 5; t++) expect(shifted[t]).toBeCloseTo(f0[t], 6)
  })

  it.each<[Record<string, unknown>, string]>([
    [{ limit: 300 }, 'subharmonicPitchTrack: "limit" expected a finite number >= 500'],
    [{ harmonics: 0 }, 'subharmonicPitchTrack: "harmonics" expected an integer >= 1'],
    [{ compression: 1.1 }, 'subharmonicPitchTrack: "compression" expected'],
    [{ frameLengthSeconds: 0.02 }, 'subharmonicPitchTrack: "frameLengthSeconds" expected'],
    [{ voicing: 'strength' }, 'subharmonicPitchTrack: unknown option "voicing"'],
  ])('refuses %j', (wrong, message) => {
    expect(() => subharmonicPitchTrack([0], { sampleRate, ...wrong } as SubharmonicPitchOptions)).toThrow(message)
  })
})
