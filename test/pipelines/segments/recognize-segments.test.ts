import { describe, expect, it } from 'vitest'
import {
  type RecognizedSegment,
  type RecognizeSegmentsOptions,
  recognizeSegments,
  SegmentAnswers,
  tellerOf,
} from '../../../src/pipelines/segments/recognize-segments.ts'
import { speechSegments } from '../../../src/pipelines/speech-segments.ts'
import { numbersHeld } from '../../support/chunks.ts'
import { spoken, strung } from '../../support/live.ts'
import { soundWithoutSpeech } from '../../support/no-speech/index.mjs'
import { smallRecognizer } from '../../support/recognizer.ts'

const rate = 16000
const recognizer = await smallRecognizer({
  system: 'measures-logistic',
  options: { frontEnd: { set: 'speech', functionals: true } },
})
const { sound } = strung(spoken(4), 1)
const options: RecognizeSegmentsOptions = { sampleRate: rate }

function* chunks(x: Float32Array, length: number): Generator<Float32Array> {
  for (let at = 0; at < x.length; at += length) yield x.subarray(at, at + length)
}
async function allOf(segments: AsyncIterable<RecognizedSegment>): Promise<RecognizedSegment[]> {
  const list: RecognizedSegment[] = []
  for await (const segment of segments) list.push(segment)
  return list
}

describe('recognizeSegments', () => {
  it('gives the segments of speechSegments with the answers of predict for their samples, however the sound is cut', async () => {
    const expected = speechSegments(sound, { sampleRate: rate, longestSeconds: 15 }).map(({ start, end }) => {
      const samples = sound.slice(Math.round(start * rate), Math.round(end * rate))
      const { timeline, ...answer } = recognizer.predict(samples, rate, { timeline: false })
      expect(timeline).toEqual([])
      return { start, end, ...answer }
    })
    expect(expected.length).toBeGreaterThan(3)
    const all = { ...options, all: true }
    expect(await allOf(recognizeSegments(recognizer, [sound], all))).toEqual(expected)
    expect(await allOf(recognizeSegments(recognizer, chunks(sound, 1234), all))).toEqual(expected)
    expect(await allOf(recognizeSegments(recognizer, chunks(sound, 99_999), options))).toEqual(
      expected.filter(({ speech }) => speech),
    )
  })

  it('leaves out what is no speech, or gives it without a label', async () => {
    const music = new Float32Array(20 * rate)
    for (const [k, at] of [2, 9].entries()) music.set(soundWithoutSpeech('melody', k).samples, at * rate)
    expect(speechSegments(music, options).length).toBeGreaterThan(1)
    expect(await allOf(recognizeSegments(recognizer, [music], options))).toEqual([])
    for (const segment of await allOf(recognizeSegments(recognizer, [music], { ...options, all: true }))) {
      expect(segment).toMatchObject({ label: null, speech: false, sure: false })
    }
  })

  it('cuts what is too long, and holds no more than that and 30 s', async () => {
    const long = strung(spoken(40), 0.01).sound
    expect(long.length / rate).toBeGreaterThan(60)
    const parts = await allOf(
      recognizeSegments(recognizer, chunks(long, 8000), { ...options, pauseSeconds: 1, all: true }),
    )
    expect(Math.max(...parts.map(({ start, end }) => end - start))).toBeLessThan(15.2)
    const answers = new SegmentAnswers('test', tellerOf('test', recognizer), options)
    const held: number[] = []
    for (const chunk of chunks(strung([long, long], 1).sound, 8000)) {
      held.push(numbersHeld({ ...answers, teller: null }))
      for (const _ of answers.push(chunk)) held.push(numbersHeld({ ...answers, teller: null }))
    }
    // 50 s at 16 kHz, in room for twice as much, and the stream's.
    expect(Math.max(...held)).toBeLessThan(2 * 50 * rate + 800_000)
  })

  it('refuses other recognisers, sources, options and samples', async () => {
    expect(() => recognizeSegments({} as never, [sound], options)).toThrow(/"recognizer" expected a Recognizer/)
    expect(() => recognizeSegments(recognizer, 5 as never, options)).toThrow(/recognizeSegments: "source" expected/)
    const wrong =
      (more: object): (() => unknown) =>
      () =>
        recognizeSegments(recognizer, [sound], { ...options, ...more })
    expect(wrong({ sampleRate: 100 })).toThrow(/recognizeSegments: "sampleRate" expected an integer >= 4000/)
    expect(wrong({ longestSeconds: 1000 })).toThrow(/"longestSeconds" expected a finite number >= 1 and <= 300/)
    expect(wrong({ leastSeconds: 0 })).toThrow(/"leastSeconds" expected a finite number >= 0.0/)
    expect(wrong({ all: 1 })).toThrow(TypeError)
    expect(wrong({ every: 1 })).toThrow(/unknown option "every"/)
    await expect(allOf(recognizeSegments(recognizer, [[Number.NaN]], options))).rejects.toThrow(
      /recognizeSegments: "chunk" expected finite numbers/,
    )
  })
})
