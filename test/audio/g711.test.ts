import { describe, expect, it } from 'vitest'
import { decodeAlaw, decodeMulaw, encodeAlaw, encodeMulaw } from '../../src/audio/g711.ts'

/**
 * A law as the tables of G.711 give it for positive samples: where each segment ends and its number of steps, in units
 * of full scale / `fullScale`. A value decodes to the middle of its step.
 */
interface Law {
  name: string
  decode: (code: number) => number
  encode: (sample: number) => number
  /** Magnitude that 1.0 stands for. */
  fullScale: number
  /** Limits of the steps (decision values), lowest first: 129 of them. */
  limits: number[]
  /** Decoded magnitudes in the tables, by their number. */
  published: Record<number, number>
  /** The code of a sign (1 for positive) and the number of a step. */
  codeOf: (positive: boolean, step: number) => number
}

function segments(ends: number[], steps: number[]): number[] {
  return ends.flatMap((end, i) => {
    const begin = i === 0 ? 0 : ends[i - 1]
    return Array.from({ length: steps[i] }, (_, k) => begin + ((end - begin) * (k + 1)) / steps[i])
  })
}

/** Table 1: A-law in 13 bits, seven segments, the first of 32 equal steps. */
const alaw: Law = {
  name: 'A-law',
  decode: decodeAlaw,
  encode: encodeAlaw,
  fullScale: 4096,
  limits: [0, ...segments([64, 128, 256, 512, 1024, 2048, 4096], [32, 16, 16, 16, 16, 16, 16])],
  published: { 0: 1, 1: 3, 31: 63, 32: 66, 48: 132, 64: 264, 80: 528, 96: 1056, 112: 2112, 127: 4032 },
  codeOf: (positive, step) => (step + (positive ? 128 : 0)) ^ 0x55,
}

/** Table 2: mu-law in 14 bits, eight segments; the very first step is half as wide and decodes to 0. */
const mulaw: Law = {
  name: 'mu-law',
  decode: decodeMulaw,
  encode: encodeMulaw,
  fullScale: 8192,
  limits: [0, 1, ...segments([31, 95, 223, 479, 991, 2015, 4063, 8159], new Array(8).fill(16)).slice(1)].map(
    (limit, n) => (n >= 1 && n <= 16 ? 2 * n - 1 : limit),
  ),
  published: { 0: 0, 1: 2, 15: 30, 16: 33, 31: 93, 32: 99, 48: 231, 64: 495, 80: 1023, 96: 2079, 112: 4191, 127: 8031 },
  codeOf: (positive, step) => (positive ? 255 : 127) - step,
}

const steps = Array.from({ length: 128 }, (_, step) => step)
const justBelow = 1 - 1e-9

describe.each([alaw, mulaw])('$name', (law) => {
  const { decode, encode, fullScale, limits, published, codeOf } = law

  it('has the decision values and outputs of the recommendation', () => {
    expect(limits).toHaveLength(129)
    for (const [step, value] of Object.entries(published)) {
      expect(decode(codeOf(true, Number(step))) * fullScale).toBe(value)
    }
  })

  it('decodes every code to the middle of its step, with its sign', () => {
    for (const step of steps) {
      const middle = law === mulaw && step === 0 ? 0 : (limits[step] + limits[step + 1]) / 2
      expect(decode(codeOf(true, step)) * fullScale).toBe(middle)
      expect(decode(codeOf(false, step)) * fullScale).toBe(middle === 0 ? 0 : -middle)
    }
  })

  it('is monotonic and within the published extremes', () => {
    const ascending = [...steps].reverse().map((step) => decode(codeOf(false, step)))
    ascending.push(...steps.map((step) => decode(codeOf(true, step))))
    for (let i = 1; i < ascending.length; i++) {
      if (i !== 128 || law !== mulaw) expect(ascending[i]).toBeGreaterThan(ascending[i - 1])
    }
    expect(ascending[255] * fullScale).toBe(published[127])
    expect(ascending[0] * fullScale).toBe(-published[127])
  })

  it('encodes every step from its lower limit up to the next', () => {
    for (const step of steps) {
      const low = Math.max(limits[step], 1e-6) / fullScale
      const high = (limits[step + 1] * justBelow) / fullScale
      for (const sample of [low, (low + high) / 2, high]) {
        expect(encode(sample)).toBe(codeOf(true, step))
        expect(encode(-sample)).toBe(codeOf(false, step))
      }
    }
  })

  it('encodes what it decoded to the same code', () => {
    for (let code = 0; code < 256; code++) {
      // Mu-law has two codes for zero; a sample of zero is the positive one.
      expect(encode(decode(code))).toBe(law === mulaw && code === 0x7f ? 0xff : code)
    }
  })

  it('takes zero as positive', () => {
    expect(encode(0)).toBe(codeOf(true, 0))
    expect(encode(-0)).toBe(codeOf(true, 0))
  })

  it('clips beyond full scale', () => {
    for (const sample of [1, 1.5, 1e9, Infinity]) {
      expect(encode(sample)).toBe(codeOf(true, 127))
      expect(encode(-sample)).toBe(codeOf(false, 127))
    }
  })
})
