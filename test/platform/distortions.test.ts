/** The distortions of scripts/robustness.mjs do what its page says. */
import { describe, expect, it } from 'vitest'
import { convolve, distortions, hasMp3, roomResponse } from '../../scripts/distortions.mjs'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'

const tone = (frequency: number): Float64Array =>
  Float64Array.from({ length: 16000 }, (_, n) => 0.5 * Math.sin((2 * Math.PI * frequency * n) / 16000))
const power = (x: ArrayLike<number>): number => Array.from(x).reduce((sum, v) => sum + v * v, 0) / x.length
const voice = Float64Array.from(syntheticCorpus()[0].samples())

describe('distortions', () => {
  it('convolve', () => {
    expect([...convolve(Float64Array.of(1, 2), Float64Array.of(1, 0, -1))].map((v) => Math.round(v))).toEqual([
      1, 2, -1, -2,
    ])
  })

  it('the telephone passes 300 to 3400 Hz', () => {
    const gain = (frequency: number): number =>
      10 * Math.log10(power(distortions['telephone 8 kHz'](tone(frequency)).samples) / power(tone(frequency)))
    expect(gain(1000)).toBeCloseTo(0, 1)
    expect(gain(120)).toBeLessThan(-30)
    expect(gain(3800)).toBeLessThan(-30)
    expect(distortions['telephone 8 kHz'](voice).sampleRate).toBe(8000)
  })

  it('noise has the level that it is called by, and is the same for the same seed', () => {
    const { samples } = distortions['noise 10 dB'](voice, 'a')
    const noise = samples.map((v, n) => v - voice[n])
    expect(10 * Math.log10(power(voice) / power(noise))).toBeCloseTo(10, 0)
    expect(distortions['noise 10 dB'](voice, 'a').samples).toEqual(samples)
    expect(distortions['noise 10 dB'](voice, 'b').samples).not.toEqual(samples)
  })

  it('mu-law errs by a share of each sample, clipping cuts at full scale', () => {
    const coded = distortions['mu-law'](voice).samples
    const worst = Math.max(...voice.map((v, n) => Math.abs(v - coded[n]) / (Math.abs(v) + 0.01)))
    expect(worst).toBeGreaterThan(0.001)
    expect(worst).toBeLessThan(0.05)
    const clipped = distortions['clipping x4'](voice).samples
    expect(Math.max(...clipped)).toBe(1)
    expect(clipped.filter((v) => Math.abs(v) === 1).length).toBeGreaterThan(20)
  })

  it('the room falls by 60 dB within 0.4 s', () => {
    const h = roomResponse(0.4)
    let left = 0
    const decay = Array.from(h)
      .reverse()
      .map((v) => (left += v * v))
      .reverse()
    const first = decay.findIndex((v) => v < decay[0] * 10 ** -0.5)
    const last = decay.findIndex((v) => v < decay[0] * 10 ** -2.5)
    // From -5 to -25 dB, as ISO 3382 has it.
    expect(((last - first) / 16000) * 3).toBeGreaterThan(0.3)
    expect(((last - first) / 16000) * 3).toBeLessThan(0.5)
  })

  it.skipIf(!hasMp3())('MP3 stands where the sound stood', () => {
    const coded = distortions['MP3 32 kbit/s'](voice).samples
    expect(coded.length).toBe(voice.length)
    const product = coded.reduce((sum, v, n) => sum + v * voice[n], 0) / voice.length
    expect(product / Math.sqrt(power(coded) * power(voice))).toBeGreaterThan(0.9)
  })
})
