import { describe, expect, it } from 'vitest'
import { calibrate, expectedCalibrationError, reliability, riskCoverage } from '../../src/evaluation/calibration.ts'
import { applyTemperature, fitTemperature } from '../../src/evaluation/temperature.ts'
import { Random } from '../../src/numerics/random.ts'

/** Posteriors whose classes are drawn from them, stated at another temperature. */
function drawn(n: number, temperature: number, seed = 1) {
  const random = new Random(seed)
  const labels: number[] = []
  const posteriors = Array.from({ length: n }, () => {
    const weights = Array.from({ length: 4 }, () => Math.exp(1.5 * random.normal()))
    const sum = weights.reduce((a, b) => a + b, 0)
    let u = random.uniform() * sum
    labels.push(
      weights.findIndex((w) => {
        u -= w
        return u < 0
      }),
    )
    return applyTemperature(
      weights.map((w) => w / sum),
      temperature,
    )
  })
  return { posteriors, labels }
}

describe('applyTemperature', () => {
  it('is the softmax of the logits over T, keeps the sum and the order', () => {
    expect([...applyTemperature([0.8, 0.2], 2)]).toEqual([expect.closeTo(2 / 3, 12), expect.closeTo(1 / 3, 12)])
    expect([...applyTemperature([0.5, 0.3, 0.2], 0.5)].map((q) => q.toFixed(4))).toEqual(['0.6579', '0.2368', '0.1053'])
    const q = applyTemperature([0, 1, 0], 3)
    expect(q.reduce((a, b) => a + b)).toBeCloseTo(1, 12)
    expect(q[1]).toBeGreaterThan(0.99)
  })

  it('gives the bits of the posterior at 1', () => {
    const p = Float32Array.of(0.1, 0.7, 0.2)
    expect([...applyTemperature(p, 1)]).toEqual([...p])
  })

  it('refuses temperatures of 0 and posteriors that are not finite', () => {
    expect(() => applyTemperature([0.5, 0.5], 0)).toThrow('"temperature" expected a finite number > 0, got 0')
    expect(() => applyTemperature([Number.NaN, 0.5], 1)).toThrow(RangeError)
  })
})

describe('fitTemperature', () => {
  it.each([0.5, 1, 2.5])('finds the temperature that undoes one of %s', (temperature) => {
    const { posteriors, labels } = drawn(4000, temperature)
    expect(fitTemperature(posteriors, labels) * temperature).toBeGreaterThan(0.93)
    expect(fitTemperature(posteriors, labels) * temperature).toBeLessThan(1.07)
  })

  it('is the minimum of the negative log-likelihood', () => {
    const { posteriors, labels } = drawn(300, 0.4)
    const loss = (temperature: number): number =>
      posteriors.reduce((sum, p, i) => sum - Math.log(applyTemperature(p, temperature)[labels[i]]), 0)
    const best = fitTemperature(posteriors, labels)
    expect(loss(best)).toBeLessThan(loss(best * 1.01))
    expect(loss(best)).toBeLessThan(loss(best / 1.01))
  })

  it('weighs: a corpus of weight 0 plays no part', () => {
    const [one, other] = [drawn(200, 0.5), drawn(300, 3, 2)]
    const weights = [...one.labels.map(() => 2), ...other.labels.map(() => 0)]
    const both = fitTemperature([...one.posteriors, ...other.posteriors], [...one.labels, ...other.labels], { weights })
    expect(both).toBeCloseTo(fitTemperature(one.posteriors, one.labels), 6)
  })

  it('stays within 0.05 and 20 where all are right, or all wrong', () => {
    const [cold, hot] = [fitTemperature([[0.9, 0.1]], [0]), fitTemperature([[0.9, 0.1]], [1])]
    expect(cold).toBeGreaterThanOrEqual(0.05)
    expect(cold).toBeLessThan(0.2)
    expect(hot).toBeGreaterThan(5)
    expect(hot).toBeLessThanOrEqual(20)
  })

  it('refuses what are no posteriors', () => {
    expect(() => fitTemperature([[0.5, 0.6]], [0])).toThrow(/"posteriors" expected rows .* got 1.1 in row 0/)
    expect(() => fitTemperature([[0.5, 0.5]], [2])).toThrow('"labels" expected integers 0..1, got 2 at index 0')
    expect(() => fitTemperature([[0.5, 0.5]], [0, 1])).toThrow('"labels" expected 1 classes')
    expect(() => fitTemperature([], [])).toThrow('"posteriors" expected at least one row')
    expect(() => fitTemperature([[1, 0]], [0], { weights: [0] })).toThrow('"weights" expected 1 numbers >= 0')
  })
})

describe('reliability and its error', () => {
  const posteriors = [
    [0.9, 0.1],
    [0.1, 0.9],
    [0.6, 0.4],
    [0.6, 0.4],
  ]
  it('counts by bins of the confidence', () => {
    const bins = reliability(posteriors, [0, 1, 1, 0], { bins: 5 })
    expect(bins.map(({ count }) => count)).toEqual([0, 0, 0, 2, 2])
    expect(bins[3]).toEqual({ low: 0.6, high: 0.8, count: 2, confidence: 0.6, accuracy: 0.5 })
    expect(expectedCalibrationError(posteriors, [0, 1, 1, 0], { bins: 5 })).toBeCloseTo(0.5 * 0.1 + 0.5 * 0.1, 12)
  })

  it('is small for posteriors that mean what they say, and a certain answer is in the last bin', () => {
    const { posteriors, labels } = drawn(6000, 1)
    expect(expectedCalibrationError(posteriors, labels)).toBeLessThan(0.03)
    expect(reliability([[1, 0]], [0])[9].count).toBe(1)
  })
})

describe('riskCoverage', () => {
  it('goes from the most confident answer to all, equal ones together', () => {
    const posteriors = [
      [0.6, 0.4],
      [0.9, 0.1],
      [0.4, 0.6],
      [0.45, 0.55],
    ]
    expect(riskCoverage(posteriors, [0, 0, 0, 0])).toEqual([
      { threshold: 0.9, coverage: 0.25, risk: 0 },
      { threshold: 0.6, coverage: 0.75, risk: 1 / 3 },
      { threshold: 0.55, coverage: 1, risk: 0.5 },
    ])
  })
})

describe('calibrate', () => {
  it('lowers the error, and its threshold lets half of the answers pass', () => {
    const { posteriors, labels } = drawn(3000, 0.4)
    const calibration = calibrate(posteriors, labels)
    expect(calibration.error.before).toBeGreaterThan(0.1)
    expect(calibration.error.after).toBeLessThan(0.03)
    const sure = posteriors.filter(
      (p) => Math.max(...applyTemperature(p, calibration.temperature)) >= calibration.threshold,
    )
    expect(sure.length / 3000).toBeCloseTo(0.5, 2)
    expect(calibration.riskCoverage).toHaveLength(20)
    const { riskCoverage: curve } = calibration
    expect(curve[19].coverage).toBe(1)
    expect(curve[0].risk).toBeLessThan(curve[19].risk)
    expect(JSON.parse(JSON.stringify(calibration))).toEqual(calibration)
  })

  it('refuses a coverage of 0 and unknown options', () => {
    expect(() => calibrate([[1, 0]], [0], { coverage: 0 })).toThrow('"coverage" expected')
    expect(() => calibrate([[1, 0]], [0], { cover: 1 } as never)).toThrow('unknown option "cover"')
  })
})
