import { describe, expect, it } from 'vitest'
import { bootstrapIntervals } from '../../src/evaluation/bootstrap.ts'

describe('bootstrapIntervals', () => {
  /** Ten speakers with twenty recordings of two classes, of whom half are recognised well. */
  const rows = Array.from({ length: 200 }, (_, i) => {
    const speaker = i % 10
    const truth = i % 4 < 2 ? 'joy' : 'anger'
    const right = speaker < 5 ? i % 20 !== 0 : i % 3 === 0
    return { speaker, truth, said: right ? truth : truth === 'joy' ? 'anger' : 'joy' }
  })
  const lists = [rows.map(({ truth }) => truth), rows.map(({ said }) => said)] as const
  const speakers = rows.map(({ speaker }) => speaker)

  it('are wider over speakers who differ than over recordings', () => {
    const over = (groups: number[]) => bootstrapIntervals(...lists, groups, { seed: 1 }).accuracy
    const [wide, narrow] = [over(speakers), over(rows.map((_, i) => i))]
    expect(wide.high - wide.low).toBeGreaterThan(1.5 * (narrow.high - narrow.low))
    const rate = rows.filter(({ truth, said }) => truth === said).length / rows.length
    expect(wide.low).toBeLessThan(rate)
    expect(wide.high).toBeGreaterThan(rate)
  })

  it('over recordings come near the normal interval of a share', () => {
    const { accuracy } = bootstrapIntervals(
      ...lists,
      rows.map((_, i) => i),
      { resamples: 4000 },
    )
    const p = rows.filter(({ truth, said }) => truth === said).length / rows.length
    const half = 1.96 * Math.sqrt((p * (1 - p)) / rows.length)
    expect(Math.abs(accuracy.low - (p - half))).toBeLessThan(0.01)
    expect(Math.abs(accuracy.high - (p + half))).toBeLessThan(0.01)
  })

  it('are the same for the same seed, and of one speaker a point', () => {
    const twice = [1, 1, 2].map((seed) => bootstrapIntervals(...lists, speakers, { seed }))
    expect(twice[1]).toEqual(twice[0])
    expect(twice[2]).not.toEqual(twice[0])
    const { accuracy, unweightedRecall } = bootstrapIntervals(['a', 'b', 'b'], ['a', 'b', 'a'], ['x', 'x', 'x'])
    expect([accuracy.low, accuracy.high]).toEqual([2 / 3, 2 / 3])
    expect([unweightedRecall.low, unweightedRecall.high]).toEqual([0.75, 0.75])
  })

  it('refuses what does not fit', () => {
    expect(() => bootstrapIntervals(['a'], ['a'], ['x', 'y'])).toThrow('"truth" and "groups" expected one length')
    expect(() => bootstrapIntervals([], [], [])).toThrow('"truth" expected at least 1 label')
    expect(() => bootstrapIntervals(['a'], ['a'], ['x'], { resamples: 0 })).toThrow(
      '"resamples" expected an integer >= 1',
    )
    expect(() => bootstrapIntervals(['a'], ['a'], ['x'], { confidence: 1 })).toThrow('"confidence"')
  })
})
