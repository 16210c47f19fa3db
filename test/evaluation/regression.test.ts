import { describe, expect, it } from 'vitest'
import { concordance, regressionIntervals, regressionScores } from '../../src/evaluation/regression.ts'
import { Random } from '../../src/numerics/random.ts'

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** The scores from their definitions. */
function byDefinition(t: readonly number[], y: readonly number[]) {
  const [mt, my] = [mean(t), mean(y)]
  const cov = mean(t.map((value, i) => (value - mt) * (y[i] - my)))
  const [st, sy] = [mean(t.map((value) => (value - mt) ** 2)), mean(y.map((value) => (value - my) ** 2))]
  return {
    concordance: (2 * cov) / (st + sy + (mt - my) ** 2),
    correlation: cov / Math.sqrt(st * sy),
    rmse: Math.sqrt(mean(t.map((value, i) => (value - y[i]) ** 2))),
  }
}

const random = new Random(3)
const given = Array.from({ length: 60 }, () => random.normal())
const said = given.map((t) => 0.7 * t + 0.4 * random.normal() + 0.2)

describe('regressionScores', () => {
  it('are those of the definitions, also far from 0', () => {
    const scores = regressionScores(given, said)
    const wanted = byDefinition(given, said)
    for (const name of ['concordance', 'correlation', 'rmse'] as const)
      expect(scores[name]).toBeCloseTo(wanted[name], 12)
    const far = regressionScores(
      given.map((t) => t + 1e6),
      said.map((y) => y + 1e6),
    )
    expect(far.concordance).toBeCloseTo(wanted.concordance, 8)
    expect(far.rmse).toBeCloseTo(wanted.rmse, 8)
  })

  it('punish a shift and a scale, which leave the correlation at 1', () => {
    expect(concordance([1, 2, 3, 4], [1, 2, 3, 4])).toBe(1)
    // s^2 = 1.25 each, s_ty = 1.25, means 1 apart: 2.5 / 3.5.
    expect(concordance([1, 2, 3, 4], [2, 3, 4, 5])).toBeCloseTo(2.5 / 3.5, 14)
    expect(concordance([-1, 1], [-2, 2])).toBeCloseTo(4 / 5, 14)
    expect(concordance([1, 2, 3], [3, 2, 1])).toBe(-1)
    expect(regressionScores([1, 2, 3, 4], [2, 3, 4, 5]).correlation).toBeCloseTo(1, 14)
  })

  it('of constant numbers', () => {
    expect(regressionScores([1, 2, 3], [0.1, 0.1, 0.1])).toMatchObject({ concordance: 0, correlation: Number.NaN })
    expect(concordance([0.1, 0.1, 0.1], [1, 2, 3])).toBe(0)
    expect(concordance([0.1, 0.1, 0.1], [0.1, 0.1, 0.1])).toBeNaN()
    expect(regressionScores([0.1, 0.1], [0.1, 0.1]).rmse).toBe(0)
  })

  it('refuses lists of two lengths, empty ones, and numbers that are none', () => {
    expect(() => concordance([1, 2], [1])).toThrow(
      'concordance: "given" and "predicted" expected one length, got 2 and 1',
    )
    expect(() => concordance([], [])).toThrow('"given" expected at least 1 number, got 0')
    expect(() => concordance([1, Number.NaN], [1, 2])).toThrow(RangeError)
    expect(() => concordance(['1'] as never, [1])).toThrow(TypeError)
  })
})

describe('regressionIntervals', () => {
  const speakers = given.map((_, i) => i % 6)

  it('are wider over speakers who differ than over recordings', () => {
    const shifted = said.map((y, i) => y + speakers[i] / 2)
    const over = (groups: number[]) => regressionIntervals(given, shifted, groups, { seed: 1 }).rmse
    const [wide, narrow] = [over(speakers), over(given.map((_, i) => i))]
    expect(wide.high - wide.low).toBeGreaterThan(1.5 * (narrow.high - narrow.low))
    const { rmse } = regressionScores(given, shifted)
    expect(wide.low).toBeLessThan(rmse)
    expect(wide.high).toBeGreaterThan(rmse)
  })

  it('of one speaker are points, and the same for the same seed', () => {
    const { concordance: one } = regressionIntervals(
      given,
      said,
      given.map(() => 'a'),
    )
    expect(one.low).toBeCloseTo(concordance(given, said), 12)
    expect(one.high).toBe(one.low)
    expect(regressionIntervals(given, said, speakers)).toEqual(regressionIntervals(given, said, speakers))
  })

  it('checks groups and options', () => {
    expect(() => regressionIntervals(given, said, ['a'])).toThrow('"given" and "groups" expected one length')
    expect(() => regressionIntervals(given, said, speakers, { confidence: 1 })).toThrow(RangeError)
  })
})
