import { describe, expect, it } from 'vitest'
import { mainExtrema, slopesOf } from '../../../src/features/egemaps/extrema.ts'
import { Harmonics } from '../../../src/features/egemaps/harmonics.ts'
import { NoiseRatio } from '../../../src/features/egemaps/noise-ratio.ts'
import { PeriodTracker } from '../../../src/features/egemaps/periods.ts'
import { ResamplingSpline } from '../../../src/features/egemaps/resampling-spline.ts'
import { smoothed, smoothedNonZero } from '../../../src/features/egemaps/smoothing.ts'
import { normedMoments, segmentLengths } from '../../../src/features/egemaps/statistics.ts'

const RATE = 16000

describe('jitter and shimmer of pulses', () => {
  /** Smooth pulses at the given times with the given heights. */
  function pulses(period: (i: number) => number, height: (i: number) => number): Float64Array {
    const x = new Float64Array(RATE)
    for (let t = 60, i = 0; t < RATE - 200; t += period(i), i++) {
      for (let n = Math.floor(t) - 40; n < t + 40; n++) x[n] += height(i) * Math.exp(-(((n - t) / 8) ** 2) / 2)
    }
    return x
  }

  function track(x: Float64Array): { jitter: number; shimmer: number } {
    const f0 = new Float64Array(90).fill(RATE / 130)
    const { jitter, shimmer } = new PeriodTracker(x, 300).track(f0, 160, RATE)
    const mean = (values: Float64Array) => values.slice(20, 80).reduce((a, b) => a + b) / 60
    return { jitter: mean(jitter), shimmer: mean(shimmer) }
  }

  it('are none where the periods are equal, and 2 % where they alternate by 1 %', () => {
    expect(
      track(
        pulses(
          () => 130,
          () => 1,
        ),
      ),
    ).toEqual({ jitter: expect.closeTo(0, 6), shimmer: expect.closeTo(0, 4) })
    expect(
      track(
        pulses(
          (i) => (i % 2 === 0 ? 128.7 : 131.3),
          () => 1,
        ),
      ).jitter,
    ).toBeCloseTo(0.02, 3)
  })

  it('of alternating heights 1, 0.8 are 20 lg (1 + 0.2 / 0.9) dB', () => {
    expect(
      track(
        pulses(
          () => 130,
          (i) => (i % 2 === 0 ? 1 : 0.8),
        ),
      ).shimmer,
    ).toBeCloseTo(1.743, 2)
  })
})

describe('harmonics', () => {
  /** Peaks at multiples of 10 bins, the h-th of height 10^(-h / 20). */
  const magnitude = new Float64Array(513).fill(1e-6)
  for (let h = 1; h <= 40; h++) {
    magnitude[10 * h] = 10 ** (-h / 20)
    for (const side of [-1, 1]) magnitude[10 * h + side] = 0.5 * 10 ** (-h / 20)
  }
  const harmonics = new Harmonics(magnitude, 15.625)
  harmonics.load(156.25)

  it('fall by 1 dB each, and H1-H2 is that of the second and third', () => {
    expect(harmonics.level(1)).toBeCloseTo(0, 10)
    expect(harmonics.level(5)).toBeCloseTo(-4, 10)
    expect(harmonics.differences(-12)).toEqual([expect.closeTo(1, 10), expect.closeTo(11, 10)])
  })

  it('near a formant the strongest is taken, never the fundamental', () => {
    expect(harmonics.levelNear(1562.5)).toBeCloseTo(-7, 10)
    expect(harmonics.levelNear(160)).toBeUndefined()
  })

  it('one peak stands for one harmonic: the next that would have it has -201 dB', () => {
    const magnitude = new Float64Array(64)
    magnitude[5] = 1
    magnitude[12] = 0.5
    const harmonics = new Harmonics(magnitude, 1)
    harmonics.load(4.87)
    expect([1, 2, 3].map((h) => harmonics.level(h))).toEqual([0, expect.closeTo(-6.0206, 3), -201])
    expect(harmonics.differences(-40)[0]).toBeCloseTo(-6.0206 + 201, 3)
    expect(harmonics.differences(undefined)[1]).toBe(-201)
  })
})

describe('the noise ratio', () => {
  it('of an ideal tone is that of the window: 13.4 dB at 200 Hz', () => {
    const frame = Float64Array.from({ length: 960 }, (_, n) => {
      return Math.exp(-(((n - 479.5) / (0.4 * 479.5)) ** 2) / 2) * Math.sin((2 * Math.PI * 200 * n) / RATE)
    })
    const magnitude = Float64Array.from({ length: 513 }, (_, k) => {
      let [re, im] = [0, 0]
      for (let n = 0; n < 960; n++) {
        re += frame[n] * Math.cos((2 * Math.PI * k * n) / 1024)
        im += frame[n] * Math.sin((2 * Math.PI * k * n) / 1024)
      }
      return Math.hypot(re, im)
    })
    const noise = new NoiseRatio(1024)
    noise.load(magnitude)
    expect(noise.ratio(80)).toBeCloseTo(13.44, 1)
  })
})

describe('ResamplingSpline', () => {
  const knots = Float64Array.of(0, 1, 1.5, 3, 4, 6)
  const places = Float64Array.of(0, 0.5, 1, 1.2, 1.5, 2, 3, 3.9, 4, 5, 6)

  it('goes through the knots, and along straight lines', () => {
    const out = new Float64Array(knots.length)
    const y = Float64Array.of(2, -1, 0, 5, 3, 4)
    new ResamplingSpline(knots, knots).positiveInto(out, y)
    for (let k = 0; k < y.length; k++) expect(out[k]).toBeCloseTo(Math.max(0, y[k]), 12)
    const line = new Float64Array(places.length)
    new ResamplingSpline(knots, places, places).positiveInto(
      line,
      knots.map((x) => 3 * x - 1),
    )
    for (const [j, x] of places.entries()) expect(line[j]).toBeCloseTo(Math.max(0, x * (3 * x - 1)), 12)
  })

  it('is the natural spline: (0, 1, 0) over 0, 1, 2 is 0.6875 in the middle of its halves', () => {
    const out = new Float64Array(2)
    new ResamplingSpline(Float64Array.of(0, 1, 2), Float64Array.of(0.5, 1.5)).positiveInto(
      out,
      Float64Array.of(0, 1, 0),
    )
    expect([...out]).toEqual([0.6875, 0.6875])
  })
})

describe('smoothing', () => {
  it('adds a row, and holds the ends', () => {
    expect([...smoothed(Float64Array.of(3, 6, 9))]).toEqual([4, 6, 8, 9])
  })

  it('leaves zeros out, and keeps them', () => {
    expect([...smoothedNonZero(Float64Array.of(3, 0, 9, 6))]).toEqual([3, 0, 7.5, 7, 6])
  })

  it('does not look beyond what is decided, and takes the rest afterwards', () => {
    expect([...smoothedNonZero(Float64Array.of(3, 6, 9, 30), 3)]).toEqual([4, 6, 8, 9, 30])
  })
})

describe('statistics', () => {
  it('deviations have the sign of the mean', () => {
    expect(normedMoments(Float64Array.of(-1, -3))).toEqual([-2, -0.5])
    expect(normedMoments(Float64Array.of(-1, 1))).toEqual([0, 0])
    expect(normedMoments(new Float64Array(0))).toEqual([0, 0])
  })

  it('segments bridge single gaps, count from three values on, and end one step short', () => {
    const inside = Array.from('110111001110011', (digit) => digit === '1')
    expect([...segmentLengths(inside)]).toEqual([0.05, 0.02])
  })

  const contour = Float64Array.of(0, 1, 2, 5, 2, 1, 0.9, 0, 2, 3, 4, 3, 2)

  it('extrema that matter alternate', () => {
    expect(mainExtrema(contour).map(({ at }) => at)).toEqual([3, 7, 10])
    // A dent of less than a tenth of the range is none.
    const dented = contour.slice()
    dented[6] = 1.1
    expect(mainExtrema(dented).map(({ at }) => at)).toEqual([3, 7, 10])
  })

  it('extrema begin with a maximum far from the start, be it below, or far above the minimum before it', () => {
    // Loudness of 100 ms of a recording, with the slopes that openSMILE gives.
    const slopes = slopesOf(Float64Array.of(0.38671, 0.34494, 0.35091, 0.31907, 0.38829, 0.40976), 100)
    const wanted = [1.3723, 2.236, 3.1838, 0]
    for (const [i, slope] of slopes.entries()) expect(slope).toBeCloseTo(wanted[i], 2)
    const hill = Float64Array.of(1.83, 1.79, 1.74, 1.72, 1.8, 1.93, 1.92, 1.7, 1.21, 0.76, 0.6, 0.55, 0.5)
    expect(mainExtrema(hill).map(({ at }) => at)).toEqual([5])
  })

  it('slopes are those between extrema, a second; the last keeps its sign and counts for no deviation', () => {
    const [rising, risingDeviation, falling, fallingDeviation] = slopesOf(contour, 100)
    const up = [500 / 3, 400 / 3]
    const fall = [125, -100]
    expect(rising).toBeCloseTo((up[0] + up[1]) / 2, 10)
    expect(risingDeviation).toBeCloseTo(Math.abs(up[0] - up[1]) / 2, 10)
    expect(falling).toBeCloseTo((fall[0] + fall[1]) / 2, 10)
    expect(fallingDeviation).toBeCloseTo(Math.abs(fall[0] - falling) / Math.SQRT2, 10)
    expect(slopesOf(Float64Array.of(1, 2, 3, 5), 100)).toEqual([1, 0, 0, 0])
    expect(slopesOf(new Float64Array(0), 100)).toEqual([0, 0, 0, 0])
  })
})
