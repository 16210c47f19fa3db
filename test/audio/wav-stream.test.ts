import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toMono } from '../../src/audio/mono.ts'
import { sampleFormats } from '../../src/audio/wav.ts'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { encodeWav } from '../../src/audio/wav-encode.ts'
import { WavStream } from '../../src/audio/wav-stream.ts'
import { FormatError } from '../../src/core/errors.ts'
import { chunk, fmt, riff } from '../support/wav-bytes.ts'

const left = Float32Array.from({ length: 500 }, (_, n) => 0.9 * Math.sin(0.03 * n))
const right = left.map((x) => x / 2)
const channels = [left, right]

/** All samples of bytes in chunks of these lengths in turn. */
function read(stream: WavStream, bytes: Uint8Array, lengths: readonly number[]): number[] {
  const samples: number[] = []
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length]
    samples.push(...stream.push(bytes.slice(at, at + length)))
    at += length
  }
  stream.flush()
  return samples
}

/** The bytes of a WAV with another length of its data, as programs write it to pipes. */
function withLength(bytes: Uint8Array, length: number): Uint8Array {
  const copy = bytes.slice()
  const at = Buffer.from(copy).indexOf('data') + 4
  new DataView(copy.buffer).setUint32(at, length, true)
  return copy
}

describe('WavStream', () => {
  it.each(sampleFormats)('gives what decodeWav gives, of %s', (format) => {
    const bytes = encodeWav({ sampleRate: 22050, channels }, { format })
    const stream = new WavStream()
    expect(stream.sampleRate).toBeUndefined()
    expect(read(stream, bytes, [7])).toEqual(Array.from(toMono(decodeWav(bytes))))
    expect([stream.sampleRate, stream.warnings]).toEqual([22050, []])
    expect(String(stream)).toBe('WavStream: 22050 Hz, 500 samples so far')
  })

  it('gives the same however the bytes are cut', () => {
    const bytes = encodeWav({ sampleRate: 8000, channels }, { format: 'pcm24' })
    const whole = Array.from(toMono(decodeWav(bytes)))
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 6 }), (lengths) => {
        expect(read(new WavStream(), bytes, lengths)).toEqual(whole)
      }),
      { numRuns: 50, seed: 3 },
    )
  })

  it.each([0, 0x7ffff000, 0x7fffffff - 0x24, 0xffffffff])('reads to the end where the length is %i', (length) => {
    const bytes = encodeWav({ sampleRate: 8000, channels })
    const stream = new WavStream()
    expect(read(stream, withLength(bytes, length), [100])).toEqual(Array.from(toMono(decodeWav(bytes))))
    expect(stream.warnings).toEqual([])
  })

  it('stops where a stated length does, and tells where less came', () => {
    const bytes = encodeWav({ sampleRate: 8000, channels: [left] })
    const longer = new Uint8Array(bytes.length + 1000)
    longer.set(bytes)
    const whole = Array.from(toMono(decodeWav(bytes)))
    const stream = new WavStream()
    expect(read(stream, longer, [64])).toEqual(whole)
    expect(stream.warnings).toEqual([])
    const short = new WavStream()
    expect(read(short, bytes.subarray(0, bytes.length - 101), [64])).toEqual(whole.slice(0, 449))
    expect(short.warnings).toEqual([
      'the sound is cut off: 101 bytes are missing',
      'the last 1 byte(s) are no whole frame: left out',
    ])
  })

  it('reads bare samples by their layout', () => {
    const stream = new WavStream({ sampleRate: 16000, channels: 2, format: 'float32' })
    expect(stream.sampleRate).toBe(16000)
    const interleaved = Float32Array.from({ length: 1000 }, (_, i) => channels[i % 2][i >> 1])
    expect(read(stream, new Uint8Array(interleaved.buffer), [5])).toEqual(Array.from(toMono({ channels })))
    const integers = new WavStream({ sampleRate: 8000 })
    expect(Array.from(integers.push(new Uint8Array(Int16Array.of(0, 16384, -32768).buffer)))).toEqual([0, 0.5, -1])
  })

  it('refuses a WAV where bare samples were expected, however it is cut', () => {
    const bytes = encodeWav({ sampleRate: 48000, channels })
    for (const length of [1, 5, 12, 1000]) {
      const stream = new WavStream({ sampleRate: 16000 })
      expect(() => read(stream, bytes, [length])).toThrow('WavStream: expected bare samples, got WAV, which states')
    }
  })

  it('refuses other formats, headers without an end, and what is no bytes', () => {
    const flac = Uint8Array.from('fLaC and more bytes', (c) => c.charCodeAt(0))
    expect(() => new WavStream().push(flac)).toThrow('WavStream: expected WAV, got FLAC')
    expect(() => new WavStream().push(new Uint8Array(20))).toThrow('got bytes of no known format')
    const bytes = encodeWav({ sampleRate: 8000, channels })
    const brief = new WavStream()
    expect(brief.push(bytes.subarray(0, 30))).toEqual(new Float32Array(0))
    expect(() => brief.flush()).toThrow(new FormatError('WavStream: the bytes end within the header of a WAV'))
    expect(() => new WavStream().flush()).toThrow('WavStream: no byte came')
    expect(() => new WavStream().push([1, 2] as never)).toThrow(TypeError)
    const endless = new Uint8Array(2 ** 20 + 100)
    endless.set(bytes.subarray(0, 12))
    endless.set([0x4a, 0x55, 0x4e, 0x4b, 0, 0, 0, 1], 12)
    expect(() => new WavStream().push(endless)).toThrow('no "data" chunk')
  })

  it('looks at each byte of a header once, however small the pieces are in which it comes', { timeout: 60_000 }, () => {
    const bytes = encodeWav({ sampleRate: 8000, channels })
    const long = new Uint8Array(2 ** 20)
    long.set(bytes.subarray(0, 12))
    // Chunks without content; looking at all of them for each byte takes minutes.
    for (let at = 12; at + 8 <= long.length; at += 8) long.set([0x4a, 0x55, 0x4e, 0x4b], at)
    const stream = new WavStream()
    let samples = 0
    for (let at = 0; at < long.length; at++) samples += stream.push(long.subarray(at, at + 1)).length
    expect(samples).toBe(0)
    expect(() => stream.push(long.subarray(0, 1))).toThrow('no "data" chunk')
  })

  it('says that ADPCM needs the whole file', () => {
    const ima = { tag: 0x11, channels: 1, sampleRate: 8000, bits: 4, frameBytes: 8, extension: [2, 0, 9, 0] }
    const bytes = riff([fmt(ima), chunk('data', [0, 0, 5, 0, 1, 2, 3, 4])])
    expect(() => new WavStream().push(bytes)).toThrow('WavStream: ADPCM is not read from a stream: decodeWav reads')
  })

  it.each([[{}], [{ sampleRate: 0 }], [{ sampleRate: 8000, channels: 0 }], [{ sampleRate: 8000, format: 's16' }]])(
    'refuses the layout %j',
    (layout) => {
      expect(() => new WavStream(layout as never)).toThrow('WavStream: "')
    },
  )
})
