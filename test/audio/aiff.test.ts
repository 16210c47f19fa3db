import { describe, expect, it } from 'vitest'
import { resample } from '../../src/audio/resample.ts'
import { decodeWav } from '../../src/audio/wav-decode.ts'
import { aiffBytes } from '../support/aiff.ts'
import { ascii, chunk, integer, integers } from '../support/wav-bytes.ts'

const left = Float32Array.of(0.5, -0.25, 0.125, -1)
const right = Float32Array.of(0.25, 0, -0.5, 0.75)
const whole = aiffBytes(22050, [left, right])

/** The file with a 32 bit number in another place's stead. */
function changed(at: number, value: number): Uint8Array {
  const bytes = whole.slice()
  new DataView(bytes.buffer).setUint32(at, value)
  return bytes
}

const framesAt = 22
const soundSizeAt = 42

describe('decodeWav on AIFF', () => {
  it('reads rate, channels and samples', () => {
    expect(decodeWav(whole)).toEqual({ sampleRate: 22050, channels: [left, right], format: 'pcm16', warnings: [] })
  })

  it.each([1, 8000, 24414, 44100, 96000, 192000])('reads a rate of %i Hz from its 80 bits', (rate) => {
    expect(decodeWav(aiffBytes(rate, [left])).sampleRate).toBe(rate)
  })

  it('takes a rate of early Macintoshes as whole Hz, and says so', () => {
    const bytes = changed(30, 0xaddd1746) // 0x400d addd1746 00000000: 22254.5454 Hz
    const { sampleRate, channels, warnings } = decodeWav(bytes)
    expect(sampleRate).toBe(22255)
    expect(warnings).toEqual([expect.stringMatching(/^a sample rate of 22254\.54\d* Hz is taken as 22255$/)])
    expect(resample(channels[0], sampleRate, 16000)).toHaveLength(3)
  })

  it('gives the frames that are there of a file that was cut off', () => {
    const { channels, warnings } = decodeWav(whole.subarray(0, whole.length - 5))
    expect(channels.map((samples) => [...samples])).toEqual([
      [0.5, -0.25],
      [0.25, 0],
    ])
    expect(warnings).toEqual(['the "SSND" chunk is cut off: 5 of 16 bytes are missing'])
  })

  it.each([
    ['sox', 0x7f000008],
    ['ffmpeg', 0],
  ])('reads to the end where a stream of %s did not know its length', (_, size) => {
    const bytes = changed(soundSizeAt, size)
    new DataView(bytes.buffer).setUint32(framesAt, size === 0 ? 0 : 0x3f800000)
    const { channels, warnings } = decodeWav(bytes)
    expect(channels).toEqual([left, right])
    expect(warnings).toEqual([expect.stringMatching(/states no length: read to the end/)])
  })

  it('reads the fewer frames where the chunks contradict each other', () => {
    const { channels, warnings } = decodeWav(changed(framesAt, 3))
    expect(channels).toEqual([left.slice(0, 3), right.slice(0, 3)])
    expect(warnings).toEqual(['"COMM" states 3 frame(s), "SSND" holds 4: the fewer are read'])
  })

  it('reads all frames where "COMM" states none, as a stream does', () => {
    const { channels, warnings } = decodeWav(changed(framesAt, 0))
    expect(channels).toEqual([left, right])
    expect(warnings).toEqual(['"COMM" states no frames, "SSND" holds 4: all are read'])
  })

  /** With another form, and a `COMM` of so many characters more. */
  function compressed(form: string, more: string, sound: number[]): Uint8Array {
    const head = [...whole.subarray(0, 38), ...ascii(more)]
    const bytes = Uint8Array.from([...head, ...chunk('SSND', [...integer(0, 8), ...sound], 8 + sound.length, 'big')])
    bytes.set(ascii(form), 8)
    const view = new DataView(bytes.buffer)
    view.setUint32(16, 18 + more.length)
    view.setUint16(20, 1)
    return bytes
  }
  const values = [0x123456, -2, 0x7fffff, -0x800000]

  it.each(['42ni', '42n1'])('reads 24 bits in the order of "%s", which two programs call otherwise', (type) => {
    const bytes = compressed('AIFC', `${type}\0\0`, integers(values, 3))
    expect([...decodeWav(bytes).channels[0]]).toEqual(values.map((value) => value / 2 ** 23))
  })

  it.each([
    ['AIFC without a compression', 'AIFC', '', 'big'],
    ['AIFF with one', 'AIFF', 'sowt\0\0', 'little'],
    ['AIFF with zeros in its place', 'AIFF', '\0\0\0\0', 'big'],
  ] as const)('reads %s', (_, form, more, order) => {
    const numbers = [1, -2, 30000, -32768]
    const { channels, warnings } = decodeWav(compressed(form, more, integers(numbers, 2, order)))
    expect([...channels[0]]).toEqual(numbers.map((value) => value / 32768))
    expect(warnings).toEqual([])
  })

  it('refuses what states no rate, no channels or more of them than bytes', () => {
    expect(() => decodeWav(changed(28, 0))).toThrow(/no sample rate from 1 to 2\^32 Hz/)
    const none = whole.slice()
    new DataView(none.buffer).setUint16(26, 33)
    expect(() => decodeWav(none)).toThrow(
      /samples of 33 bits: expected 1 to 32: convert it, as by: ffmpeg -i FILE.aiff/,
    )
    new DataView(none.buffer).setUint16(20, 0)
    expect(() => decodeWav(none)).toThrow(/states no channels/)
    new DataView(none.buffer).setUint16(20, 65535)
    expect(() => decodeWav(none)).toThrow(/65535 channels is larger than the file/)
  })
})
