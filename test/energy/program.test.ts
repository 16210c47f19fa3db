/** A user's first program with energy models, at a tenth of its size. */
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { CRBM, GaussianRBM, Random, RBM } from '../../src/index.ts'
import { normalMatrix, normalSequences, toFloat32 } from '../support/random.ts'

describe('a first program', () => {
  it('trains, asks and samples an RBM', async () => {
    const data = new Float32Array(40 * 20)
    new Random('images').bernoulliInto(data, 0.3)
    const images = view(data, [40, 20])
    const rbm = new RBM({ visible: 20, hidden: 12, seed: 1 })
    const told: number[] = []
    const history = await rbm.fit(images, {
      ...{ epochs: 10, batchSize: 10, learningRate: 0.05, k: 1, momentum: 0.9, weightDecay: 1e-4, persistent: false },
      onEpoch: ({ epoch, reconstructionError, freeEnergyGap }) => told.push(epoch, reconstructionError, freeEnergyGap),
    })
    expect(told).toHaveLength(30)
    expect(history.epochs[9].reconstructionError).toBeLessThan(history.epochs[0].reconstructionError)
    expect([rbm.params.W.shape, rbm.params.b.shape, rbm.params.c.shape]).toEqual([[20, 12], [20], [12]])
    expect(rbm.freeEnergy(images).shape).toEqual([40])
    expect(rbm.transform(images).shape).toEqual([40, 12])
    expect(rbm.reconstruct(images).shape).toEqual([40, 20])
    expect(rbm.sample(64, { steps: 100 }).shape).toEqual([64, 20])
    const { logZ, low, high } = rbm.logPartition({ method: 'ais', chains: 100, temperatures: 200 })
    expect(low < logZ && logZ < high).toBe(true)
    expect(Math.abs(logZ - rbm.logPartition())).toBeLessThan(0.1)
    expect(rbm.logLikelihood(images)).toBeGreaterThan(-20 * Math.LN2)
  })

  it('trains, asks and continues with a CRBM', async () => {
    const sequences = normalSequences('speech', [30, 20, 25], 6).map(toFloat32)
    const [sequence] = sequences
    const crbm = new CRBM({ visible: 6, hidden: 15, order: 5, seed: 1 })
    const options = { epochs: 30, batchSize: 20, learningRate: 1e-3, k: 1, momentum: 0.9, weightDecay: 2e-4 }
    await crbm.fit(sequences, options)
    const shapes = Object.fromEntries(Object.entries(crbm.params).map(([name, { shape }]) => [name, shape]))
    expect(shapes).toEqual({ W: [6, 15], A: [6, 30], B: [15, 30], b: [6], c: [15] })
    expect(crbm.transform(sequence).shape).toEqual([30, 15])
    expect(crbm.freeEnergy(sequence).shape).toEqual([25])
    expect(crbm.predictNext(sequence).shape).toEqual([25, 6])
    expect(crbm.generate(sequence, 100).shape).toEqual([100, 6])
    expect(crbm.transform(sequence).data).toBeInstanceOf(Float32Array)
  })

  it('takes integers, and float64 where asked', async () => {
    const bits = view(Uint8Array.of(1, 0, 1, 0, 1, 1), [2, 3])
    const rbm = new RBM({ visible: 3, hidden: 2 })
    await rbm.fit(bits, { epochs: 1 })
    expect(rbm.transform(bits).data).toBeInstanceOf(Float32Array)
    const gaussian = new GaussianRBM({ visible: 3, hidden: 2, dtype: 'float64' })
    expect(gaussian.freeEnergy(toFloat32(normalMatrix(new Random(1), 4, 3))).data).toBeInstanceOf(Float64Array)
  })
})
