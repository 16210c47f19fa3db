import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { SpeakerStatistics } from '../../src/features/speaker-statistics.ts'
import { Random } from '../../src/numerics/random.ts'

const random = new Random('statistics')
/** Recordings of 1, 2, 3 and 1 rows, far from 0. */
const recordings = [1, 2, 3, 1].map((rows) => {
  const x = new Float64Array(2 * rows)
  random.normalInto(x, 100, 2)
  return view(x, [rows, 2])
})

function statisticsOf(list: readonly (typeof recordings)[number][]): SpeakerStatistics {
  const all = new SpeakerStatistics(2)
  for (const x of list) all.add(x)
  return all
}

/** Mean and variance of a column by their definitions. */
function byDefinition(column: number): [mean: number, variance: number] {
  const values = recordings.flatMap((x) => Array.from({ length: x.shape[0] }, (_, t) => x.get(t, column)))
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return [mean, values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length]
}

function expectClose(a: SpeakerStatistics, b: SpeakerStatistics): void {
  expect([a.recordings, a.rows]).toEqual([b.recordings, b.rows])
  for (const name of ['mean', 'variance'] as const) {
    for (const [j, value] of a[name].entries()) expect(value).toBeCloseTo(b[name][j], 9)
  }
}

describe('SpeakerStatistics', () => {
  it('are mean and variance of all rows', () => {
    const all = statisticsOf(recordings)
    expect([all.recordings, all.rows]).toEqual([4, 7])
    for (const column of [0, 1]) {
      const [mean, variance] = byDefinition(column)
      expect(all.mean[column]).toBeCloseTo(mean, 10)
      expect(all.variance[column]).toBeCloseTo(variance, 10)
    }
    expect(String(all)).toBe('SpeakerStatistics: 4 recordings, 2 measures')
  })

  it('of two lists merged are those of one', () => {
    const merged = statisticsOf(recordings.slice(0, 2)).merge(statisticsOf(recordings.slice(2)))
    expectClose(merged, statisticsOf(recordings))
    expectClose(new SpeakerStatistics(2).merge(merged), merged)
  })

  it('without a recording are those of the others, and the whole stays as it is', () => {
    const all = statisticsOf(recordings)
    const before = all.toJSON()
    for (const [i, x] of recordings.entries()) {
      expectClose(all.without(x), statisticsOf(recordings.filter((_, j) => j !== i)))
    }
    expect(all.toJSON()).toEqual(before)
    const none = statisticsOf([recordings[1]]).without(recordings[1])
    expect(none.toJSON()).toEqual({ recordings: 0, rows: 0, mean: [0, 0], squares: [0, 0] })
  })

  it('come back from JSON exactly', () => {
    const all = statisticsOf(recordings)
    const again = SpeakerStatistics.fromJSON(JSON.parse(JSON.stringify(all)))
    expect(again.toJSON()).toEqual(all.toJSON())
  })

  it('refuse what is no recording of theirs', () => {
    const all = statisticsOf(recordings)
    expect(() => all.add([[1, 2, 3]])).toThrow('"rows" expected 2 measures, got 3')
    expect(() => all.add([[1, Number.NaN]])).toThrow('"rows" expected finite numbers')
    expect(() => all.add(view(new Float64Array(0), [0, 2]))).toThrow('at least one row')
    expect(() => statisticsOf([recordings[0]]).without(recordings[1])).toThrow('at most the 1 rows')
    expect(() => all.merge(new SpeakerStatistics(3))).toThrow('"other" expected 2 measures, got 3')
    expect(() => all.merge({} as never)).toThrow('"other" expected SpeakerStatistics')
    expect(() => SpeakerStatistics.fromJSON({ recordings: 1, rows: 1, mean: [1], squares: [-1] })).toThrow('squares[0]')
    expect(() => SpeakerStatistics.fromJSON({ recordings: 1, rows: 1, mean: [1, 2], squares: [1] })).toThrow('measures')
  })
})
