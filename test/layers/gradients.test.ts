import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bidirectional, type Merge } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { Dropout } from '../../src/layers/dropout.ts'
import { LastPool } from '../../src/layers/last-pool.ts'
import type { Layer } from '../../src/layers/layer.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MaxPool, MeanPool, StandardDeviationPool, StatisticsPool } from '../../src/layers/pool.ts'
import { type RecurrentActivation, RNN } from '../../src/layers/rnn.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { checkGradient } from '../../src/numerics/gradient-check.ts'
import { Random } from '../../src/numerics/random.ts'
import { anyStack } from '../support/architectures.ts'
import { checkNetwork } from '../support/network-gradient.ts'
import { objectiveOf } from '../support/objective.ts'
import { normalMatrix, normalSequences } from '../support/random.ts'

const property = { seed: 20150416, numRuns: 60 }

const lengths = fc.array(fc.integer({ min: 2, max: 6 }), { minLength: 1, maxLength: 4 })
const seed = fc.integer({ min: 0, max: 1e6 })
const width = fc.integer({ min: 1, max: 5 })

describe('gradients equal central differences in float64', () => {
  it('peephole LSTM under a softmax', () => {
    fc.assert(
      fc.property(lengths, width, width, seed, fc.boolean(), (T, D, H, s, peepholes) => {
        const layers = [new LSTM({ inputs: D, units: H, peepholes }), new Dense({ units: 3, activation: 'softmax' })]
        checkNetwork(layers, T, s, {})
      }),
      property,
    )
  })

  it('two LSTM layers with dense layers around them', () => {
    fc.assert(
      fc.property(lengths, width, seed, fc.constantFrom('linear', 'sigmoid', 'tanh'), (T, H, s, activation) => {
        const layers = [
          new Dense({ inputs: 3, units: H, activation }),
          new LSTM({ units: H }),
          new Dense({ units: 2, activation: 'tanh' }),
          new LSTM({ units: 3 }),
          new Dense({ units: 2, activation: 'softmax' }),
        ]
        checkNetwork(layers, T, s, {})
      }),
      property,
    )
  })

  it('simple recurrent layers', () => {
    const activations = fc.constantFrom<RecurrentActivation>('tanh', 'sigmoid')
    fc.assert(
      fc.property(lengths, width, seed, activations, (T, H, s, activation) => {
        const layers = [
          new RNN({ inputs: 2, units: H, activation }),
          new RNN({ units: 3 }),
          new Dense({ units: 2, activation: 'softmax' }),
        ]
        checkNetwork(layers, T, s, {})
      }),
      property,
    )
  })

  it('both directions, merged in every way', () => {
    const merges = fc.constantFrom<Merge>('concatenate', 'sum', 'average')
    fc.assert(
      fc.property(lengths, width, seed, merges, fc.boolean(), (T, H, s, merge, pool) => {
        const layers = [
          new Dense({ inputs: 2, units: 3, activation: 'tanh' }),
          new Bidirectional(new LSTM({ units: H }), { merge }),
          new Bidirectional(new RNN({ units: 2 }), { merge }),
          ...(pool ? [new StatisticsPool()] : []),
          new Dense({ units: 2, activation: 'softmax' }),
        ]
        checkNetwork(layers, T, s, {})
      }),
      property,
    )
  })

  it('every pooling layer and their combination', () => {
    const pools = fc.constantFrom<() => Layer>(
      () => new MeanPool(),
      () => new MaxPool(),
      () => new LastPool(),
      () => new StandardDeviationPool(),
      () => new StatisticsPool(),
      () => new StatisticsPool({ statistics: ['sd', 'max'] }),
    )
    fc.assert(
      fc.property(lengths, width, seed, pools, (T, H, s, pool) => {
        checkNetwork(
          [new LSTM({ inputs: 2, units: H }), pool(), new Dense({ units: 3, activation: 'softmax' })],
          T,
          s,
          {},
        )
      }),
      property,
    )
  })

  it('random stacks of every layer', () => {
    fc.assert(
      fc.property(anyStack, lengths, seed, (layers, T, s) => {
        const softmax = layers.some((layer) => layer instanceof Dense && layer.activation === 'softmax')
        if (softmax) checkNetwork(layers, T, s, { labelSmoothing: 0.1 })
        else {
          const targets = normalMatrix(new Random(`${s}/targets`), T.length, 3)
          checkNetwork(layers, T, s, { loss: 'squaredError' }, targets)
        }
      }),
      property,
    )
  })

  it('the mean of softmaxes', () => {
    fc.assert(
      fc.property(lengths, seed, (T, s) => {
        const layers = [
          new LSTM({ inputs: 2, units: 3 }),
          new Dense({ units: 3, activation: 'softmax' }),
          new Dropout({ rate: 0.2 }),
          new MeanPool(),
        ]
        checkNetwork(layers, T, s, { labelSmoothing: 0.1 })
      }),
      property,
    )
  })

  it.each(['linear', 'sigmoid', 'tanh', 'softmax'] as const)(
    'squared error on %s outputs, a target a frame',
    (kind) => {
      fc.assert(
        fc.property(lengths, seed, (T, s) => {
          const random = new Random(`${s}/targets`)
          const targets = T.map((rows) => normalMatrix(random, rows, 3))
          const layers = [new LSTM({ inputs: 2, units: 3 }), new Dense({ units: 3, activation: kind })]
          checkNetwork(layers, T, s, { loss: 'squaredError' }, targets)
        }),
        property,
      )
    },
  )

  it('label smoothing, class weights, classes a frame', () => {
    fc.assert(
      fc.property(lengths, seed, fc.double({ min: 0, max: 0.5, noNaN: true }), (T, s, labelSmoothing) => {
        const layers = (): Layer[] => [
          new LSTM({ inputs: 2, units: 2 }),
          new Dense({ units: 3, activation: 'softmax' }),
        ]
        checkNetwork(layers(), T, s, { labelSmoothing, classWeights: [0.5, 2, 1] })
        const frames = T.map((rows) => Int32Array.from({ length: rows }, (_, t) => (s + t) % 3))
        checkNetwork(layers(), T, s, { labelSmoothing }, frames)
      }),
      property,
    )
  })

  it('a rectifier, away from its kink', () => {
    fc.assert(
      fc.property(lengths, seed, (T, s) => {
        const relu = new Dense({ inputs: 2, units: 4, activation: 'relu' })
        const network = new Sequential([relu, new LSTM({ units: 3 }), new Dense({ units: 2, activation: 'softmax' })], {
          dtype: 'float64',
          seed: s,
        })
        const sequences = normalSequences(s, T, 2)
        const nearKink = sequences.some(({ data }) =>
          Array.from({ length: data.length / 2 }, (_, t) =>
            [0, 1, 2, 3].some((k) => {
              const W = relu.params.W
              return Math.abs(data[2 * t] * W.get(0, k) + data[2 * t + 1] * W.get(1, k)) < 1e-3
            }),
          ).some(Boolean),
        )
        fc.pre(!nearKink)
        const labels = T.map((_, i) => i % 2)
        const f = objectiveOf(network, sequences, labels)
        const { ok, worst } = checkGradient(f, Float64Array.from(network.parameters.data))
        expect(ok, JSON.stringify(worst)).toBe(true)
      }),
      property,
    )
  })
})

describe('truncated BPTT', () => {
  it('with a horizon beyond the sequence is full BPTT, bit for bit', () => {
    const network = new Sequential([new LSTM({ inputs: 2, units: 3 }), new Dense({ units: 2, activation: 'softmax' })])
    const sequences = normalSequences(1, [5, 3, 4], 2)
    const full = network.lossAndGradient(sequences, [0, 1, 0])
    expect(network.lossAndGradient(sequences, [0, 1, 0], { truncation: 5 })).toEqual(full)
    const cut = network.lossAndGradient(sequences, [0, 1, 0], { truncation: 2 })
    expect(cut.loss).toBe(full.loss)
    expect(cut.gradient).not.toEqual(full.gradient)
  })
})

describe('checkGradient itself', () => {
  const x0 = Float64Array.of(0.3, -1.2, 2)
  const cube = (x: ArrayLike<number>, g: { [i: number]: number }, wrong = 1): number => {
    for (let i = 0; i < x.length; i++) g[i] = 3 * x[i] ** 2 * (i === 1 ? wrong : 1)
    return Array.from(x).reduce((sum, v) => sum + v ** 3, 0)
  }

  it('passes a right gradient and leaves x0 alone', () => {
    expect(checkGradient(cube, x0)).toMatchObject({ ok: true })
    expect(x0).toEqual(Float64Array.of(0.3, -1.2, 2))
  })

  it('names the coordinate of a wrong one', () => {
    const result = checkGradient((x, g) => cube(x, g, 1.00001), x0)
    expect(result.ok).toBe(false)
    expect(result.worst.index).toBe(1)
    expect(result.maxError).toBeGreaterThan(1)
  })

  it('fails where the value itself is not finite', () => {
    const f = (x: ArrayLike<number>, g: { [i: number]: number }): number => {
      g[0] = 5
      return x[0] === 1 ? Number.POSITIVE_INFINITY : 0
    }
    expect(checkGradient(f, Float64Array.of(1)).ok).toBe(false)
  })

  it('fails on NaN', () => {
    expect(checkGradient(() => Number.NaN, x0).ok).toBe(false)
  })

  it('refuses float32', () => {
    expect(() => checkGradient(cube, Float32Array.of(1) as never)).toThrow(/"x0" expected a Float64Array/)
  })
})
