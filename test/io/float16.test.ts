import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromFloat16Bits, toFloat16Bits } from '../../src/io/float16.ts'
import vectors from '../vectors/safetensors.json' with { type: 'json' }

const allBits = Array.from({ length: 65536 }, (_, bits) => bits)
const isNaNBits = (bits: number): boolean => (bits & 0x7c00) === 0x7c00 && (bits & 1023) !== 0

describe('half precision', () => {
  it('every half comes back from its number', () => {
    for (const bits of allBits) {
      const value = fromFloat16Bits(bits)
      if (isNaNBits(bits)) expect([value, toFloat16Bits(value)]).toEqual([Number.NaN, 0x7e00])
      else if (toFloat16Bits(value) !== bits) expect.fail(`${bits.toString(16)} -> ${value}`)
    }
  })

  it('has the values that the format tells', () => {
    const values = [0x3c00, 0xc000, 0x7bff, 0x0400, 0x03ff, 0x0001, 0x3555, 0x7c00, 0xfc00].map(fromFloat16Bits)
    const [smallestNormal, largestSubnormal] = [2 ** -14, 1023 * 2 ** -24]
    expect(values.slice(0, 7)).toEqual([1, -2, 65504, smallestNormal, largestSubnormal, 2 ** -24, 0.333251953125])
    expect(values.slice(7)).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    expect(Object.is(fromFloat16Bits(0x8000), -0)).toBe(true)
    expect(toFloat16Bits(-0)).toBe(0x8000)
  })

  it("rounds as Python's struct does", () => {
    for (const [x, bits] of vectors.halves) expect([x, toFloat16Bits(x)]).toEqual([x, bits])
  })

  it('rounds to the nearest, of two equally near ones to the even', () => {
    const ordered = allBits.filter((bits) => bits <= 0x7bff).map(fromFloat16Bits)
    fc.assert(
      fc.property(fc.double({ min: -65519, max: 65519, noNaN: true }), (x) => {
        const bits = toFloat16Bits(x)
        const error = Math.abs(fromFloat16Bits(bits) - x)
        const place = bits & 0x7fff
        for (const other of [place - 1, place + 1].filter((i) => i in ordered)) {
          const distance = Math.abs(ordered[other] - Math.abs(x))
          if (distance < error || (distance === error && place % 2 === 1)) return false
        }
        return true
      }),
      { numRuns: 2000, seed: 16 },
    )
  })

  it('keeps normal numbers within 2^-11', () => {
    fc.assert(
      fc.property(fc.double({ min: 2 ** -14, max: 65504, noNaN: true }), (x) => {
        return Math.abs(fromFloat16Bits(toFloat16Bits(x)) - x) <= 2 ** -11 * x
      }),
      { numRuns: 1000, seed: 17 },
    )
  })
})
