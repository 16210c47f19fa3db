import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import { floatView } from '../../../src/core/array.ts'
import { syntheticCorpus } from '../../../src/corpora/synthetic.ts'
import { measuresOfTracks, measuresOfWindows, speechMeasures } from '../../../src/features/speech/measures.ts'
import { speechMeasureGroups, speechMeasureNames, speechTrackNames } from '../../../src/features/speech/names.ts'
import { speechTracks } from '../../../src/features/speech/tracks.ts'
import { Random } from '../../../src/numerics/random.ts'

const sampleRate = 16000
const voice = syntheticCorpus()[0].samples()

/** Pulses of a rate in Hz through a gentle low-pass filter, so loud at a time in s. */
function pulses(
  seconds: number,
  rateAt: (t: number) => number,
  loudness: (t: number) => number = () => 1,
): Float64Array {
  const x = new Float64Array(seconds * sampleRate)
  for (let n = 0, phase = 0, y = 0; n < x.length; n++) {
    phase += rateAt(n / sampleRate) / sampleRate
    y *= 0.8
    if (phase >= 1) {
      phase -= 1
      y += 1
    }
    x[n] = y * loudness(n / sampleRate)
  }
  return x
}

function measured(x: Float64Array): (name: string) => number {
  const { data } = speechMeasures(x, { sampleRate })
  return (name) => data[speechMeasureNames.indexOf(name)]
}

describe('names', () => {
  it('are as many as the numbers, each once, in groups end to end', () => {
    expect(new Set(speechMeasureNames).size).toBe(167)
    expect(new Set(speechTrackNames).size).toBe(53)
    expect(Object.values(speechMeasureGroups).map(({ first, end }) => [first, end])).toEqual([
      [0, 15],
      [15, 22],
      [22, 32],
      [32, 87],
      [87, 127],
      [127, 167],
    ])
  })
})

describe('speechTracks', () => {
  it('has a row for every 10 ms begun, whatever the rate', () => {
    for (const rate of [8000, 16000, 22050, 48000]) {
      for (const length of [1, 2205, 8001]) {
        const x = Float64Array.from({ length }, (_, n) => Math.sin(n * n))
        expect(speechTracks(x, { sampleRate: rate }).shape).toEqual([Math.ceil((100 * length) / rate), 53])
      }
    }
    expect(speechTracks(new Float32Array(0), { sampleRate }).shape).toEqual([0, 53])
  })

  it('finds the frequency of pulses within a fifth of a semitone, and the rows of silence', () => {
    const x = new Float64Array(2 * sampleRate)
    x.set(
      pulses(1, (t) => 100 + 100 * t),
      8000,
    )
    const tracks = speechTracks(x, { sampleRate })
    for (let t = 60; t < 140; t++) {
      const wanted = 100 + 100 * ((t + 0.5) / 100 - 0.5)
      expect(Math.abs(12 * Math.log2(tracks.get(t, 1) / wanted))).toBeLessThan(0.2)
      expect(tracks.get(t, 2)).toBeGreaterThan(0.7)
    }
    expect(tracks.get(40, 0)).toBeCloseTo(-70, 9)
    expect(tracks.get(170, 20)).toBeCloseTo(-50, 9)
    expect(tracks.get(170, 1)).toBe(0)
  })

  it('gives finite numbers of anything', () => {
    const sounds = [
      new Float32Array(16000),
      new Float32Array(16000).fill(0.2),
      Float64Array.of(0, 0, 1),
      Float64Array.from({ length: 500 }, (_, n) => (n % 2 === 0 ? 1e-300 : -1e-300)),
      Float64Array.from({ length: 5000 }, (_, n) => (n === 2000 ? 1e60 : 0)),
    ]
    for (const sound of sounds) {
      expect(speechTracks(sound, { sampleRate }).data.every(Number.isFinite)).toBe(true)
    }
  })
})

describe('speechMeasures', () => {
  it('are those of the tracks', () => {
    expect(measuresOfTracks(speechTracks(voice, { sampleRate })).data).toEqual(
      speechMeasures(voice, { sampleRate }).data,
    )
  })

  it('of windows are those of their rows', () => {
    const tracks = speechTracks(voice, { sampleRate })
    const windows = speechMeasures(voice, { sampleRate, windowSeconds: 0.8, hopSeconds: 0.3 })
    expect(windows.shape).toEqual([Math.floor((tracks.shape[0] - 80) / 30) + 1, 167])
    for (let i = 0; i < windows.shape[0]; i++) {
      const rows = ndarray(tracks.data as Float64Array, [80, 53], [53, 1], i * 30 * 53)
      expect(Array.from(measuresOfTracks(rows).data)).toEqual(Array.from(windows.data.subarray(i * 167, (i + 1) * 167)))
    }
    expect(speechMeasures(voice, { sampleRate, windowSeconds: 100 }).shape).toEqual([1, 167])
  })

  it('shares work between windows without a change of bits', () => {
    const tracks = speechTracks(voice, { sampleRate })
    const [rows, cols] = tracks.shape
    const firsts = [0, 10, 31, rows - 60]
    const windows = measuresOfWindows(tracks, firsts, 60)
    for (const [i, first] of firsts.entries()) {
      const own = tracks.data.slice(first * cols, (first + 60) * cols)
      expect(windows[i]).toEqual(measuresOfTracks(floatView(own, [60, cols])).data)
    }
    expect(windows[0]).not.toEqual(windows[1])
  })

  it('of a rising pitch have its mean, range, slope and speed', () => {
    const of = measured(pulses(2, (t) => 100 * 2 ** (t / 2)))
    expect(of('pitchMean')).toBeCloseTo(6, 1)
    expect(of('pitchRange5to95')).toBeCloseTo(12 * 0.9, 0)
    expect(of('pitchSlope')).toBeCloseTo(6, 1)
    expect(of('pitchRise')).toBeCloseTo(0.12, 2)
    expect(of('pitchFall')).toBeGreaterThan(-0.01)
    expect(of('pitchEndLessStart')).toBeCloseTo(9, 0)
    expect(of('voicedShare')).toBe(1)
    expect(of('logSeconds')).toBeCloseTo(Math.log(2), 2)
  })

  it('of a voice that comes and goes four times a second count that', () => {
    const of = measured(
      pulses(
        3,
        () => 120,
        (t) => 0.001 + Math.max(0, Math.sin(8 * Math.PI * t)),
      ),
    )
    expect(of('voicedRunsPerSecond')).toBeCloseTo(4, 0)
    expect(of('energyPeaksPerSecond')).toBeCloseTo(4, 0)
    const still = measured(pulses(3, () => 120))
    expect(of('modulation3at3to5Hz')).toBeGreaterThan(still('modulation3at3to5Hz') + 3)
  })

  it('are NaN in silence, and those of pitch in noise', () => {
    expect(speechMeasures(new Float32Array(16000), { sampleRate }).data.every(Number.isNaN)).toBe(true)
    expect(speechMeasures(new Float32Array(0), { sampleRate }).data.every(Number.isNaN)).toBe(true)
    const noise = new Float64Array(16000)
    new Random(3).normalInto(noise, 0, 0.1)
    const { data } = speechMeasures(noise, { sampleRate })
    const undefinedOnes = speechMeasureNames.filter((_, i) => Number.isNaN(data[i]))
    expect(undefinedOnes.length).toBe(15 + 1 + 15)
    expect(undefinedOnes.every((name) => /^(pitch|logVoicedRun|h1)/.test(name))).toBe(true)
  })

  it('refuse what they cannot take, by name', () => {
    expect(() => speechMeasures(voice, { sampleRate: 16 })).toThrow(
      'speechMeasures: "sampleRate" expected an integer >= 4000, got 16',
    )
    expect(() => speechMeasures(voice, { sampleRate, windowSeconds: 0 })).toThrow('speechMeasures: "windowSeconds"')
    expect(() => speechMeasures(voice, { sampleRate, hopSeconds: 1 })).toThrow('speechMeasures: "hopSeconds"')
    expect(() => speechMeasures(voice, { sampleRate, window: 1 } as never)).toThrow(TypeError)
    expect(() => speechTracks(Float32Array.of(0, Number.NaN), { sampleRate })).toThrow('"samples" expected finite')
    expect(() => measuresOfTracks([[1, 2]])).toThrow('measuresOfTracks: "tracks" expected 53 columns')
  })
})
