import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SampleFormat } from '../../src/audio/wav.ts'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { view } from '../../src/core/array.ts'
import { chunk, extensible, floats, fmt, integer, integers, riff } from '../support/wav-bytes.ts'

const sampleRate = 22050
const mono = { channels: 1, sampleRate }
const samples = Float32Array.of(0, 0.5, -0.5, 1, -1)

function channelsOf(count: number): Float32Array[] {
  return Array.from({ length: count }, (_, c) => Float32Array.of(c / 8, -c / 8))
}

describe('encodeWav writes exactly', () => {
  it('16 bits by default', () => {
    const expected = riff([
      fmt({ tag: 1, bits: 16, ...mono }),
      chunk('data', integers([0, 16384, -16384, 32767, -32768], 2)),
    ])
    expect(encodeWav({ sampleRate, channels: [samples] })).toEqual(expected)
  })

  it('8 bits, an odd number padded', () => {
    const expected = riff([fmt({ tag: 1, bits: 8, ...mono }), chunk('data', [128, 192, 64, 255, 0])])
    expect(encodeWav({ sampleRate, channels: [samples] }, { format: 'pcm8' })).toEqual(expected)
    expect(expected.length % 2).toBe(0)
  })

  it('24 bits as extensible', () => {
    const expected = riff([
      extensible({ tag: 1, bits: 24, validBits: 24, ...mono }, 4),
      chunk('data', integers([0, 2 ** 22, -(2 ** 22), 2 ** 23 - 1, -(2 ** 23)], 3)),
    ])
    expect(encodeWav({ sampleRate, channels: [samples] }, { format: 'pcm24' })).toEqual(expected)
  })

  it('32 bits in two channels as extensible', () => {
    const expected = riff([
      extensible({ tag: 1, bits: 32, validBits: 32, channels: 2, sampleRate }, 3),
      chunk('data', integers([2 ** 30, -(2 ** 30), 2 ** 31 - 1, -(2 ** 31)], 4)),
    ])
    const channels = [Float32Array.of(0.5, 1), Float32Array.of(-0.5, -1)]
    expect(encodeWav({ sampleRate, channels }, { format: 'pcm32' })).toEqual(expected)
  })

  it('three channels as extensible', () => {
    const expected = riff([
      extensible({ tag: 1, bits: 16, validBits: 16, channels: 3, sampleRate }),
      chunk('data', integers([0, 4096, 8192, 0, -4096, -8192], 2)),
    ])
    expect(encodeWav({ sampleRate, channels: channelsOf(3) })).toEqual(expected)
  })

  it.each([
    ['float32', 3, 32, floats([...samples], 4)],
    ['float64', 3, 64, floats([...samples], 8)],
    ['alaw', 6, 8, [0xd5, 0xa5, 0x25, 0xaa, 0x2a]],
    ['mulaw', 7, 8, [0xff, 0x8f, 0x0f, 0x80, 0x00]],
  ] as const)('%s with the number of frames in fact', (format, tag, bits, data) => {
    const expected = riff([
      fmt({ tag, bits, ...mono, extension: [0, 0] }),
      chunk('fact', integer(samples.length, 4)),
      chunk('data', [...data]),
    ])
    expect(encodeWav({ sampleRate, channels: [samples] }, { format })).toEqual(expected)
  })

  it('three float channels as extensible with fact', () => {
    const expected = riff([
      extensible({ tag: 3, bits: 32, validBits: 32, channels: 3, sampleRate }),
      chunk('fact', integer(2, 4)),
      chunk('data', floats([0, 1 / 8, 1 / 4, -0, -1 / 8, -1 / 4], 4)),
    ])
    expect(encodeWav({ sampleRate, channels: channelsOf(3) }, { format: 'float32' })).toEqual(expected)
  })

  it('the nearest integer, clipped', () => {
    const values = [0.49, 0.51, -0.49, -0.51, 32766.6, 40000, -32768.4, -40000]
    const expected = [0, 1, 0, -1, 32767, 32767, -32768, -32768]
    const channels = [Float64Array.from(values, (value) => value / 32768)]
    const audio = decodeWav(encodeWav({ sampleRate, channels }))
    expect([...audio.channels[0]].map((sample) => sample * 32768)).toEqual(expected)
  })
})

/** Largest allowed distance between a sample of [-1, 1] and what it comes back as. */
const bounds: Record<SampleFormat, (x: number) => number> = {
  // Half a step; at 1.0, which integers cannot hold, a whole one.
  pcm8: (x) => (x > 1 - 2 ** -8 ? 2 ** -7 : 2 ** -8),
  pcm16: (x) => (x > 1 - 2 ** -16 ? 2 ** -15 : 2 ** -16),
  pcm24: (x) => (x > 1 - 2 ** -24 ? 2 ** -23 : 2 ** -24),
  // A float32 holds 24 bits of the 32.
  pcm32: (x) => 2 ** -32 + Math.abs(x) * 2 ** -24,
  float32: () => 0,
  float64: () => 0,
  // Sixteen steps per octave, and the linear beginning.
  alaw: (x) => Math.max(8 / 32768, Math.abs(x) / 32),
  mulaw: (x) => (Math.abs(x) + 132 / 32768) / 32,
}

describe('encodeWav and decodeWav', () => {
  const amplitude = fc.float({ min: -1, max: 1, noNaN: true })
  const recording = fc
    .record({ channels: fc.integer({ min: 1, max: 5 }), frames: fc.integer({ min: 0, max: 40 }) })
    .chain(({ channels, frames }) =>
      fc.array(fc.float32Array({ minLength: frames, maxLength: frames, min: -1, max: 1, noNaN: true }), {
        minLength: channels,
        maxLength: channels,
      }),
    )

  it.each(Object.keys(bounds) as SampleFormat[])('return every sample within half a step: %s', (format) => {
    fc.assert(
      fc.property(recording, fc.integer({ min: 1, max: 192000 }), (channels, rate) => {
        const audio = decodeWav(encodeWav({ sampleRate: rate, channels }, { format }))
        expect(audio).toMatchObject({ sampleRate: rate, format, warnings: [] })
        expect(audio.channels.map((c) => c.length)).toEqual(channels.map((c) => c.length))
        channels.forEach((original, c) => {
          original.forEach((x, t) => {
            expect(Math.abs(audio.channels[c][t] - x)).toBeLessThanOrEqual(bounds[format](x))
          })
        })
      }),
      { seed: 42, numRuns: 60 },
    )
  })

  it.each(Object.keys(bounds) as SampleFormat[])('are the identity on what was decoded: %s', (format) => {
    fc.assert(
      fc.property(fc.array(amplitude, { maxLength: 30 }), (values) => {
        const once = decodeWav(encodeWav({ sampleRate, channels: [Float32Array.from(values)] }, { format }))
        expect(decodeWav(encodeWav(once, { format }))).toEqual(once)
      }),
      { seed: 42, numRuns: 40 },
    )
  })

  it('keep float samples that are not finite', () => {
    const channels = [Float32Array.of(Number.NaN, Infinity, -Infinity, 3)]
    const audio = decodeWav(encodeWav({ sampleRate, channels }, { format: 'float32' }))
    expect(audio.channels).toEqual(channels)
    expect(audio.warnings).toEqual(['3 sample(s) are not finite'])
  })

  it('write float64 from float64 without loss', () => {
    const bytes = encodeWav({ sampleRate, channels: [Float64Array.of(Math.PI)] }, { format: 'float64' })
    expect(new DataView(bytes.buffer).getFloat64(bytes.length - 8, true)).toBe(Math.PI)
  })

  it('take integer arrays as 16 bit samples', () => {
    const { channels } = decodeWav(encodeWav({ sampleRate: 8000, channels: [Int16Array.of(1000, -1000, 1)] }))
    expect(Array.from(channels[0], (sample) => sample * 32768)).toEqual([1000, -1000, 1])
  })

  it('write float64 views without loss', () => {
    const bytes = encodeWav({ sampleRate: 8000, channels: [view(Float64Array.of(0.1), [1])] }, { format: 'float64' })
    expect(new DataView(bytes.buffer).getFloat64(bytes.length - 8, true)).toBe(0.1)
  })

  it('take strided views', () => {
    const channels = [view(Float32Array.of(0.5, 9, 0.25, 9), [2], [2])]
    const audio = decodeWav(encodeWav({ sampleRate, channels }))
    expect([...audio.channels[0]]).toEqual([0.5, 0.25])
  })
})

describe('encodeWav refuses', () => {
  const channels = [samples]
  it.each([
    ['no audio', null, {}, TypeError, /"audio" expected an object/],
    ['no channels', { sampleRate, channels: [] }, {}, RangeError, /"channels" expected at least 1 item/],
    ['channels that are none', { sampleRate, channels: samples }, {}, TypeError, /"channels" expected an array/],
    ['a channel of text', { sampleRate, channels: [['0', 1]] }, {}, TypeError, /"channels\[0\]" expected/],
    [
      'unequal lengths',
      { sampleRate, channels: [samples, samples.slice(1)] },
      {},
      RangeError,
      /"channels\[0\]" of length 5 and "channels\[1\]" of length 4/,
    ],
    ['NaN', { sampleRate, channels: [Float32Array.of(0, Number.NaN)] }, {}, RangeError, /finite.*NaN at index 1/],
    ['a rate of 0', { sampleRate: 0, channels }, {}, RangeError, /"sampleRate" expected an integer >= 1/],
    ['a broken rate', { sampleRate: 22050.5, channels }, {}, RangeError, /"sampleRate" expected an integer/],
    ['a rate beyond its field', { sampleRate: 2 ** 31, channels }, {}, RangeError, /"sampleRate".*<= 2147483647/],
    ['a rate that is none', { sampleRate: '16000', channels }, {}, TypeError, /"sampleRate" expected an integer/],
    ['another format', { sampleRate, channels }, { format: 'mp3' }, RangeError, /"format" expected one of "pcm8"/],
    ['another option', { sampleRate, channels }, { bits: 16 }, TypeError, /unknown option "bits"/],
    [
      'too many channels',
      { sampleRate, channels: new Array(32768).fill(new Float32Array(0)) },
      {},
      RangeError,
      /"number of channels" expected an integer <= 32767, got 32768/,
    ],
  ])('%s', (_, audio, options, kind, message) => {
    const attempt = (): Uint8Array => encodeWav(audio as never, options as never)
    expect(attempt).toThrow(kind)
    expect(attempt).toThrow(message)
  })
})
