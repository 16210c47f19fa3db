import { describe, expect, it } from 'vitest'
import { view } from '../../../src/core/array.ts'
import type { ArrayView } from '../../../src/core/types.ts'
import { CRBM } from '../../../src/models/energy/crbm.ts'
import { DBN } from '../../../src/models/energy/dbn.ts'
import type { StackCheckpoint } from '../../../src/models/energy/energy-stack.ts'
import { GaussianRBM } from '../../../src/models/energy/gaussian-rbm.ts'
import { RBM } from '../../../src/models/energy/rbm.ts'
import { StackedCRBM } from '../../../src/models/energy/stacked-crbm.ts'
import { Random } from '../../../src/numerics/random.ts'
import { gaussianOf, matrix, rbmOf, vectors } from '../../support/energy.ts'
import { normalMatrix, normalSequences } from '../../support/random.ts'

function bits(seed: string, rows: number, cols: number): ArrayView {
  const data = new Float32Array(rows * cols)
  new Random(seed).bernoulliInto(data, 0.4)
  return view(data, [rows, cols])
}

const row = (x: ArrayView, t: number): ArrayView => x.pick(t, null)
const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b) / values.length
const columnMeans = ({ data, shape: [n, cols] }: ArrayView): number[] =>
  Array.from({ length: cols }, (_, j) => mean(Array.from({ length: n }, (_, i) => data[i * cols + j])))
const crbm = (dtype: 'float32' | 'float64' = 'float32'): CRBM =>
  new CRBM({ visible: 3, hidden: 5, order: 2, weightScale: 0.5, seed: 1, dtype })
const plain = <T>(state: T): T =>
  JSON.parse(JSON.stringify(state, (_, v) => (ArrayBuffer.isView(v) ? Array.from(v as never) : v)))

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

describe('stacks', () => {
  const images = bits('images', 40, 6)
  const frames = normalSequences('frames', [9, 8], 3)
  const dbn = (): DBN => new DBN({ layers: [6, 5, 3], seed: 1 })
  const stacked = (): StackedCRBM => new StackedCRBM({ visible: 3, hidden: [5, 4], order: [2, 3], seed: 1 })
  const options = { epochs: 3, batchSize: 10, learningRate: 0.01 }

  it('train each layer on what the one below makes of the data', async () => {
    const net = dbn()
    await net.fit(images, options)
    const alone = new RBM({ visible: 6, hidden: 5, seed: '1/0' })
    await alone.fit(images, options)
    expect(net.layers[0].parameters.data).toEqual(alone.parameters.data)
    const next = new RBM({ visible: 5, hidden: 3, seed: '1/1' })
    await next.fit(alone.transform(images), options)
    expect(net.layers[1].parameters.data).toEqual(next.parameters.data)
    expect(net.transform(images).data).toEqual(next.transform(alone.transform(images)).data)
    expect(net.transform(images, { depth: 1 }).data).toEqual(alone.transform(images).data)
    expect(net.reconstruct(images).data).toEqual(alone.visibleMean(next.visibleMean(net.transform(images))).data)
  })

  it('the lowest layer of a DBN may be Gaussian, and layers may differ in options', async () => {
    const net = new DBN({ layers: [4, 3, 2], visibles: 'gaussian', variance: 'learned' })
    expect(net.layers.map((layer) => layer.constructor)).toEqual([GaussianRBM, RBM])
    const x = normalMatrix(new Random('x'), 20, 4)
    const epochs: number[][] = []
    const histories = await net.fit(x, {
      ...options,
      validation: normalMatrix(new Random('held'), 7, 4),
      layers: [{ epochs: 2 }, { learningRate: 0.1 }],
      onEpoch: ({ layer, epoch, validationFreeEnergy }) =>
        epochs.push([layer, epoch, Number(validationFreeEnergy > 0)]),
    })
    expect(histories.map((history) => history.epochs.length)).toEqual([2, 3])
    expect(histories[1].epochs[0].learningRate).toBe(0.1)
    expect(epochs.map(([layer, epoch]) => [layer, epoch])).toEqual([
      [0, 1],
      [0, 2],
      [1, 1],
      [1, 2],
      [1, 3],
    ])
    expect(histories[1].epochs[2].freeEnergyGap).not.toBeNaN()
  })

  it.each([
    ['DBN', dbn, images],
    ['StackedCRBM', stacked, frames],
  ] as const)('%s: resumes in the middle of a layer, to the same bits', async (_, make, data) => {
    const whole = make()
    await whole.fit(data as never, options)
    for (const stop of [0, 1]) {
      let resume: StackCheckpoint | undefined
      const halves = make()
      const abort = new AbortController()
      const fitting = halves.fit(data as never, {
        ...options,
        signal: abort.signal,
        onEpoch: ({ layer, epoch, checkpoint }) => {
          if (layer !== stop || epoch !== 2) return
          resume = plain(checkpoint())
          abort.abort()
        },
      })
      await expect(fitting).rejects.toMatchObject({ name: 'AbortError' })
      const resumed = make()
      await resumed.fit(data as never, { ...options, resume })
      resumed.layers.forEach((layer, i) => {
        expect(layer.parameters.data).toEqual(whole.layers[i].parameters.data)
      })
    }
  })

  it('are saved and made again', async () => {
    const [net, crbms] = [dbn(), stacked()]
    await net.fit(images, options)
    await crbms.fit(frames, options)
    expect(DBN.fromState(plain(net.state())).transform(images).data).toEqual(net.transform(images).data)
    const again = StackedCRBM.fromState(plain(crbms.state()))
    expect(again.transform(frames[0]).data).toEqual(crbms.transform(frames[0]).data)
    expect(again.transform(frames)[1].data).toEqual(crbms.transform(frames[1]).data)
  })

  it('generate: the top model draws, the lower ones follow it', async () => {
    const crbms = stacked()
    await crbms.fit(frames, { ...options, learningRate: 0.05 })
    const out = crbms.generate(frames[0], 6, { seed: 1 })
    const hidden = crbms.layers[1].generate(crbms.layers[0].transform(frames[0]), 6, { seed: 1 })
    expect(out.shape).toEqual([6, 3])
    const joined = view(Float32Array.from([...frames[0].data, ...out.data]), [15, 3])
    const wanted = crbms.layers[0].visibleMean(joined.lo(7, 0), hidden).data
    out.data.forEach((value: number, at: number) => expect(value).toBeCloseTo(wanted[at], 5))
    const samples = dbn().sample(5, { steps: 4 })
    expect(samples.shape).toEqual([5, 6])
    expect(Array.from(samples.data).every((value) => value === 0 || value === 1)).toBe(true)
  })

  it('a layer that runs away leaves the whole stack as it was', async () => {
    const crbms = stacked()
    const before = crbms.layers.map(({ parameters }) => parameters.data.slice())
    const fitting = crbms.fit(frames, { ...options, epochs: 30, layers: [{}, { learningRate: 1e9 }] })
    await expect(fitting).rejects.toMatchObject({ name: 'DivergenceError' })
    crbms.layers.forEach(({ parameters }, i) => expect(parameters.data).toEqual(before[i]))
  })

  it('samples of a DBN do not share draws between layers', () => {
    const net = new DBN({ layers: [1, 1, 1], weightScale: 0, dtype: 'float64' })
    net.layers[0].params.W.set(0, 0, 50)
    net.layers[0].params.b.set(0, -50)
    // h1 = 1 in half of the cases; then x = 1 in half of those: a quarter. With shared draws h1 = 1 would imply x = 1.
    const samples = net.sample(4000, { steps: 5, seed: 1 })
    expect(Math.abs(mean(samples.data) - 0.25)).toBeLessThan(0.03)
  })

  it('clear errors', async () => {
    expect(() => new DBN({ layers: [4] })).toThrow('DBN: "layers" expected at least 2 items, got 1')
    expect(() => new DBN({ layers: [4, 0] })).toThrow('DBN: "layers[1]" expected an integer >= 1, got 0')
    expect(() => new DBN({ layers: [4, 3], variance: 'learned' })).toThrow(/"variance" needs "visibles"/)
    expect(() => new StackedCRBM({ visible: 3, hidden: [4, 4], order: [2] })).toThrow(
      /"order" expected one number or 2/,
    )
    expect(() => dbn().transform(images, { depth: 3 })).toThrow(/"depth" expected an integer >= 1 and <= 2/)
    await expect(dbn().fit(images, { layers: [{}, {}, {}] })).rejects.toThrow(/"layers" expected at most 2 items/)
    expect(() => DBN.fromState(stacked().state() as never)).toThrow(/not the state of a ser-core DBN/)
  })
})
