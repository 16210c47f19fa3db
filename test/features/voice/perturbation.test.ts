import { describe, expect, it } from 'vitest'
import { pitchTrack } from '../../../src/features/pitch.ts'
import { jitter, shimmer } from '../../../src/features/voice/perturbation.ts'
import { pitchMarks } from '../../../src/features/voice/pitch-marks.ts'
import { deviations, perturbation, pulses } from '../../support/voice-signals.mjs'

const sampleRate = 16000
/** Periods that alternate make one of twice the length, whose F0 must not be in the range. */
const alternating = { sampleRate, lowFrequency: 90 }

/** Periods of a train of pulses, seconds, that end before the last pulse. */
function periodsOf(period: (i: number) => number, seconds = 1): number[] {
  const list: number[] = []
  for (let i = 0, time = 0.003; time + period(i) < seconds - 0.003; time += period(i), i++) list.push(period(i))
  return list
}

describe('pitchMarks', () => {
  it('lie on the pulses, one a period', () => {
    const period = (i: number) => 0.0071 + 0.00001 * i
    const { samples } = pulses({ period })
    const marks = pitchMarks(samples, { sampleRate })
    const times = periodsOf(period).reduce((list, p) => list.concat(list[list.length - 1] + p), [0.003])
    expect(marks.length).toBeGreaterThan(times.length - 8)
    for (const mark of marks) {
      expect(Math.min(...times.map((time) => Math.abs(time - mark)))).toBeLessThan(2e-5)
    }
    for (let i = 1; i < marks.length; i++) expect(marks[i]).toBeGreaterThan(marks[i - 1])
  })

  it('follow the contour that is given', () => {
    const { samples } = pulses({ period: () => 0.008 })
    const track = pitchTrack(samples, { sampleRate })
    const none = { ...track, voiced: new Uint8Array(track.voiced.length) }
    expect(pitchMarks(samples, { sampleRate, track }).length).toBeGreaterThan(100)
    expect(pitchMarks(samples, { sampleRate, track: none })).toHaveLength(0)
  })

  it('are none in silence and in clips shorter than a frame', () => {
    expect(pitchMarks(new Float32Array(16000), { sampleRate })).toHaveLength(0)
    expect(pitchMarks([], { sampleRate })).toHaveLength(0)
  })

  it('refuse what they cannot take, by name', () => {
    const call = (more: object) => () => pitchMarks(new Float32Array(8), { sampleRate, ...more })
    expect(call({ sampleRate: 0 })).toThrow('pitchMarks: "sampleRate" expected')
    expect(call({ track: { f0: [1], voiced: [], times: [1] } })).toThrow('pitchMarks: "track" expected f0, voiced')
    const frame = { f0: [100, 100], voiced: [1, 1], times: [0.1, 0.2] }
    const wrong = (more: object) => call({ track: { ...frame, ...more } })
    expect(wrong({ f0: [100, Number.NaN] })).toThrow('pitchMarks: "track.f0[1]" expected a finite number >= 1')
    expect(wrong({ f0: [5000, 100] })).toThrow('pitchMarks: "track.f0[0]" expected a finite number >= 1 and <= 4000')
    expect(wrong({ times: [0.1, 0.1] })).toThrow('pitchMarks: "track.times[1]" expected a finite number > 0.1')
    expect(call({ sampleRate: -1, track: frame })).toThrow('pitchMarks: "sampleRate" expected a finite number > 0')
    expect(call({ track: [] })).toThrow('pitchMarks: "track" expected an object')
    expect(call({ floor: 3 })).toThrow('pitchMarks: unknown option "floor"')
  })
})

describe('jitter', () => {
  it.each([0.0, 0.005, 0.01, 0.02])('of periods that alternate by +-%f is twice that', (part) => {
    const { samples } = pulses({ period: (i) => 0.0073 * (1 + part * (i % 2 === 0 ? 1 : -1)) })
    const { local, rap, ppq5 } = jitter(samples, alternating)
    expect(Math.abs(local - 2 * part)).toBeLessThan(5e-4)
    expect(Math.abs(rap - (4 / 3) * part)).toBeLessThan(5e-4)
    expect(Math.abs(ppq5 - (4 / 5) * part)).toBeLessThan(7e-4)
  })

  it.each([110, 150, 230])('of random periods about %i Hz is that of the periods', (f0) => {
    const random = deviations(f0)
    const period = (i: number) => (1 + 0.02 * random[i]) / f0
    const { samples } = pulses({ period, seconds: 2 })
    const periods = periodsOf(period, 2)
    const found = jitter(samples, { sampleRate })
    for (const [name, width] of [
      ['local', 2],
      ['rap', 3],
      ['ppq5', 5],
    ] as const) {
      expect(Math.abs(found[name] / perturbation(periods, width) - 1)).toBeLessThan(0.06)
    }
  })

  it('is NaN where there are no periods', () => {
    expect(jitter(new Float32Array(4000), { sampleRate })).toEqual({ local: NaN, rap: NaN, ppq5: NaN })
  })
})

describe('shimmer', () => {
  it.each([0, 0.05, 0.1])('of amplitudes that alternate by +-%f is twice that', (part) => {
    const amplitude = (i: number) => 0.5 * (1 + part * (i % 2 === 0 ? 1 : -1))
    const { samples } = pulses({ period: () => 0.0073, amplitude })
    const { local, decibels, apq3 } = shimmer(samples, alternating)
    expect(Math.abs(local - 2 * part)).toBeLessThan(2e-3)
    expect(Math.abs(decibels - 20 * Math.log10((1 + part) / (1 - part)))).toBeLessThan(0.02)
    expect(Math.abs(apq3 - (4 / 3) * part)).toBeLessThan(2e-3)
  })

  it('of random amplitudes is that of the amplitudes, at any level', () => {
    const random = deviations(5)
    const values = Array.from(random.subarray(0, 270), (v) => 1 + 0.1 * v)
    const { samples } = pulses({ period: () => 0.0071, amplitude: (i) => 0.5 * (1 + 0.1 * random[i]), seconds: 2 })
    for (const level of [1, 1e-3]) {
      const { local, apq3 } = shimmer(
        samples.map((v) => level * v),
        { sampleRate },
      )
      expect(Math.abs(local / perturbation(values, 2) - 1)).toBeLessThan(0.05)
      expect(Math.abs(apq3 / perturbation(values, 3) - 1)).toBeLessThan(0.05)
    }
  })

  it('is NaN where there are no periods', () => {
    expect(shimmer(new Float32Array(4000), { sampleRate })).toEqual({ local: NaN, decibels: NaN, apq3: NaN })
  })
})
