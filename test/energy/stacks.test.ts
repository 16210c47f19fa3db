import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { DBN } from '../../src/energy/dbn.ts'
import type { StackCheckpoint } from '../../src/energy/energy-stack.ts'
import { GaussianRBM } from '../../src/energy/gaussian-rbm.ts'
import { RBM } from '../../src/energy/rbm.ts'
import { StackedCRBM } from '../../src/energy/stacked-crbm.ts'
import { Random } from '../../src/numerics/random.ts'
import { normalMatrix, normalSequences } from '../support/random.ts'
import { bits } from './models.ts'

const mean = (values: ArrayLike<number>): number => Array.from(values).reduce((a, b) => a + b) / values.length
const plain = <T>(state: T): T =>
  JSON.parse(JSON.stringify(state, (_, v) => (ArrayBuffer.isView(v) ? Array.from(v as never) : v)))

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
    const history = await whole.fit(data as never, options)
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
      expect(await resumed.fit(data as never, { ...options, resume })).toEqual(history)
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

  it('samples are those of the top RBM, handed down', () => {
    const net = dbn()
    const [low, top] = net.layers
    const wanted = low.sampleVisible(top.sample(5, { steps: 7, seed: 3 }), { seed: '3/0' })
    expect(net.sample(5, { steps: 7, seed: 3 }).data).toEqual(wanted.data)
  })

  it.each([
    ['too short for the upper model', { options: {}, T: 9 }, /"sequences\[0\]" expected at least 11 frames/],
    ['a bad option of the upper model', { options: { layers: [{}, { learningRate: -1 }] }, T: 20 }, /"learningRate"/],
    ['no options for a layer', { options: { layers: [null] }, T: 20 }, /layers\[0\]: options expected an object/],
    ['null', { options: null, T: 20 }, /"options" expected an object, got null/],
  ])('refuse before the first layer is trained: %s', async (_, { options: more, T }, message) => {
    const crbms = new StackedCRBM({ visible: 3, hidden: [5, 4], order: [2, 10] })
    const before = crbms.layers.map(({ parameters }) => parameters.data.slice())
    const given = more && { ...options, ...more }
    await expect(crbms.fit(normalSequences('x', [T], 3), given as never)).rejects.toThrow(message)
    crbms.layers.forEach(({ parameters }, i) => expect(parameters.data).toEqual(before[i]))
  })

  it('one fit at a time; options are copies', async () => {
    const layers = [6, 5, 3]
    const net = new DBN({ layers })
    layers.push(9)
    const first = net.fit(images, options)
    await expect(net.fit(images, options)).rejects.toThrow(/is being fitted already/)
    await first
    expect(DBN.fromState(net.state()).layers).toHaveLength(2)
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
