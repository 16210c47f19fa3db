import { describe, expect, it } from 'vitest'
import { convolve } from '../../src/augmentation/convolution.ts'
import { degradations, degrade } from '../../src/augmentation/degrade.ts'
import { roomResponse } from '../../src/augmentation/room.ts'
import { Random } from '../../src/numerics/random.ts'

const rate = 16000
const energy = (x: ArrayLike<number>): number => Array.from(x).reduce((sum, value) => sum + value * value, 0)
const power = (x: ArrayLike<number>): number => energy(x) / x.length
const tone = (hertz: number, seconds = 1, amplitude = 0.3): Float64Array =>
  Float64Array.from({ length: seconds * rate }, (_, n) => amplitude * Math.sin((2 * Math.PI * hertz * n) / rate))

describe('convolve', () => {
  it('is the sum of products', () => {
    const random = new Random(3)
    const [x, h] = [37, 11].map((length) => Float64Array.from({ length }, () => random.normal()))
    const y = convolve(x, h)
    expect(y.length).toBe(47)
    for (const [n, value] of y.entries()) {
      let sum = 0
      for (let k = 0; k < h.length; k++) sum += h[k] * (x[n - k] ?? 0)
      expect(value).toBeCloseTo(sum, 10)
    }
  })
})

describe('roomResponse', () => {
  const room = { size: [4, 3.5, 2.6], source: [1, 1, 1.4], microphone: [2.2, 1.5, 1.1], reverberation: 0.4 }

  it('begins with the direct sound, and the first wall comes when its image is as far', () => {
    const h = roomResponse(room, rate)
    const direct = Math.hypot(1.2, 0.5, 0.3)
    const first = h.findIndex((value) => value !== 0)
    expect(first).toBe(Math.round((direct / 343) * rate))
    expect(h[first]).toBe(1)
    // The floor: the source mirrored to z = -1.4.
    const floor = Math.hypot(1.2, 0.5, 2.5)
    const beta = Math.sqrt(1 - (0.161 * 4 * 3.5 * 2.6) / (2 * (14 + 10.4 + 9.1) * 0.4))
    expect(h[Math.round((floor / 343) * rate)]).toBeCloseTo((beta * direct) / floor, 10)
  })

  it('fades as Sabine tells, or more slowly: between bare parallel walls sound is not diffuse', () => {
    const h = roomResponse(room, rate)
    const rest = (seconds: number): number => energy(h.subarray(Math.round(seconds * rate)))
    const decibels = 10 * Math.log10(rest(0.05) / rest(0.15))
    expect(decibels).toBeGreaterThan(8)
    expect(decibels).toBeLessThan(16)
  })
})

describe('degrade', () => {
  const clean = tone(1000)

  it.each(degradations)('%s: the same seed gives the same samples, another seed others; the input stays', (kind) => {
    const voice = tone(1000, 0.5)
    const before = voice.slice()
    const one = degrade(voice, { sampleRate: rate, kind, seed: 5 })
    expect(degrade(voice, { sampleRate: rate, kind, seed: 5 })).toEqual(one)
    if (kind !== 'narrow') expect(degrade(voice, { sampleRate: rate, kind, seed: 8 })).not.toEqual(one)
    expect(voice).toEqual(before)
    expect(one.samples.every(Number.isFinite)).toBe(true)
    expect(degrade(Float32Array.from(voice), { sampleRate: rate, kind }).samples).toBeInstanceOf(Float32Array)
  })

  it('passes the telephone band and stops what lies outside', () => {
    const inside = degrade(clean, { sampleRate: rate, kind: 'telephone', seed: 3 })
    expect(inside.sampleRate).toBe(8000)
    expect(power(inside.samples) / power(clean)).toBeGreaterThan(0.9)
    for (const hertz of [100, 3800]) {
      const outside = degrade(tone(hertz), { sampleRate: rate, kind: 'telephone', seed: 3 })
      expect(power(outside.samples) / power(clean)).toBeLessThan(0.01)
    }
  })

  it.each([
    ['noisy', 12, 25],
    ['drowned', 5, 12],
  ] as const)('%s: noise %i to %i dB below the signal', (kind, low, high) => {
    for (let seed = 1; seed <= 10; seed++) {
      const { samples } = degrade(clean, { sampleRate: rate, kind, seed })
      const ratio = 10 * Math.log10(power(clean) / power(samples.map((value, n) => value - clean[n])))
      expect(ratio).toBeGreaterThan(low - 0.3)
      expect(ratio).toBeLessThan(high + 0.3)
    }
  })

  it('clips at full scale', () => {
    const { samples } = degrade(clean, { sampleRate: rate, kind: 'clipped' })
    expect(Math.max(...samples)).toBe(1)
    expect(samples.filter((value) => Math.abs(value) === 1).length).toBeGreaterThan(rate / 3)
  })

  it('leaves silence silent', () => {
    for (const kind of degradations) {
      const { samples } = degrade(new Float64Array(4000), { sampleRate: rate, kind })
      expect(Math.max(...samples.map(Math.abs))).toBeLessThan(1e-12)
    }
  })

  it('refuses other kinds, rates and options', () => {
    expect(() => degrade(clean, { sampleRate: rate, kind: 'echo' as never })).toThrow(/degrade: "kind" expected one of/)
    expect(() => degrade(clean, { sampleRate: 4000, kind: 'room' })).toThrow(/"sampleRate" expected an integer >= 8000/)
    expect(() => degrade(clean, { sampleRate: rate, kind: 'room', sed: 1 } as never)).toThrow(/unknown option "sed"/)
    expect(() => degrade('x' as never, { sampleRate: rate, kind: 'room' })).toThrow(TypeError)
  })
})
