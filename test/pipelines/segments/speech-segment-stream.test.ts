import { describe, expect, it } from 'vitest'
import { resample } from '../../../src/audio/resample.ts'
import { syntheticCorpus } from '../../../src/corpora/synthetic.ts'
import { Random } from '../../../src/numerics/random.ts'
import type { SpeechSegment } from '../../../src/pipelines/segments/segment-finder.ts'
import type { SpeechSegmentsOptions } from '../../../src/pipelines/segments/segment-settings.ts'
import { SpeechSegmentStream } from '../../../src/pipelines/segments/speech-segment-stream.ts'
import { speechSegments } from '../../../src/pipelines/speech-segments.ts'
import { numbersHeld } from '../../support/chunks.ts'

const voices = syntheticCorpus({ speakers: 2, sentences: 2, emotions: ['joy', 'sadness'] }).map((voice) =>
  voice.samples(),
)

/** Voices with pauses of 0.2 to 4 s, at several levels, over noise whose level changes, `seconds` long at 8 kHz. */
function conversation(seconds: number, seed: number): Float32Array {
  const random = new Random(`conversation ${seed}`)
  const sound = new Float32Array(seconds * 8000)
  for (let at = 4000, k = 0; ; k++) {
    const voice = resample(voices[k % voices.length], 16000, 8000)
    if (at + voice.length > sound.length) break
    const gain = 10 ** (-2 * random.uniform())
    for (let n = 0; n < voice.length; n++) sound[at + n] = gain * voice[n]
    at += voice.length + Math.round(8000 * (0.2 + 3.8 * random.uniform()))
  }
  return sound.map((x, n) => x + 1e-4 * (1 + 9 * Number(n % 300_000 > 200_000)) * random.normal())
}

function inChunks(
  sound: Float32Array,
  options: SpeechSegmentsOptions,
  lengthOf: () => number,
): { segments: SpeechSegment[]; early: number } {
  const stream = new SpeechSegmentStream(options)
  const segments: SpeechSegment[] = []
  for (let at = 0; at < sound.length; ) {
    const end = at + lengthOf()
    segments.push(...stream.push(sound.subarray(at, end)))
    at = end
  }
  const early = segments.length
  segments.push(...stream.flush())
  return { segments, early }
}

describe('segments of sound in chunks', () => {
  const sound = conversation(90, 1)
  it.each([
    ['as by default', {}],
    ['cut at 2 s', { longestSeconds: 2 }],
    ['with margins that meet', { marginSeconds: 0.6 }],
    ['without margins and pauses', { pauseSeconds: 0, marginSeconds: 0, leastSeconds: 0 }],
  ])('are those of the whole, bit for bit, however it is cut: %s', (_, more) => {
    const options = { sampleRate: 8000, ...more }
    const whole = speechSegments(sound, options)
    expect(whole.length).toBeGreaterThan(10)
    for (const most of [370, 400_000]) {
      const random = new Random(`cuts ${most}`)
      const { segments, early } = inChunks(sound, options, () => random.integer(most + 1))
      expect(segments).toEqual(whole)
      // Not all are held back to the end.
      expect(early).toBeGreaterThan(most === 400_000 ? -1 : 3)
    }
  })

  it('are those of the whole at other rates', () => {
    const part = resample(sound.subarray(0, 20 * 8000), 8000, 44100)
    const options = { sampleRate: 44100 }
    expect(inChunks(part, options, () => 1000).segments).toEqual(speechSegments(part, options))
  })

  it('depend on nothing beyond 30 s but what is smoothed', () => {
    const options = { sampleRate: 8000 }
    const whole = speechSegments(sound, options)
    const alone = speechSegments(sound.subarray(0, 65 * 8000), options)
    const early = (segments: SpeechSegment[]): SpeechSegment[] => segments.filter(({ end }) => end < 33)
    expect(early(alone).length).toBeGreaterThan(5)
    expect(early(alone)).toEqual(early(whole))
  })

  it('say up to where nothing more will come', () => {
    const stream = new SpeechSegmentStream({ sampleRate: 8000 })
    let earliest = stream.earliest
    for (let at = 0; at < sound.length; at += 4000) {
      for (const { start } of stream.push(sound.subarray(at, at + 4000))) expect(start).toBeGreaterThanOrEqual(earliest)
      expect(stream.earliest).toBeGreaterThanOrEqual(earliest)
      earliest = stream.earliest
    }
    expect(earliest).toBeGreaterThan(50)
    // Of the 90 s, what 60 s need, in room for twice as much.
    expect(numbersHeld(stream)).toBeLessThan(700_000)
    for (const { start } of stream.flush()) expect(start).toBeGreaterThanOrEqual(earliest)
    expect(stream.earliest).toBe(0)
  })

  it('begin anew after flush and reset', () => {
    const options = { sampleRate: 8000 }
    const part = sound.subarray(0, 12 * 8000)
    const whole = speechSegments(part, options)
    const stream = new SpeechSegmentStream(options)
    stream.push(part.subarray(100))
    expect(String(stream)).toBe('SpeechSegmentStream: 8000 Hz, 95,900 samples so far')
    stream.reset()
    expect([...stream.push(part), ...stream.flush()]).toEqual(whole)
    expect([...stream.push(part), ...stream.flush()]).toEqual(whole)
    expect(stream.flush()).toEqual([])
  })

  it('refuse chunks and leave the stream unchanged', () => {
    const stream = new SpeechSegmentStream({ sampleRate: 8000 })
    stream.push(sound.subarray(0, 1000))
    expect(() => stream.push([0, Number.NaN])).toThrow(
      /SpeechSegmentStream.push: "chunk" expected finite numbers, got NaN at index 1/,
    )
    expect(() => stream.push('abc' as never)).toThrow(TypeError)
    expect(String(stream)).toMatch(/1,000 samples so far/)
    expect(() => new SpeechSegmentStream({ sampleRate: 8000, longestSeconds: 0.5 })).toThrow(
      /"longestSeconds" expected a number >= 1, got 0.5/,
    )
    expect(() => new SpeechSegmentStream({ sampleRate: 8000, longestSeconds: '9' as never })).toThrow(TypeError)
  })
})

describe('segments that would be too long', () => {
  const gaps = [0.12, 0.2, 0.05]
  const voice = resample(voices[0], 16000, 8000)
  const sound = new Float32Array(30 * 8000)
  for (let at = 8000, k = 0; at + voice.length < sound.length - 8000; k++) {
    sound.set(voice, at)
    at += voice.length + Math.round(8000 * gaps[k % gaps.length])
  }

  it('are cut where the voice is weakest, and touch there', () => {
    const options = { sampleRate: 8000, pauseSeconds: 0.6 }
    const [whole, ...none] = speechSegments(sound, options)
    expect(none).toEqual([])
    expect(whole.end - whole.start).toBeGreaterThan(20)
    const parts = speechSegments(sound, { ...options, longestSeconds: 5 })
    expect(parts[0].start).toBe(whole.start)
    expect(parts.at(-1)?.end).toBe(whole.end)
    for (const [k, { start, end }] of parts.entries()) {
      expect(end - start).toBeLessThanOrEqual(5.1)
      if (k === 0) continue
      expect(start).toBe(parts[k - 1].end)
      // Between two of the voices, where there is nothing.
      const around = sound.subarray(Math.round((start - 0.005) * 8000), Math.round((start + 0.005) * 8000))
      expect(around.reduce((sum, x) => sum + Math.abs(x), 0)).toBeLessThan(0.5)
    }
    for (const { start, end } of parts.slice(0, -1)) expect(end - start).toBeGreaterThanOrEqual(2.5)
  })
})
