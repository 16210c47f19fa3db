import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import { CRBM } from '../../src/energy/crbm.ts'
import { DBN } from '../../src/energy/dbn.ts'
import { RBM } from '../../src/energy/rbm.ts'
import { Dense } from '../../src/layers/dense.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Adam } from '../../src/optim/adam.ts'
import type { Chart } from '../../src/report/chart.ts'
import { trainingCurvesSpec } from '../../src/report/curves-chart.ts'
import { renderSvg } from '../../src/report/render.ts'

interface Point {
  layer: string
  data: string
  epoch: number
  value: number
  best?: number
}

const rows = ndarray(
  Float32Array.from({ length: 32 }, (_, i) => ((i * 7) % 11) / 11),
  [8, 4],
)
const labels = [0, 1, 0, 1, 0, 1, 0, 1]
const optimizer = (): Adam => new Adam({ learningRate: 0.05 })

function pointsOf({ data }: Chart): Point[] {
  return (data as unknown as { values: Point[] }).values
}

describe('trainingCurvesSpec of what fit returns', () => {
  it('MLP: the loss of every epoch', async () => {
    const history = await new MLP({ layers: [4, 3, 2], seed: 1 }).fit(rows, labels, {
      optimizer: optimizer(),
      epochs: 5,
    })
    const chart = trainingCurvesSpec(history)
    expect(chart.description).toBe('Loss by epoch, 5 epochs.')
    const points = pointsOf(chart)
    expect(points.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5])
    for (const [i, { data, value }] of points.entries()) {
      expect(data).toBe('training')
      expect(value).toBeCloseTo(history.epochs[i].loss, 3)
    }
  })

  it('Sequential: validation data too, and a rule at the epoch that was kept', async () => {
    const layers = [new LSTM({ inputs: 4, units: 2 }), new Dense({ units: 2, activation: 'softmax' }), new MeanPool()]
    const net = new Sequential(layers, { seed: 1 })
    const sequences = [rows, rows]
    const validation = { sequences, labels: [1, 0] }
    const options = {
      optimizer: new Adam({ learningRate: 0.5 }),
      epochs: 6,
      validation,
      earlyStopping: { patience: 2 },
    }
    const history = await net.fit(sequences, [0, 1], options)
    const chart = trainingCurvesSpec(history)
    expect(history.bestEpoch).toBeLessThan(history.epochs.length)
    expect(chart.description).toContain(`weights of epoch ${history.bestEpoch} kept.`)
    expect(pointsOf(chart).filter(({ best }) => best !== undefined)).toEqual([
      { layer: 'layer 1', best: history.bestEpoch },
    ])
    expect(pointsOf(chart).filter(({ data }) => data === 'validation')).toHaveLength(history.epochs.length)
    expect(await renderSvg(chart)).toContain('validation')
  })

  it.each([
    ['RBM', async () => await new RBM({ visible: 4, hidden: 2, seed: 1 }).fit(rows, { epochs: 3, learningRate: 0.01 })],
    [
      'CRBM',
      async () =>
        await new CRBM({ visible: 4, hidden: 2, order: 2, seed: 1 }).fit([rows], { epochs: 3, learningRate: 0.001 }),
    ],
  ])('%s: the reconstruction error', async (_name, trained) => {
    const history = await trained()
    const chart = trainingCurvesSpec(history)
    expect(chart.description).toBe('Reconstruction error by epoch, 3 epochs.')
    expect(pointsOf(chart).map(({ data }) => data)).toEqual(['training', 'training', 'training'])
    expect(pointsOf(chart)[2].value).toBeCloseTo(history.epochs[2].reconstructionError, 3)
    // As it comes back from a file, with null for what is no number.
    expect(trainingCurvesSpec(JSON.parse(JSON.stringify(history)))).toEqual(chart)
  })

  it('DBN: a panel for each layer', async () => {
    const histories = await new DBN({ layers: [4, 3, 2], seed: 1 }).fit(rows, { epochs: 2, learningRate: 0.01 })
    const chart = trainingCurvesSpec(histories)
    expect(chart.description).toBe('Reconstruction error by epoch, 2 layers, 2 epochs and 2 epochs.')
    expect(pointsOf(chart).map(({ layer }) => layer)).toEqual(['layer 1', 'layer 1', 'layer 2', 'layer 2'])
    expect(await renderSvg(chart)).toContain('layer 2')
  })

  it('several fits are called fits, and layers and their fine-tuning by what they are', async () => {
    const net = () => new MLP({ layers: [4, 3, 2], seed: 1 })
    const fits = [
      await net().fit(rows, labels, { optimizer: optimizer(), epochs: 2 }),
      await net().fit(rows, labels, { optimizer: optimizer(), epochs: 3 }),
    ]
    const chart = trainingCurvesSpec(fits)
    expect(chart.description).toBe('Loss by epoch, 2 fits, 2 epochs and 3 epochs.')
    expect([...new Set(pointsOf(chart).map(({ layer }) => layer))]).toEqual(['fit 1', 'fit 2'])
    expect(await renderSvg(chart)).toContain('fit 2')
    const layers = await new DBN({ layers: [4, 3, 2], seed: 1 }).fit(rows, { epochs: 1, learningRate: 0.01 })
    const all = trainingCurvesSpec([...layers, fits[0]])
    expect(all.description).toMatch(/^Reconstruction error or loss by epoch, 2 layers, 1 fit, /)
    expect([...new Set(pointsOf(all).map(({ layer }) => layer))]).toEqual(['layer 1', 'layer 2', 'fit 1'])
  })

  it('thins out long ones and keeps their last epoch', () => {
    const epochs = Array.from({ length: 1001 }, (_, i) => ({
      epoch: i + 1,
      loss: 1 / (i + 1),
      gradientNorm: 1,
      learningRate: 1,
    }))
    const points = pointsOf(trainingCurvesSpec({ epochs, stoppedEarly: false, bestEpoch: 1001 }))
    expect(points.length).toBeLessThanOrEqual(402)
    expect(points[points.length - 1].epoch).toBe(1001)
  })

  it.each([
    [{ epochs: [] }, '"history.epochs" expected at least 1 item, got 0'],
    [{ epochs: 3 }, '"history.epochs" expected an array, got 3'],
    [{ epochs: [3] }, '"history.epochs[0]" expected an object, got 3'],
    [[], '"histories" expected at least 1 item, got 0'],
    [[{}], '"histories[0].epochs" expected an array, got undefined'],
    [[null], '"histories[0]" expected a history, as fit returns it, got null'],
  ])('refuses %j', (value, message) => {
    expect(() => trainingCurvesSpec(value as never)).toThrow(`trainingCurvesSpec: ${message}`)
  })
})
