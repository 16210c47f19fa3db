import { describe, expect, it } from 'vitest'
import { resample } from '../../src/audio/resample.ts'
import { addNoise } from '../../src/augmentation/noise.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { Random } from '../../src/numerics/random.ts'
import { speechSegments } from '../../src/pipelines/speech-segments.ts'

const rate = 16000
const voices = syntheticCorpus({ speakers: 2, sentences: 1, emotions: ['joy', 'anger'] }).map((voice) =>
  voice.samples(),
)
/** Voices with 1.2 s between them, over a floor of noise, and where each of them is. */
const places: [number, number][] = []
let at = rate
for (const voice of voices) {
  places.push([at / rate, (at + voice.length) / rate])
  at += voice.length + 1.2 * rate
}
const recording = new Float64Array(at)
for (const [k, voice] of voices.entries()) recording.set(Float64Array.from(voice), Math.round(places[k][0] * rate))
const floor = new Random('floor')
for (let n = 0; n < recording.length; n++) recording[n] += 1e-4 * floor.normal()

/** Seconds of the voices that are in no segment, and of segments beyond voices, as shares of both. */
function errorsOf(segments: { start: number; end: number }[]): { missed: number; added: number } {
  let [missed, added, speech, rest] = [0, 0, 0, 0]
  for (let time = 0.005; time < recording.length / rate; time += 0.01) {
    const isVoice = places.some(([from, to]) => time >= from && time < to)
    const isFound = segments.some(({ start, end }) => time >= start && time < end)
    if (isVoice) speech++
    else rest++
    if (isVoice && !isFound) missed++
    if (!isVoice && isFound) added++
  }
  return { missed: missed / speech, added: added / rest }
}

describe('segments of speech', () => {
  it('are where the voices are', () => {
    const segments = speechSegments(recording, { sampleRate: rate })
    expect(segments).toHaveLength(voices.length)
    for (const [k, { start, end }] of segments.entries()) {
      expect(Math.abs(start - places[k][0])).toBeLessThan(0.15)
      expect(Math.abs(end - places[k][1])).toBeLessThan(0.3)
    }
  })

  it.each([
    ['white', 20, 0.08],
    ['pink', 20, 0.08],
    ['white', 10, 0.1],
    ['pink', 10, 0.1],
    ['white', 0, 0.35],
    ['pink', 0, 0.35],
  ] as const)('in %s noise at %i dB miss at most %f of them', (color, snr, most) => {
    const { samples } = addNoise({ color, snr })({ samples: recording, sampleRate: rate }, new Random(1))
    const { missed, added } = errorsOf(speechSegments(samples, { sampleRate: rate }))
    expect(missed).toBeLessThan(most)
    expect(added).toBeLessThan(0.2)
  })

  it('are the same at any level, with an offset, and near each other at other rates', () => {
    const plain = speechSegments(recording, { sampleRate: rate })
    for (const scale of [2 ** -60, 2 ** 40]) {
      expect(
        speechSegments(
          recording.map((x) => scale * x),
          { sampleRate: rate },
        ),
      ).toEqual(plain)
    }
    for (const [x, sampleRate] of [
      [recording.map((value) => value + 0.3), rate],
      [resample(recording, rate, 44100), 44100],
      [resample(recording, rate, 8000), 8000],
    ] as const) {
      const other = speechSegments(x, { sampleRate })
      expect(other).toHaveLength(plain.length)
      for (const [k, { start, end }] of other.entries()) {
        expect(Math.abs(start - plain[k].start)).toBeLessThan(0.06)
        expect(Math.abs(end - plain[k].end)).toBeLessThan(0.06)
      }
    }
  })

  it('are none in silence, in an offset, in steady noise and without samples', () => {
    const { samples } = addNoise({ level: -20 })(
      { samples: new Float64Array(20 * rate), sampleRate: rate },
      new Random(2),
    )
    for (const x of [
      new Float64Array(rate),
      new Float64Array(rate).fill(0.5),
      new Float64Array(0),
      new Float64Array(9),
      samples,
    ]) {
      expect(speechSegments(x, { sampleRate: rate })).toEqual([])
    }
  })

  it('are joined over pauses, begin earlier and end later, or are left out, as options ask', () => {
    const options = { sampleRate: rate }
    expect(speechSegments(recording, { ...options, pauseSeconds: 2 })).toHaveLength(1)
    expect(speechSegments(recording, { ...options, leastSeconds: 20 })).toEqual([])
    const [plain] = speechSegments(recording, { ...options, marginSeconds: 0 })
    const [wide] = speechSegments(recording, { ...options, marginSeconds: 0.2 })
    expect(plain.start - wide.start).toBeCloseTo(0.2, 9)
    const all = speechSegments(recording, { ...options, marginSeconds: 60 })
    expect(all).toEqual([{ start: 0, end: recording.length / rate }])
  })

  it('refuse other samples, rates and options', () => {
    expect(() => speechSegments([Number.NaN], { sampleRate: rate })).toThrow(
      /speechSegments: "samples" expected finite numbers/,
    )
    expect(() => speechSegments(recording, { sampleRate: 100 })).toThrow(/"sampleRate" expected an integer >= 4000/)
    expect(() => speechSegments(recording, { sampleRate: rate, pauseSeconds: -1 })).toThrow(/"pauseSeconds"/)
    expect(() => speechSegments(recording, { sampleRate: rate, pause: 1 } as never)).toThrow(/unknown option "pause"/)
  })
})
