import { describe, expect, it } from 'vitest'
import {
  correlationPlan,
  peaksLength,
  referenceFrameCorrelations,
  referenceFrameMoments,
} from '../../src/kernels/frame-correlations.ts'
import * as modules from '../../src/kernels/simd/bytes.ts'
import { frameCorrelations, frameMoments } from '../../src/kernels/simd/correlations.ts'
import { compileModule } from '../../src/kernels/simd/module.ts'
import { Random } from '../../src/numerics/random.ts'

const START = 3
const FLOOR = 0.25

/** Length, step and greatest lag; steps beyond the length, a lag of nearly the length, a transform too long for the module. */
const frames: [number, number, number][] = [
  [640, 160, 248],
  [320, 80, 125],
  [9, 20, 6],
  [50, 7, 49],
  [5000, 4000, 30],
  [6000, 100, 3000],
]

/** The lags of a row of peaks. */
const lagsIn = (peaks: Int32Array, at: number): number[] => [...peaks.subarray(at + 1, at + 1 + peaks[at])]

describe.each(frames)('frames of %i samples every %i, lags to %i', (length, step, maxLag) => {
  const plan = correlationPlan(length, step, maxLag)
  const signal = new Float64Array(START + 36 * step + length)
  new Random(length).normalInto(signal, 0.5)
  signal.fill(1, START + step, START + 2 * step + length) // frames without energy where the step is shorter

  const row = peaksLength(plan.lags)
  const run = (moments: typeof frameMoments, correlations: typeof frameCorrelations, count: number, floor: number) => {
    const [means, energies] = [new Float64Array(count), new Float64Array(count)]
    const out = new Float64Array(count * plan.lags)
    moments(means, energies, plan, signal, START, count)
    const peaks = new Int32Array(count * row)
    correlations(out, plan, signal, START, count, means, energies, floor, peaks)
    return { means, energies, out, peaks }
  }

  it('have the bits of the reference, with others or alone', () => {
    expect(compileModule(modules.spectra)).not.toBeNull()
    for (const floor of [0, FLOOR]) {
      const wanted = run(referenceFrameMoments, referenceFrameCorrelations, 37, floor)
      for (const count of [0, 1, 2, 3, 18, 37]) {
        const { means, energies, out, peaks } = run(frameMoments, frameCorrelations, count, floor)
        expect(means).toEqual(wanted.means.subarray(0, count))
        expect(energies).toEqual(wanted.energies.subarray(0, count))
        expect(out).toEqual(wanted.out.subarray(0, count * plan.lags))
        for (let t = 0; t < count; t++) expect(lagsIn(peaks, t * row)).toEqual(lagsIn(wanted.peaks, t * row))
      }
    }
  })

  it('have peaks: positive, not below the lag before, above the one behind', () => {
    const { out, peaks } = run(frameMoments, frameCorrelations, 37, 0)
    for (let t = 0; t < 37; t++) {
      const r = out.subarray(t * plan.lags, (t + 1) * plan.lags)
      const isPeak = (k: number): boolean => r[k] > 0 && r[k] >= r[k - 1] && r[k] > r[k + 1]
      expect(lagsIn(peaks, t * row)).toEqual(Array.from(r.keys()).filter(isPeak))
    }
  })

  it('are what the reference says: sums of products, within rounding', () => {
    const { means, energies, out } = run(referenceFrameMoments, referenceFrameCorrelations, 4, FLOOR)
    for (let t = 0; t < 4; t++) {
      const x = signal.subarray(START + t * step, START + t * step + length).map((value) => value - means[t])
      expect(x.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9)
      for (const k of [0, 1, maxLag - 1, maxLag]) {
        const energy = (from: number, to: number): number =>
          x.subarray(from, to).reduce((sum, value) => sum + value ** 2, 0)
        const product = x.subarray(k).reduce((sum, value, n) => sum + value * x[n], 0)
        const divisor = Math.sqrt(energy(0, length - k) * energy(k, length)) + FLOOR * (1 - k / length)
        expect(out[t * plan.lags + k]).toBeCloseTo(product / divisor, 10)
        if (k === 0) expect(energies[t]).toBeCloseTo(energy(0, length), 8)
      }
    }
  })
})
