import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FormatError } from '../../src/core/errors.ts'
import type { FloatArray } from '../../src/core/types.ts'
import { syntheticCorpus } from '../../src/corpora/synthetic.ts'
import { FeatureStream, type FeatureStreamOptions } from '../../src/pipelines/feature-stream.ts'
import { extractFeatures, type FrontEndOptions, frameStep } from '../../src/pipelines/front-end.ts'
import { chunkLengths, chunksOf, joined, numbersHeld, throughJson } from '../support/chunks.ts'

const [joy, neutral] = syntheticCorpus({ speakers: 1, sentences: 1 }).map((one) => one.samples())
const sound = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, n) => 0.8 * (joy[n % joy.length] + 0.1 * neutral[(7 * n) % neutral.length]))

function streamed(stream: FeatureStream, chunks: readonly Float32Array[]): FloatArray[] {
  return [...chunks.flatMap((chunk) => stream.push(chunk)), ...stream.flush()]
}

/** Every kind of spectral front end, pitch aside. */
const spectral: fc.Arbitrary<FrontEndOptions> = fc.oneof(
  fc.record({
    coefficients: fc.constantFrom(1, 13, 20),
    filters: fc.constantFrom(20, 26),
    deltas: fc.constantFrom(0, 1, 2),
    sampleRate: fc.constantFrom(8000, 11025, 16000),
  }) as fc.Arbitrary<FrontEndOptions>,
  fc.record({
    spectral: fc.constant('logMel' as const),
    filters: fc.constantFrom(26, 40),
    deltas: fc.constantFrom(0, 1, 2),
    sampleRate: fc.constantFrom(8000, 16000, 22050),
  }) as fc.Arbitrary<FrontEndOptions>,
)

describe('FeatureStream', () => {
  it('gives the rows of extractFeatures, bit for bit, whatever the chunks, front end and rate', () => {
    const rates = fc.constantFrom(8000, 16000, 44100, 48000)
    const pitched = fc.option(fc.constant({ pitch: true }), { nil: {} })
    const lengths = fc.integer({ min: 0, max: 24_000 })
    fc.assert(
      fc.property(lengths, chunkLengths, rates, spectral, pitched, (length, cuts, sampleRate, some, pitch) => {
        const frontEnd = { ...some, ...pitch }
        const x = sound(length)
        const whole = extractFeatures({ samples: x, sampleRate }, frontEnd)
        // A look-ahead beyond the end: the path is the recording's.
        const stream = new FeatureStream({ sampleRate, frontEnd, lookAheadSeconds: 4 })
        expect(stream.columns).toBe(whole.shape[1])
        const rows = streamed(stream, chunksOf(x, cuts))
        expect(rows).toHaveLength(whole.shape[0])
        for (const row of rows) expect(row).toBeInstanceOf(Float32Array)
        expect(joined(rows)).toEqual(Float64Array.from(whole.data))
      }),
      { seed: 42, numRuns: 40 },
    )
  })

  it('gives, with the look-ahead of 0.2 s, the same rows whatever the chunks, spectral columns bit for bit', () => {
    const frontEnd = { pitch: true, deltas: 2 } as const
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 90_000 }), chunkLengths, (length, cuts) => {
        const x = sound(length)
        const stream = new FeatureStream({ sampleRate: 48000, frontEnd })
        const rows = streamed(stream, chunksOf(x, cuts))
        expect(streamed(stream, [x])).toEqual(rows)
        const whole = extractFeatures({ samples: x, sampleRate: 48000 }, frontEnd)
        expect(rows).toHaveLength(whole.shape[0])
        for (const [t, row] of rows.entries()) expect(row.slice(0, 39)).toEqual(whole.data.slice(45 * t, 45 * t + 39))
      }),
      { seed: 42, numRuns: 10 },
    )
  })

  it('gives a row when its right context is there: two deltas, and the look-ahead of the pitch', () => {
    const plain = new FeatureStream({ sampleRate: 16000 })
    expect(plain.push(sound(400 + 4 * 160 - 1))).toEqual([])
    expect(plain.push(sound(1))).toHaveLength(1)
    const voice = new FeatureStream({ sampleRate: 16000, frontEnd: { pitch: true } })
    expect(voice.push(sound(520 + 24 * 160 - 1))).toEqual([])
    expect(voice.push(sound(1))).toHaveLength(1)
    expect(voice.push(sound(16_000))).toHaveLength(100)
    expect(plain.stepSeconds).toBe(0.01)
    const other = new FeatureStream({ sampleRate: 16000, frontEnd: { sampleRate: 11025 } })
    expect(other.stepSeconds).toBe(frameStep(11025) / 11025)
  })

  it('takes 16 bit integers and doubles as extractFeatures does', () => {
    for (const samples of [
      Int16Array.from(sound(5000), (x) => 20_000 * x),
      Float64Array.from(sound(5000), (x) => x / 3),
    ]) {
      const stream = new FeatureStream({ sampleRate: 16000 })
      const rows = [...stream.push(samples), ...stream.flush()]
      expect(joined(rows)).toEqual(Float64Array.from(extractFeatures({ samples, sampleRate: 16000 }).data))
    }
  })

  it.each([
    {},
    { spectral: 'logMel', deltas: 0 },
    { pitch: true },
    { pitch: true, deltas: 1, sampleRate: 11025 },
  ] as FrontEndOptions[])('continues from a saved state as if nothing had happened: %o', (frontEnd) => {
    const options = { sampleRate: 44100, frontEnd, levelSeconds: 0.5 }
    const x = sound(60_000)
    const rows = streamed(new FeatureStream(options), [x])
    for (const at of [0, 1, 2345, 33_333, 60_000]) {
      const first = new FeatureStream(options)
      const begun = first.push(x.subarray(0, at))
      const state = throughJson(first.state())
      const second = new FeatureStream(options)
      second.push(sound(7000))
      second.restore(state)
      expect([...begun, ...second.push(x.subarray(at)), ...second.flush()]).toEqual(rows)
    }
  })

  it('holds no more after a minute than after a second', () => {
    const stream = new FeatureStream({ sampleRate: 16000, frontEnd: { pitch: true } })
    const chunk = sound(16_000)
    stream.push(chunk)
    const held = numbersHeld(stream)
    let rows = 0
    for (let second = 1; second < 60; second++) rows += stream.push(chunk).length
    expect(rows).toBe(5900)
    expect(numbersHeld(stream)).toBe(held)
    expect(String(stream)).toBe('FeatureStream: 16000 Hz -> rows of 45, 5,973 rows so far')
  })

  it('is as it was before a chunk or a state that it refuses', () => {
    const options = { sampleRate: 48000, frontEnd: { pitch: true } }
    const stream = new FeatureStream(options)
    const x = sound(50_000)
    const begun = stream.push(x.subarray(0, 20_000))
    expect(() => stream.push(Float32Array.of(0, Number.POSITIVE_INFINITY))).toThrow(
      new RangeError('FeatureStream.push: "chunk" expected finite numbers, got Infinity at index 1'),
    )
    expect(() => stream.push(Float32Array.of(1e38))).toThrow(RangeError)
    expect(() => stream.push({} as never)).toThrow(TypeError)
    expect(() => stream.restore(null as never)).toThrow(FormatError)
    expect(() => stream.restore(new FeatureStream({ sampleRate: 48000 }).state())).toThrow(/"state" expected that of/)
    const state = stream.state()
    const damaged = (change: object): never => ({ ...state, memory: { ...state.memory, ...change } }) as never
    expect(() => stream.restore(damaged({ pitch: {} }))).toThrow(/"state.memory.pitch.base" expected an integer/)
    expect(() => stream.restore(damaged({ waiting: 1000 }))).toThrow(/"state.memory.waiting" expected an integer/)
    expect([...begun, ...stream.push(x.subarray(20_000)), ...stream.flush()]).toEqual(
      streamed(new FeatureStream(options), [x]),
    )
  })

  it.each([
    [undefined, TypeError, /FeatureStream: options expected an object/],
    [{ sampleRate: 16 }, RangeError, /FeatureStream: "sampleRate" expected an integer >= 4000, got 16/],
    [{ sampleRate: 16000, frontEnd: { deltas: 3 } }, RangeError, /frontEnd: "deltas" expected/],
    [{ sampleRate: 16000, pitch: true }, TypeError, /FeatureStream: unknown option "pitch"/],
    [
      { sampleRate: 16000, frontEnd: { set: ['speech', 'egemaps'] } },
      RangeError,
      /FeatureStream: "set" speech,egemaps is defined on whole recordings; call extractFeatures with stretches/,
    ],
    [{ sampleRate: 16000, frontEnd: { set: 'egemaps', functionals: true } }, RangeError, /defined on whole recordings/],
  ])('refuses %o', (options, kind, message) => {
    expect(() => new FeatureStream(options as FeatureStreamOptions)).toThrow(kind)
    expect(() => new FeatureStream(options as FeatureStreamOptions)).toThrow(message)
  })
})
