import { describe, expect, it } from 'vitest'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { FormatError } from '../../src/core/errors.ts'
import { Random } from '../../src/numerics/random.ts'
import { ascii, chunk, floats, fmt, integers, riff } from '../support/wav-bytes.ts'
import files from '../vectors/wav-files.json' with { type: 'json' }
import { badCases, caseRate, wavCases } from './wav-cases.ts'

const mutants = 1000
/** Generous: an ordinary file of this size takes well under a millisecond. */
const millisecondsPerMutant = 500

describe('decodeWav', () => {
  it.each(wavCases)('reads $name', ({ bytes, format, channels, warnings = [] }) => {
    const before = bytes.slice()
    const audio = decodeWav(bytes)
    expect(audio.sampleRate).toBe(caseRate)
    expect(audio.format).toBe(format)
    expect(audio.channels.every((samples) => samples instanceof Float32Array)).toBe(true)
    expect(audio.channels.map((samples) => [...samples])).toEqual(channels)
    expect(audio.warnings).toEqual(warnings.map((warning) => expect.stringMatching(warning)))
    expect(bytes).toEqual(before)
  })

  it.each(badCases)('refuses $name', ({ bytes, message }) => {
    expect(() => decodeWav(bytes)).toThrow(FormatError)
    expect(() => decodeWav(bytes)).toThrow(message)
  })

  it('takes an ArrayBuffer, a Node Buffer and a part of a larger buffer', () => {
    const { bytes, channels } = wavCases[1]
    const larger = new Uint8Array(bytes.length + 10)
    larger.set(bytes, 7)
    const part = larger.subarray(7, 7 + bytes.length)
    for (const form of [bytes.buffer as ArrayBuffer, Buffer.from(bytes), part]) {
      expect(decodeWav(form).channels.map((samples) => [...samples])).toEqual(channels)
    }
  })

  it.each([undefined, null, 'RIFF', [82, 73], new Int16Array(40), new DataView(new ArrayBuffer(50)), {}])(
    'refuses %s, which is not bytes',
    (value) => {
      expect(() => decodeWav(value as Uint8Array)).toThrow(TypeError)
      expect(() => decodeWav(value as Uint8Array)).toThrow(/decodeWav: "bytes" expected a Uint8Array or an ArrayBuffer/)
    },
  )

  it('tells floats of 64 bits that 32 bits do not hold from those that are infinite', () => {
    const read = (...values: number[]) =>
      decodeWav(riff([fmt({ tag: 3, bits: 64, channels: 2, sampleRate: 8000 }), chunk('data', floats(values, 8))]))
    const { channels, warnings } = read(0.5, 1e39, Infinity, -1e300, Number.NaN, 3.4028234e38)
    expect(channels.map((samples) => [...samples])).toEqual([
      [0.5, Infinity, Number.NaN],
      [Infinity, -Infinity, Math.fround(3.4028234e38)],
    ])
    const why = 'of which 2 are numbers in the file that 32 bits do not hold (beyond 3.4e38)'
    expect(warnings).toEqual([`4 sample(s) are not finite, ${why}`])
    expect(read(Infinity, 1).warnings).toEqual(['1 sample(s) are not finite'])
  })

  it('reads as many channels as the file has bytes for', () => {
    const channels = 300
    const values = Array.from({ length: 2 * channels }, (_, i) => i)
    const layout = fmt({ tag: 1, bits: 16, channels, sampleRate: 8000 })
    const audio = decodeWav(riff([layout, chunk('data', integers(values, 2))]))
    expect(audio.channels.map((samples) => [...samples])).toEqual(
      Array.from({ length: channels }, (_, c) => [c / 32768, (c + channels) / 32768]),
    )
  })

  it('passes a hundred thousand empty chunks once', () => {
    const empty = new Array(100_000).fill(chunk('data', []))
    const start = performance.now()
    expect(() => decodeWav(riff([...empty, ascii('x')]))).toThrow(/no "fmt " chunk/)
    expect(performance.now() - start).toBeLessThan(5000)
  })
})

/** Numbers that sit at the ends of header fields. */
const extremes = [0, 1, 2, 0x7f, 0xff, 0x7fff, 0x8000, 0xfffe, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff]
const headerBytes = 72

type Mutation = (bytes: Uint8Array, random: Random) => Uint8Array

const mutations: Mutation[] = [
  function flip(bytes, random) {
    const out = bytes.slice()
    for (let n = random.integer(8); n >= 0; n--) out[random.integer(out.length)] ^= 1 << random.integer(8)
    return out
  },
  function truncate(bytes, random) {
    return bytes.slice(0, random.integer(bytes.length))
  },
  function insert(bytes, random) {
    const at = random.integer(bytes.length)
    const extra = Array.from({ length: 1 + random.integer(9) }, () => random.integer(256))
    return Uint8Array.from([...bytes.subarray(0, at), ...extra, ...bytes.subarray(at)])
  },
  function overwrite(bytes, random) {
    const out = bytes.slice()
    const width = random.integer(2) === 0 ? 2 : 4
    const at = 2 * random.integer(Math.floor(Math.min(headerBytes, out.length - 4) / 2))
    out.set(integers([extremes[random.integer(extremes.length)]], width), at)
    return out
  },
]

function decodesOrRefuses(bytes: Uint8Array, samplesPerByte = 1): 'decoded' | 'refused' {
  const start = performance.now()
  try {
    const { channels } = decodeWav(bytes)
    expect(channels.length).toBeLessThanOrEqual(bytes.length)
    expect(channels.reduce((sum, samples) => sum + samples.length, 0)).toBeLessThanOrEqual(
      samplesPerByte * bytes.length,
    )
    return 'decoded'
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError)
    expect((error as Error).message).toMatch(/^decodeWav: /)
    return 'refused'
  } finally {
    expect(performance.now() - start).toBeLessThan(millisecondsPerMutant)
  }
}

describe('decodeWav on damaged files', () => {
  const long = riff([fmt({ tag: 1, bits: 16, channels: 2, sampleRate: 8000 }), chunk('data', new Array(65536).fill(3))])
  const originals = [...wavCases.map(({ bytes }) => bytes), long]

  const ofTools = files.map(({ bytes }) => Uint8Array.from(Buffer.from(bytes, 'base64')))

  it.each([
    ['of the cases', originals, 1],
    ['of files in other containers and of ADPCM, which holds two samples a byte', ofTools, 2],
  ])(`gives a result or a FormatError for ${mutants} mutants %s`, (_, whole, samplesPerByte) => {
    const random = new Random('wav-mutants')
    const outcomes = { decoded: 0, refused: 0 }
    for (let i = 0; i < mutants; i++) {
      let bytes = whole[random.integer(whole.length)]
      for (let n = random.integer(3); n >= 0 && bytes.length > 8; n--) {
        bytes = mutations[random.integer(mutations.length)](bytes, random)
      }
      outcomes[decodesOrRefuses(bytes, samplesPerByte)]++
    }
    // Both must be common, or the mutants would test only one of the two paths.
    expect(outcomes.decoded).toBeGreaterThan(mutants / 10)
    expect(outcomes.refused).toBeGreaterThan(mutants / 10)
  })

  it('gives a result or a FormatError at every length of every file', () => {
    for (const { bytes } of wavCases.filter((wav) => wav.bytes.length < 200)) {
      for (let length = 0; length < bytes.length; length++) decodesOrRefuses(bytes.slice(0, length))
    }
  })
})
