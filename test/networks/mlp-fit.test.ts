import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { NonFiniteError, StateError } from '../../src/core/errors.ts'
import { Dense } from '../../src/layers/dense.ts'
import { MLP } from '../../src/networks/mlp.ts'
import type { MLPFitOptions, MLPOptions } from '../../src/networks/mlp-options.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Random } from '../../src/numerics/random.ts'
import { Adam } from '../../src/optim/adam.ts'
import { HessianFree } from '../../src/optim/hessian-free.ts'
import { LBFGS } from '../../src/optim/lbfgs.ts'
import { minimize } from '../../src/optim/minimize/minimize.ts'
import { SGD } from '../../src/optim/sgd.ts'
import { objectiveOf } from '../support/objective.ts'
import { normalMatrix, normalSequences } from '../support/random.ts'

const [x] = normalSequences('mlp fit', [24], 2)
const labels = Int32Array.from({ length: 24 }, (_, i) => Number(x.get(i, 0) * x.get(i, 1) > 0))
const make = (more: Partial<MLPOptions> = {}): MLP =>
  new MLP({ layers: [2, 8, 2], activation: 'tanh', seed: 1, ...more })
const options = (more: Partial<MLPFitOptions> = {}): MLPFitOptions => ({
  ...{ optimizer: new Adam({ learningRate: 0.03 }), epochs: 5, batchSize: 10 },
  ...more,
})

describe('what a network learns', () => {
  it('exclusive or, which no single layer can', async () => {
    const many = normalMatrix(new Random('xor'), 400, 2)
    const signs = Int32Array.from({ length: 400 }, (_, i) => Number(many.get(i, 0) * many.get(i, 1) > 0))
    const network = make()
    await network.fit(many.hi(300, 2), signs.subarray(0, 300), options({ epochs: 80, batchSize: 32 }))
    expect(network.score(many.lo(300, 0), signs.subarray(300))).toBeGreaterThan(0.9)
    const flat = make({ layers: [2, 2] })
    await flat.fit(many.hi(300, 2), signs.subarray(0, 300), options({ epochs: 80, batchSize: 32 }))
    expect(flat.score(many.lo(300, 0), signs.subarray(300))).toBeLessThan(0.65)
  })

  it('a smooth curve, by squared error', async () => {
    const t = Float64Array.from({ length: 200 }, (_, i) => i / 20 - 5)
    const network = make({ layers: [1, 12, 1], loss: 'squaredError' })
    const sine = t.map(Math.sin)
    await network.fit(view(t, [200, 1]), sine, options({ epochs: 200, batchSize: 50 }))
    expect(network.score(view(t, [200, 1]), sine)).toBeGreaterThan(0.98)
  })
})

it('fit takes the steps of a Sequential of the same layers', async () => {
  const network = make()
  const layers = [
    new Dense({ inputs: 2, units: 8, activation: 'tanh' }),
    new Dense({ units: 2, activation: 'softmax' }),
  ]
  const sequential = new Sequential(layers, { seed: 1 })
  expect(sequential.parameters.data).toEqual(network.parameters.data)
  const rows = Array.from({ length: 24 }, (_, i) => x.hi(i + 1, 2).lo(i, 0))
  const common = { labelSmoothing: 0.1, classWeights: 'balanced' as const, clipNorm: 0.3, averaging: 0.9 }
  const history = await network.fit(x, labels, options({ ...common, validation: { x, labels } }))
  const validation = { sequences: rows, labels }
  const wanted = await sequential.fit(rows, labels, { ...options(), ...common, validation })
  expect(network.parameters.data).toEqual(sequential.parameters.data)
  history.epochs.forEach(({ validationLoss, ...record }, i) => {
    const { validationLoss: other, ...rest } = wanted.epochs[i]
    expect(record).toEqual(rest)
    expect(validationLoss).toBeCloseTo(other as number, 12)
  })
})

it('128 rows an update unless told otherwise', async () => {
  const many = normalMatrix(new Random(1), 300, 2)
  const seen: number[] = []
  const onBatch = ({ batches }: { batches: number }) => seen.push(batches)
  await make().fit(many, new Int32Array(300), { optimizer: new Adam({ learningRate: 0.01 }), epochs: 1, onBatch })
  expect(seen).toEqual([3, 3, 3])
})

it('the loss of a fit is J, weight decay included; that of validation is not', async () => {
  const network = make({ weightDecay: 0.5, dtype: 'float64' })
  const { loss: J } = network.lossAndGradient(x, labels)
  const still = new SGD({ learningRate: 0 })
  const validation = { x, labels }
  const { epochs } = await network.fit(x, labels, options({ optimizer: still, epochs: 1, batchSize: 24, validation }))
  const { loss } = network.evaluate(x, labels)
  const norm2 = network.layers.reduce((sum, { params }) => sum + Math.hypot(...(params.W.data as Float64Array)) ** 2, 0)
  expect(epochs[0].loss).toBeCloseTo(J, 12)
  expect(epochs[0].validationLoss).toBe(loss)
  expect(J - loss).toBeCloseTo(0.25 * norm2, 12)
})

describe('dropout', () => {
  /** Mean loss of a batch in training, the weights standing still. */
  const losses = async (more: Partial<MLPOptions>): Promise<number[]> => {
    const seen: number[] = []
    const onBatch = ({ loss }: { loss: number }) => seen.push(loss)
    await make(more).fit(
      x,
      labels,
      options({ optimizer: new SGD({ learningRate: 0 }), batchSize: 24, shuffle: false, onBatch }),
    )
    return seen
  }

  it('of hidden layers and of inputs draws anew for each update, and is off outside fit', async () => {
    const { loss } = make().evaluate(x, labels)
    for (const more of [{ dropout: 0.4 }, { inputDropout: 0.4 }]) {
      expect(new Set(await losses(more)).size).toBe(5)
      expect(make(more).evaluate(x, labels).loss).toBe(loss)
    }
    expect(new Set(await losses({})).size).toBe(1)
  })

  it('of inputs spares the hidden layers: with all inputs lost, their biases speak', async () => {
    const network = make({ inputDropout: 0.999999, activation: 'linear' })
    network.layers[0].params.b.data.fill(1)
    network.layers[1].params.W.data.fill(0)
    for (let j = 0; j < 8; j++) network.layers[1].params.W.set(j, 0, 3 / 8)
    const onBatch = ({ loss }: { loss: number }) => {
      const p = Math.exp(3) / (1 + Math.exp(3))
      const wanted = labels.reduce((sum, k) => sum - Math.log(k === 0 ? p : 1 - p), 0) / 24
      expect(loss).toBeCloseTo(wanted, 5)
    }
    const still = new SGD({ learningRate: 0 })
    await network.fit(x, labels, options({ optimizer: still, epochs: 1, batchSize: 24, onBatch }))
  })
})

describe('stopping', () => {
  const [hx] = normalSequences('mlp held out', [12], 2)
  const validation = { x: hx, labels: Int32Array.from({ length: 12 }, (_, i) => i % 2) }

  it('early, with the best weights', async () => {
    const network = make()
    const history = await network.fit(x, labels, options({ epochs: 200, validation, earlyStopping: { patience: 3 } }))
    expect(history.stoppedEarly).toBe(true)
    const best = Math.min(...history.epochs.map(({ validationLoss }) => validationLoss as number))
    expect(network.evaluate(hx, validation.labels).loss).toBe(best)
  })

  it('by accuracy', async () => {
    const earlyStopping = { patience: 2, monitor: 'accuracy' as const }
    const history = await make().fit(x, labels, options({ epochs: 30, validation, earlyStopping }))
    const accuracies = history.epochs.map(({ validationAccuracy }) => validationAccuracy as number)
    expect(history.bestEpoch).toBe(accuracies.indexOf(Math.max(...accuracies)) + 1)
  })

  it('by a signal', async () => {
    const stop = new AbortController()
    const network = make()
    const onBatch = ({ epoch, batch }: { epoch: number; batch: number }) => {
      if (epoch === 2 && batch === 1) stop.abort(new Error('enough'))
    }
    await expect(network.fit(x, labels, options({ signal: stop.signal, onBatch }))).rejects.toThrow('enough')
    await network.fit(x, labels, options({ epochs: 1 }))
  })

  it('on a weight that is not finite, by name', async () => {
    const network = make()
    network.layers[1].params.b.set(0, Number.NaN)
    const error = await network.fit(x, labels, options()).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(NonFiniteError)
    expect(error).toMatchObject({ epoch: 1, batch: 1, parameter: 'layers.1.b' })
  })
})

describe('optimisers that see the whole of J, weight decay included', () => {
  const curved = (): MLP => make({ weightDecay: 0.01, dtype: 'float64' })

  it('LBFGS takes the steps of minimize', async () => {
    const network = curved()
    await network.fit(x, labels, { optimizer: new LBFGS({ maxIterations: 12, memory: 4 }) })
    const other = curved()
    const f = objectiveOf(other, x, labels)
    const { x: theta } = minimize(f, Float64Array.from(other.parameters.data), { memory: 4, maxIterations: 12 })
    theta.forEach((w, i) => expect(network.parameters.data[i]).toBeCloseTo(w, 9))
  })

  it('the curvature of weight decay', async () => {
    const network = make({ layers: [2, 2], weightDecay: 1e6, dtype: 'float64' })
    // The penalty alone counts here: a Newton step is w -> 0 where its curvature is known.
    const optimizer = new HessianFree({ maxIterations: 1, damping: 1e-9 })
    await network.fit(x, labels, { optimizer })
    for (const w of network.layers[0].params.W.data as Float64Array) expect(Math.abs(w)).toBeLessThan(1e-5)
  })

  it('all rows are one batch', async () => {
    const seen: number[] = []
    const onBatch = ({ batches }: { batches: number }) => seen.push(batches)
    const many = normalMatrix(new Random(2), 300, 2)
    await curved().fit(many, new Int32Array(300), { optimizer: new LBFGS({ maxIterations: 3 }), onBatch })
    expect(seen).toEqual([1, 1, 1])
  })
})

it('one fit at a time', async () => {
  const network = make()
  const first = network.fit(x, labels, options())
  await expect(network.fit(x, labels, options())).rejects.toBeInstanceOf(StateError)
  await first
  await network.fit(x, labels, options({ epochs: 1 }))
})

describe('options that every network has', () => {
  it('tells gradient norms by parameter', async () => {
    const network = make()
    const { epochs } = await network.fit(x, labels, options({ epochs: 1, batchSize: 24, statistics: true }))
    const { gradientNorms, gates } = epochs[0].statistics ?? { gradientNorms: {}, gates: {} }
    expect(Object.keys(gradientNorms)).toEqual(network.parameters.slots.map(({ name }) => name))
    expect(Math.hypot(...Object.values(gradientNorms))).toBeCloseTo(epochs[0].gradientNorm, 6)
    expect(gates).toEqual({})
  })

  it('computes gradients with noise on the weights, which do not keep it', async () => {
    const losses = await Promise.all(
      [0, 0.1].map(async (weightNoise) => {
        const network = make()
        const still = new SGD({ learningRate: 0 })
        const before = network.parameters.data.slice()
        const { epochs } = await network.fit(x, labels, options({ epochs: 1, optimizer: still, weightNoise }))
        expect(network.parameters.data).toEqual(before)
        return epochs[0].loss
      }),
    )
    expect(losses[0]).not.toBe(losses[1])
  })
})

describe('bad options train nothing', () => {
  const validation = { x, labels }
  it.each<[string, object, RegExp]>([
    ['no optimizer', { optimizer: undefined }, /"optimizer" expected an optimiser/],
    ['a misspelt option', { epoch: 2 }, /MLP\.fit: unknown option "epoch"/],
    ['an option of sequences', { truncation: 3 }, /unknown option "truncation"/],
    ['another loss', { loss: 'squaredError' }, /unknown option "loss"/],
    ['half a row', { batchSize: 0.5 }, /"batchSize" expected an integer >= 1/],
    ['too much smoothing', { labelSmoothing: 1 }, /"labelSmoothing" expected a finite number >= 0 and < 1, got 1/],
    ['sequences held out', { validation: { sequences: [x], labels } }, /validation: unknown option "sequences"/],
    ['held-out rows of another width', { validation: { x: x.hi(24, 1), labels } }, /validation: "x" expected shape/],
    [
      'too few held-out labels',
      { validation: { x, labels: [0] } },
      /validation: "labels" expected one for each of the 24/,
    ],
    ['early stopping on nothing', { earlyStopping: {} }, /"earlyStopping" needs "validation" data/],
    ['a callback of words', { onEpoch: 'x' }, /"onEpoch" expected a function/],
    ['class weights of one', { classWeights: [1], validation }, /"classWeights" expected 2 numbers, got 1/],
  ])('%s', async (_, more, message) => {
    const network = make()
    const before = network.parameters.data.slice()
    await expect(network.fit(x, labels, options(more as never))).rejects.toThrow(message)
    expect(network.parameters.data).toEqual(before)
  })

  it('accuracy that values do not have', async () => {
    const network = make({ loss: 'squaredError' })
    const [targets] = normalSequences('targets', [24], 2)
    const held = { x, labels: targets }
    const more = options({ validation: held, earlyStopping: { monitor: 'accuracy' } })
    await expect(network.fit(x, targets, more)).rejects.toThrow(/by accuracy needs outputs and validation labels/)
  })
})
