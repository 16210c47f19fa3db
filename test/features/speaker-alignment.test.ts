import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { FloatNdArray } from '../../src/core/types.ts'
import { alignSpeakers } from '../../src/features/speaker-alignment.ts'
import { Random } from '../../src/numerics/random.ts'

/** Mean and standard deviation of a column over the frames of some sequences, the plain way. */
function spread(sequences: readonly FloatNdArray[], column: number): { mean: number; sd: number } {
  const values = sequences.flatMap((x) => Array.from({ length: x.shape[0] }, (_, t) => x.get(t, column)))
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length
  return { mean, sd: Math.sqrt(values.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / values.length) }
}

interface Case {
  sequences: FloatNdArray[]
  speakers: string[]
  training: number[]
}

/** Speakers a to d of different levels and spreads, all but d in training; lengths differ. */
function voices(seed: number, cols = 3): Case {
  const random = new Random(seed)
  const speakers = ['a', 'b', 'd', 'a', 'c', 'd', 'b']
  const sequences = speakers.map((speaker) => {
    const rows = 4 + random.integer(9)
    const x = new Float32Array(rows * cols)
    const level = speaker.charCodeAt(0) - 97
    random.normalInto(x, 5 * level - 3, 0.5 + level)
    return view(x, [rows, cols])
  })
  return { sequences, speakers, training: [0, 1, 3, 4, 6] }
}

const at = <T>(items: readonly T[], indices: readonly number[]): T[] => indices.map((i) => items[i])

describe('alignSpeakers', () => {
  it('gives every speaker the mean and standard deviation of the training speakers', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const { sequences, speakers, training } = voices(seed)
        const aligned = alignSpeakers(sequences, speakers, training)
        for (let j = 0; j < 3; j++) {
          const wanted = spread(at(sequences, training), j)
          for (const speaker of ['a', 'b', 'c', 'd']) {
            const { mean, sd } = spread(
              aligned.filter((_, i) => speakers[i] === speaker),
              j,
            )
            expect(Math.abs(mean - wanted.mean)).toBeLessThan(1e-5 * (1 + wanted.sd))
            expect(Math.abs(sd - wanted.sd)).toBeLessThan(1e-5 * (1 + wanted.sd))
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  it('shifts and scales: within a speaker the order and the proportions stay', () => {
    const { sequences, speakers, training } = voices(1)
    const aligned = alignSpeakers(sequences, speakers, training)
    const [before, after] = [sequences[2], aligned[2]]
    const ratio = (x: FloatNdArray): number => (x.get(1, 0) - x.get(0, 0)) / (x.get(2, 0) - x.get(0, 0))
    expect(ratio(after)).toBeCloseTo(ratio(before), 3)
  })

  it('leaves its input as it was, and gives the test speaker no say in the target', () => {
    const { sequences, speakers, training } = voices(2)
    const copies = sequences.map(({ data }) => data.slice())
    const aligned = alignSpeakers(sequences, speakers, training)
    sequences.forEach(({ data }, i) => {
      expect(data).toEqual(copies[i])
    })
    for (const i of [2, 5]) sequences[i].data.forEach((_, k) => (sequences[i].data[k] = k * k))
    const others = alignSpeakers(sequences, speakers, training)
    for (const i of training) expect(others[i].data).toEqual(aligned[i].data)
  })

  it('sets columns to the training mean that are constant in training or with the speaker', () => {
    const sequence = (...rows: number[][]): FloatNdArray => view(Float32Array.from(rows.flat()), [rows.length, 2])
    const training = [sequence([1, 7], [3, 7]), sequence([5, 7], [7, 7])]
    const test = sequence([2, 1], [2, 9])
    const aligned = alignSpeakers([...training, test], ['a', 'b', 'c'], [0, 1])
    expect(Array.from(aligned[2].data)).toEqual([4, 7, 4, 7])
    expect(aligned[0].get(0, 1)).toBe(7)
  })

  it('refuses what does not fit together', () => {
    const { sequences, speakers, training } = voices(3)
    expect(() => alignSpeakers(sequences, ['a'], training)).toThrow(
      /"speakers" expected 7 names, one a sequence, got 1/,
    )
    expect(() => alignSpeakers(sequences, speakers, [7])).toThrow(/"training" expected an integer >= 0 and <= 6, got 7/)
    expect(() => alignSpeakers(sequences, speakers, undefined as never)).toThrow(
      'alignSpeakers: "training" expected indices (an array or typed array of integers), got undefined',
    )
    expect(() => alignSpeakers(sequences, speakers, [])).toThrow(/"training" expected sequences/)
    expect(() => alignSpeakers([...sequences, voices(1, 2).sequences[0]], [...speakers, 'a'], training)).toThrow(
      /"sequences\[7\]" expected 3 columns as the first has, got 2/,
    )
    sequences[1].data[0] = Number.NaN
    expect(() => alignSpeakers(sequences, speakers, training)).toThrow(/"sequences\[1\]" expected finite numbers/)
  })
})
