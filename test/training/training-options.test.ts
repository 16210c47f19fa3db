/** Frame weights, weight noise, chunks with carried state, statistics. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { Bidirectional } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { Dropout } from '../../src/layers/dropout.ts'
import { gateStatistics } from '../../src/layers/gate-statistics.ts'
import { GRU } from '../../src/layers/gru.ts'
import type { Layer } from '../../src/layers/layer.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Adam } from '../../src/optim/adam.ts'
import { LBFGS } from '../../src/optim/lbfgs.ts'
import { SGD } from '../../src/optim/sgd.ts'
import type { FitOptions } from '../../src/training/fit-options.ts'
import type { Checkpoint } from '../../src/training/history.ts'
import { checkNetwork } from '../support/network-gradient.ts'
import { normalSequences } from '../support/random.ts'

const lengths = [5, 2, 4, 7]
const sequences = normalSequences('x', lengths, 2)
const labels = [0, 1, 1, 0]
const head = (): Dense => new Dense({ units: 2, activation: 'softmax' })
const lstm = (): Sequential =>
  new Sequential([new LSTM({ inputs: 2, units: 3 }), head()], { seed: 1, dtype: 'float64' })

describe('frame weights', () => {
  it('a weight of 0 takes a frame out of loss and gradient, 1 for all is none', () => {
    const net = lstm()
    const ones = lengths.map((T) => new Float32Array(T).fill(1))
    expect(net.lossAndGradient(sequences, labels, { frameWeights: ones })).toEqual(
      net.lossAndGradient(sequences, labels),
    )
    // Only the first frames count: the loss is that of the first frames alone.
    const first = lengths.map((T) => Float64Array.from({ length: T }, (_, t) => (t < 2 ? 3 : 0)))
    const { loss, gradient } = net.lossAndGradient(sequences, labels, { frameWeights: first })
    const wanted = net.lossAndGradient(
      sequences.map((x) => x.hi(2, 2)),
      labels,
    )
    expect(loss).toBeCloseTo(wanted.loss, 13)
    gradient.forEach((g, k) => expect(g).toBeCloseTo(wanted.gradient[k], 13))
  })

  it('gradients equal central differences under any weights', () => {
    const weights = fc.array(fc.constantFrom(0, 0.5, 1, 3), { minLength: 7, maxLength: 7 })
    fc.assert(
      fc.property(fc.array(weights, { minLength: 4, maxLength: 4 }), (all) => {
        const frameWeights = all.map((v, i) => Float64Array.from(v.slice(0, lengths[i])))
        checkNetwork([new GRU({ inputs: 2, units: 3 }), head()], lengths, 3, { frameWeights })
      }),
      { seed: 5, numRuns: 15 },
    )
  })

  it('a sequence whose weights are all 0 has loss 0', () => {
    const none = lengths.map((T, i) => new Float32Array(T).fill(i === 2 ? 1 : 0))
    const { loss } = lstm().lossAndGradient(sequences, labels, { frameWeights: none })
    expect(loss).toBeCloseTo(lstm().lossAndGradient([sequences[2]], [labels[2]]).loss / 4, 13)
  })

  it.each<[string, unknown, RegExp]>([
    ['count', [new Float32Array(5)], /"frameWeights" expected one for each of the 4 sequences, got 1/],
    ['length', lengths.map(() => new Float32Array(5)), /"frameWeights\[1\]" expected shape \[2\], got \[5\]/],
    ['sign', lengths.map((T) => new Float32Array(T).fill(-1)), /"frameWeights\[0\]" expected numbers >= 0, got -1/],
    ['NaN', lengths.map((T) => new Float32Array(T).fill(Number.NaN)), /"frameWeights\[0\]"/],
    ['kind', 3, /"frameWeights" expected/],
  ])('refuses a wrong %s', (_, frameWeights, message) => {
    expect(() => lstm().lossAndGradient(sequences, labels, { frameWeights: frameWeights as never })).toThrow(message)
  })
})

describe('weight noise', () => {
  const fitted = async (more: Partial<FitOptions>): Promise<Sequential> => {
    const net = lstm()
    await net.fit(sequences, labels, { optimizer: new SGD({ learningRate: 0.1 }), epochs: 2, batchSize: 4, ...more })
    return net
  }

  it('changes the gradient of an update by about the Hessian times the noise, and leaves none in the weights', async () => {
    const [calm, noisy, again] = await Promise.all([0, 1e-4, 1e-4].map((weightNoise) => fitted({ weightNoise })))
    const apart = Math.max(...calm.parameters.data.map((v, k) => Math.abs(v - noisy.parameters.data[k])))
    expect(apart).toBeGreaterThan(0)
    // The noise itself would be some 2e-4; through the gradient at rate 0.1 it is far less.
    expect(apart).toBeLessThan(3e-5)
    expect(again.parameters.data).toEqual(noisy.parameters.data)
  })

  it('refuses optimisers that search along a line', async () => {
    await expect(fitted({ optimizer: new LBFGS(), weightNoise: 0.1 })).rejects.toThrow(
      /"weightNoise" does not go with .*; leave it out/,
    )
    await expect(fitted({ weightNoise: -1 })).rejects.toThrow(/"weightNoise" expected a finite number >= 0, got -1/)
  })
})

describe('chunks with carried state', () => {
  const layers: [string, () => Layer][] = [
    ['LSTM', () => new LSTM({ inputs: 2, units: 3 })],
    ['LSTM, learned start', () => new LSTM({ inputs: 2, units: 3, initialState: 'learned', projection: 2 })],
    ['GRU', () => new GRU({ inputs: 2, units: 3 })],
    ['RNN', () => new RNN({ inputs: 2, units: 3 })],
  ]
  const options = (more: Partial<FitOptions>): FitOptions => ({
    optimizer: new SGD({ learningRate: 0.05 }),
    epochs: 2,
    batchSize: 3,
    shuffle: false,
    ...more,
  })

  it.each(layers)('%s: longer than every sequence, they are no chunks', async (_, layer) => {
    const [whole, chunked] = await Promise.all(
      [0, 7].map(async (chunkLength) => {
        const net = new Sequential([layer(), head()], { seed: 1, dtype: 'float64' })
        await net.fit(sequences, labels, options({ chunkLength }))
        return net.parameters.data
      }),
    )
    chunked.forEach((v, k) => expect(v).toBeCloseTo(whole[k], 13))
  })

  it.each(layers)('%s: at rate 0 the losses are those of whole sequences', async (_, layer) => {
    const [whole, chunked] = await Promise.all(
      [0, 2].map(async (chunkLength) => {
        const net = new Sequential([layer(), head()], { seed: 1, dtype: 'float64' })
        // Sequences of one length: then the mean over chunks of one length is the mean over frames.
        const even = normalSequences('even', [6, 6, 6], 2)
        const still = new SGD({ learningRate: () => 0 })
        return (await net.fit(even, [0, 1, 1], options({ chunkLength, optimizer: still }))).epochs[0].loss
      }),
    )
    expect(chunked).toBeCloseTo(whole, 13)
  })

  it('the first update of a chunk sees the gradient of that stretch alone, from the state it was left', async () => {
    const net = new Sequential([new LSTM({ inputs: 2, units: 3 }), head()], { seed: 1, dtype: 'float64' })
    const copy = Sequential.fromState(net.state())
    const [x] = normalSequences('even', [4], 2)
    const rate = 0.01
    await net.fit([x], [1], options({ chunkLength: 2, epochs: 1, optimizer: new SGD({ learningRate: rate }) }))
    const step = (gradient: ArrayLike<number>): void => {
      copy.parameters.data.forEach((v, k) => (copy.parameters.data[k] = v - rate * gradient[k]))
    }
    const cell = copy.layers[0] as LSTM
    const { state } = cell.forwardWithState(x.hi(2, 2))
    step(copy.lossAndGradient([x.hi(2, 2)], [1]).gradient)
    // The second stretch as a network whose learned start is that state.
    const second = new Sequential([new LSTM({ inputs: 2, units: 3, initialState: 'learned' }), head()], {
      dtype: 'float64',
    })
    for (const { name, offset, size } of copy.parameters.slots) {
      const slot = second.parameters.slots.find((candidate) => candidate.name === name)
      second.parameters.data.set(copy.parameters.data.subarray(offset, offset + size), slot?.offset)
    }
    second.layers[0].params.h0.data.set(state.h)
    second.layers[0].params.c0.data.set(state.c)
    const { gradient } = second.lossAndGradient([x.lo(2, 0)], [1])
    for (const { name, offset, size } of net.parameters.slots) {
      const from = second.parameters.slots.find((candidate) => candidate.name === name)?.offset as number
      for (let k = 0; k < size; k++) {
        const wanted = copy.parameters.data[offset + k] - rate * gradient[from + k]
        expect(net.parameters.data[offset + k]).toBeCloseTo(wanted, 13)
      }
    }
  })

  it('each chunk has its own labels, frame weights and share of the loss told', async () => {
    const net = lstm()
    const frames = lengths.map((T, i) => Array.from({ length: T }, (_, t) => Number((t * t + i) % 4 > 1)))
    const frameWeights = lengths.map((T) => Float64Array.from({ length: T }, (_, t) => (t + 1) % 4))
    const losses = net.forward(sequences).map((y, i) => frames[i].map((k, t) => -Math.log(y.get(t, k))))
    let wanted = 0
    for (let from = 0; from < 7; from += 3) {
      const running = [...lengths.keys()].filter((i) => lengths[i] > from)
      let rows = 0
      let sum = 0
      for (const i of running) {
        const weights = frameWeights[i].subarray(from, from + 3)
        const mass = weights.reduce((a, b) => a + b, 0)
        rows += weights.length
        weights.forEach((v, t) => {
          if (mass > 0) sum += (v * losses[i][from + t]) / mass
        })
      }
      wanted += ((rows / 18) * sum) / running.length
    }
    const told: number[] = []
    const still = new SGD({ learningRate: 0 })
    const onBatch = ({ loss }: { loss: number }): number => told.push(loss)
    const more = { optimizer: still, chunkLength: 3, frameWeights, epochs: 1, batchSize: 4, onBatch }
    await net.fit(sequences, frames, options(more))
    expect(told[0]).toBeCloseTo(wanted, 12)
  })

  it('no noise falls on biases', async () => {
    const zero = view(new Float64Array(6), [3, 2])
    const losses = await Promise.all(
      [0, 1].map(async (weightNoise) => {
        const net = new Sequential([new Dense({ inputs: 2, units: 2, activation: 'softmax' })], { seed: 1 })
        net.layers[0].params.b.data.set([0.3, -0.2])
        const still = new SGD({ learningRate: 0 })
        return (await net.fit([zero], [1], { optimizer: still, epochs: 1, weightNoise })).epochs[0].loss
      }),
    )
    expect(losses[1]).toBe(losses[0])
  })

  it('noise on weights and masks of dropout are drawn anew for each chunk, of equal frames', async () => {
    const x = view(new Float64Array(6).fill(1), [3, 2])
    for (const [below, weightNoise] of [
      [new Dropout({ inputs: 2, rate: 0 }), 0],
      [new Dropout({ inputs: 2, rate: 0 }), 0.1],
      [new Dense({ inputs: 2, units: 60 }), 0],
    ] as const) {
      const masked = below instanceof Dense
      const net = new Sequential(masked ? [below, new Dropout(), head()] : [below, head()], { dtype: 'float64' })
      const gradients = new Set<string>()
      const optimizer = new SGD({ learningRate: 0 })
      optimizer.step = ({ gradient }) => gradients.add(gradient.join())
      const norms: number[] = []
      const onBatch = ({ gradientNorm }: { gradientNorm: number }): number => norms.push(gradientNorm)
      const more = { optimizer, weightNoise, chunkLength: 1, epochs: 1, onBatch }
      const { epochs } = await net.fit([x], [1], options(more))
      expect(gradients.size).toBe(masked || weightNoise > 0 ? 3 : 1)
      // Chunks of one length: what the batch tells is their mean.
      expect(norms[0]).toBeCloseTo(epochs[0].gradientNorm, 12)
    }
  })

  it('frame labels, frame weights and resume go along', async () => {
    const frames = lengths.map((T) => Array.from({ length: T }, (_, t) => t % 2))
    const frameWeights = lengths.map((T) => Float64Array.from({ length: T }, (_, t) => 1 + (t % 3)))
    const run = async (more: Partial<FitOptions>): Promise<Sequential> => {
      const net = lstm()
      await net.fit(sequences, frames, options({ chunkLength: 3, frameWeights, weightNoise: 0.01, ...more }))
      return net
    }
    let half: Checkpoint | undefined
    const whole = await run({ epochs: 4 })
    await run({ epochs: 2, onEpoch: (report) => (half = report.checkpoint()) })
    expect((await run({ epochs: 4, resume: half })).parameters.data).toEqual(whole.parameters.data)
  })

  it('refuses networks that need the whole sequence', async () => {
    const pooled = new Sequential([new LSTM({ inputs: 2, units: 3 }), new MeanPool(), head()])
    await expect(pooled.fit(sequences, labels, options({ chunkLength: 2 }))).rejects.toThrow(
      /Sequential\.fit: "chunkLength" does not go with a layer that changes the number of steps \(layers\[1\], meanPool\)/,
    )
    const both = new Sequential([new Dense({ inputs: 2, units: 2 }), new Bidirectional(new LSTM({ units: 3 })), head()])
    await expect(both.fit(sequences, labels, options({ chunkLength: 2 }))).rejects.toThrow(/needs the whole sequence/)
    await expect(lstm().fit(sequences, labels, options({ chunkLength: 2, optimizer: new LBFGS() }))).rejects.toThrow(
      /"chunkLength" does not go with/,
    )
    await expect(lstm().fit(sequences, labels, options({ chunkLength: 1.5 }))).rejects.toThrow(/"chunkLength" expected/)
  })
})

describe('statistics of an epoch', () => {
  it('of gates: the mean, and the shares below 0.1 and above 0.9', () => {
    // One column of padding before and behind the two that count.
    const x = Float32Array.from(
      [
        [9, 0.05, 0.15, 9],
        [9, 0.95, 0.85, 9],
        [9, 0.5, 0.25, 9],
      ].flat(),
    )
    const { mean, closed, open } = gateStatistics(x, 3, 4, 1, 2)
    expect(mean).toBeCloseTo(2.75 / 6, 6)
    expect([closed, open]).toEqual([1 / 6, 1 / 6])
  })

  it('tell gradient norms by parameter and how open gates stood', async () => {
    const net = new Sequential([
      new LSTM({ inputs: 2, units: 3, forgetBias: 8 }),
      new Bidirectional(new GRU({ units: 2 })),
      head(),
    ])
    const { epochs } = await net.fit(sequences, labels, {
      optimizer: new Adam({ learningRate: 1e-3 }),
      epochs: 2,
      batchSize: 4,
      shuffle: false,
      statistics: true,
    })
    const { gradientNorms, gates } = epochs[0].statistics ?? { gradientNorms: {}, gates: {} }
    const { slots } = net.parameters
    expect(Object.keys(gradientNorms)).toEqual(slots.map(({ name }) => name))
    const square = Object.values(gradientNorms).reduce((sum, v) => sum + v * v, 0)
    expect(Math.sqrt(square)).toBeCloseTo(epochs[0].gradientNorm, 6)
    expect(Object.keys(gates)).toEqual([
      ...['i', 'f', 'o'].map((g) => `layers.0.${g}`),
      ...['forward.r', 'forward.z', 'backward.r', 'backward.z'].map((g) => `layers.1.${g}`),
    ])
    expect(gates['layers.0.f']).toMatchObject({ open: 1, closed: 0 })
    expect(gates['layers.0.f'].mean).toBeGreaterThan(0.99)
    expect(gates['layers.0.i'].mean).toBeLessThan(0.9)
  })

  it('start anew in each epoch, as does the loss, in which every sequence counts alike', async () => {
    const told: number[] = []
    const { epochs } = await lstm().fit(sequences, labels, {
      optimizer: new SGD({ learningRate: 0 }),
      epochs: 2,
      batchSize: 3,
      shuffle: false,
      statistics: true,
      onBatch: ({ loss }) => told.push(loss),
    })
    expect({ ...epochs[1], epoch: 1 }).toEqual(epochs[0])
    expect(epochs[0].loss).toBeCloseTo((3 * told[0] + told[1]) / 4, 12)
  })

  it('are left out unless asked for, and change no bit of the result', async () => {
    const [plain, told] = await Promise.all(
      [false, true].map(async (statistics) => {
        const net = lstm()
        const { epochs } = await net.fit(sequences, labels, { optimizer: new Adam(), epochs: 1, statistics })
        expect('statistics' in epochs[0]).toBe(statistics)
        return net.parameters.data
      }),
    )
    expect(told).toEqual(plain)
  })
})
