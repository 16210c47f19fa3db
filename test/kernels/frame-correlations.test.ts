import { describe, expect, it } from 'vitest'
import {
  correlationPlan,
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

describe.each(frames)('frames of %i samples every %i, lags to %i', (length, step, maxLag) => {
  const plan = correlationPlan(length, step, maxLag)
  const signal = new Float64Array(START + 36 * step + length)
  new Random(length).normalInto(signal, 0.5)
  signal.fill(1, START + step, START + 2 * step + length) // frames without energy where the step is shorter

  const run = (moments: typeof frameMoments, correlations: typeof frameCorrelations, count: number, floor: number) => {
    const [means, energies] = [new Float64Array(count), new Float64Array(count)]
    const out = new Float64Array(count * plan.lags)
    moments(means, energies, plan, signal, START, count)
    correlations(out, plan, signal, START, count, means, energies, floor)
    return { means, energies, out }
  }

  it('have the bits of the reference, with others or alone', () => {
    expect(compileModule(modules.spectra)).not.toBeNull()
    for (const floor of [0, FLOOR]) {
      const wanted = run(referenceFrameMoments, referenceFrameCorrelations, 37, floor)
      for (const count of [0, 1, 2, 3, 18, 37]) {
        const { means, energies, out } = run(frameMoments, frameCorrelations, count, floor)
        expect(means).toEqual(wanted.means.subarray(0, count))
        expect(energies).toEqual(wanted.energies.subarray(0, count))
        expect(out).toEqual(wanted.out.subarray(0, count * plan.lags))
      }
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
