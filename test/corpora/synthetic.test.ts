import { describe, expect, it } from 'vitest'
import {
  type SyntheticCorpusOptions,
  type SyntheticEmotion,
  type SyntheticUtterance,
  syntheticCorpus,
} from '../../src/corpora/synthetic.ts'
import { pitchTrack } from '../../src/features/pitch.ts'

interface Measures {
  /** Mean of log2 F0 over voiced frames, and its standard deviation. */
  pitch: number
  range: number
  voiced: number
  /** Mean square in dB. */
  level: number
  /** Share of the energy that is left in the first difference, dB: higher is brighter. */
  brightness: number
  seconds: number
  peak: number
  finite: boolean
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

function energy(samples: ArrayLike<number>): number {
  let sum = 0
  for (let n = 0; n < samples.length; n++) sum += samples[n] * samples[n]
  return sum
}

function measure({ sampleRate, samples }: SyntheticUtterance): Measures {
  const x = samples()
  const { f0 } = pitchTrack(x, { sampleRate })
  const logF0 = Array.from(
    f0.filter((f) => f > 0),
    Math.log2,
  )
  const pitch = mean(logF0)
  return {
    pitch,
    range: Math.sqrt(mean(logF0.map((f) => (f - pitch) ** 2))),
    voiced: logF0.length / f0.length,
    level: 10 * Math.log10(energy(x) / x.length),
    brightness: 10 * Math.log10(energy(x.subarray(1).map((value, n) => value - x[n])) / energy(x)),
    seconds: x.length / sampleRate,
    peak: x.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0),
    finite: x.every(Number.isFinite),
  }
}

const corpus = syntheticCorpus()
const measures = corpus.map(measure)

function average(label: SyntheticEmotion, name: 'pitch' | 'range' | 'level' | 'brightness' | 'seconds'): number {
  return mean(measures.filter((_, i) => corpus[i].label === label).map((m) => m[name]))
}

function counts(values: readonly string[]): Record<string, number> {
  const all: Record<string, number> = {}
  for (const value of values) all[value] = (all[value] ?? 0) + 1
  return all
}

describe('syntheticCorpus', () => {
  it('has every speaker say every sentence in every emotion', () => {
    expect(corpus.length).toBe(6 * 4 * 4)
    expect(new Set(corpus.map((u) => u.id)).size).toBe(corpus.length)
    expect(new Set(corpus.map((u) => `${u.speaker} ${u.text} ${u.label}`)).size).toBe(corpus.length)
    expect(Object.values(counts(corpus.map((u) => u.speaker)))).toEqual(Array(6).fill(16))
    expect(Object.values(counts(corpus.map((u) => u.text)))).toEqual(Array(4).fill(24))
    expect(counts(corpus.map((u) => u.label))).toEqual({ joy: 24, neutral: 24, sadness: 24, anger: 24 })
    expect(corpus[0].id).toBe('s01-t01-joy')
    expect(corpus[0].text).toMatch(/^[a-z]+(-[a-z]+){5,7}$/)
  })

  it('lasts a second or two, stays within full scale and is mostly voiced', () => {
    for (const { seconds, peak, finite, voiced } of measures) {
      expect(finite).toBe(true)
      expect(peak).toBeLessThanOrEqual(0.98 + 1e-6)
      expect(peak).toBeGreaterThan(0.03)
      expect(seconds).toBeGreaterThan(0.7)
      expect(seconds).toBeLessThan(3)
      expect(voiced).toBeGreaterThan(0.4)
    }
  })

  it('speaks higher and wider in joy and anger than in neutral speech, and lower in sadness', () => {
    for (const excited of ['joy', 'anger'] as const) {
      expect(average(excited, 'pitch') - average('neutral', 'pitch')).toBeGreaterThan(0.2)
      expect(average(excited, 'range')).toBeGreaterThan(1.15 * average('neutral', 'range'))
    }
    expect(average('neutral', 'pitch') - average('sadness', 'pitch')).toBeGreaterThan(0.02)
  })

  it.each(['level', 'brightness'] as const)('orders %s: anger and joy above neutral above sadness', (name) => {
    expect(Math.min(average('anger', name), average('joy', name))).toBeGreaterThan(average('neutral', name) + 0.3)
    expect(average('neutral', name)).toBeGreaterThan(average('sadness', name) + 0.3)
  })

  it('is loudest and quickest in anger, and slowest in sadness', () => {
    expect(average('anger', 'level')).toBeGreaterThan(average('joy', 'level') + 1)
    expect(average('anger', 'seconds')).toBeLessThan(average('joy', 'seconds'))
    expect(average('joy', 'seconds')).toBeLessThan(average('neutral', 'seconds'))
    expect(average('sadness', 'seconds')).toBeGreaterThan(1.1 * average('neutral', 'seconds'))
  })

  it('varies from one utterance of a speaker and emotion to the next', () => {
    const levels = measures
      .filter((_, i) => corpus[i].speaker === 's01' && corpus[i].label === 'neutral')
      .map((m) => m.level)
    expect(levels.length).toBe(4)
    expect(Math.max(...levels) - Math.min(...levels)).toBeGreaterThan(0.5)
  })

  it('is not so regular that one measure would tell joy from anger', () => {
    for (const name of ['pitch', 'range', 'level', 'brightness', 'seconds'] as const) {
      const angry = measures.filter((_, i) => corpus[i].label === 'anger').map((m) => m[name])
      const glad = measures.filter((_, i) => corpus[i].label === 'joy').map((m) => m[name])
      expect(Math.max(Math.min(...angry), Math.min(...glad))).toBeLessThan(
        Math.min(Math.max(...angry), Math.max(...glad)),
      )
    }
  })

  it('alternates the low voices of men and the high voices of women', () => {
    const speakers = ['s01', 's02', 's03', 's04', 's05', 's06']
    const pitches = speakers.map((name) =>
      mean(measures.filter((_, i) => corpus[i].speaker === name).map((m) => m.pitch)),
    )
    const genders = speakers.map((name) => new Set(corpus.filter((u) => u.speaker === name).map((u) => u.gender)))
    expect(genders.map((set) => [...set].join())).toEqual(['male', 'female', 'male', 'female', 'male', 'female'])
    expect(Math.min(pitches[1], pitches[3], pitches[5])).toBeGreaterThan(Math.max(pitches[0], pitches[2], pitches[4]))
  })
})

describe('the seed', () => {
  const few: SyntheticCorpusOptions = { speakers: 2, sentences: 1, emotions: ['neutral', 'anger'] }
  const sameBits = (a: Float32Array, b: Float32Array) =>
    a.length === b.length && a.every((value, n) => Object.is(value, b[n]))

  it('fixes every bit, whenever and however often samples are asked for', () => {
    const [first, second] = syntheticCorpus({ ...few, seed: 5 })
    const late = second.samples()
    const [again1, again2] = syntheticCorpus({ ...few, seed: 5 }).map((u) => u.samples())
    expect(sameBits(first.samples(), again1)).toBe(true)
    expect(sameBits(late, again2)).toBe(true)
    expect(sameBits(late, second.samples())).toBe(true)
    expect(sameBits(again1, again2)).toBe(false)
  })

  it('changes sentences and voices', () => {
    const [one, two] = [1, 2].map((seed) => syntheticCorpus({ ...few, seed }))
    expect(one[0].text).not.toBe(two[0].text)
    expect(sameBits(one[0].samples(), two[0].samples())).toBe(false)
  })

  it('gives an utterance the same bits in a larger corpus', () => {
    const larger = new Map(corpus.map((u) => [u.id, u]))
    for (const u of syntheticCorpus(few)) {
      const same = larger.get(u.id) as SyntheticUtterance
      expect(same.text).toBe(u.text)
      expect(sameBits(same.samples(), u.samples())).toBe(true)
    }
  })
})

describe('options', () => {
  it.each([8000, 22050])('speak at %d Hz as at 16 kHz', (sampleRate) => {
    const [u] = syntheticCorpus({ speakers: 1, sentences: 1, sampleRate })
    const other = measure(u)
    expect(u.sampleRate).toBe(sampleRate)
    expect(other.finite && other.peak < 1).toBe(true)
    expect(Math.abs(other.seconds - measures[0].seconds)).toBeLessThan(0.01)
    expect(Math.abs(other.pitch - measures[0].pitch)).toBeLessThan(0.05)
    expect(Math.abs(other.level - measures[0].level)).toBeLessThan(0.5)
  })

  it.each<[string, unknown, typeof TypeError | typeof RangeError, string]>([
    ['no speakers', { speakers: 0 }, RangeError, '"speakers" expected an integer >= 1, got 0'],
    ['half a sentence', { sentences: 0.5 }, RangeError, '"sentences"'],
    ['a telephone of old', { sampleRate: 4000 }, RangeError, '"sampleRate"'],
    ['other emotions', { emotions: ['boredom'] }, RangeError, '"emotions[0]" expected one of'],
    ['an emotion twice', { emotions: ['joy', 'joy'] }, RangeError, '"emotions" expected different words'],
    ['no emotion', { emotions: [] }, RangeError, '"emotions" expected at least 1 item'],
    ['unknown options', { count: 3 }, TypeError, 'unknown option "count"'],
    ['odd seeds', { seed: Number.NaN }, TypeError, '"seed"'],
  ])('refuse %s', (_name, options, kind, message) => {
    const call = () => syntheticCorpus(options as SyntheticCorpusOptions)
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })
})
