import { describe, expect, it } from 'vitest'
import { resample } from '../../src/audio/resample.ts'
import { view } from '../../src/core/array.ts'
import { Random } from '../../src/numerics/random.ts'

/** Largest deviation of a tone's gain up to 0.9 of the lower Nyquist frequency; 0.1 dB is what is asked for. */
const rippleDecibels = 0.001
/** Everything from the lower Nyquist frequency on, aliases and images alike, relative to the tone. */
const stopbandDecibels = -98
/** Phase of a tone, in radians. */
const phaseTolerance = 1e-5
/** Double precision sums of a few hundred products of at most one. */
const exactTolerance = 1e-12
/** What straight lines between 1024 points per sample cost (-100 dB at the worst). */
const interpolationTolerance = 1e-5

const seconds = 0.05
/** Samples of the lower rate that the filter reaches to either side. */
const reach = 64
const startPhase = 0.3

/** The last two have too many phases for a table. */
const ratios: [number, number][] = [
  [44100, 16000],
  [48000, 16000],
  [48000, 44100],
  [22050, 16000],
  [8000, 16000],
  [16000, 22050],
  [16000, 48000],
  [44101, 16000],
  [16000, 22051],
]
const downward = ratios.filter(([from, to]) => from > to)
const upward = ratios.filter(([from, to]) => from < to)

function tone(frequency: number, rate: number): Float64Array {
  const phase = (i: number): number => (2 * Math.PI * frequency * i) / rate + startPhase
  return Float64Array.from({ length: Math.round(rate * seconds) }, (_, i) => Math.sin(phase(i)))
}

/** Equally spaced frequencies, both ends included. */
function grid(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1))
}

function decibels(powerRatio: number): number {
  return 10 * Math.log10(powerRatio)
}

/** The part of an output that the ends of the input do not reach. */
function steady(y: Float64Array, from: number, to: number): { begin: number; end: number } {
  const margin = Math.ceil((reach * to) / Math.min(from, to)) + 1
  return { begin: margin, end: y.length - margin }
}

interface Fit {
  gain: number
  phase: number
  /** Power of everything but the tone, relative to the tone sent in, in dB. */
  residual: number
}

/** Least-squares fit of the tone that ought to come out, at the output's own times. */
function fitTone(frequency: number, from: number, to: number): Fit {
  const y = resample(tone(frequency, from), from, to)
  const { begin, end } = steady(y, from, to)
  let [ss, sc, cc, ys, yc] = [0, 0, 0, 0, 0]
  const angle = (k: number): number => (2 * Math.PI * frequency * k) / to + startPhase
  for (let k = begin; k < end; k++) {
    const [s, c] = [Math.sin(angle(k)), Math.cos(angle(k))]
    ss += s * s
    sc += s * c
    cc += c * c
    ys += y[k] * s
    yc += y[k] * c
  }
  const determinant = ss * cc - sc * sc
  const a = (ys * cc - yc * sc) / determinant
  const b = (yc * ss - ys * sc) / determinant
  let rest = 0
  for (let k = begin; k < end; k++) rest += (y[k] - a * Math.sin(angle(k)) - b * Math.cos(angle(k))) ** 2
  return { gain: decibels(a * a + b * b), phase: Math.atan2(b, a), residual: decibels(rest / (end - begin) / 0.5) }
}

function powerDecibels(y: Float64Array, from: number, to: number): number {
  const { begin, end } = steady(y, from, to)
  const power = y.subarray(begin, end).reduce((sum, value) => sum + value * value, 0)
  return decibels(power / (end - begin) / 0.5)
}

describe.each(ratios)('resample from %d to %d Hz', (from, to) => {
  const nyquist = Math.min(from, to) / 2

  it('passes tones up to 0.9 of the lower Nyquist frequency, in phase and without images', () => {
    for (const frequency of grid(100, 0.9 * nyquist, 25)) {
      const { gain, phase, residual } = fitTone(frequency, from, to)
      expect(Math.abs(gain)).toBeLessThan(rippleDecibels)
      expect(Math.abs(phase)).toBeLessThan(phaseTolerance)
      expect(residual).toBeLessThan(stopbandDecibels)
    }
  })

  it('gives ceil(n * to / from) samples', () => {
    for (const n of [0, 1, 2, 3, 100, 441, 1001]) {
      expect(resample(new Float32Array(n), from, to)).toHaveLength(Math.ceil((n * to) / from))
    }
  })

  it('does not move a pulse', () => {
    const middle = 10
    const x = Float64Array.from({ length: 20 * 441 }, (_, i) => Math.exp(-(((i - middle * 441) / 120) ** 2)))
    const y = resample(x, from, to)
    const [mass, moment] = y.reduce(([m, n], value, k) => [m + value, n + value * k], [0, 0])
    expect((moment / mass) * (from / to)).toBeCloseTo(middle * 441, 3)
  })
})

describe('resample', () => {
  it.each(downward)('removes tones above the new Nyquist frequency: %d to %d Hz', (from, to) => {
    for (const frequency of grid(to / 2, 0.499 * from, 25)) {
      expect(powerDecibels(resample(tone(frequency, from), from, to), from, to)).toBeLessThan(stopbandDecibels)
    }
  })

  it.each(upward)('makes no images of tones in the transition band either: %d to %d Hz', (from, to) => {
    for (const frequency of grid(0.45 * from, 0.499 * from, 12)) {
      expect(fitTone(frequency, from, to).residual).toBeLessThan(stopbandDecibels)
    }
  })

  /** I0(x) = 1/pi integral of exp(x cos a) over 0..pi; the midpoint rule converges faster than any power. */
  function bessel(x: number): number {
    const points = 200
    let sum = 0
    for (let i = 0; i < points; i++) sum += Math.exp(x * Math.cos((Math.PI * (i + 0.5)) / points))
    return sum / points
  }

  function definition(x: Float64Array, from: number, to: number): Float64Array {
    const beta = 0.1102 * (100 - 8.7)
    const scale = Math.min(from, to) / from
    const filter = (t: number): number => {
      const window = bessel(beta * Math.sqrt(1 - (t / reach) ** 2)) / bessel(beta)
      return (t === 0 ? 0.95 : Math.sin(0.95 * Math.PI * t) / (Math.PI * t)) * window
    }
    return Float64Array.from({ length: Math.ceil((x.length * to) / from) }, (_, k) => {
      let sum = 0
      for (let n = 0; n < x.length; n++) {
        const t = scale * ((k * from) / to - n)
        if (Math.abs(t) < reach) sum += x[n] * filter(t)
      }
      return scale * sum
    })
  }

  it.each([
    [44100, 16000, exactTolerance],
    [16000, 22050, exactTolerance],
    [3, 2, exactTolerance],
    [44101, 16000, interpolationTolerance],
    [16000, 22051, interpolationTolerance],
  ])('is the sum of its definition, ends included: %d to %d Hz', (from, to, tolerance) => {
    const x = new Float64Array(150)
    new Random('resample').uniformInto(x, -1, 1)
    const y = resample(x, from, to)
    definition(x, from, to).forEach((value, k) => {
      expect(Math.abs(y[k] - value)).toBeLessThan(tolerance)
    })
  })

  it('takes integer arrays as 16 bit samples, and refuses more output than memory holds', () => {
    expect(resample(Int16Array.of(-32768, 16384), 8000, 8000)).toEqual(Float32Array.of(-1, 0.5))
    expect(() => resample(new Float32Array(1e5), 1, 40000)).toThrow(/"length of the output" expected an integer/)
  })

  it('keeps a constant', () => {
    const y = resample(new Float64Array(2000).fill(0.5), 44100, 16000)
    for (let k = 70; k < y.length - 70; k++) expect(y[k]).toBeCloseTo(0.5, 4)
  })

  it('reaches no farther than its taps: a sample that is no number spoils those outputs alone', () => {
    for (const [from, to] of [
      [44100, 16000],
      [16000, 44100],
      [44101, 16000],
    ]) {
      const x = new Float64Array(3000).fill(0.5)
      const clean = resample(x, from, to)
      x[1500] = Number.NaN
      const side = Math.ceil((reach * from) / Math.min(from, to))
      resample(x, from, to).forEach((y, k) => {
        const distance = (k * from) / to - 1500
        if (Math.abs(distance) > side + 1) expect(y).toBe(clean[k])
        if (Math.abs(distance) < side - 1) expect(y).toBeNaN()
      })
    }
  })

  it('has the same bits in one piece and after other rates, whose taps are kept meanwhile', () => {
    const x = new Float64Array(30_000)
    new Random('pieces').uniformInto(x, -1, 1)
    const first = resample(x, 44100, 16000)
    for (const rate of [8000, 11025, 12000, 22050, 32000]) resample(x.subarray(0, 100), 48000, rate)
    expect(resample(x, 44100, 16000)).toEqual(first)
    expect(resample(x.subarray(0, 20_000), 44100, 16000).subarray(0, 7000)).toEqual(first.subarray(0, 7000))
    expect(resample(x, 441, 160)).toEqual(first)
  })

  it('copies at equal rates', () => {
    const x = Float32Array.of(0.1, -0.2, 0.3)
    const y = resample(x, 16000, 16000)
    expect(y).toEqual(x)
    y[0] = 9
    expect(x[0]).toBe(Math.fround(0.1))
  })

  it('returns the type of its input, computed alike', () => {
    const x = Float32Array.from({ length: 500 }, (_, i) => Math.sin(i))
    const double = resample(Float64Array.from(x), 8000, 11025)
    const single = resample(x, 8000, 11025)
    expect(double).toBeInstanceOf(Float64Array)
    expect(single).toEqual(Float32Array.from(double))
    expect(x[1]).toBe(Math.fround(Math.sin(1)))
  })

  it('takes strided views', () => {
    const x = Float64Array.from({ length: 200 }, (_, i) => Math.sin(i))
    const even = x.filter((_, i) => i % 2 === 0)
    expect(resample(view(x, [100], [2]), 3, 2)).toEqual(resample(even, 3, 2))
  })

  it('takes extreme ratios without a table to match', () => {
    expect(resample(new Float32Array(1000).fill(1), 1_000_000_007, 1)).toHaveLength(1)
    expect(resample(Float32Array.of(1), 1, 100_003)[0]).toBeCloseTo(0.95, 6)
  })

  it.each([
    ['01', 1, 1, TypeError, /resample: "samples" expected a typed array/],
    [['0', 1], 1, 1, TypeError, /resample: "samples" expected numbers, got "0" at index 0/],
    [new Float32Array(1), 0, 1, RangeError, /resample: "fromRate" expected an integer >= 1, got 0/],
    [new Float32Array(1), 1, 22050.5, RangeError, /resample: "toRate" expected an integer >= 1, got 22050.5/],
    [new Float32Array(1), '8000', 1, TypeError, /resample: "fromRate" expected an integer >= 1, got "8000"/],
    [new Float32Array(9), 1, 2 ** 40, RangeError, /resample: "length of the output" expected an integer <=/],
  ])('refuses %o, %o, %o', (samples, from, to, kind, message) => {
    const attempt = (): unknown => resample(samples as never, from as never, to as never)
    expect(attempt).toThrow(kind)
    expect(attempt).toThrow(message)
  })
})
