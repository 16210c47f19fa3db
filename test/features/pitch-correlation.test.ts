import { describe, expect, it } from 'vitest'
import { NormalizedAutocorrelation } from '../../src/features/pitch-correlation.ts'
import { Random } from '../../src/numerics/random.ts'

const ROUNDING = 1e-12

function energy(samples: Float64Array): number {
  return samples.reduce((sum, value) => sum + value * value, 0)
}

describe('NormalizedAutocorrelation', () => {
  it('is the sum it says it is', () => {
    const N = 50
    const K = 20
    const correlation = new NormalizedAutocorrelation(N, K)
    const x = new Float64Array(N)
    new Random(11).normalInto(x)
    correlation.frame.set(x)
    for (const floor of [0, 0.3]) {
      correlation.compute(floor)
      for (let k = 0; k <= K; k++) {
        const product = x.subarray(k).reduce((sum, value, n) => sum + value * x[n], 0)
        const energies = energy(x.subarray(0, N - k)) * energy(x.subarray(k))
        const expected = product / (Math.sqrt(energies) + floor * (1 - k / N))
        expect(Math.abs(correlation.values[k] - expected)).toBeLessThan(ROUNDING)
      }
    }
  })
})
