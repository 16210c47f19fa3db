import { describe, expect, it } from 'vitest'
import { decodeMulaw } from '../../src/audio/g711.ts'
import { limitBand } from '../../src/augmentation/band.ts'
import { changeGain, clipPeaks, compandMulaw } from '../../src/augmentation/level.ts'
import { addBabble, addSounds } from '../../src/augmentation/mixture.ts'
import { addNoise } from '../../src/augmentation/noise.ts'
import { addReverberation } from '../../src/augmentation/reverberation.ts'
import { changeSpeed, changeTempo, shiftPitch } from '../../src/augmentation/tempo.ts'
import { createTransform } from '../../src/kernels/power-of-two.ts'
import { Random } from '../../src/numerics/random.ts'
import { apply, farthest, hiss, peakOf, power, rate, tone } from './support.ts'

const voice = tone(220)
const decibels = (ratio: number): number => 10 * Math.log10(ratio)
const less = (a: ArrayLike<number>, b: ArrayLike<number>): number[] => Array.from(a, (value, n) => value - b[n])

describe('every augmentation of sound', () => {
  const sounds = [hiss(9000, 'a'), hiss(12000, 'b')].map((samples) => ({ samples, sampleRate: rate }))
  const all = {
    changeGain: changeGain(),
    clipPeaks: clipPeaks({ level: [0.05, 0.2] }),
    addNoise: addNoise(),
    addSounds: addSounds({ sounds }),
    addBabble: addBabble({ voices: sounds }),
    addReverberation: addReverberation(),
    limitBand: limitBand(),
    changeSpeed: changeSpeed(),
    changeTempo: changeTempo(),
    shiftPitch: shiftPitch(),
  }

  it.each(Object.entries(all))(
    '%s: the same seed the same bits, another seed others; the input stays',
    (_, augment) => {
      const before = voice.slice()
      const one = apply(augment, voice, 5)
      expect(apply(augment, voice, 5)).toEqual(one)
      expect(apply(augment, voice, 6)).not.toEqual(one)
      expect(voice).toEqual(before)
      expect(one.samples).toBeInstanceOf(Float64Array)
      expect(one.sampleRate).toBe(rate)
      expect(one.samples.every(Number.isFinite)).toBe(true)
    },
  )

  it.each(Object.entries(all))(
    '%s: float32 for float32, one after the other differ, silence and nothing pass',
    (_, augment) => {
      const sound = { samples: Float32Array.from(voice), sampleRate: rate }
      const random = new Random(1)
      const [one, two] = [augment(sound, random), augment(sound, random)]
      expect(one.samples).toBeInstanceOf(Float32Array)
      expect(two).not.toEqual(one)
      const silent = apply(augment, new Float64Array(8000)).samples
      expect(silent.every((value) => Math.abs(value) < 1e-12)).toBe(true)
      expect(apply(augment, new Float64Array(0)).samples.every(Number.isFinite)).toBe(true)
    },
  )

  it.each(Object.entries(all))('%s: refuses what is no sound, and options that it does not know', (name, augment) => {
    const random = new Random(1)
    expect(() => augment({ samples: Float64Array.of(0, Number.NaN), sampleRate: rate }, random)).toThrow(
      new RegExp(`^${name}: "samples" expected finite numbers, got NaN at index 1`),
    )
    expect(() => augment({ samples: voice, sampleRate: 0.5 }, random)).toThrow(/"sampleRate" expected an integer/)
    expect(() => augment(voice as never, random)).toThrow(/"sound" expected samples with their "sampleRate"/)
    expect(() => augment({ samples: voice, sampleRate: rate }, 3 as never)).toThrow(/"random" expected a Random/)
  })
})

describe('gain, clipping, companding', () => {
  it('change the level by decibels', () => {
    const { samples } = apply(changeGain({ decibels: -20 }), voice)
    expect(
      farthest(
        samples,
        voice.map((value) => 0.1 * value),
      ),
    ).toBeLessThan(1e-12)
    const gains = Array.from({ length: 40 }, (_, seed) =>
      decibels(power(apply(changeGain(), voice, seed).samples) / power(voice)),
    )
    expect(Math.min(...gains)).toBeGreaterThan(-6)
    expect(Math.min(...gains)).toBeLessThan(-4)
    expect(Math.max(...gains)).toBeLessThan(6)
    expect(Math.max(...gains)).toBeGreaterThan(4)
  })

  it('cut off at a share of full scale', () => {
    const { samples } = apply(clipPeaks({ level: 0.2 }), voice)
    expect(
      farthest(
        samples,
        voice.map((value) => Math.max(-0.2, Math.min(0.2, value))),
      ),
    ).toBe(0)
  })

  it('leave the values of mu-law alone', () => {
    const values = new Set(Array.from({ length: 256 }, (_, code) => decodeMulaw(code)))
    const { samples } = apply(compandMulaw(), voice)
    expect(samples.every((value) => values.has(value))).toBe(true)
    expect(Math.max(...less(samples, voice).map(Math.abs))).toBeLessThan(0.02)
  })
})

describe('noise', () => {
  it.each(['white', 'pink', 'brown'] as const)('%s: as far below the recording as it says', (color) => {
    for (let seed = 0; seed < 5; seed++) {
      const { samples } = apply(addNoise({ color, snr: 12 }), tone(220, 4), seed)
      expect(Math.abs(decibels(power(tone(220, 4)) / power(less(samples, tone(220, 4)))) - 12)).toBeLessThan(1.5)
      const level = apply(addNoise({ color, level: -30 }), new Float64Array(4 * rate), seed).samples
      expect(Math.abs(decibels(power(level)) + 30)).toBeLessThan(1.5)
    }
  })

  /** Mean power per Hz around some frequencies, dB. */
  function spectrumOf(color: 'white' | 'pink' | 'brown', frequencies: number[]): number[] {
    const size = 4096
    const { samples } = apply(addNoise({ color, level: -20 }), new Float64Array(100 * size), 3)
    const fft = createTransform(size)
    const sums = new Float64Array(size / 2)
    for (let from = 0; from < samples.length; from += size) {
      const [into, piece] = [new Float64Array(2 * size), new Float64Array(2 * size)]
      for (let n = 0; n < size; n++) piece[2 * n] = samples[from + n] * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size))
      fft.transform(into, piece)
      for (let k = 0; k < size / 2; k++) sums[k] += into[2 * k] ** 2 + into[2 * k + 1] ** 2
    }
    const around = (hertz: number): number => {
      const [low, high] = [0.94, 1.06].map((factor) => Math.round((factor * hertz * size) / rate))
      return power(Array.from(sums.subarray(low, high + 1), Math.sqrt))
    }
    return frequencies.map((hertz) => decibels(around(hertz)))
  }

  it.each([
    ['white', 0],
    ['pink', -3.01],
    ['brown', -6.02],
  ] as const)('%s: %f dB an octave', (color, slope) => {
    const levels = spectrumOf(color, [125, 250, 500, 1000, 2000])
    for (let k = 1; k < levels.length; k++) expect(Math.abs(levels[k] - levels[k - 1] - slope)).toBeLessThan(1)
  })

  it('takes "snr" or "level", and ranges from low to high', () => {
    expect(() => addNoise({ snr: 3, level: 3 })).toThrow(/addNoise: expected "snr" or "level", got both/)
    expect(() => addNoise({ snr: [5, 2] })).toThrow(/"snr" expected \[low, high\], low <= high/)
    expect(() => addNoise({ snr: [5] as never })).toThrow(RangeError)
    expect(() => addNoise({ snr: '5' as never })).toThrow(/"snr" expected a number or \[low, high\]/)
    expect(() => addNoise({ snr: [5, Number.NaN] })).toThrow(/"snr\[1\]" expected a finite number/)
    expect(() => addNoise({ colour: 'pink' } as never)).toThrow(/unknown option "colour"/)
    expect(() => addNoise({ color: 'red' as never })).toThrow(/"color" expected one of/)
  })
})

describe('other sounds', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((seed) => ({ samples: hiss(7000, seed), sampleRate: rate }))

  it('are added so far below the recording, from a random place on and again', () => {
    const { samples } = apply(addSounds({ sounds: [a], snr: 3 }), voice, 4)
    const added = less(samples, voice)
    expect(decibels(power(voice) / power(added))).toBeCloseTo(3, 6)
    expect(farthest(added.slice(7000), added.slice(0, -7000))).toBeLessThan(1e-12)
    const scale = Math.sqrt(power(added.slice(0, 7000)) / power(a.samples))
    const from = a.samples.findIndex((value) => Math.abs(scale * value - added[0]) < 1e-12)
    expect(from).toBeGreaterThan(0)
    const turned = Array.from(a.samples, (_, n) => scale * a.samples[(from + n) % 7000])
    expect(farthest(added.slice(0, 7000), turned)).toBeLessThan(1e-10)
  })

  it('come at the rate of the recording', () => {
    const low = {
      samples: Float64Array.from({ length: 8000 }, (_, n) => Math.sin((2 * Math.PI * 1000 * n) / 8000)),
      sampleRate: 8000,
    }
    const added = less(apply(addSounds({ sounds: [low], snr: 0 }), voice).samples, voice)
    expect(peakOf(added.slice(2000, 6000), 900, 1100, 5)).toBe(1000)
  })

  it('are never the recording itself', () => {
    const augment = addSounds({ sounds: [a, b], snr: 0 })
    for (let seed = 0; seed < 10; seed++) {
      const added = less(augment(a, new Random(seed)).samples, a.samples)
      const scale = Math.sqrt(power(added) / power(b.samples))
      expect(added.some((value) => Math.abs(value - scale * b.samples[0]) < 1e-9)).toBe(true)
    }
    expect(() => addSounds({ sounds: [a] })(a, new Random(1))).toThrow(/expected a recording other than the one/)
    expect(() => addSounds({ sounds: [] })).toThrow(/"sounds" expected at least 1 item/)
    expect(() => addSounds({ sounds: [{ samples: new Float64Array(9), sampleRate: rate }] })).toThrow(
      /"sounds\[0\]" expected a sound, got silence/,
    )
    expect(() => addSounds({ sounds: [{ samples: [Number.NaN], sampleRate: rate }] })).toThrow(
      /"samples" expected finite numbers/,
    )
  })

  it('babble as several at once', () => {
    const one = less(apply(addBabble({ voices: [a], talkers: 1, snr: 0 }), voice).samples, voice)
    expect(farthest(one, less(apply(addSounds({ sounds: [a], snr: 0 }), voice).samples, voice))).toBeGreaterThan(0)
    expect(farthest(one.slice(7000), one.slice(0, -7000))).toBeLessThan(1e-12)
    const many = less(apply(addBabble({ voices: [a, b, c], talkers: 12, snr: 6 }), voice).samples, voice)
    expect(decibels(power(voice) / power(many))).toBeCloseTo(6, 6)
    expect(farthest(many.slice(7000), many.slice(0, -7000))).toBeLessThan(1e-12)
    // Twelve places of three voices are like no place of one.
    const scale = Math.sqrt(power(many) / power(a.samples))
    expect(a.samples.some((value) => Math.abs(scale * value - many[0]) < 1e-9)).toBe(false)
    expect(() => addBabble({ voices: [a], talkers: 2.5 })).toThrow(/"talkers" expected an integer/)
    expect(() => addBabble({ voices: [a], talkers: 0 })).toThrow(/"talkers"/)
    expect(() => addBabble({ voices: [a] })(a, new Random(1))).toThrow(/addBabble: "voices" expected a recording other/)
  })
})

describe('rooms and bands', () => {
  it('a click becomes a room, whose direct sound has its level', () => {
    const click = Float64Array.of(1, 0, 0)
    const { samples } = apply(addReverberation({ seconds: 0.3, distance: 1 }), click)
    expect(samples.length).toBe(3 + 0.3 * rate - 1)
    expect(Math.max(...samples)).toBeCloseTo(1, 12)
    expect(samples.findIndex((value) => value > 0.99)).toBeGreaterThan((0.9 / 343) * rate)
    expect(apply(addReverberation({ tail: false }), click).samples.length).toBe(3)
  })

  it('a room makes no rumble of an offset', () => {
    for (const seconds of [0.3, 0.8]) {
      const { samples } = apply(addReverberation({ seconds, distance: 1 }), new Float64Array(rate).fill(0.1))
      const settled = samples.slice(rate * 0.5, rate)
      expect(Math.max(...settled.map(Math.abs))).toBeLessThan(0.05)
    }
  })

  it('a band passes its frequencies without delay and stops others', () => {
    const band = limitBand({ low: 300, high: 3400 })
    const middle = (x: ArrayLike<number>): number[] => Array.from(x).slice(500, -500)
    const inside = apply(band, tone(1000)).samples
    expect(inside.length).toBe(rate)
    expect(Math.max(...middle(less(inside, tone(1000))).map(Math.abs))).toBeLessThan(0.002)
    for (const hertz of [60, 4500]) expect(power(middle(apply(band, tone(hertz)).samples))).toBeLessThan(1e-5)
    const all = apply(limitBand({ low: 0, high: 9000 }), voice).samples
    expect(Math.max(...middle(less(all, voice)).map(Math.abs))).toBeLessThan(1e-3)
    expect(() => limitBand({ low: [100, 4000], high: [3000, 5000] })).toThrow(
      /limitBand: "low" expected frequencies below those of "high", got up to 4000 and from 3000 Hz/,
    )
    expect(() => apply(limitBand({ low: 8000, high: 9000 }), voice)).toThrow(/expected a frequency below "high"/)
  })
})

describe('speed, tempo, pitch', () => {
  it('speed changes length and pitch', () => {
    const { samples } = apply(changeSpeed({ factor: 1.25 }), voice)
    expect(samples.length).toBe(12800)
    expect(peakOf(samples.slice(2000, 10000), 200, 320, 1)).toBe(275)
  })

  it.each([0.5, 0.8, 1, 1.3, 2])('tempo %f changes the length and keeps pitch and level', (factor) => {
    const { samples } = apply(changeTempo({ factor }), voice)
    expect(samples.length).toBe(Math.round(rate / factor))
    const middle = samples.slice(1000, -1000)
    expect(Math.abs(peakOf(middle, 200, 240, 0.5) - 220)).toBeLessThanOrEqual(1)
    expect(Math.abs(decibels(power(middle) / power(voice)))).toBeLessThan(0.3)
  })

  it('at tempo 1 every sample stays', () => {
    const noise = hiss(10000, 'n')
    const { samples } = apply(changeTempo({ factor: 1 }), noise)
    expect(farthest(samples, noise)).toBeLessThan(1e-12)
  })

  it.each([-12, -3, 2, 7])('a shift of %i semitones moves the pitch and keeps the length', (semitones) => {
    const { samples } = apply(shiftPitch({ semitones }), voice)
    expect(samples.length).toBe(rate)
    const wanted = 220 * 2 ** (semitones / 12)
    expect(Math.abs(peakOf(samples.slice(1000, -1000), 0.8 * wanted, 1.2 * wanted, 0.5) / wanted - 1)).toBeLessThan(
      0.006,
    )
  })
})
