import { describe, expect, it } from 'vitest'
import { exactFlac, flacBits } from '../../src/audio/flac-scale.ts'

/** The first bytes of a file: `before`, then STREAMINFO with so many bits of a sample. */
function header(bits: number, before = ''): Uint8Array {
  const bytes = new Uint8Array(before.length + 42)
  bytes.set([...before, ...'fLaC'].map((c) => c.charCodeAt(0)))
  bytes[before.length + 20] = 0xfe | ((bits - 1) >> 4)
  bytes[before.length + 21] = ((bits - 1) << 4) & 0xf0
  return bytes
}

describe('flacBits', () => {
  it.each([4, 8, 12, 16, 17, 20, 24, 32])('%i bits', (bits) => {
    expect(flacBits(header(bits))).toBe(bits)
    expect(flacBits(header(bits, 'OggS'.padEnd(37, '.')))).toBe(bits)
  })

  it('nothing without STREAMINFO', () => {
    expect(flacBits(new Uint8Array(100))).toBeUndefined()
    expect(flacBits(header(16).subarray(0, 21))).toBeUndefined()
  })
})

describe('exactFlac', () => {
  const integers = (bits: number): number[] => {
    const top = 2 ** (bits - 1)
    return [
      -top,
      -top + 1,
      -1,
      0,
      1,
      top - 1,
      ...Array.from({ length: 500 }, (_, i) => Math.round((i / 600 - 0.4) * top)),
    ]
  }

  it.each([4, 8, 12, 16, 20, 24])('%i bits: what was divided by one less, and what was not', (bits) => {
    const wanted = Float32Array.from(integers(bits), (k) => k / 2 ** (bits - 1))
    const other = Float32Array.from(integers(bits), (k) => k / (2 ** (bits - 1) - 1))
    const right = wanted.slice()
    exactFlac([other, right.map((x) => x * (2 ** (bits - 1) / (2 ** (bits - 1) - 1)))], bits)
    expect(other).toEqual(wanted)
    exactFlac([right], bits)
    expect(right).toEqual(wanted)
  })

  it('leaves 32 bits as they are, which float32 does not hold', () => {
    const samples = Float32Array.of(0.1, -1)
    exactFlac([samples], 32)
    expect(samples).toEqual(Float32Array.of(0.1, -1))
  })
})
