import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { FormatError } from '../../src/core/errors.ts'
import type { FloatArray } from '../../src/core/types.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { pitch } from '../../src/features/pitch.ts'
import { PitchStream, type PitchStreamOptions } from '../../src/features/pitch-stream.ts'
import { Random } from '../../src/numerics/random.ts'
import { chunkLengths, chunksOf, joined, numbersHeld, throughJson } from '../support/chunks.ts'
import { emodbFolder, emodbTitle, hasEmodb } from '../support/emodb.ts'

const sampleRate = 16000
const voices = syntheticCorpus({ speakers: 2, sentences: 1 }).map((one) => one.samples())

/** Speech between noises, of different levels. */
function sound(length: number): Float64Array {
  const x = new Float64Array(length)
  new Random(length).uniformInto(x, -0.01, 0.01)
  const voice = voices[length % voices.length]
  const from = Math.floor(length / 5)
  for (let n = 0; n < voice.length && from + n < length; n++) x[from + n] += voice[n] * (n < 9000 ? 0.3 : 1)
  return x
}

function streamed(stream: PitchStream, chunks: readonly Float64Array[]): FloatArray[] {
  return [...chunks.flatMap((chunk) => stream.push(chunk)), ...stream.flush()]
}

describe('PitchStream', () => {
  it('gives the rows of pitch, bit for bit, with a look-ahead as long as the clip, at any options', () => {
    const options = fc.record({
      centered: fc.boolean(),
      lastFrame: fc.constantFrom('drop' as const, 'pad' as const),
      alignSeconds: fc.constantFrom(0.001, 0.025, 0.5),
      frameStepSeconds: fc.constantFrom(0.01, 0.0163, 0.1),
      sampleRate: fc.constantFrom(8000, 11025, 16000),
      voicing: fc.constantFrom('probability' as const, 'strength' as const),
      dtype: fc.constantFrom('float32' as const, 'float64' as const),
    })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 16_000 }), chunkLengths, options, (length, lengths, some) => {
        const x = sound(length)
        const whole = pitch(x, some)
        const rows = streamed(new PitchStream({ ...some, lookAheadSeconds: 2 }), chunksOf(x, lengths))
        expect(rows).toHaveLength(whole.shape[0])
        expect(joined(rows)).toEqual(Float64Array.from(whole.data))
      }),
      { seed: 42, numRuns: 40 },
    )
  })

  it('gives the same rows whatever the chunks, as many as pitch', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40_000 }),
        chunkLengths,
        fc.constantFrom(0, 0.05, 0.2),
        (length, lengths, lookAheadSeconds) => {
          const x = sound(length)
          const options = { sampleRate, lookAheadSeconds, levelSeconds: 0.5 }
          const rows = streamed(new PitchStream(options), [x])
          expect(streamed(new PitchStream(options), chunksOf(x, lengths))).toEqual(rows)
          expect(rows).toHaveLength(pitch(x, { sampleRate }).shape[0])
        },
      ),
      { seed: 42, numRuns: 25 },
    )
    const x = sound(3000)
    expect(streamed(new PitchStream({ sampleRate }), chunksOf(x, [1]))).toEqual(
      streamed(new PitchStream({ sampleRate }), [x]),
    )
  })

  it('gives a row as soon as its look-ahead is there, and not changed by what comes later', () => {
    const x = sound(30_000)
    const stream = new PitchStream({ sampleRate })
    // The window of frame t + 20 ends 520 samples after the start of its frame.
    expect(stream.push(x.subarray(0, 20 * 160 + 519))).toEqual([])
    const rows = [...stream.push(x.subarray(20 * 160 + 519, 20 * 160 + 520)), ...stream.push(x.subarray(3720, 17_000))]
    expect(rows).toHaveLength(1 + Math.floor((17_000 - 520) / 160) - 20)
    const other = new PitchStream({ sampleRate })
    expect([...other.push(x.subarray(0, 17_000)), ...other.push(sound(9000))].slice(0, rows.length)).toEqual(rows)
  })

  it('continues from a saved state as if nothing had happened', () => {
    const x = sound(30_000)
    const options = { sampleRate, levelSeconds: 0.4 }
    const rows = streamed(new PitchStream(options), [x])
    for (const at of [0, 1, 777, 12_345, 29_999]) {
      const first = new PitchStream(options)
      const begun = first.push(x.subarray(0, at))
      const state = throughJson(first.state())
      const second = new PitchStream(options)
      second.push(sound(7000))
      second.restore(state)
      expect([...begun, ...second.push(x.subarray(at)), ...second.flush()]).toEqual(rows)
    }
  })

  it('forgets a loud knock after levelSeconds', () => {
    const x = sound(40_000)
    const knocked = x.slice()
    knocked[100] = 1000
    const rows = (y: Float64Array, levelSeconds: number): FloatArray[] =>
      streamed(new PitchStream({ sampleRate, levelSeconds }), [y])
    const voiced = (all: FloatArray[]): number => all.slice(100).filter(([, p]) => p > 0.5).length
    expect(voiced(rows(knocked, 10))).toBe(0)
    expect(voiced(rows(x, 0.5))).toBeGreaterThan(50)
    expect(
      rows(knocked, 0.5)
        .slice(100)
        .map(([, p]) => p),
    ).toEqual(
      rows(x, 0.5)
        .slice(100)
        .map(([, p]) => p),
    )
  })

  it('holds log F0 until the next voiced frame comes within the look-ahead', () => {
    const x = new Float64Array(32_000)
    for (let n = 0; n < 8000; n++) x[n] = Math.sin((2 * Math.PI * 200 * n) / sampleRate)
    for (let n = 24_000; n < 32_000; n++) x[n] = Math.sin((2 * Math.PI * 300 * n) / sampleRate)
    const logF0 = streamed(new PitchStream({ sampleRate, dtype: 'float64' }), [x]).map(([one]) => one)
    const whole = pitch(x, { sampleRate, dtype: 'float64' })
    // The gap reaches from frame 49 or so to 149: held until the look-ahead, then on the line of the clip.
    expect(new Set(logF0.slice(55, 125)).size).toBe(1)
    for (let t = 132; t < 145; t++) expect(logF0[t]).toBeCloseTo(whole.get(t, 0), 10)
    expect(logF0[0]).toBeCloseTo(Math.log(200), 3)
    expect(logF0[190]).toBeCloseTo(Math.log(300), 3)
  })

  it('starts anew after flush and after reset', () => {
    const stream = new PitchStream({ sampleRate })
    const first = streamed(stream, [sound(9000)])
    expect(stream.flush()).toEqual([])
    stream.push(sound(4444))
    stream.reset()
    expect(String(stream)).toBe('PitchStream: 16000 Hz -> rows of 2, 0.2 s late, 0 rows so far')
    expect(streamed(stream, [sound(9000)])).toEqual(first)
  })

  it('holds no more after a minute than after a second', () => {
    const stream = new PitchStream({ sampleRate, frameStepSeconds: 0.02 })
    const chunk = sound(sampleRate)
    stream.push(chunk)
    const held = numbersHeld(stream)
    let rows = 0
    for (let second = 1; second < 60; second++) rows += stream.push(chunk).length
    expect(rows).toBe(59 * 50)
    expect(numbersHeld(stream)).toBe(held)
  })

  it('is as it was before a chunk or a state that it refuses', () => {
    const stream = new PitchStream({ sampleRate })
    const x = sound(12_000)
    const begun = stream.push(x.subarray(0, 5000))
    expect(() => stream.push(Float32Array.of(0, Number.NaN))).toThrow(
      new RangeError('PitchStream.push: "chunk" expected finite numbers, got NaN at index 1'),
    )
    expect(() => stream.restore({ format: 'ser-core/stream', version: 1 } as never)).toThrow(FormatError)
    expect(() => stream.restore(new PitchStream({ sampleRate: 8000 }).state())).toThrow(
      /PitchStream.restore: "state" expected that of a stream with {"sampleRate":16000,/,
    )
    const state = stream.state()
    const damaged = { ...state, memory: { ...state.memory, waiting: 99 } }
    expect(() => stream.restore(damaged)).toThrow(/"state.memory.waiting" expected an integer >= 0 and <= 20/)
    expect([...begun, ...stream.push(x.subarray(5000)), ...stream.flush()]).toEqual(
      streamed(new PitchStream({ sampleRate }), [x]),
    )
  })

  it('refers to the loudest frame of the whole look-ahead, where that is longer than ten seconds', () => {
    const [given, own] = [{ levelSeconds: 12 }, {}].map((level) =>
      new PitchStream({ sampleRate, lookAheadSeconds: 12, ...level }).state(),
    )
    expect(own).toEqual(given)
  })

  it.each([
    [undefined, TypeError, /PitchStream: options expected an object/],
    [{ sampleRate, lookAheadSeconds: -1 }, RangeError, /PitchStream: "lookAheadSeconds" expected a finite number >= 0/],
    [
      { sampleRate, lookAheadSeconds: 1, levelSeconds: 0.5 },
      RangeError,
      /"levelSeconds" expected a finite number >= 1/,
    ],
    [{ sampleRate, lowFrequency: 600 }, RangeError, /PitchStream: "highFrequency" expected/],
    [{ sampleRate, lookahead: 1 }, TypeError, /PitchStream: unknown option "lookahead"/],
  ])('refuses %o', (options, kind, message) => {
    expect(() => new PitchStream(options as PitchStreamOptions)).toThrow(kind)
    expect(() => new PitchStream(options as PitchStreamOptions)).toThrow(message)
  })
})

describe.skipIf(!hasEmodb)(emodbTitle('PitchStream on recordings'), () => {
  it('differs from the pitch of the clip in few frames, in the fewer the farther it looks ahead', () => {
    const folder = join(emodbFolder, 'wav')
    const clips = readdirSync(folder)
      .filter((_, i) => i % 30 === 0)
      .map((name) => decodeWav(readFileSync(join(folder, name))).channels[0])
    const shares = [0, 0.2].map((lookAheadSeconds) => {
      const count = { frames: 0, voicing: 0, voiced: 0, pitch: 0 }
      for (const clip of clips) {
        const whole = pitch(clip, { sampleRate })
        const rows = streamed(new PitchStream({ sampleRate, lookAheadSeconds }), [Float64Array.from(clip)])
        expect(rows).toHaveLength(whole.shape[0])
        for (const [t, [logF0, probability]] of rows.entries()) {
          const [is, was] = [probability > 0.5, whole.get(t, 1) > 0.5]
          count.frames++
          count.voicing += Number(is !== was)
          count.voiced += Number(is && was)
          count.pitch += Number(is && was && Math.abs(logF0 - whole.get(t, 0)) > 0.05)
        }
      }
      return { voicing: count.voicing / count.frames, pitch: count.pitch / count.voiced }
    })
    expect(shares[1].voicing).toBeLessThan(0.012)
    expect(shares[1].pitch).toBeLessThan(0.006)
    expect(shares[0].voicing).toBeGreaterThan(1.5 * shares[1].voicing)
    expect(shares[0].pitch).toBeGreaterThan(5 * shares[1].pitch)
  })
})
