import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resample } from '../../src/audio/resample.ts'
import { ResampleStream } from '../../src/audio/resample-stream.ts'
import { FormatError } from '../../src/core/errors.ts'
import { Random } from '../../src/numerics/random.ts'
import { chunkLengths, chunksOf, joined, numbersHeld, throughJson } from '../support/chunks.ts'

/** Both ways, equal, with taps in a table and interpolated ones. */
const ratios: [number, number][] = [
  [48000, 16000],
  [44100, 16000],
  [8000, 16000],
  [16000, 16000],
  [16000, 11025],
  [44101, 16000],
  [16000, 22051],
  [192000, 400],
]

function noise(length: number): Float32Array {
  const x = new Float32Array(length)
  new Random(length).uniformInto(x, -1, 1)
  return x
}

function streamed(stream: ResampleStream, chunks: readonly Float32Array[]): Float64Array {
  return joined([...chunks.map((chunk) => stream.push(chunk)), stream.flush()])
}

describe.each(ratios)('ResampleStream from %d to %d Hz', (fromRate, toRate) => {
  const whole = (x: Float32Array): Float64Array => Float64Array.from(resample(x, fromRate, toRate))

  it('gives the samples of resample, bit for bit, whatever the chunks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30_000 }), chunkLengths, (length, lengths) => {
        const x = noise(length)
        expect(streamed(new ResampleStream({ fromRate, toRate }), chunksOf(x, lengths))).toEqual(whole(x))
      }),
      { seed: 42, numRuns: 12 },
    )
    const x = noise(700)
    expect(streamed(new ResampleStream({ fromRate, toRate }), chunksOf(x, [1]))).toEqual(whole(x))
  })

  it('continues from a state that plain JSON kept', () => {
    const first = new ResampleStream({ fromRate: 44100, toRate: 16000 })
    const second = new ResampleStream({ fromRate: 44100, toRate: 16000 })
    const chunk = Float32Array.from({ length: 5000 }, (_, n) => Math.sin(0.1 * n))
    first.push(chunk)
    second.restore(JSON.parse(JSON.stringify(first.state())))
    expect(second.push(chunk)).toEqual(first.push(chunk))
    const { memory, ...rest } = JSON.parse(JSON.stringify(first.state()))
    const { 0: _gone, ...gap } = memory.data
    for (const data of [gap, {}, { length: 4096 }]) {
      expect(() => second.restore({ ...rest, memory: { ...memory, data } })).toThrow(
        /"state.memory.data" expected 4096/,
      )
    }
    expect(second.flush()).toEqual(first.flush())
  })

  it('continues from a saved state as if nothing had happened', () => {
    const x = noise(20_000)
    for (const at of [0, 1, 333, 9999, 20_000]) {
      const first = new ResampleStream({ fromRate, toRate })
      const begun = first.push(x.subarray(0, at))
      const state = throughJson(first.state())
      first.push(noise(500))
      const second = new ResampleStream({ fromRate, toRate })
      second.push(noise(7000))
      second.restore(state)
      expect(joined([begun, second.push(x.subarray(at)), second.flush()])).toEqual(whole(x))
    }
  })

  it('gives a sample as soon as all that it depends on is there', () => {
    const stream = new ResampleStream({ fromRate, toRate })
    const given = stream.push(noise(12_345)).length
    const reach = fromRate === toRate ? 0 : Math.ceil((64 * fromRate) / Math.min(fromRate, toRate))
    // Samples at times before that of input sample 12,345 - reach.
    expect(given).toBe(Math.max(0, Math.ceil(((12_345 - reach) * toRate) / fromRate)))
  })
})

describe('ResampleStream', () => {
  const options = { fromRate: 48000, toRate: 16000 }

  it('has the element type asked for', () => {
    const x = Float64Array.from(noise(5000))
    const stream = new ResampleStream({ ...options, dtype: 'float64' })
    const parts = [stream.push(x), stream.flush()]
    for (const part of parts) expect(part).toBeInstanceOf(Float64Array)
    expect(joined(parts)).toEqual(resample(x, 48000, 16000))
    expect(new ResampleStream(options).push(x)).toBeInstanceOf(Float32Array)
    expect(new ResampleStream({ fromRate: 8, toRate: 8 }).push(Int16Array.of(-32768))).toEqual(Float32Array.of(-1))
  })

  it('starts anew after flush and after reset', () => {
    const stream = new ResampleStream(options)
    const first = streamed(stream, [noise(5000)])
    expect(stream.flush()).toHaveLength(0)
    stream.push(noise(777))
    stream.reset()
    expect(streamed(stream, [noise(5000)])).toEqual(first)
    expect(String(stream)).toBe('ResampleStream: 48000 -> 16000 Hz, float32, 0 samples so far')
  })

  it('holds no more after a minute than after a second', () => {
    const stream = new ResampleStream(options)
    const chunk = noise(48_000)
    stream.push(chunk)
    const held = numbersHeld(stream)
    let given = 0
    for (let second = 1; second < 60; second++) given += stream.push(chunk).length
    expect(given).toBe(59 * 16_000)
    expect(numbersHeld(stream)).toBe(held)
    expect(numbersHeld(stream.state())).toBeLessThan(5000)
  })

  it('is as it was before a chunk or a state that it refuses', () => {
    const stream = new ResampleStream(options)
    const x = noise(9000)
    const begun = stream.push(x.subarray(0, 4001))
    const bad = noise(50)
    bad[7] = Number.NaN
    expect(() => stream.push(bad)).toThrow(
      new RangeError('ResampleStream.push: "chunk" expected finite numbers, got NaN at index 7'),
    )
    expect(() => stream.push(Float32Array.of(2e37))).toThrow(/"chunk" expected samples within/)
    expect(() => stream.push('sound' as never)).toThrow(TypeError)
    expect(() => stream.restore({} as never)).toThrow(FormatError)
    const state = stream.state()
    const other = new ResampleStream({ fromRate: 44100, toRate: 16000 })
    expect(() => other.restore(state)).toThrow(
      'ResampleStream.restore: "state" expected that of a stream with {"fromRate":44100,"toRate":16000,"dtype":"float32"}, ' +
        'got {"fromRate":48000,"toRate":16000,"dtype":"float32"}',
    )
    const damaged = (change: object): unknown => ({ ...state, memory: { ...state.memory, ...change } })
    expect(() => stream.restore(damaged({ filled: 1e6 }) as never)).toThrow(/"state.memory.filled" expected an integer/)
    expect(() => stream.restore(damaged({ data: [1] }) as never)).toThrow(/"state.memory.data" expected 4096 finite/)
    expect(() => stream.restore(damaged({ whole: 0.5 }) as never)).toThrow(/"state.memory.whole" expected an integer/)
    expect(joined([begun, stream.push(x.subarray(4001)), stream.flush()])).toEqual(
      Float64Array.from(resample(x, 48000, 16000)),
    )
  })

  it.each([
    [{ fromRate: 0, toRate: 1 }, RangeError, /ResampleStream: "fromRate" expected an integer >= 1, got 0/],
    [{ fromRate: 8000 }, TypeError, /"toRate" expected an integer >= 8 and <= 8000000, got undefined/],
    [{ fromRate: 1e6, toRate: 999 }, RangeError, /"toRate" expected an integer >= 1000/],
    [{ fromRate: 8, toRate: 8, rate: 8 }, TypeError, /unknown option "rate"/],
    [{ fromRate: 8, toRate: 8, dtype: 'int8' }, RangeError, /"dtype" expected one of/],
  ])('refuses %o', (wrong, kind, message) => {
    expect(() => new ResampleStream(wrong as never)).toThrow(kind)
    expect(() => new ResampleStream(wrong as never)).toThrow(message)
  })
})
