import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { StateError } from '../../src/core/errors.ts'
import { AttentionPool } from '../../src/layers/attention-pool.ts'
import { Dense } from '../../src/layers/dense.ts'
import { FrameStack } from '../../src/layers/frame-stack.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Adam } from '../../src/optim/adam.ts'
import { normalSequences } from '../support/random.ts'

const column = (...values: number[]) => view(Float64Array.from(values), [values.length, 1])

/** One input, one hidden unit of tanh(x), the score v tanh(x). */
function scorer(v: number, heads = [v]): AttentionPool {
  const pool = new AttentionPool({ inputs: 1, heads: heads.length, dtype: 'float64' })
  pool.params.W.set(0, 0, 1)
  pool.params.V.data.set(heads)
  return pool
}

describe('AttentionPool', () => {
  it('is the mean where all rows score alike', () => {
    expect(
      scorer(0)
        .forward(column(1, 2, 6))
        .get(0, 0),
    ).toBeCloseTo(3, 14)
  })

  it('weighs by the softmax of v tanh(x), by hand', () => {
    const [a, b] = [0.3, -1].map((x) => Math.exp(2 * Math.tanh(x)))
    const y = scorer(2).forward(column(0.3, -1))
    expect(y.shape).toEqual([1, 1])
    expect(y.get(0, 0)).toBeCloseTo((0.3 * a - b) / (a + b), 14)
  })

  it('puts the heads side by side', () => {
    const x = column(0.3, -1, 2)
    const both = scorer(0, [2, -3]).forward(x)
    expect(both.shape).toEqual([1, 2])
    expect(both.get(0, 0)).toBe(scorer(2).forward(x).get(0, 0))
    expect(both.get(0, 1)).toBe(scorer(-3).forward(x).get(0, 0))
  })

  it.each([1e5, -1e5])('stays finite and takes one row where scores are huge: %d', (v) => {
    const x = column(-2, 0.5, 3, 1)
    expect(scorer(v).forward(x).get(0, 0)).toBe(v > 0 ? 3 : -2)
    const weights = scorer(v).weights(x).data
    expect(Array.from(weights as Float64Array)).toEqual(v > 0 ? [0, 0, 1, 0] : [1, 0, 0, 0])
  })

  it('starts with as many hidden units as inputs, biases at zero', () => {
    const { W, b, V } = new AttentionPool({ inputs: 4, heads: 2 }).params
    expect([W.shape, b.shape, V.shape]).toEqual([[4, 4], [4], [4, 2]])
    expect(new Set(b.data as Float32Array)).toEqual(new Set([0]))
    expect(new AttentionPool({ inputs: 4, units: 3 }).params.W.shape).toEqual([4, 3])
  })
})

describe('the weights of attention', () => {
  it('are [T, heads], sum to 1 and make the output', () => {
    const pool = new AttentionPool({ inputs: 3, heads: 2, dtype: 'float64', seed: 1 })
    const [x] = normalSequences(1, [5], 3)
    const alpha = pool.weights(x)
    const y = pool.forward(x)
    expect(alpha.shape).toEqual([5, 2])
    for (let h = 0; h < 2; h++) {
      const column = Array.from({ length: 5 }, (_, t) => alpha.get(t, h))
      expect(column.reduce((sum, a) => sum + a, 0)).toBeCloseTo(1, 14)
      const first = column.reduce((sum, a, t) => sum + a * x.get(t, 0), 0)
      expect(y.get(0, 3 * h)).toBeCloseTo(first, 14)
    }
  })

  it('of the last pass of a network are those of each sequence, in its order', () => {
    const pool = new AttentionPool({ units: 2 })
    const network = new Sequential([new FrameStack({ inputs: 3, frames: 2 }), new LSTM({ units: 4 }), pool])
    expect(() => pool.lastWeights()).toThrow(StateError)
    const sequences = normalSequences(1, [3, 8, 5], 3)
    network.forward(sequences)
    const together = pool.lastWeights()
    expect(together.map(({ shape }) => shape)).toEqual([
      [2, 1],
      [4, 1],
      [3, 1],
    ])
    sequences.forEach((sequence, i) => {
      network.forward(sequence)
      expect(pool.lastWeights()[0].data).toEqual(together[i].data)
    })
  })

  it('find the one frame that tells, which a mean drowns', async () => {
    const marked = (t: number, i: number): number => (t === i % 12 ? 1 : 0)
    const sequences = normalSequences('one tells', new Array(240).fill(12), 2)
    sequences.forEach((x, i) => {
      for (let t = 0; t < 12; t++) x.set(t, 1, marked(t, i))
    })
    const labels = sequences.map((x, i) => (x.get(i % 12, 0) > 0 ? 1 : 0))
    const accuracy = async (pool: AttentionPool | MeanPool): Promise<number> => {
      const network = new Sequential([pool, new Dense({ units: 2, activation: 'softmax' })], { seed: 1 })
      const optimizer = new Adam({ learningRate: 0.03 })
      await network.fit(sequences.slice(0, 160), labels.slice(0, 160), { optimizer, epochs: 40, batchSize: 10 })
      return network.evaluate(sequences.slice(160), labels.slice(160)).accuracy
    }
    const pool = new AttentionPool({ inputs: 2, units: 4 })
    expect(await accuracy(pool)).toBeGreaterThan(0.9)
    expect(await accuracy(new MeanPool({ inputs: 2 }))).toBeLessThan(0.75)
    const seen = sequences.map((x, i) => pool.weights(x).get(i % 12, 0))
    expect(seen.reduce((sum, a) => sum + a, 0) / 240).toBeGreaterThan(0.3)
  })
})

describe('bad options of AttentionPool', () => {
  it.each<[string, object, RegExp]>([
    ['no heads', { heads: 0 }, /AttentionPool: "heads" expected an integer >= 1, got 0/],
    ['half a unit', { units: 0.5 }, /AttentionPool: "units" expected an integer >= 1, got 0.5/],
    ['an unknown option', { queries: 1 }, /AttentionPool: unknown option "queries"/],
  ])('refuses %s', (_, options, message) => expect(() => new AttentionPool(options)).toThrow(message))
})
