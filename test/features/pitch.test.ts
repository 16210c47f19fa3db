import fc from 'fast-check'
import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import { mfcc } from '../../src/features/mfcc.ts'
import { pitch, pitchTrack } from '../../src/features/pitch.ts'
import type { PitchOptions } from '../../src/features/pitch-settings.ts'
import { mfccPresets } from '../../src/features/presets.ts'
import { Random } from '../../src/numerics/random.ts'

const RATE = 16000
const options: PitchOptions = { sampleRate: RATE, dtype: 'float64' }

/** Frames whose window reaches over an end of the clip. */
const EDGE = 2

const GLIDE_TOLERANCE = 0.02
const GLIDE_SHARE = 0.95
const TONE_TOLERANCE = 0.005
/** A contour read 1 ms early or late would miss by 0.0007 on the glide that this is for. */
const TIMING_TOLERANCE = 0.0005
const ROUNDING = 1e-12

/** Gain of a vowel tract with resonances at 500, 1500, 2500 and 3500 Hz. */
function formantGain(frequency: number): number {
  let gain = 1
  for (const [centre, bandwidth] of [
    [500, 80],
    [1500, 100],
    [2500, 150],
    [3500, 200],
  ]) {
    const ratio = frequency / centre
    gain /= Math.sqrt((1 - ratio * ratio) ** 2 + ((bandwidth / centre) * ratio) ** 2)
  }
  return gain
}

/** Harmonics of f0(seconds), falling by 12 dB an octave, through the tract. */
function voice(seconds: number, f0: (time: number) => number, rate = RATE): Float64Array {
  const samples = new Float64Array(Math.round(seconds * rate))
  let phase = 0
  for (let n = 0; n < samples.length; n++) {
    const frequency = f0(n / rate)
    phase += (2 * Math.PI * frequency) / rate
    for (let h = 1; h * frequency < 0.45 * rate; h++) {
      samples[n] += (formantGain(h * frequency) * Math.sin(h * phase)) / (h * h)
    }
  }
  return samples
}

function power(samples: Float64Array): number {
  return samples.reduce((sum, value) => sum + value * value, 0) / samples.length
}

function noise(length: number, seed: number): Float64Array {
  const samples = new Float64Array(length)
  new Random(seed).normalInto(samples, 0, 0.1)
  return samples
}

function withNoise(samples: Float64Array, decibels: number, seed: number): Float64Array {
  const added = noise(samples.length, seed)
  const scale = Math.sqrt(power(samples) / power(added) / 10 ** (decibels / 10))
  return samples.map((value, n) => value + scale * added[n])
}

function column(x: ReturnType<typeof pitch>, j: number): number[] {
  return Array.from({ length: x.shape[0] }, (_, t) => x.get(t, j))
}

describe('pitch of voices with a known contour', () => {
  const glides: [string, (time: number) => number][] = [
    ['80 to 400 Hz', (time) => 80 * 5 ** (time / 2)],
    ['400 to 80 Hz', (time) => 400 * 5 ** (-time / 2)],
    [
      'a declining sentence with accents',
      (time) => (150 - 25 * time) * (1 + 0.3 * Math.sin(2 * Math.PI * 2 * time) ** 4),
    ],
    ['a high voice with vibrato', (time) => 300 * (1 + 0.05 * Math.sin(2 * Math.PI * 5 * time))],
  ]
  it.each(glides)('%s in noise at 20 dB: 95 of 100 frames are within two percent', (_name, f0) => {
    const track = pitchTrack(withNoise(voice(2, f0), 20, 1), options)
    const close = track.f0.filter((f, t) => Math.abs(f / f0(track.times[t]) - 1) < GLIDE_TOLERANCE)
    expect(close.length / track.f0.length).toBeGreaterThanOrEqual(GLIDE_SHARE)
  })

  it.each([65, 80, 123.4, 200, 333, 440, 500])('a steady tone of %d Hz, pure or rich, within half a percent', (f0) => {
    const pure = Float64Array.from({ length: RATE / 2 }, (_, n) => Math.sin((2 * Math.PI * f0 * n) / RATE))
    for (const tone of [pure, voice(0.5, () => f0)]) {
      const { f0: found } = pitchTrack(tone, options)
      for (const f of found.subarray(EDGE, found.length - EDGE))
        expect(Math.abs(f / f0 - 1)).toBeLessThan(TONE_TOLERANCE)
    }
  })

  it.each([8000, 11025, 22050, 44100])('at a sample rate of %d Hz', (sampleRate) => {
    const { f0 } = pitchTrack(
      voice(0.4, () => 210, sampleRate),
      { sampleRate },
    )
    for (const f of f0.subarray(EDGE, f0.length - EDGE)) expect(Math.abs(f / 210 - 1)).toBeLessThan(TONE_TOLERANCE)
  })

  it('is not drawn an octave up where the first resonance lies on the second harmonic, nor down by an odd period', () => {
    const onSecondHarmonic = pitchTrack(
      voice(0.5, () => 250),
      options,
    ).f0
    const alternating = voice(0.5, () => 220).map((value, n) => value * (1 + 0.02 * (Math.floor((n * 220) / RATE) % 2)))
    for (const f of onSecondHarmonic.subarray(EDGE, -EDGE)) expect(Math.abs(f / 250 - 1)).toBeLessThan(GLIDE_TOLERANCE)
    for (const f of pitchTrack(alternating, options).f0.subarray(EDGE, -EDGE)) {
      expect(Math.abs(f / 220 - 1)).toBeLessThan(GLIDE_TOLERANCE)
    }
  })

  it('hardly ever errs by an octave, even in noise at 5 dB', () => {
    const f0 = (time: number) => 90 * 4 ** (time / 2)
    const { f0: found, times, voiced } = pitchTrack(withNoise(voice(2, f0), 5, 2), options)
    const gross = found.filter((f, t) => voiced[t] === 1 && Math.abs(Math.log2(f / f0(times[t]))) > 0.25)
    expect(voiced.reduce((sum, v) => sum + v, 0) / voiced.length).toBeGreaterThan(0.95)
    expect(gross.length / found.length).toBeLessThan(0.01)
  })

  it('tells the time of the middle of the frame', () => {
    const f0 = (time: number) => 150 + 150 * time
    const { f0: found, times } = pitchTrack(voice(1, f0), options)
    const errors = Array.from(found.subarray(EDGE, -EDGE), (f, i) => f / f0(times[i + EDGE]) - 1)
    expect(Math.abs(errors.reduce((sum, e) => sum + e, 0) / errors.length)).toBeLessThan(TIMING_TOLERANCE)
    expect(times[3]).toBeCloseTo(0.0425, 12)
  })
})

describe('voicing', () => {
  it('finds silence unvoiced, with the documented constant', () => {
    const x = pitch(new Float32Array(RATE), options)
    expect(new Set(column(x, 0))).toEqual(new Set([Math.log(65 * 500) / 2]))
    expect(Math.max(...column(x, 1))).toBeLessThan(0.02)
  })

  it('finds white noise unvoiced', () => {
    const samples = noise(2 * RATE, 3)
    expect(pitchTrack(samples, options).voiced.reduce((sum, v) => sum + v, 0)).toBe(0)
    expect(Math.max(...column(pitch(samples, options), 1))).toBeLessThan(0.5)
  })

  it('is near one in a vowel and counts a hum 60 dB below it as silence', () => {
    const vowel = voice(0.3, () => 140)
    const peak = Math.max(...vowel)
    const samples = new Float64Array(3 * vowel.length).map(
      (_, n) => 0.001 * peak * Math.sin((2 * Math.PI * 100 * n) / RATE),
    )
    samples.set(vowel, vowel.length)
    const probability = column(pitch(samples, options), 1)
    for (const p of probability.slice(34, 56)) expect(p).toBeGreaterThan(0.98)
    for (const p of [...probability.slice(0, 24), ...probability.slice(66)]) expect(p).toBeLessThan(0.1)
    const { strength, voiced } = pitchTrack(samples, options)
    expect(Math.min(...strength.subarray(34, 56))).toBeGreaterThan(0.98)
    expect([voiced[45], voiced[10], voiced[75]]).toEqual([1, 0, 0])
  })

  it('follows the threshold: p = 1/2 where the strength reaches it', () => {
    const x = withNoise(
      voice(0.5, () => 150),
      0,
      5,
    )
    const { strength } = pitchTrack(x, options)
    const raw = column(pitch(x, { ...options, voicing: 'strength' }), 1)
    expect(raw).toEqual(Array.from(strength))
    for (const threshold of [0.3, 0.6]) {
      const chosen = pitchTrack(x, { ...options, voicingThreshold: threshold }).strength
      const p = column(pitch(x, { ...options, voicingThreshold: threshold }), 1)
      for (const [t, value] of p.entries()) {
        expect(Math.log(value / (1 - value)) / 10).toBeCloseTo(chosen[t] - threshold, 9)
      }
    }
  })

  it('draws a line over the gap between voiced stretches and holds the ends', () => {
    const gap = new Float64Array(3200)
    const samples = Float64Array.from([...gap, ...voice(0.2, () => 100), ...gap, ...voice(0.2, () => 200), ...gap])
    const { f0, voiced } = pitchTrack(samples, options)
    const logF0 = column(pitch(samples, options), 0)
    const first = voiced.indexOf(1)
    const last = voiced.lastIndexOf(1)
    const a = voiced.indexOf(0, first) - 1
    const b = voiced.indexOf(1, a + 1)
    expect(new Set(logF0.slice(0, first + 1))).toEqual(new Set([Math.log(f0[first])]))
    expect(new Set(logF0.slice(last))).toEqual(new Set([Math.log(f0[last])]))
    expect(b - a).toBeGreaterThan(12)
    for (let t = a; t <= b; t++) {
      const line = Math.log(f0[a]) + ((Math.log(f0[b]) - Math.log(f0[a])) * (t - a)) / (b - a)
      expect(Math.abs(logF0[t] - line)).toBeLessThan(ROUNDING)
    }
    logF0.forEach((value, t) => {
      if (voiced[t]) expect(value).toBe(Math.log(f0[t]))
    })
  })
})

describe('frames', () => {
  it.each([0, 1, 399, 400, 559, 560, 16000])('%d samples give floor((N - 400) / 160) + 1 of them', (length) => {
    const x = pitch(new Float32Array(length), options)
    expect(x.shape).toEqual([length < 400 ? 0 : Math.floor((length - 400) / 160) + 1, 2])
    expect(x.data.length).toBe(2 * x.shape[0])
  })

  it('steps and alignment follow the options', () => {
    const track = pitchTrack(new Float32Array(8000), { sampleRate: 8000, frameStepSeconds: 0.005, alignSeconds: 0.032 })
    expect(track.times.length).toBe(Math.floor((8000 - 256) / 40) + 1)
    expect(track.times[10]).toBeCloseTo(0.066, 12)
  })
})

it.each(['frameStepSeconds', 'alignSeconds'])('refuses %s of more samples than any frame has', (name) => {
  expect(() => pitchTrack(new Float32Array(8000), { sampleRate: 8000, [name]: 1.7e308 })).toThrow(
    `pitchTrack: "${name}" expected a finite number >= 0.000125 and <= 131.072, got 1.7e+308`,
  )
})

describe('pitch as a function', () => {
  const samples = withNoise(
    voice(0.5, (time) => 120 + 60 * time),
    20,
    7,
  )

  it.each([11025, 22050, 44100])('at %d Hz has the rows of the preset kaldi with its rounding', (rate) => {
    const { frameRounding } = mfccPresets.kaldi
    const lengths = Array.from({ length: 40 }, (_, i) => rate + 30 * i)
    const rows = lengths.map((length) => {
      const x = new Float32Array(length)
      const common = { sampleRate: rate }
      return [pitch(x, { ...common, frameRounding }).shape[0], mfcc(x, { ...common, ...mfccPresets.kaldi }).shape[0]]
    })
    for (const [ours, theirs] of rows) expect(ours).toBe(theirs)
  })

  it('gives the same bits again and leaves its input alone', () => {
    const before = samples.slice()
    expect(pitch(samples, options).data).toEqual(pitch(samples, options).data)
    expect(samples).toEqual(before)
  })

  it('reads strided views, float32 and integer samples', () => {
    const wide = new Float64Array(2 * samples.length)
    samples.forEach((value, n) => {
      wide[2 * n + 1] = value
    })
    const view = ndarray(wide, [samples.length], [2], 1)
    expect(pitch(view, options).data).toEqual(pitch(samples, options).data)
    const peak = Math.max(...samples.map(Math.abs))
    const coarse = Int16Array.from(samples, (value) => (value / peak) * 20000)
    expect(pitch(coarse, options).data).toEqual(pitch(Float32Array.from(coarse), options).data)
  })

  it('is float32 by default, the rounding of its float64', () => {
    const x = pitch(samples, { sampleRate: RATE })
    expect(x.data).toEqual(Float32Array.from(pitch(samples, options).data))
  })

  it('does not depend on level, nor on an offset beyond rounding', () => {
    const x = pitch(samples, options).data
    expect(
      pitch(
        samples.map((value) => value / 1024),
        options,
      ).data,
    ).toEqual(x)
    // The windows at both ends hold zeros from outside the clip, so the offset is compared within.
    const shifted = pitch(
      samples.map((value) => value + 5),
      options,
    ).data
    for (let i = 0; i < x.length; i++) expect(Math.abs(shifted[i] - x[i])).toBeLessThan(1e-9)
  })

  it('stays in range for whatever it hears', () => {
    const amplitude = fc.double({ min: -1e6, max: 1e6, noNaN: true })
    fc.assert(
      fc.property(fc.array(amplitude, { minLength: 400, maxLength: 1200 }), (values) => {
        const x = pitch(Float64Array.from(values), options)
        for (let t = 0; t < x.shape[0]; t++) {
          expect(x.get(t, 0)).toBeGreaterThanOrEqual(Math.log(65) - ROUNDING)
          expect(x.get(t, 0)).toBeLessThanOrEqual(Math.log(500) + ROUNDING)
          expect(x.get(t, 1)).toBeGreaterThanOrEqual(0)
          expect(x.get(t, 1)).toBeLessThanOrEqual(1)
        }
      }),
      { seed: 42, numRuns: 100 },
    )
  })

  it.each<[string, unknown, unknown, typeof TypeError | typeof RangeError, string]>([
    ['text', '01', options, TypeError, '"samples" expected a typed array'],
    ['arrays with holes', [0, undefined], options, TypeError, '"samples" expected numbers, got undefined at index 1'],
    ['matrices', ndarray(new Float32Array(4), [2, 2]), options, RangeError, 'one dimension'],
    ['NaN', Float32Array.of(0, Number.NaN), options, RangeError, 'got NaN at index 1'],
    ['no options', new Float32Array(8), undefined, TypeError, 'options expected an object'],
    ['no sample rate', new Float32Array(8), {}, TypeError, '"sampleRate"'],
    ['unknown options', new Float32Array(8), { ...options, f0min: 3 }, TypeError, 'unknown option "f0min"'],
    ['an empty range', new Float32Array(8), { ...options, lowFrequency: 500 }, RangeError, '"highFrequency"'],
    ['pitch beyond the rate', new Float32Array(8), { ...options, highFrequency: 4001 }, RangeError, '"highFrequency"'],
    [
      'a window under two periods',
      new Float32Array(8),
      { ...options, lowFrequency: 40 },
      RangeError,
      '"frameLengthSeconds"',
    ],
    ['a certain threshold', new Float32Array(8), { ...options, voicingThreshold: 1 }, RangeError, '"voicingThreshold"'],
    ['odd words', new Float32Array(8), { ...options, voicing: 'loud' }, RangeError, '"voicing"'],
  ])('refuses %s', (_name, input, given, kind, message) => {
    const call = () => pitch(input as Float32Array, given as PitchOptions)
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
    expect(call).toThrow(/^pitch: /)
  })
})
