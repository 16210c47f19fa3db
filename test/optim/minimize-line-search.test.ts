import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { LineSearch, type LineSearchOptions } from '../../src/optim/minimize/line-search.ts'

/** phi and phi' at a step. */
type Line = (step: number) => [value: number, slope: number]

/** Roundings of phi that the comparison of two values may lose. */
const ROUNDING = 64 * Number.EPSILON

function searchLine(line: Line, firstStep: number, options: LineSearchOptions = {}) {
  const search = new LineSearch(options)
  let trials = 0
  search.start(...line(0), firstStep)
  for (; search.status === 'searching'; trials++) search.advance(...line(search.step))
  return { status: search.status, step: search.step, trials }
}

function expectWolfe(line: Line, step: number, decrease: number, curvature: number): void {
  const [value0, slope0] = line(0)
  const [value, slope] = line(step)
  expect(value).toBeLessThanOrEqual(value0 + decrease * step * slope0 + ROUNDING * Math.abs(value0))
  expect(Math.abs(slope)).toBeLessThanOrEqual(-curvature * slope0)
}

/** A bowl with ripples, downhill at 0: its minima are near and far, its slopes change sign many times. */
function ripples(bend: number, waves: { size: number; rate: number; phase: number }[]): Line {
  const raw: Line = (step) => [
    waves.reduce((sum, { size, rate, phase }) => sum + size * Math.sin(rate * step + phase), (bend * step ** 2) / 2),
    waves.reduce((sum, { size, rate, phase }) => sum + size * rate * Math.cos(rate * step + phase), bend * step),
  ]
  const downhill = -1 - Math.abs(raw(0)[1])
  return (step) => [raw(step)[0] + downhill * step, raw(step)[1] + downhill]
}

const wave = fc.record({
  size: fc.double({ min: -3, max: 3, noNaN: true }),
  rate: fc.double({ min: 0.1, max: 10, noNaN: true }),
  phase: fc.double({ min: 0, max: 6.3, noNaN: true }),
})
const logFirstStep = fc.double({ min: -4, max: 4, noNaN: true })

describe('the strong Wolfe conditions', () => {
  it('hold on every step accepted, from first steps of any size', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.array(wave, { maxLength: 4 }),
        logFirstStep,
        fc.constantFrom([1e-4, 0.9], [1e-4, 0.1], [1e-3, 0.5], [0.1, 0.2], [1e-4, 1e-3]),
        (bend, waves, power, [decrease, curvature]) => {
          const line = ripples(bend, waves)
          const { status, step } = searchLine(line, 10 ** power, { decrease, curvature, maxTrials: 60 })
          expect(status).toBe('accepted')
          expectWolfe(line, step, decrease, curvature)
        },
      ),
      { seed: 42, numRuns: 1000 },
    )
  })

  it('hold where the line ends in a wall of NaN or infinity', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 10, noNaN: true }),
        logFirstStep,
        fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
        (pull, power, beyond) => {
          // -ln(1 - a) - (1 + pull) a has its minimum at a = pull / (1 + pull), near the wall at 1.
          const line: Line = (a) =>
            a < 1 ? [-Math.log(1 - a) - (1 + pull) * a, 1 / (1 - a) - (1 + pull)] : [beyond, beyond]
          const tried: number[] = []
          const watched: Line = (a) => {
            tried.push(a)
            return line(a)
          }
          const { status, step } = searchLine(watched, 10 ** power, { curvature: 0.1, maxTrials: 40 })
          const beyondWall = tried.filter((a) => a >= 1)
          expect(beyondWall).toEqual([...new Set(beyondWall)].sort((a, b) => b - a))
          expect(status).toBe('accepted')
          expectWolfe(line, step, 1e-4, 0.1)
        },
      ),
      { seed: 42, numRuns: 300 },
    )
  })
})

// The six functions of the paper, 5.1 to 5.5.
const beta = 0.01
const l = 39
const tilt = (b: number): number => Math.sqrt(1 + b * b) - b
function twoKinks(b1: number, b2: number): Line {
  return (a) => {
    const one = Math.sqrt((1 - a) ** 2 + b2 ** 2)
    const zero = Math.sqrt(a ** 2 + b1 ** 2)
    return [tilt(b1) * one + tilt(b2) * zero, (tilt(b1) * (a - 1)) / one + (tilt(b2) * a) / zero]
  }
}
const rational: Line = (a) => [-a / (a * a + 2), (a * a - 2) / (a * a + 2) ** 2]
const quintic: Line = (a) => [(a + 0.004) ** 5 - 2 * (a + 0.004) ** 4, 5 * (a + 0.004) ** 4 - 8 * (a + 0.004) ** 3]
const wavy: Line = (a) => {
  const wave0 = (2 * (1 - beta)) / (l * Math.PI)
  const angle = (l * Math.PI * a) / 2
  const slope = (1 - beta) * Math.cos(angle)
  if (a <= 1 - beta) return [1 - a + wave0 * Math.sin(angle), -1 + slope]
  if (a >= 1 + beta) return [a - 1 + wave0 * Math.sin(angle), 1 + slope]
  return [(a - 1) ** 2 / (2 * beta) + beta / 2 + wave0 * Math.sin(angle), (a - 1) / beta + slope]
}

describe('the tables of Moré & Thuente', () => {
  it.each<[string, Line, number, number, [number, number][]]>([
    [
      'I',
      rational,
      0.001,
      0.1,
      [
        [6, 1.4],
        [3, 1.4],
        [1, 10],
        [4, 37],
      ],
    ],
    [
      'II',
      quintic,
      0.1,
      0.1,
      [
        [12, 1.6],
        [8, 1.6],
        [8, 1.6],
        [11, 1.6],
      ],
    ],
    [
      'III',
      wavy,
      0.1,
      0.1,
      [
        [12, 1],
        [12, 1],
        [10, 1],
        [13, 1],
      ],
    ],
    [
      'IV',
      twoKinks(0.001, 0.001),
      0.001,
      0.001,
      [
        [4, 0.085],
        [1, 0.1],
        [3, 0.35],
        [4, 0.83],
      ],
    ],
    [
      'V',
      twoKinks(0.01, 0.001),
      0.001,
      0.001,
      [
        [6, 0.075],
        [3, 0.078],
        [7, 0.073],
        [8, 0.076],
      ],
    ],
    [
      'VI',
      twoKinks(0.001, 0.01),
      0.001,
      0.001,
      [
        [13, 0.93],
        [11, 0.93],
        [8, 0.92],
        [11, 0.92],
      ],
    ],
  ])('%s: trials and steps from first steps of 1e-3, 1e-1, 10 and 1e3', (_, line, decrease, curvature, wanted) => {
    const found = [1e-3, 1e-1, 10, 1e3].map((first) => searchLine(line, first, { decrease, curvature }))
    expect(found.map(({ trials, step }) => [trials, Number(step.toPrecision(2))])).toEqual(wanted)
  })
})

describe('a search', () => {
  it('steps to the minimum of a parabola at once after any first trial', () => {
    const line: Line = (a) => [(a - 3) ** 2, 2 * (a - 3)]
    expect(searchLine(line, 7, { curvature: 1e-6 })).toMatchObject({ status: 'accepted', trials: 2 })
    expect(searchLine(line, 7, { curvature: 1e-6 }).step).toBeCloseTo(3, 12)
  })

  it('turns back where the line falls too little, for there are minima beyond that are too high', () => {
    const line: Line = (a) => [0.65 * a * a - Math.sin(3.9 * a) - 4.9 * a, 1.3 * a - 3.9 * Math.cos(3.9 * a) - 4.9]
    const { status, step, trials } = searchLine(line, 1.3, { decrease: 0.4, curvature: 0.4 })
    expect({ status, trials }).toEqual({ status: 'accepted', trials: 3 })
    expectWolfe(line, step, 0.4, 0.4)
  })

  it('accepts the longest step for its decrease where nothing stops the descent', () => {
    const downhill: Line = (a) => [-a, -1]
    expect(searchLine(downhill, 1, { maxGrowth: 500 })).toMatchObject({ status: 'accepted', step: 500 })
  })

  it('trusts slopes where the decrease is lost in rounding', () => {
    // In float64 these values cannot fall by the 5e-13 that the minimum at 1 promises: neighbours are 1.9e-9 apart.
    const line: Line = (a) => [1e7 + 1e-12 * ((a * a) / 2 - a), 1e-12 * (a - 1)]
    const found = searchLine(line, 3, { curvature: 0.1 })
    expect(found.status).toBe('accepted')
    expect(found.step).toBeCloseTo(1, 6)
  })

  it.each<[string, Line]>([
    ['an uphill line', (a) => [a, 1]],
    ['a level line', () => [1, 0]],
    ['a slope that is not a number', () => [1, Number.NaN]],
    ['a slope that lies', (a) => [a, -1]],
    ['a function that is finite at 0 alone', (a) => (a === 0 ? [1, -1] : [Number.NaN, Number.NaN])],
  ])('fails on %s within its trials', (_, line) => {
    const { status, trials } = searchLine(line, 1)
    expect(status).toBe('failed')
    expect(trials).toBeLessThanOrEqual(20)
  })

  it('can be used again', () => {
    const search = new LineSearch({ curvature: 0.1 })
    const run = () => {
      const steps: number[] = []
      search.start(...wavy(0), 10)
      while (search.status === 'searching') {
        steps.push(search.step)
        search.advance(...wavy(search.step))
      }
      return steps
    }
    const first = run()
    expect(first.length).toBeGreaterThan(2)
    expect(run()).toEqual(first)
  })
})
