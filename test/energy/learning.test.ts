/** What models learn where the best possible is known. */
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { ArrayView } from '../../src/core/types.ts'
import { CRBM } from '../../src/energy/crbm.ts'
import { GaussianRBM } from '../../src/energy/gaussian-rbm.ts'
import { RBM } from '../../src/energy/rbm.ts'
import { Random } from '../../src/numerics/random.ts'
import {
  leastSquaresError,
  logisticMap,
  part,
  predictionError,
  standardised,
  switching,
  vectorAutoregression,
} from './processes.ts'

/** Every n x n picture of full rows or of full columns, each once: 2^(n+1) - 2. */
function barsAndStripes(n: number, copies = 1): ArrayView {
  const patterns = new Set<string>()
  for (let s = 0; s < 1 << n; s++) {
    const bit = (k: number): number => (s >> k) & 1
    patterns.add(Array.from({ length: n * n }, (_, at) => bit(Math.floor(at / n))).join(''))
    patterns.add(Array.from({ length: n * n }, (_, at) => bit(at % n)).join(''))
  }
  const rows = Array.from({ length: copies }, () => [...patterns]).flat()
  return view(Float32Array.from(rows.flatMap((row) => [...row].map(Number))), [rows.length, n * n])
}

describe('bars and stripes', () => {
  it('4 x 4 with 16 hidden units: within 0.5 nat of the best, by exact log Z', async () => {
    const data = barsAndStripes(4)
    expect(data.shape).toEqual([30, 16])
    const rbm = new RBM({ visible: 16, hidden: 16, seed: 1 })
    // Four copies make 120 persistent chains; seeds 1 to 4 give -3.59, -3.64, -3.67 and -3.61, with 30 chains -3.8 to -4.4.
    await rbm.fit(barsAndStripes(4, 4), {
      epochs: 6000,
      batchSize: 120,
      learningRate: (step) => 0.1 * (1 - step / 6000),
      momentum: 0.5,
      k: 5,
      persistent: true,
    })
    const logLikelihood = rbm.logLikelihood(data)
    expect(logLikelihood).toBeGreaterThan(-Math.log(30) - 0.5)
    expect(logLikelihood).toBeLessThan(-Math.log(30))
  })
})

describe('a Gaussian RBM with learned variances', () => {
  it('finds the noise of each column', async () => {
    const random = new Random('noise')
    const deviations = [0.3, 1, 2]
    const x = Float32Array.from({ length: 3 * 2000 }, (_, at) => deviations[at % 3] * random.normal())
    const model = new GaussianRBM({ visible: 3, hidden: 2, variance: 'learned', seed: 1 })
    await model.fit(view(x, [2000, 3]), { epochs: 40, learningRate: 0.01, learningRateDecay: 0.9 })
    const found = Array.from(model.standardDeviations.data)
    found.forEach((s, i) => expect(s / deviations[i]).toBeCloseTo(1, 1))
  })
})

describe('a CRBM as a predictor', () => {
  it('reaches the least-squares predictor of a stable VAR(3) in 8 dimensions within 5 %', async () => {
    const x = standardised(vectorAutoregression('var', 8, 3, 8000), 8, 5000)
    const [train, test] = [part(x, 0, 5000), part(x, 5000, 8000)]
    const crbm = new CRBM({ visible: 8, hidden: 10, order: 3, seed: 1 })
    await crbm.fit([train], { epochs: 30, learningRate: 1e-3, momentum: 0.9 })
    const best = leastSquaresError(train, test, 3)
    expect(best).toBeLessThan(0.97)
    for (const method of ['meanField', 'exact', 'mode'] as const) {
      expect(predictionError(crbm.predictNext(test, { method }), test, 3) / best, method).toBeLessThan(1.05)
    }
  })

  const nonlinear = { epochs: 200, learningRate: (step: number) => 0.2 * (1 - (0.99 * step) / 10_000), momentum: 0.9 }
  const wide = { W: 0.1, A: 0, B: 0.5 }

  it('learns the logistic map, of which a linear predictor knows nothing', async () => {
    const x = standardised(logisticMap(3.9, 8000), 1, 5000)
    const [train, test] = [part(x, 0, 5000), part(x, 5000, 8000)]
    const crbm = new CRBM({ visible: 1, hidden: 10, order: 1, seed: 1, weightScale: wide })
    await crbm.fit([train], nonlinear)
    expect(leastSquaresError(train, test, 1)).toBeGreaterThan(0.7)
    expect(predictionError(crbm.predictNext(test), test, 1)).toBeLessThan(0.05)
  })

  it('beats the linear predictor on a process of two regimes', async () => {
    const x = standardised(switching('regimes', 8000), 1, 5000)
    const [train, test] = [part(x, 0, 5000), part(x, 5000, 8000)]
    const crbm = new CRBM({ visible: 1, hidden: 10, order: 1, seed: 1, weightScale: wide })
    await crbm.fit([train], nonlinear)
    expect(leastSquaresError(train, test, 1)).toBeGreaterThan(0.6)
    expect(predictionError(crbm.predictNext(test), test, 1)).toBeLessThan(0.364)
    expect(predictionError(crbm.predictNext(test, { method: 'mode' }), test, 1)).toBeLessThan(0.2)
  })
})
