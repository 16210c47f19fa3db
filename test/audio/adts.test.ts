import { describe, expect, it } from 'vitest'
import { adtsHeader, atAdtsRate } from '../../src/audio/adts.ts'

/** A header of AAC LC, ISO/IEC 13818-7, 6.2. */
function header(rate: number, channels: number): Uint8Array {
  return Uint8Array.of(0xff, 0xf1, 0x40 | (rate << 2) | (channels >> 2), (channels & 3) << 6, 0, 0, 0)
}

describe('adtsHeader', () => {
  it.each([
    [11, 8000],
    [8, 16000],
    [7, 22050],
    [6, 24000],
    [5, 32000],
    [4, 44100],
    [3, 48000],
  ])('of index %i is %i Hz', (index, sampleRate) => {
    expect(adtsHeader(header(index, 1))).toEqual({ sampleRate, channels: 1 })
    const tag = [...Buffer.from('ID3'), 4, 0, 0, 0, 0, 0, 0]
    expect(adtsHeader(Uint8Array.from([...tag, ...header(index, 7)]))).toEqual({ sampleRate, channels: 7 })
  })

  it('is none of other files, of a rate that there is none, and of less than a header', () => {
    for (const bytes of [Uint8Array.of(0xff, 0xfb, 0x90, 0x64, 0, 0, 0), header(14, 1), header(8, 1).subarray(0, 3)])
      expect(adtsHeader(bytes)).toBeUndefined()
  })
})

describe('atAdtsRate', () => {
  const sine = (frequency: number, level = 0.5): Float32Array =>
    Float32Array.from({ length: 8000 }, (_, n) => level * Math.sin((2 * Math.PI * frequency * n) / 32000))

  it('takes every second sample behind the delay where the upper half is empty', () => {
    const x = sine(3000)
    const got = atAdtsRate({ channelData: [x, sine(500)], sampleRate: 32000 }, { sampleRate: 16000, channels: 2 })
    expect(got.sampleRate).toBe(16000)
    expect(got.channelData.map(({ length }) => length)).toEqual([3519, 3519])
    expect([...got.channelData[0]]).toEqual([...x.slice(962).filter((_, n) => n % 2 === 0)])
  })

  it('leaves HE-AAC, whose upper half is there in any channel, and sound at the rate of the header', () => {
    const x = sine(3000)
    const replicated = sine(12000, 0.002)
    const high = x.map((value, n) => value + replicated[n])
    const wide = { channelData: [x, high], sampleRate: 32000 }
    expect(atAdtsRate(wide, { sampleRate: 16000, channels: 2 })).toBe(wide)
    const plain = { channelData: [x], sampleRate: 32000 }
    expect(atAdtsRate(plain, { sampleRate: 32000, channels: 1 })).toBe(plain)
  })
})
