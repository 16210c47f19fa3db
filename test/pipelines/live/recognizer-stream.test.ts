import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { resample } from '../../../src/audio/resample.ts'
import { StateError } from '../../../src/core/errors.ts'
import { SpeakerStatistics } from '../../../src/features/speaker-statistics.ts'
import { FeatureStream } from '../../../src/pipelines/feature-stream.ts'
import type { FrontEndOptions } from '../../../src/pipelines/front-end.ts'
import type { RecognitionEvent, RecognizerStream } from '../../../src/pipelines/live/recognizer-stream.ts'
import type { Recognizer } from '../../../src/pipelines/recognizer.ts'
import { speechPresence } from '../../../src/pipelines/speech-presence.ts'
import { createSystem, type SystemConfig, type SystemName } from '../../../src/pipelines/systems.ts'
import { chunksOf, numbersHeld } from '../../support/chunks.ts'
import { heardIn, spoken, strung } from '../../support/live.ts'
import { classes, smallRecognizer, systems } from '../../support/recognizer.ts'

const RATE = 16000
const speech = { frontEnd: { set: 'speech', functionals: true } } as const
const measured: SystemConfig = { system: 'measures-logistic', options: speech }
const { sound, places } = strung(spoken(3), 1)
const coarse = { windowSeconds: 1, hopSeconds: 0.5 }

const lengths: fc.Arbitrary<number[]> = fc
  .array(fc.oneof(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 1, max: 100_000 })), {
    minLength: 1,
    maxLength: 8,
  })
  .filter((list) => list.some((length) => length > 200))

const ofKind = (events: RecognitionEvent[], kind: RecognitionEvent['kind']): RecognitionEvent[] =>
  events.filter((event) => event.kind === kind)
const chunked = (stream: RecognizerStream): RecognitionEvent[] => heardIn(stream, sound, [1600])

let recognizer: Recognizer
beforeAll(async () => {
  recognizer = await smallRecognizer(measured)
})

describe('windows of a stream', () => {
  it('have the answers of predict for their samples, bit for bit', () => {
    const windows = ofKind(chunked(recognizer.stream({ sampleRate: RATE, ...coarse })), 'window')
    expect(windows).toHaveLength(Math.floor((sound.length - RATE) / (RATE / 2)) + 1)
    for (const [i, { kind, start, end, ...answer }] of windows.entries()) {
      expect([kind, start, end]).toEqual(['window', i / 2, i / 2 + 1])
      const samples = sound.slice(start * RATE, end * RATE)
      expect({ ...answer, timeline: [] }).toEqual(recognizer.predict(samples, RATE, { timeline: false }))
    }
    expect(windows.some((event) => event.speech)).toBe(true)
    expect(windows.some((event) => !event.speech && event.label === null)).toBe(true)
  })

  it('have them of sound at another rate too, as resampled in one piece', () => {
    const quick = resample(sound.subarray(0, 3 * RATE), RATE, 44100)
    const events = heardIn(recognizer.stream({ sampleRate: 44100, ...coarse }), quick, [4410])
    const slow = resample(quick, 44100, RATE)
    for (const { start, end, label, probabilities } of ofKind(events, 'window')) {
      const samples = slow.slice(start * RATE, end * RATE)
      expect(recognizer.predict(samples, RATE, { timeline: false })).toMatchObject({ label, probabilities })
    }
  })

  it('of a sound shorter than one are the sound itself, and none of hardly any', () => {
    const brief = sound.subarray(RATE, 2 * RATE)
    const [event, ...rest] = heardIn(recognizer.stream({ sampleRate: RATE }), brief, [999])
    expect(event).toMatchObject({ kind: 'window', start: 0, end: 1 })
    expect(ofKind(rest, 'window')).toEqual([])
    const { probabilities } = recognizer.predict(brief, RATE, { timeline: false })
    expect(event.probabilities).toEqual(probabilities)
    expect(heardIn(recognizer.stream({ sampleRate: RATE }), sound.subarray(0, 200), [50])).toEqual([])
    expect(recognizer.stream({ sampleRate: RATE }).flush()).toEqual([])
  })
})

describe('turns of a stream', () => {
  it('are the recordings between pauses, each answered once, from its own samples', () => {
    const turns = ofKind(chunked(recognizer.stream({ sampleRate: RATE, ...coarse })), 'turn')
    expect(turns).toHaveLength(places.length)
    for (const [i, { start, end, label, probabilities }] of turns.entries()) {
      expect(Math.abs(start - places[i][0])).toBeLessThan(0.25)
      expect(Math.abs(end - places[i][1])).toBeLessThan(0.25)
      const own = sound.slice(Math.round(start * RATE), Math.round(end * RATE))
      expect(recognizer.predict(own, RATE, { timeline: false })).toMatchObject({ label, probabilities, speech: true })
    }
  })

  it('come when the pause is over, and at the end of the sound', () => {
    const stream = recognizer.stream({ sampleRate: RATE, windowSeconds: 60, pauseSeconds: 0.4 })
    const [first] = places
    const at = (seconds: number): number => Math.round(seconds * RATE)
    expect(stream.push(sound.subarray(0, at(first[1] + 0.2)))).toEqual([])
    expect(stream.push(sound.subarray(at(first[1] + 0.2), at(first[1] + 0.6)))).toMatchObject([{ kind: 'turn' }])
    expect(stream.push(sound.subarray(at(places[1][0] - 0.4), at(places[1][1])))).toEqual([])
    expect(stream.flush()).toMatchObject([{ kind: 'window' }, { kind: 'turn' }])
  })

  it('end at the longest length, and the next follows at once', () => {
    const [voice] = spoken(1)
    const long = new Float32Array(4 * voice.length)
    for (let i = 0; i < 4; i++) long.set(voice, i * voice.length)
    const stream = recognizer.stream({ sampleRate: RATE, windowSeconds: 2, hopSeconds: 60, longestTurnSeconds: 1.5 })
    const turns = ofKind(heardIn(stream, long, [1600]), 'turn')
    expect(turns.length).toBeGreaterThan(1)
    for (const { start, end } of turns) expect(end - start).toBeLessThanOrEqual(1.5)
    expect(turns[1].start).toBeCloseTo(turns[0].end, 9)
  })

  it('are not found in silence, noise, a tone, or a click', () => {
    const noise = Float32Array.from({ length: 12 * RATE }, (_, n) => 0.1 * Math.sin(n * n))
    const click = new Float32Array(4 * RATE)
    click.fill(0.5, 2 * RATE, 2 * RATE + 100)
    const tone = noise.map((_, n) => 0.3 * Math.sin(0.1 * n))
    for (const x of [new Float32Array(4 * RATE), noise, tone, click]) {
      const stream = recognizer.stream({ sampleRate: RATE, hopSeconds: 60 })
      expect(ofKind(heardIn(stream, x, [1600]), 'turn')).toEqual([])
    }
  })
})

describe('a stream', () => {
  it('gives the same however the sound is cut', () => {
    const expected = chunked(recognizer.stream({ sampleRate: 22050, adapt: true, hopSeconds: 1 }))
    expect(new Set(expected.map(({ kind }) => kind)).size).toBe(2)
    fc.assert(
      fc.property(lengths, (cut) => {
        expect(heardIn(recognizer.stream({ sampleRate: 22050, adapt: true, hopSeconds: 1 }), sound, cut)).toEqual(
          expected,
        )
      }),
      { numRuns: 8, seed: 20 },
    )
  })

  it('begins anew after reset, and takes nothing more after its end', () => {
    const stream = recognizer.stream({ sampleRate: RATE, ...coarse })
    const first = chunked(stream)
    expect(() => stream.push(sound)).toThrow(StateError)
    expect(() => stream.push(sound)).toThrow('RecognizerStream.push: the sound has ended with flush()')
    expect(stream.flush()).toEqual([])
    stream.reset()
    expect(chunked(stream)).toEqual(first)
    stream.reset()
    stream.push(sound.subarray(0, 20000))
    stream.reset()
    expect(chunked(stream)).toEqual(first)
  })

  it('keeps no more than its longest turn', () => {
    const stream = recognizer.stream({ sampleRate: RATE, hopSeconds: 60, longestTurnSeconds: 2 })
    const held = (): number => {
      const { data } = (stream as unknown as { sound: { data: Float32Array } }).sound
      return data.length
    }
    for (let i = 0; i < 3; i++)
      for (let at = 0; at < sound.length; at += 1600) stream.push(sound.subarray(at, at + 1600))
    const before = held()
    for (let i = 0; i < 6; i++)
      for (let at = 0; at < sound.length; at += 1600) stream.push(sound.subarray(at, at + 1600))
    expect(held()).toBe(before)
    expect(before).toBeLessThan(8 * RATE)
  })

  it('refuses what is no sound and stays as it was', () => {
    const [stream, other] = [1, 2].map(() => recognizer.stream({ sampleRate: RATE, ...coarse }))
    stream.push(sound.subarray(0, 5000))
    other.push(sound.subarray(0, 5000))
    expect(() => stream.push(Float32Array.of(0, Number.NaN))).toThrow(
      '"chunk" expected finite numbers, got NaN at index 1',
    )
    expect(() => stream.push(new Uint8Array(4))).toThrow(TypeError)
    expect(() => stream.push('sound' as never)).toThrow(TypeError)
    expect(stream.push(new Float32Array(0))).toEqual([])
    const rest = sound.subarray(5000)
    expect(heardIn(stream, rest, [1600])).toEqual(heardIn(other, rest, [1600]))
  })

  it('takes 16 bit integers', () => {
    const whole = Int16Array.from(sound.subarray(0, 3 * RATE), (x) => Math.round(x * 32767))
    const floats = Float32Array.from(whole, (x) => x / 32768)
    const [ints, decimals] = [whole, floats].map((x) => recognizer.stream({ sampleRate: RATE, ...coarse }).push(x))
    expect(ints).toEqual(decimals)
    expect(ints.length).toBeGreaterThan(0)
  })

  it.each([
    [{}, '"sampleRate" expected an integer >= 4000'],
    [{ sampleRate: 44.1 }, '"sampleRate" expected an integer >= 4000'],
    [{ sampleRate: RATE, windowSeconds: 0.01 }, '"windowSeconds" expected a finite number >= 0.025 and <= 60'],
    [{ sampleRate: RATE, hopSeconds: 0 }, '"hopSeconds" expected a finite number >= 0.01 and <= 60'],
    [{ sampleRate: RATE, pauseSeconds: 9 }, '"pauseSeconds" expected'],
    [{ sampleRate: RATE, longestTurnSeconds: 0.5 }, '"longestTurnSeconds" expected'],
    [{ sampleRate: RATE, adapt: 'yes' }, '"adapt" expected true, false or SpeakerStatistics'],
    [{ sampleRate: RATE, window: 2 }, 'window'],
  ])('refuses %j', (options, message) => {
    expect(() => recognizer.stream(options as never)).toThrow(`Recognizer.stream: `)
    expect(() => recognizer.stream(options as never)).toThrow(message)
  })

  it('says in a line what it listens to', () => {
    const stream = recognizer.stream({ sampleRate: 48000 })
    expect(String(stream)).toBe('RecognizerStream: measures-logistic, 48000 Hz, windows of 2 s every 0.25 s')
  })
})

describe('a stream of a system on rows', () => {
  const rowSystem = systems[1]
  const options = { sampleRate: RATE, windowSeconds: 1, hopSeconds: 0.37 }
  let onRows: Recognizer
  beforeAll(async () => {
    onRows = await smallRecognizer(rowSystem)
  })

  it('answers for the rows of FeatureStream that lie in a window or turn', () => {
    const { frontEnd } = createSystem<SystemName>(rowSystem.system, rowSystem.options)
    const stream = new FeatureStream({ sampleRate: RATE, frontEnd: frontEnd as FrontEndOptions })
    const rows = [...stream.push(sound), ...stream.flush()]
    const events = heardIn(onRows.stream(options), sound, [1600])
    expect(ofKind(events, 'window')).toHaveLength(Math.floor((sound.length / RATE - 1) / 0.37) + 1)
    expect(ofKind(events, 'turn')).toHaveLength(places.length)
    for (const { start, end, speech, probabilities } of events) {
      const [from, to] = [Math.round(start * RATE), Math.round(end * RATE)]
      const own = rows.filter((_, t) => 160 * t >= from && 160 * t + 400 <= to)
      expect(Object.values(probabilities)).toEqual(Array.from(onRows.posterior(own)))
      expect(speech).toBe(speechPresence(sound.slice(from, to), { sampleRate: RATE }).speech)
    }
  })

  it('gives the same however the sound is cut, and again after reset', () => {
    const stream = onRows.stream(options)
    const expected = heardIn(stream, sound, [1600])
    fc.assert(
      fc.property(lengths, (cut) => {
        stream.reset()
        expect(heardIn(stream, sound, cut)).toEqual(expected)
      }),
      { numRuns: 6, seed: 21 },
    )
  })

  it('keeps no more rows than its longest turn has', () => {
    const stream = onRows.stream({ ...options, hopSeconds: 1, longestTurnSeconds: 2 })
    const held = (): number => numbersHeld((stream as unknown as { rows: object }).rows)
    const hear = (times: number): number => {
      for (let i = 0; i < times; i++) for (const chunk of chunksOf(sound, [1600])) stream.push(chunk)
      return held()
    }
    const before = hear(3)
    expect(hear(4)).toBe(before)
  })

  it('answers for a brief sound, and for the shortest windows', () => {
    expect(heardIn(onRows.stream(options), sound.subarray(16000, 20000), [77])).toMatchObject([{ start: 0, end: 0.25 }])
    const brief = heardIn(onRows.stream({ ...options, windowSeconds: 0.035 }), sound.subarray(0, 8000), [4000])
    expect(brief).toHaveLength(2)
    expect(onRows.stream(options).flush()).toEqual([])
  })
})

describe('a stream that adapts', () => {
  const options = { sampleRate: RATE, ...coarse, adapt: true } as const
  const turnsOf = (stream: RecognizerStream): RecognitionEvent[] => ofKind(chunked(stream), 'turn')

  it('adds each turn to the statistics of the speaker when it was answered', () => {
    const stream = recognizer.stream(options)
    const turns = turnsOf(stream)
    const own = turns.map(({ start, end }) => ({
      samples: sound.slice(Math.round(start * RATE), Math.round(end * RATE)),
      sampleRate: RATE,
    }))
    expect(stream.speaker?.toJSON()).toEqual(recognizer.statistics(own).toJSON())
    expect(turns).toEqual(turnsOf(recognizer.stream({ ...options, adapt: false })))
  })

  it('answers from the third turn on as a recogniser adapted to those before', () => {
    const stream = recognizer.stream(options)
    chunked(stream)
    const speaker = stream.speaker as SpeakerStatistics
    stream.reset()
    const adapted = recognizer.adaptTo(speaker)
    const [first] = chunked(stream)
    const answer = adapted.predict(sound.slice(0, RATE), RATE, { timeline: false })
    expect(first.probabilities).toEqual(answer.probabilities)
    expect(first.probabilities).not.toEqual(recognizer.predict(sound.slice(0, RATE), RATE).probabilities)
  })

  it('takes statistics that were saved, leaves them as they are, and forgets them', () => {
    const stream = recognizer.stream(options)
    chunked(stream)
    const saved = JSON.stringify(stream.speaker)
    const given = SpeakerStatistics.fromJSON(JSON.parse(saved))
    const again = recognizer.stream({ ...options, adapt: given })
    expect(JSON.stringify(again.speaker)).toBe(saved)
    stream.reset()
    expect(chunked(again)).toEqual(chunked(stream))
    expect(again.speaker?.recordings).toBe(2 * places.length)
    expect(JSON.stringify(given)).toBe(saved)
    again.forget()
    expect(again.speaker?.recordings).toBe(0)
    again.reset()
    expect(turnsOf(again)).toEqual(turnsOf(recognizer.stream(options)))
  })

  it('goes on with the statistics that the recogniser was adapted to', () => {
    const speaker = recognizer.statistics(spoken(3).map((samples) => ({ samples, sampleRate: RATE })))
    const stream = recognizer.adaptTo(speaker).stream(options)
    expect(stream.speaker?.toJSON()).toEqual(speaker.toJSON())
    stream.forget()
    expect(turnsOf(stream)).toEqual(turnsOf(recognizer.stream(options)))
  })

  it('is refused by systems that cannot, and has no speaker where it is not asked to', async () => {
    expect(recognizer.stream({ sampleRate: RATE }).speaker).toBeNull()
    const other = await smallRecognizer()
    expect(() => other.stream(options)).toThrow('Recognizer.stream: the system "functionals-mlp" does not adapt')
    expect(() => recognizer.stream({ ...options, adapt: new SpeakerStatistics(3) })).toThrow(
      'Recognizer.stream: "adapt" expected statistics of 167 measures, got 3',
    )
  })
})

it('names the classes of the recogniser', () => {
  const events = chunked(recognizer.stream({ sampleRate: RATE, ...coarse }))
  for (const { probabilities, label } of events) {
    expect(Object.keys(probabilities)).toEqual(classes)
    if (label !== null) expect(probabilities[label]).toBe(Math.max(...Object.values(probabilities)))
  }
})
