import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Dtype } from '../../src/core/types.ts'
import { useKernels } from '../../src/kernels/index.ts'
import { AttentionPool } from '../../src/layers/attention-pool.ts'
import { Bidirectional } from '../../src/layers/bidirectional.ts'
import { Dense } from '../../src/layers/dense.ts'
import { Dropout } from '../../src/layers/dropout.ts'
import { LastPool } from '../../src/layers/last-pool.ts'
import type { Layer } from '../../src/layers/layer.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { checkGradient } from '../../src/numerics/gradient-check.ts'
import { Random } from '../../src/numerics/random.ts'
import { Adam } from '../../src/optim/adam.ts'
import { HessianFree } from '../../src/optim/hessian-free.ts'
import { SGD } from '../../src/optim/sgd.ts'
import type { LossOptions } from '../../src/training/fit-options.ts'
import { gradientTasks } from '../../src/training/gradient-worker.ts'
import { hashOf } from '../support/hashes.ts'
import { inlinePool } from '../support/inline-pool.ts'
import { objectiveOf } from '../support/objective.ts'
import { normalSequences } from '../support/random.ts'

const softmax = (options: object = {}): Dense => new Dense({ units: 3, activation: 'softmax', ...options })

/** Layers that may stand above a softmax and give probabilities. */
const tops: Record<string, () => Layer[]> = {
  MeanPool: () => [new MeanPool()],
  LastPool: () => [new LastPool()],
  AttentionPool: () => [new AttentionPool({ units: 2 })],
  'dropout below MeanPool': () => [new Dropout({ rate: 0.3 }), new MeanPool()],
  'dropout around AttentionPool': () => [new Dropout({ rate: 0.3 }), new AttentionPool(), new Dropout({ rate: 0.1 })],
}
const named = Object.entries(tops)

/** Normal weights, but the logits' biases, which differ by hundreds. */
function saturated(network: Sequential, seed: number, spread = 500): Sequential {
  const random = new Random(seed)
  random.normalInto(network.parameters.data, 0, 0.6)
  const at = network.layers.findIndex((layer) => layer instanceof Dense && layer.activation === 'softmax')
  const { b } = network.layers[at].params
  for (let k = 0; k < b.shape[0]; k++) b.set(k, spread * random.normal())
  return network
}

/** Steps are relative to biases of `spread`, but the loss bends within a logit of 1; the logits are rounded in proportion. */
const differences = (spread: number) => (spread === 1 ? {} : { step: 1e-6, absoluteTolerance: 1e-8 * spread })
const lengths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 4 })
const seeds = fc.nat(1e6)

describe('the gradient of averaged softmaxes equals central differences in float64, however large the logits', () => {
  it.each(named)('%s', (_, top) => {
    const spreads = fc.constantFrom(1, 50, 1000)
    const property = fc.property(lengths, seeds, spreads, fc.boolean(), (T, seed, spread, smooth) => {
      const layers = [new RNN({ inputs: 2, units: 3 }), softmax(), ...top()]
      const network = saturated(new Sequential(layers, { dtype: 'float64', seed }), seed, spread)
      const labels = T.map((_, i) => (seed + i) % 3)
      const options: LossOptions = smooth ? { labelSmoothing: 0.1, classWeights: [0.5, 2, 1] } : {}
      const f = objectiveOf(network, normalSequences(seed, T, 2), labels, options)
      const { ok, worst } = checkGradient(f, Float64Array.from(network.parameters.data), differences(spread))
      expect(ok, JSON.stringify(worst)).toBe(true)
    })
    fc.assert(property, { seed: 20150416, numRuns: 60 })
  })

  it('where attention has left the rows that are right', () => {
    const network = new Sequential([softmax({ inputs: 3 }), new AttentionPool({ units: 1 })], {
      dtype: 'float64',
      seed: 1,
    })
    const { W, V } = network.layers[1].params
    // Rows are one-hot probabilities; the score of class 0 is 900 above that of the others.
    ;[1, -1, -1].forEach((w, k) => W.set(k, 0, 9 * w))
    V.set(0, 0, 450)
    const dense = network.layers[0].params.W
    for (let i = 0; i < 3; i++) for (let k = 0; k < 3; k++) dense.set(i, k, i === k ? 100 : 0)
    const [x] = normalSequences(1, [3], 3)
    x.data.set([1, 0, 0, 0, 1, 0, 0, 0, 1])
    const { loss, gradient } = network.lossAndGradient([x], [1])
    expect(loss).toBeGreaterThan(95)
    expect(Math.max(...gradient.map(Math.abs))).toBeGreaterThan(0.1)
    const f = objectiveOf(network, [x], [1])
    expect(checkGradient(f, Float64Array.from(network.parameters.data), differences(100)).ok).toBe(true)
  })
})

describe('a network that is sure of the wrong class, with logits of 1000,', () => {
  const sequences = normalSequences('sure', [4, 2, 5, 3], 2)
  // So small that the rows of a sequence go the same way: of a mean it is enough for the loss that some are right.
  for (const { data } of sequences) for (let i = 0; i < data.length; i++) data[i] *= 0.1
  const labels = [1, 2, 1, 2]

  function sure(top: () => Layer[], dtype: Dtype): Sequential {
    const network = new Sequential([softmax({ inputs: 2 }), ...top()], { dtype, seed: 1 })
    network.layers[0].params.b.set(0, 1000)
    return network
  }

  describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
    it.each(named)('knows its loss and learns: %s', async (_, top) => {
      const network = sure(top, dtype)
      const { loss, gradient } = network.lossAndGradient(sequences, labels)
      expect(loss).toBeGreaterThan(980)
      expect(loss).toBeLessThan(1020)
      expect(network.evaluate(sequences, labels).loss).toBe(loss)
      const [, , , , , , ...bias] = gradient
      expect(bias[0]).toBeCloseTo(1, 5)
      expect(bias[1]).toBeCloseTo(-0.5, 5)
      expect(bias[2]).toBeCloseTo(-0.5, 5)
      const optimizer = new SGD({ learningRate: 20 })
      await network.fit(sequences, [1, 1, 1, 1], { optimizer, epochs: 120, batchSize: 4 })
      const after = network.evaluate(sequences, [1, 1, 1, 1])
      expect(after.accuracy).toBe(1)
      expect(after.loss).toBeLessThan(0.01)
    })
  })

  it('learns by Hessian-free optimisation', async () => {
    const network = sure(tops.MeanPool, 'float64')
    // A step of its quadratic model of -ln y lowers it by 1.
    network.layers[0].params.b.set(0, 100)
    await network.fit(sequences, [1, 1, 1, 1], { optimizer: new HessianFree(), epochs: 200 })
    expect(network.evaluate(sequences, [1, 1, 1, 1]).loss).toBeLessThan(0.01)
  })

  it('learns on threads, the same bits on any number of them', async () => {
    const weights = async (workers: number): Promise<ArrayLike<number>> => {
      const network = sure(tops['dropout below MeanPool'], 'float32')
      const options = { optimizer: new SGD({ learningRate: 20 }), epochs: 60, batchSize: 4 }
      await network.fit(sequences, [1, 1, 1, 1], { ...options, workers: inlinePool({ workers, tasks: gradientTasks }) })
      expect(network.evaluate(sequences, [1, 1, 1, 1]).loss).toBeLessThan(0.01)
      return network.parameters.data
    }
    expect(await weights(3)).toEqual(await weights(1))
  })

  it('learns through the final states of a bidirectional layer', async () => {
    const layers = [new Bidirectional(new RNN({ inputs: 2, units: 2 })), softmax(), new LastPool()]
    const network = new Sequential(layers, { seed: 1 })
    network.layers[1].params.b.set(0, 1000)
    await network.fit(sequences, [1, 1, 1, 1], { optimizer: new SGD({ learningRate: 20 }), epochs: 120, batchSize: 4 })
    expect(network.evaluate(sequences, [1, 1, 1, 1]).loss).toBeLessThan(0.01)
  })

  it('answers with probabilities as before', () => {
    const network = sure(tops.MeanPool, 'float32')
    expect(network.forward(sequences[0]).data).toEqual(Float32Array.of(1, 0, 0))
    for (const decision of ['meanLog', 'mean', 'majority'] as const) {
      expect(network.predict(sequences[0], { decision })).toEqual(Float32Array.of(1, 0, 0))
    }
  })

  it('counts what dropout has set to zero as the least probability, without a gradient', async () => {
    const network = new Sequential([softmax({ inputs: 2 }), new MeanPool(), new Dropout({ rate: 0.9 })], { seed: 1 })
    const losses: number[] = []
    const onBatch = ({ loss }: { loss: number }): unknown => losses.push(loss)
    await network.fit([sequences[0]], [1], { optimizer: new SGD({ learningRate: 1e-3 }), epochs: 12, onBatch })
    // ln 1e-30 = -69.08; kept, the probability is divided by the share that is kept.
    expect(losses.filter((loss) => Math.abs(loss - 69.0776) < 1e-3).length).toBeGreaterThan(6)
    expect(losses.some((loss) => loss < 3)).toBe(true)
  })
})

describe('second derivatives of averaged softmaxes with logits of hundreds', () => {
  const T = [4, 2, 3]
  const sequences = normalSequences('second', T, 2)
  const labels = [0, 1, 2]

  function at<R>(network: Sequential, v: Float64Array, h: number, run: () => R): R {
    const { data } = network.parameters
    const theta = data.slice()
    data.forEach((value, i) => (data[i] = value + h * v[i]))
    const result = run()
    data.set(theta)
    return result
  }

  function direction(network: Sequential): Float64Array {
    const v = new Float64Array(network.parameters.data.length)
    new Random('direction').normalInto(v)
    return v
  }

  it.each(named)("Gauss-Newton products are J' H J v of ln y: %s", (_, top) => {
    const sizes: number[] = []
    for (let seed = 0; seed < 12; seed++) {
      const layers = [new Dense({ inputs: 2, units: 3, activation: 'tanh' }), softmax(), ...top()]
      const network = saturated(new Sequential(layers, { dtype: 'float64', seed }), seed)
      const v = direction(network)
      const product = network.gaussNewtonProduct(sequences, labels, v)
      const lossOf = (i: number, h: number): number =>
        at(network, v, h, () => network.lossAndGradient([sequences[i]], [labels[i]]).loss)
      const slopes = labels.map((_, i) => (lossOf(i, 1e-7) - lossOf(i, -1e-7)) / 2e-7)
      const wanted = slopes.reduce((sum, slope) => sum + slope * slope, 0) / 3
      const got = v.reduce((sum, direction, i) => sum + direction * product[i], 0)
      expect(Math.abs(got - wanted)).toBeLessThan(1e-5 * (1 + wanted))
      sizes.push(wanted)
    }
    expect(sizes.filter((size) => size > 1).length).toBeGreaterThan(6)
  })

  it('Hessian products of the last row are exact', () => {
    for (let seed = 0; seed < 12; seed++) {
      const layers = [new Dense({ inputs: 2, units: 3, activation: 'tanh' }), softmax(), new LastPool()]
      const network = saturated(new Sequential(layers, { dtype: 'float64', seed }), seed)
      // Two of the three logits are close, so that their softmax bends though that of the label underflows.
      const { b } = network.layers[1].params
      ;[0, 900, 900.5].forEach((value, k) => b.set(k, value))
      const v = direction(network)
      const gradient = (h: number): ArrayLike<number> =>
        at(network, v, h, () => network.lossAndGradient(sequences, [0, 0, 0]).gradient)
      const [above, below] = [gradient(1e-6), gradient(-1e-6)]
      const product = network.hessianVectorProduct(sequences, [0, 0, 0], v)
      expect(Math.max(...product.map(Math.abs))).toBeGreaterThan(1e-3)
      product.forEach((value, i) => {
        expect(Math.abs(value - (above[i] - below[i]) / 2e-6)).toBeLessThan(1e-6)
      })
    }
  })
})

describe('networks whose logits stay moderate', () => {
  // Hashes that this test gave on 0.1.0.
  it.each([
    ['MeanPool', 'a63a87571b40cd46'],
    ['LastPool', 'a967e3a7ce7eb0d5'],
    ['AttentionPool', 'f65c1f0760ede229'],
    ['dropout below MeanPool', 'af87c856ad1003c2'],
    ['dropout around AttentionPool', 'ebbbb5c35658720c'],
  ])('train to the bits of 0.1.0: %s', async (name, wanted) => {
    useKernels('simd')
    const layers = [new RNN({ inputs: 2, units: 3 }), softmax(), ...tops[name]()]
    const network = new Sequential(layers, { seed: 7 })
    const sequences = normalSequences('moderate', [4, 6, 1, 3, 5], 2)
    const options = { labelSmoothing: 0.1, epochs: 20, batchSize: 2 }
    await network.fit(sequences, [0, 1, 2, 1, 0], { optimizer: new Adam({ learningRate: 0.02 }), ...options })
    const { loss } = network.evaluate(sequences, [0, 1, 2, 1, 0])
    expect(hashOf(network.parameters.data, Float64Array.of(loss))).toBe(wanted)
  })
})
