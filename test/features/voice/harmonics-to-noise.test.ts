import { describe, expect, it } from 'vitest'
import { pitchTrack } from '../../../src/features/pitch.ts'
import { type HarmonicsToNoiseOptions, harmonicsToNoise } from '../../../src/features/voice/harmonics-to-noise.ts'
import { harmonicsInNoise, noise } from '../../support/voice-signals.mjs'

const sampleRate = 16000
const options = { sampleRate, dtype: 'float64' } as const

function meanOf(x: ArrayLike<number>): number {
  const inner = Array.from(x).slice(5, -5)
  return inner.reduce((sum, v) => sum + v, 0) / inner.length
}

describe('harmonicsToNoise', () => {
  it.each([
    [5, 0.6],
    [10, 0.5],
    [20, 0.5],
    [30, 0.5],
    [40, 0.5],
    [50, 0.5],
  ])('is the %i dB of harmonics in noise', (decibels, tolerance) => {
    for (const f0 of [97.3, 133.7, 251]) {
      const { samples } = harmonicsInNoise(f0, decibels)
      const x = harmonicsToNoise(samples, options)
      expect(Math.abs(meanOf(x.data) - decibels)).toBeLessThan(tolerance)
    }
  })

  it('is high without noise, whatever lies between the samples, and low in noise alone', () => {
    const { samples } = harmonicsInNoise(133.7, 200)
    expect(meanOf(harmonicsToNoise(samples, options).data)).toBeGreaterThan(65)
    const random = noise(3)
    const hiss = Float64Array.from({ length: 8000 }, () => random.next().value)
    expect(Math.max(...harmonicsToNoise(hiss, options).data)).toBeLessThan(1)
  })

  it('does not depend on the level, lines up with pitchTrack, and is -60 in silence', () => {
    const { samples } = harmonicsInNoise(133.7, 15)
    const x = harmonicsToNoise(samples, options)
    expect(x.shape).toEqual([pitchTrack(samples, { sampleRate }).f0.length])
    const soft = harmonicsToNoise(
      samples.map((v) => v / 1024),
      options,
    )
    for (let t = 0; t < x.shape[0]; t++) expect(soft.get(t)).toBeCloseTo(x.get(t), 9)
    expect([...harmonicsToNoise(new Float32Array(560), options).data]).toEqual([-60, -60])
    expect(harmonicsToNoise([], options).shape).toEqual([0])
  })

  it.each<[Record<string, unknown>, string]>([
    [{ lowFrequency: 600 }, 'harmonicsToNoise: "highFrequency" expected a finite number > 600'],
    [{ highFrequency: 5000 }, 'harmonicsToNoise: "highFrequency" expected'],
    [{ periods: 0 }, 'harmonicsToNoise: "periods" expected'],
    [{ track: 1 }, 'harmonicsToNoise: unknown option "track"'],
  ])('refuses %j', (wrong, message) => {
    expect(() => harmonicsToNoise([0], { sampleRate, ...wrong } as HarmonicsToNoiseOptions)).toThrow(message)
  })
})
