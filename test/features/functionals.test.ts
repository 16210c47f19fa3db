import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { type FunctionalsOptions, functionals } from '../../src/features/functionals.ts'
import type { TrackStatistic } from '../../src/features/track-statistics.ts'

describe('functionals', () => {
  it('are moments and quantiles of each column', () => {
    // Of 1, 2, 3, 4, 10: mean 4, variance 10, third moment 36, fourth 278.8.
    const x = view(Float64Array.of(1, 5, 2, 5, 10, 5, 3, 5, 4, 5), [5, 2])
    const row = functionals(x, { quantiles: [0, 0.5, 0.9, 1] })
    expect(row.shape).toEqual([1, 16])
    const wanted = [4, Math.sqrt(10), 36 / (10 * Math.sqrt(10)), 278.8 / 100 - 3, 1, 3, 7.6, 10]
    for (const [i, value] of wanted.entries()) expect(row.get(0, i)).toBeCloseTo(value, 12)
    expect(Array.from(row.data).slice(8)).toEqual([5, 0, 0, 0, 5, 5, 5, 5])
  })

  it('keeps its argument and the element type', () => {
    const x = view(Float32Array.of(3, 1, 2), [3, 1])
    expect(functionals(x).data).toBeInstanceOf(Float32Array)
    expect(functionals(x).shape).toEqual([1, 9])
    expect(Array.from(x.data)).toEqual([3, 1, 2])
  })

  it.each<[() => unknown, RegExp]>([
    [() => functionals(view(new Float32Array(0), [0, 2])), /functionals: "x" expected at least one row/],
    [() => functionals(view(Float32Array.of(Number.NaN), [1, 1])), /expected finite numbers, got NaN/],
    [
      () => functionals(view(Float32Array.of(1), [1, 1]), { quantiles: [2] }),
      /"quantiles\[0\]" expected .* <= 1, got 2/,
    ],
    [() => functionals(view(Float32Array.of(1), [1, 1]), { q: 1 } as never), /unknown option "q"/],
  ])('refuses what it cannot take %#', (act, message) => {
    expect(act).toThrow(message)
  })
})

/** A column of numbers as a matrix. */
function column(values: number[]): { data: Float64Array; shape: number[] } {
  return { data: Float64Array.from(values), shape: [values.length, 1] }
}

/** Statistics of a column, as numbers. */
function of(values: number[], options: FunctionalsOptions): number[] {
  return Array.from(functionals(column(values), options).data)
}

function expectNear(found: number[], wanted: number[]): void {
  expect(found).toHaveLength(wanted.length)
  for (const [i, value] of wanted.entries()) expect(found[i]).toBeCloseTo(value, 10)
}

describe('functionals with statistics of their own', () => {
  it('give the same numbers in another order', () => {
    const x = view(Float64Array.of(1, 5, 2, 6, 10, 5, 3, 5, 4, 5), [5, 2])
    const usual = Array.from(functionals(x, { quantiles: [0.2, 0.8] }).data)
    const row = functionals(x, { quantiles: [0.2, 0.8], statistics: ['quantiles', 'sd', 'coefficientOfVariation'] })
    expect(row.shape).toEqual([1, 8])
    const [mean, sd] = usual
    expectNear(Array.from(row.data).slice(0, 4), [usual[4], usual[5], sd, sd / mean])
    expect(of([-1, 1], { statistics: ['coefficientOfVariation'] })).toEqual([0])
    expect(of([-1, -3], { statistics: ['coefficientOfVariation'] })).toEqual([-0.5])
  })

  it('peaks and slopes are those of the main turns, a second', () => {
    // Up by 10 in 5 rows, down by 8 in 4, up by 6 in 2; small turns on the way do not count.
    const y = [0, 2, 1.5, 6, 8, 10, 8, 6, 6.5, 2, 5, 8]
    const steps = { frameStepSeconds: 0.02 }
    expectNear(of(y, { ...steps, statistics: ['peaks'] }), [1 / (12 * 0.02)])
    expectNear(of(y, { ...steps, statistics: ['slopes'] }), [(2 + 3) / 2 / 0.02, 0.5 / 0.02, 2 / 0.02, 0])
  })

  it('a track without turns has one slope, a constant one none', () => {
    expectNear(of([1, 2, 3, 5], { statistics: ['slopes', 'peaks'] }), [400 / 3, 0, 0, 0, 0])
    expectNear(of([5, 4, 1], { statistics: ['slopes'] }), [0, 0, 200, 0])
    expectNear(of([3, 3, 3], { statistics: ['slopes', 'peaks'] }), [0, 0, 0, 0, 0])
    expectNear(of([3], { statistics: ['slopes', 'peaks'] }), [0, 0, 0, 0, 0])
  })

  it('count every wave of a sine', () => {
    const sine = Array.from({ length: 1000 }, (_, t) => Math.sin((2 * Math.PI * 4 * t) / 100))
    expect(of(sine, { statistics: ['peaks'] })[0]).toBe(4)
    const [rising, , falling] = of(sine, { statistics: ['slopes'] })
    // Of 25 rows a wave, 12 go up and 13 down.
    expect(Math.abs(rising - 200 / 12)).toBeLessThan(0.1)
    expect(Math.abs(falling - 200 / 13)).toBeLessThan(0.1)
  })

  it('segments are stretches of rows that are not 0', () => {
    const y = [0, 0, 5, 5, 5, 5, 0, 0, 0, 0, 7, 7, 0, 0]
    // Two in 0.14 s; 4 and 2 rows; 2, 4 and 2 rows of zeros.
    expectNear(of(y, { statistics: ['segments'] }), [2 / 0.14, 0.03, 0.01, 0.08 / 3, Math.sqrt(8 / 9) * 0.01])
    expectNear(of([1, 1], { statistics: ['segments'] }), [50, 0.02, 0, 0, 0])
    expectNear(of([0, 0], { statistics: ['segments'] }), [0, 0, 0, 0.02, 0])
  })

  it('nonZero leaves zeros out, and does not bridge them', () => {
    const y = [0, 100, 110, 120, 0, 0, 200, 190, 180, 0]
    expectNear(of(y, { rows: 'nonZero', statistics: ['mean', 'quantiles'], quantiles: [0, 1] }), [150, 100, 200])
    expectNear(of(y, { rows: 'nonZero', statistics: ['slopes', 'peaks'] }), [1000, 0, 1000, 0, 0])
    const all: TrackStatistic[] = ['mean', 'sd', 'skewness', 'kurtosis', 'quantiles', 'slopes', 'peaks']
    expect(of([0, 0, 0], { rows: 'nonZero', statistics: all }).every((v) => v === 0)).toBe(true)
  })

  it.each<[Record<string, unknown>, string]>([
    [{ statistics: ['median'] }, 'functionals: "statistics[0]" expected one of "mean", "sd"'],
    [{ statistics: [] }, 'functionals: "statistics" expected at least 1 item, got 0'],
    [{ rows: 'voiced' }, 'functionals: "rows" expected one of "all", "nonZero"'],
    [{ frameStepSeconds: 0 }, 'functionals: "frameStepSeconds" expected a finite number > 0'],
  ])('refuse %j', (wrong, message) => {
    expect(() => functionals(column([1]), wrong as FunctionalsOptions)).toThrow(message)
  })
})
