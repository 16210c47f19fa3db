/** Parts of a file that share sound, against a comparison of every two. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { overlapsOf } from '../../src/corpora/overlaps.ts'
import type { Utterance } from '../../src/corpora/types.ts'

const ROUNDING = 0.01
const ends = ({ segment }: Utterance): number => segment?.end ?? Number.POSITIVE_INFINITY
const begins = ({ segment }: Utterance): number => segment?.start ?? 0

/** Paths of parts with those of their first others, each part looked at beside each earlier one. */
function everyTwo(utterances: readonly Utterance[]): string[] {
  const parts = [...utterances].sort((a, b) => begins(a) - begins(b))
  return parts.flatMap((one, i) => {
    const others = parts.slice(0, i).filter((other) => {
      const [a, b] = [other.segment?.channel, one.segment?.channel]
      const isApart = a !== undefined && b !== undefined && a !== b
      return (
        ends(other) > begins(one) + ROUNDING && !isApart && (other.speaker !== one.speaker || other.label !== one.label)
      )
    })
    const first = others.find(({ speaker }) => speaker !== one.speaker) ?? others[0]
    if (first === undefined || Math.min(ends(one), ends(first)) - begins(one) <= ROUNDING) return []
    return [`${one.path} with ${first.path}`]
  })
}

const found = (utterances: readonly Utterance[]): string[] =>
  overlapsOf(utterances, () => 'a.wav').map(({ path, reason }) => `${path} with ${/with (\d+)/.exec(reason)?.[1]}`)

const part = fc.record({
  start: fc.integer({ min: 0, max: 40 }),
  length: fc.constantFrom(0.005, 1, 2, 5, 30),
  channel: fc.constantFrom(undefined, undefined, 1, 2),
  speaker: fc.constantFrom('a', 'a', 'a', 'b', 'c'),
  label: fc.constantFrom('joy', 'joy', 'anger', 'fear'),
})

function utteranceOf(
  { start, length, channel, speaker, label }: typeof part extends fc.Arbitrary<infer T> ? T : never,
  i: number,
) {
  const segment = { file: 'a.wav', start, end: start + length, ...(channel === undefined ? {} : { channel }) }
  return { path: String(i), speaker, label, segment } as Utterance
}

describe('parts that share sound', () => {
  it('are those of a comparison of every two', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 25 }), (parts) => {
        const utterances = parts.map(utteranceOf)
        expect(found(utterances)).toEqual(everyTwo(utterances))
      }),
      { numRuns: 2000, seed: 23 },
    )
  })

  it('are found without looking at every two of many', () => {
    let looks = 0
    const count = 20_000
    const utterances = Array.from({ length: count }, (_, i): Utterance => {
      const segment = { file: 'a.wav', start: i / 1000, end: 100 }
      return {
        path: String(i),
        label: 'joy',
        segment,
        get speaker() {
          looks++
          return i === count - 1 ? 'b' : 'a'
        },
      }
    })
    expect(found(utterances)).toEqual([`${count - 1} with 0`])
    expect(looks).toBeLessThan(20 * count)
  })
})
