import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { Dense } from '../../src/layers/dense.ts'
import { Dropout } from '../../src/layers/dropout.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { type RecurrentActivation, RNN } from '../../src/layers/rnn.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { checkGradient } from '../../src/numerics/gradient-check.ts'
import { SGD } from '../../src/optim/sgd.ts'
import type { FitOptions } from '../../src/training/fit-options.ts'
import { objectiveOf } from '../support/objective.ts'
import { normalSequences } from '../support/random.ts'

const softmax = (units: number, inputs?: number): Dense => new Dense({ inputs, units, activation: 'softmax' })
const still = (): SGD => new SGD({ learningRate: 0 })

it('soft targets whose rows do not sum to 1', () => {
  const network = new Sequential([softmax(3, 2)], { dtype: 'float64', seed: 1 })
  const targets = [4, 2].map((T) =>
    view(
      Float64Array.from({ length: 3 * T }, (_, i) => (i % 4) / 2),
      [T, 3],
    ),
  )
  const x = normalSequences('mass', [4, 2], 2)
  const f = objectiveOf(network, x, targets)
  const { ok, worst } = checkGradient(f, Float64Array.from(network.parameters.data))
  expect(ok, JSON.stringify(worst)).toBe(true)
})

it.each<RecurrentActivation>(['tanh', 'sigmoid'])('truncated BPTT of an RNN by hand, %s', (activation) => {
  const cell = new RNN({ inputs: 1, units: 1, activation })
  const network = new Sequential([cell], { dtype: 'float64' })
  network.parameters.data.set([0.7, -0.4, 0.2]) // Wxh, Whh, bh
  const x = [0.5, -1, 2, 0.3, 1]
  const phi = activation === 'tanh' ? Math.tanh : (z: number) => 1 / (1 + Math.exp(-z))
  const slope = (y: number): number => (activation === 'tanh' ? 1 - y * y : y * (1 - y))
  // Forward mode: dh/dW carried along, forgotten before the steps 2 and 4; targets 0, loss = mean of h^2 / 2.
  const wanted = [0, 0, 0]
  let h = 0
  let d = [0, 0, 0]
  x.forEach((value, t) => {
    if (t > 0 && t % 2 === 0) d = [0, 0, 0]
    const y = phi(0.7 * value - 0.4 * h + 0.2)
    d = [value, h, 1].map((own, k) => slope(y) * (own - 0.4 * d[k]))
    h = y
    d.forEach((dk, k) => (wanted[k] += (y * dk) / x.length))
  })
  const zeros = [view(new Float64Array(5), [5, 1])]
  const { gradient } = network.lossAndGradient([view(Float64Array.from(x), [5, 1])], zeros, { truncation: 2 })
  wanted.forEach((value, k) => expect(gradient[k]).toBeCloseTo(value, 12))
})

it('the order changes from epoch to epoch, and every sequence is used once', async () => {
  const x = normalSequences('order', new Array(12).fill(1), 2)
  const epochs: number[][] = []
  let seen: number[] = []
  const augment: FitOptions['augment'] = (sequence) => {
    seen.push(x.findIndex(({ data }) => Math.fround(data[0]) === Math.fround(sequence.get(0, 0))))
    return sequence
  }
  const onEpoch = (): void => {
    epochs.push(seen)
    seen = []
  }
  const network = new Sequential([softmax(2, 2)])
  await network.fit(x, new Int32Array(12), { optimizer: still(), epochs: 3, batchSize: 5, augment, onEpoch })
  for (const order of epochs) expect([...order].sort((a, b) => a - b)).toEqual([...x.keys()])
  expect(epochs[1]).not.toEqual(epochs[0])
  expect(epochs[2]).not.toEqual(epochs[1])
})

it('dropout draws anew every epoch and every batch', async () => {
  const network = new Sequential([new Dropout({ inputs: 50, rate: 0.5 }), softmax(2)])
  const [x] = normalSequences('masks', [1], 50)
  const losses: number[] = []
  const onBatch = ({ loss }: { loss: number }) => losses.push(loss)
  const options = { optimizer: still(), epochs: 3, batchSize: 1, onBatch }
  await network.fit([x, x], [0, 0], options) // the same frame twice, the weights stand still
  expect(new Set(losses).size).toBe(6)
})

it('clipValue comes before clipNorm', async () => {
  const network = new Sequential([new Dense({ inputs: 2, units: 1 })], { dtype: 'float64' })
  network.parameters.data.fill(0)
  const x = view(Float64Array.of(10, 0.1), [1, 2])
  const y = view(Float64Array.of(-1), [1, 1])
  const optimizer = new SGD({ learningRate: 1 })
  await network.fit([x], y, { optimizer, epochs: 1, clipValue: 1, clipNorm: 1 })
  // gradient (10, 0.1, 1), by value (1, 0.1, 1), then to norm 1
  const length = Math.hypot(1, 0.1, 1)
  ;[1, 0.1, 1].forEach((g, i) => expect(network.parameters.data[i]).toBeCloseTo(-g / length, 12))
})

it('the norm told is that of the gradient before any clipping', async () => {
  const network = new Sequential([new Dense({ inputs: 2, units: 1 })], { dtype: 'float64' })
  network.parameters.data.fill(0)
  const x = view(Float64Array.of(10, 0.1), [1, 2])
  const y = view(Float64Array.of(-1), [1, 1])
  const { epochs } = await network.fit([x], y, { optimizer: still(), epochs: 1, clipValue: 1, clipNorm: 1 })
  expect(epochs[0].gradientNorm).toBeCloseTo(Math.hypot(10, 0.1, 1), 12)
})

it('evaluate of more sequences than one batch is their mean', () => {
  const network = new Sequential([softmax(2, 2)], { dtype: 'float64', seed: 1 })
  const x = normalSequences('many', new Array(70).fill(3), 2)
  const labels = x.map((_, i) => i % 2)
  const alone = x.map((sequence, i) => network.evaluate([sequence], [labels[i]]))
  const all = network.evaluate(x, labels)
  expect(all.loss).toBeCloseTo(alone.reduce((sum, { loss }) => sum + loss, 0) / 70, 12)
  expect(all.accuracy).toBeCloseTo(alone.reduce((sum, { accuracy }) => sum + accuracy, 0) / 70, 12)
})

describe('losses by hand: logits fixed by zero weights and a bias', () => {
  const p = [0.5, 0.3, 0.2]
  const make = (pool = false): Sequential => {
    const head = softmax(3, 1)
    const network = new Sequential(pool ? [head, new MeanPool()] : [head], { dtype: 'float64' })
    network.parameters.data.set([0, 0, 0, ...p.map(Math.log)])
    return network
  }
  const x = [2, 3, 1, 4].map((T) => view(new Float64Array(T), [T, 1]))
  const labels = [0, 1, 1, 2]
  const mean = (terms: number[]): number => terms.reduce((sum, term) => sum + term, 0) / terms.length
  const nll = (k: number): number => -Math.log(p[k])

  it('cross-entropy on a mean of softmaxes that are sure of the wrong class is finite', () => {
    const network = make(true)
    network.parameters.data.set([0, 0, 0, 200, 0, 0])
    const { loss, gradient } = network.lossAndGradient(x, [1, 1, 1, 1])
    expect(loss).toBeGreaterThan(60)
    expect(Array.from(gradient).every(Number.isFinite)).toBe(true)
  })

  it('evaluate takes no options that it would not follow', () => {
    expect(() => make().evaluate(x, labels, { classWeights: [1, 2, 3] } as never)).toThrow(
      /unknown option "classWeights"/,
    )
  })

  it('cross-entropy on a mean of softmaxes', () => {
    expect(make(true).lossAndGradient(x, labels).loss).toBeCloseTo(mean(labels.map(nll)), 12)
  })

  it.each<[string, 'balanced' | number[], number[]]>([
    ['given', [0.5, 2, 1], [0.5, 2, 1]],
    ['balanced, N / (K n_k)', 'balanced', [4 / 3, 2 / 3, 4 / 3]],
  ])('class weights %s', (_, classWeights, w) => {
    const { loss } = make().lossAndGradient(x, labels, { classWeights })
    expect(loss).toBeCloseTo(mean(labels.map((k) => w[k] * nll(k))), 12)
  })

  it('label smoothing spreads its share over all classes', () => {
    const spread = mean(p.map((_, k) => nll(k)))
    const { loss } = make().lossAndGradient(x, labels, { labelSmoothing: 0.3 })
    expect(loss).toBeCloseTo(mean(labels.map((k) => 0.7 * nll(k) + 0.3 * spread)), 12)
  })
})

it('an improvement below minDelta does not count', async () => {
  const x = normalSequences('delta', [3, 4], 2)
  const network = new Sequential([softmax(2, 2)], { seed: 1 })
  const history = await network.fit(x, [0, 1], {
    optimizer: new SGD({ learningRate: 0.01 }),
    epochs: 20,
    validation: { sequences: x, labels: [0, 1] },
    earlyStopping: { patience: 3, minDelta: 10 },
  })
  const losses = history.epochs.map(({ validationLoss }) => validationLoss as number)
  expect(losses[1]).toBeLessThan(losses[0])
  expect(history).toMatchObject({ stoppedEarly: true, bestEpoch: 1 })
  expect(losses).toHaveLength(4)
})
