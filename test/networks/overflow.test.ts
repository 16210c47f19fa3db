/** Finite numbers never become NaN or infinity without a word. */
import { describe, expect, it } from 'vitest'
import { AttentionPool } from '../../src/layers/attention-pool.ts'
import { Dense } from '../../src/layers/dense.ts'
import { GRU } from '../../src/layers/gru.ts'
import type { Layer } from '../../src/layers/layer.ts'
import { LayerNorm } from '../../src/layers/layer-norm.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool, StandardDeviationPool, StatisticsPool } from '../../src/layers/pool.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'

const stacks: Record<string, () => Layer[]> = {
  values: () => [new Dense({ inputs: 4, units: 3 })],
  softmax: () => [new Dense({ inputs: 4, units: 3, activation: 'softmax' })],
  'average of softmaxes': () => [new Dense({ inputs: 4, units: 3, activation: 'softmax' }), new MeanPool()],
  rectifier: () => [new Dense({ inputs: 4, units: 3, activation: 'relu' })],
  LSTM: () => [new LSTM({ inputs: 4, units: 3 })],
  GRU: () => [new GRU({ inputs: 4, units: 3 })],
  RNN: () => [new RNN({ inputs: 4, units: 3 })],
  LayerNorm: () => [new LayerNorm({ inputs: 4 })],
  MeanPool: () => [new MeanPool({ inputs: 4 })],
  StandardDeviationPool: () => [new StandardDeviationPool({ inputs: 4 })],
  StatisticsPool: () => [new StatisticsPool({ inputs: 4 })],
  AttentionPool: () => [new Dense({ inputs: 4, units: 3 }), new AttentionPool({ units: 2 })],
}
const sizes = [
  ['float32', 1e20],
  ['float32', 3.4e38],
  ['float64', 1e200],
  ['float64', 1.7e308],
] as const
const rows = (size: number): number[][] =>
  Array.from({ length: 6 }, (_, t) => Array.from({ length: 4 }, (__, j) => size * Math.sin(5 * t * t + j + 1)))

/** The numbers, or none where they are refused by a RangeError that begins so. */
function numbersOrRefusal(where: string, call: () => ArrayLike<number>): number[] {
  try {
    return Array.from(call())
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError)
    expect((error as Error).message).toMatch(`${where}: numbers too large, the result would be `)
    return []
  }
}

describe.each(Object.entries(stacks))('%s', (_, layers) => {
  it.each(sizes)('in %s of numbers up to %d gives numbers or an error', (dtype, size) => {
    const net = new Sequential(layers(), { dtype, seed: 1 })
    net.parameters.data.forEach((w, i, all) => {
      all[i] = 3 * w
    })
    const given = [
      ...numbersOrRefusal('Sequential.forward', () => net.forward(rows(size)).data),
      ...numbersOrRefusal('Sequential.predict', () => net.predict(rows(size))),
      ...numbersOrRefusal('Sequential.predict', () => net.predict([rows(1), rows(size)])[1]),
      ...numbersOrRefusal('NetworkStream.push', () => net.stream().push(rows(size)[1])),
      ...numbersOrRefusal('NetworkStream.forward', () => net.stream().forward(rows(size)).data),
    ]
    expect(given.every(Number.isFinite)).toBe(true)
  })
})

describe('what overflows is told', () => {
  const softmax = (): Sequential => new Sequential(stacks.softmax(), { dtype: 'float64', seed: 1 })

  it('with the size of the sequence and of the largest parameter', () => {
    const net = softmax()
    net.parameters.data.fill(2)
    const message = 'numbers too large, the result would be NaN: the sequence goes up to 1e+308, the parameters up to 2'
    expect(() => net.predict([[1e308, 1e308, 1, 1]])).toThrow(`Sequential.predict: ${message} ("layers.0.W")`)
    expect(() => net.forward([[[1e308, 1e308, 1, 1]]])).toThrow(`Sequential.forward: ${message} ("layers.0.W")`)
  })

  it('with the parameter that is not finite', () => {
    const net = softmax()
    net.parameters.data[0] = Number.NaN
    expect(() => net.predict([[1, 2, 3, 4]])).toThrow('Sequential.predict: the parameter "layers.0.W" is NaN')
  })

  it.each(['forward', 'predict'] as const)('by MLP.%s, which gave class 0', (method) => {
    const net = new MLP({ layers: [4, 3, 2], activation: 'relu', dtype: 'float64', seed: 1 })
    net.parameters.data.fill(2)
    expect(() => net[method]([[1e308, 1e308, 1, 1]])).toThrow(
      `MLP.${method}: numbers too large, the result would be NaN: "x" goes up to 1e+308, the parameters up to 2 ("layers.0.W")`,
    )
  })
})
