import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { ArrayView } from '../../src/core/types.ts'
import { CRBM } from '../../src/energy/crbm.ts'
import { GaussianRBM } from '../../src/energy/gaussian-rbm.ts'
import { RBM } from '../../src/energy/rbm.ts'
import { StackedCRBM } from '../../src/energy/stacked-crbm.ts'
import { Random } from '../../src/numerics/random.ts'
import { gaussianOf, matrix, rbmOf, vectors } from '../support/energy.ts'
import { normalSequences } from '../support/random.ts'
import { bits } from './models.ts'

const row = (x: ArrayView, t: number): ArrayView => x.pick(t, null)
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b) / values.length
const columnMeans = ({ data, shape: [n, cols] }: ArrayView): number[] =>
  Array.from({ length: cols }, (_, j) => mean(Array.from({ length: n }, (_, i) => data[i * cols + j])))
const crbm = (dtype: 'float32' | 'float64' = 'float32'): CRBM =>
  new CRBM({ visible: 3, hidden: 5, order: 2, weightScale: 0.5, seed: 1, dtype })
describe('rows are independent of their company, bit for bit', () => {
  it('one by one or in a batch of more than a block', () => {
    const rbm = new RBM({ visible: 7, hidden: 5, weightScale: 1, seed: 2 })
    const x = bits('many', 1100, 7)
    const [all, free] = [rbm.transform(x), rbm.freeEnergy(x)]
    for (const t of [0, 1, 511, 512, 1099]) {
      const one = view(Float32Array.from(x.data.slice(t * 7, t * 7 + 7)), [1, 7])
      expect(rbm.transform(one).data).toEqual(all.data.slice(t * 5, t * 5 + 5))
      expect(rbm.freeEnergy(one).get(0)).toBe(free.get(t))
    }
  })

  it('a CRBM over a long sequence gives each frame what its own window gives', () => {
    const model = crbm()
    const [x] = normalSequences('long', [1200], 3)
    const [free, next] = [model.freeEnergy(x), model.predictNext(x)]
    for (const t of [2, 514, 600, 1199]) {
      const window = x.lo(t - 2, 0).hi(3, 3)
      expect(model.freeEnergy(window).get(0)).toBe(free.get(t - 2))
      expect(model.predictNext(window).data).toEqual(next.data.slice((t - 2) * 3, (t - 1) * 3))
    }
  })

  it('strided views give the bits of packed ones', () => {
    const model = crbm('float64')
    const [x] = normalSequences('strided', [9], 3)
    const flipped = x.step(-1, 1)
    const packed = view(new Float64Array(27), [9, 3])
    for (let t = 0; t < 9; t++) for (let i = 0; i < 3; i++) packed.set(t, i, flipped.get(t, i))
    expect(model.transform(flipped).data).toEqual(model.transform(packed).data)
    expect(model.generate(flipped, 4).data).toEqual(model.generate(packed, 4).data)
  })
})

describe('permuting hidden units', () => {
  it('changes nothing but the order of the hidden units', () => {
    const model = crbm('float64')
    const order = [3, 0, 4, 1, 2]
    const permuted = crbm('float64')
    for (let j = 0; j < 5; j++) {
      for (let i = 0; i < 3; i++) permuted.params.W.set(i, j, model.params.W.get(i, order[j]))
      for (let k = 0; k < 6; k++) permuted.params.B.set(j, k, model.params.B.get(order[j], k))
      permuted.params.c.set(j, model.params.c.get(order[j]))
    }
    const [x] = normalSequences('permuted', [7], 3)
    model.freeEnergy(x).data.forEach((value: number, t: number) => {
      expect(permuted.freeEnergy(x).get(t)).toBeCloseTo(value, 12)
    })
    expect(permuted.transform(x).get(3, 1)).toBeCloseTo(model.transform(x).get(3, order[1]), 14)
  })
})

describe('streams', () => {
  it('give the rows of transform, bit for bit, and start anew after reset', () => {
    const model = crbm()
    const stack = new StackedCRBM({ visible: 3, hidden: [5, 4], order: [2, 3], weightScale: 0.5, seed: 1 })
    const [live, stacked] = [model.stream(), stack.stream()]
    for (const x of normalSequences('stream', [6, 1, 4], 3)) {
      const [wanted, above] = [model.transform(x), stack.transform(x)]
      for (let t = 0; t < x.shape[0]; t++) {
        expect(live.push(row(x, t))).toEqual(wanted.data.slice(t * 5, t * 5 + 5))
        expect(stacked.push(row(x, t))).toEqual(above.data.slice(t * 4, t * 4 + 4))
      }
      live.reset()
      stacked.reset()
    }
  })
})

describe('sampling', () => {
  const [c] = vectors.rbm
  const rbm = rbmOf(c)

  it('Gibbs chains reach the exact distribution of a small RBM', () => {
    const counts = new Float64Array(16)
    const { data } = rbm.sample(20_000, { steps: 60 })
    for (let n = 0; n < 20_000; n++) {
      counts[data[4 * n] + 2 * data[4 * n + 1] + 4 * data[4 * n + 2] + 8 * data[4 * n + 3]]++
    }
    const joint = rbm.joint()
    counts.forEach((count, v) => {
      const p = Array.from({ length: 8 }, (_, h) => joint.get(v, h)).reduce((a, b) => a + b)
      // Four standard errors of a share of 20,000 draws.
      expect(Math.abs(count / 20_000 - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 20_000))
    })
  })

  it('chains of a Gaussian RBM have its means and spread', () => {
    const g = vectors.gaussian[3]
    const model = gaussianOf(g, 'learned')
    const x = model.sample(20_000, { steps: 100 })
    columnMeans(x).forEach((value, i) => {
      const s = Math.exp(g.logSigma[i])
      expect(Math.abs(value - g.marginalVisible[i]) / s).toBeLessThan(0.1)
    })
  })

  it('draws given the other layer follow its conditionals; the same seed gives the same draws', () => {
    const many = matrix(Array.from({ length: 20_000 }, () => [1, 0, 1, 0]))
    columnMeans(rbm.sampleHidden(many)).forEach((value, j) => {
      expect(Math.abs(value - rbm.transform(many).get(0, j))).toBeLessThan(0.015)
    })
    const hidden = matrix(Array.from({ length: 20_000 }, () => [1, 0, 1]))
    columnMeans(rbm.sampleVisible(hidden)).forEach((value, i) => {
      expect(Math.abs(value - rbm.visibleMean(hidden).get(0, i))).toBeLessThan(0.015)
    })
    expect(rbm.sample(9, { steps: 3, seed: 5 }).data).toEqual(rbm.sample(9, { steps: 3, seed: 5 }).data)
    expect(rbm.sample(9, { steps: 3, seed: 5 }).data).not.toEqual(rbm.sample(9, { steps: 3, seed: 6 }).data)
  })

  it('chains of a Gaussian RBM have its spread', () => {
    const model = new GaussianRBM({ visible: 2, hidden: 2, variance: 'learned', weightScale: 0, seed: 1 })
    model.params.logSigma.data.set([Math.log(3), Math.log(0.5)])
    const { data } = model.sample(20_000, { steps: 3 })
    for (const [i, s] of [3, 0.5].entries()) {
      let sum = 0
      for (let n = 0; n < 20_000; n++) sum += data[2 * n + i] ** 2
      expect(Math.abs(Math.sqrt(sum / 20_000) / s - 1)).toBeLessThan(0.02)
    }
  })

  it('a stream in place of a seed goes on from call to call', () => {
    const random = new Random('stream')
    const draws = Array.from({ length: 4 }, () =>
      rbm.sampleHidden(matrix([[1, 0, 1, 0]]), { seed: random }).data.join(''),
    )
    expect(new Set(draws).size).toBeGreaterThan(1)
    const seeded = Array.from({ length: 4 }, () => rbm.sampleHidden(matrix([[1, 0, 1, 0]]), { seed: 1 }).data.join(''))
    expect(new Set(seeded).size).toBe(1)
  })

  it('chains start at the rows given, draw both layers and go on', () => {
    const start = matrix([
      [1, 1, 0, 0],
      [0, 1, 1, 1],
    ])
    const chains = rbm.gibbs(start, { seed: 3 })
    expect(chains.visible.data).toEqual(start.data)
    expect(chains.hidden.shape).toEqual([2, 3])
    const [ahead, stepwise] = [rbm.gibbs(start, { seed: 3 }), rbm.gibbs(start, { seed: 3 })]
    expect(ahead.advance(3).visible.data).toEqual(stepwise.advance().advance().advance().visible.data)
    const wide = gaussianOf(vectors.gaussian[1], 'learned')
    const x = matrix([[1.5, -2]])
    wide.gibbs(x).visible.data.forEach((value: number, i: number) => expect(value).toBeCloseTo(x.data[i], 12))
  })
})

describe('AIS at the public door', () => {
  it('agrees with the exact log Z, in data units too', () => {
    const models = [rbmOf(vectors.rbm[1]), gaussianOf(vectors.gaussian[3], 'learned')]
    for (const model of models) {
      const exact = model.logPartition()
      const { logZ, low, high } = model.logPartition({ method: 'ais', chains: 100, temperatures: 400 })
      expect(Math.abs(logZ - exact)).toBeLessThan(0.1)
      expect(low).toBeLessThan(exact)
      expect(high).toBeGreaterThan(exact)
    }
    const x = matrix(vectors.rbm[1].v)
    const estimated = models[0].logLikelihood(x, { method: 'ais', temperatures: 400 })
    expect(Math.abs(estimated - vectors.rbm[1].meanLogLikelihood)).toBeLessThan(0.1)
  })

  it('does so frame by frame for a CRBM', () => {
    const model = crbm('float64')
    const [x] = normalSequences('ais', [5], 3)
    const exact = model.logPartition(x)
    const estimates = model.logPartition(x, { method: 'ais', chains: 100, temperatures: 200 })
    expect(estimates).toHaveLength(3)
    estimates.forEach(({ logZ, low, high }, t) => {
      expect(Math.abs(logZ - exact.get(t))).toBeLessThan(0.1)
      expect(low < exact.get(t) && exact.get(t) < high).toBe(true)
    })
    const likelihood = model.logLikelihood(x, { method: 'ais', chains: 100, temperatures: 200 })
    expect(Math.abs(likelihood - model.logLikelihood(x))).toBeLessThan(0.1)
  })
})

describe('generation', () => {
  it('goes on from the end of a sequence and can be repeated', () => {
    const model = crbm()
    const [x] = normalSequences('start', [8], 3)
    const one = model.generate(x, 20, { seed: 1 })
    expect(one.shape).toEqual([20, 3])
    expect(model.generate(x, 20, { seed: 1 }).data).toEqual(one.data)
    expect(model.generate(x, 20, { seed: 2 }).data).not.toEqual(one.data)
    expect(model.generate(x.lo(6, 0), 20, { seed: 1 }).data).toEqual(one.data)
    expect(one.data.every(Number.isFinite)).toBe(true)
  })

  it('starts at the last frame with noise and ends with means', () => {
    const model = crbm('float64')
    const [x] = normalSequences('one frame', [4], 3)
    const again = view(Float64Array.from([...x.data.slice(3), ...x.data.slice(9)]), [4, 3])
    const wanted = model.visibleMean(again, view(model.transform(again).data.slice(10), [2, 5])).data.slice(3)
    const still = model.generate(x, 1, { steps: 0, noise: 0 }).data
    still.forEach((value: number, i: number) => expect(value).toBeCloseTo(wanted[i], 12))
    expect(model.generate(x, 1, { steps: 0, noise: 1 }).data).not.toEqual(still)
    // The last pass is by means: without it x would be bt + W h with one of the 2^5 states h.
    const drawn = model.generate(x, 1, { seed: 1 }).data[0]
    for (let state = 0; state < 32; state++) {
      const h = view(
        Float64Array.from({ length: 10 }, (_, j) => (state >> (j % 5)) & 1),
        [2, 5],
      )
      expect(Math.abs(model.visibleMean(again, h).get(1, 0) - drawn)).toBeGreaterThan(1e-9)
    }
  })

  it('no forecast looks at the frame that it forecasts', () => {
    const model = crbm('float64')
    const [x] = normalSequences('blind', [4], 3)
    const other = view(x.data.slice(), [4, 3])
    for (let i = 0; i < 3; i++) other.set(3, i, 9)
    for (const method of ['meanField', 'exact', 'mode'] as const) {
      expect(model.predictNext(other, { method, iterations: 2 }).data).toEqual(
        model.predictNext(x, { method, iterations: 2 }).data,
      )
    }
  })

  it('without hidden influence follows the autoregression exactly', () => {
    const model = new CRBM({ visible: 2, hidden: 3, order: 2, weightScale: { W: 0, A: 0.3, B: 1 }, dtype: 'float64' })
    const [x] = normalSequences('auto', [2], 2)
    const history = [row(x, 1).get(0), row(x, 1).get(1), row(x, 0).get(0), row(x, 0).get(1)]
    const { data } = model.generate(x, 5)
    for (let t = 0; t < 5; t++) {
      const next = [0, 1].map((i) => history.reduce((sum, value, k) => sum + model.params.A.get(i, k) * value, 0))
      next.forEach((value, i) => expect(data[2 * t + i]).toBeCloseTo(value, 12))
      history.splice(0, 4, ...next, history[0], history[1])
    }
  })

  it('mean field is near the exact mean where hidden units matter', () => {
    const model = crbm('float64')
    const [x] = normalSequences('mean', [40], 3)
    const exact = model.predictNext(x, { method: 'exact' }).data
    const near = model.predictNext(x).data
    const mode = model.predictNext(x, { method: 'mode' }).data
    const distance = (to: ArrayLike<number>): number => Math.hypot(...Array.from(to, (v, at) => v - exact[at]))
    expect(distance(near)).toBeLessThan(0.02 * Math.hypot(...exact))
    expect(distance(near)).toBeLessThan(distance(mode) / 4)
  })

  it('a mode is a stationary point of the free energy', () => {
    const model = crbm('float64')
    const [x] = normalSequences('mode', [3], 3)
    const mode = model.predictNext(x, { method: 'mode', iterations: 200 })
    const at = (i: number, change: number): number => {
      const moved = view(x.data.slice(), [3, 3])
      for (let j = 0; j < 3; j++) moved.set(2, j, mode.get(0, j) + (i === j ? change : 0))
      return model.freeEnergy(moved).get(0)
    }
    for (let i = 0; i < 3; i++) expect((at(i, 1e-5) - at(i, -1e-5)) / 2e-5).toBeCloseTo(0, 6)
  })
})
