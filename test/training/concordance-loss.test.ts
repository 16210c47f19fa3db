import { describe, expect, it } from 'vitest'
import { matrix } from '../../src/core/matrix.ts'
import { concordance } from '../../src/evaluation/regression.ts'
import { Dense } from '../../src/layers/dense.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { checkGradient } from '../../src/numerics/gradient-check.ts'
import { Random } from '../../src/numerics/random.ts'
import { Adam } from '../../src/optim/adam.ts'
import { HessianFree } from '../../src/optim/hessian-free.ts'
import { LBFGS } from '../../src/optim/lbfgs.ts'
import { concordanceLoss } from '../../src/training/concordance-loss.ts'
import { checkNetwork } from '../support/network-gradient.ts'
import { objectiveOf } from '../support/objective.ts'
import { normalMatrix, normalSequences } from '../support/random.ts'

const lengths = [3, 5, 2, 4, 6]
const options = { loss: 'concordance' } as const
const pooled = (): (LSTM | MeanPool | Dense)[] => [
  new LSTM({ inputs: 2, units: 3 }),
  new MeanPool(),
  new Dense({ units: 2 }),
]

describe('the concordance loss', () => {
  it('is 1 - CCC, mean over the columns, with the gradient of central differences', () => {
    const random = new Random(1)
    const [targets, y] = [normalMatrix(random, 7, 2).data, normalMatrix(random, 7, 2).data]
    const losses = { targets, weights: new Float64Array(7).fill(1 / 7), rows: 7, cols: 2 }
    const column = (values: Float64Array, k: number): Float64Array => values.filter((_, i) => i % 2 === k)
    const cccs = [0, 1].map((k) => concordance(column(targets, k), column(y, k)))
    const f = (values: Float64Array, gradient: Float64Array) => concordanceLoss(gradient, values, losses)
    expect(f(y, new Float64Array(14))).toBeCloseTo(1 - (cccs[0] + cccs[1]) / 2, 14)
    const { ok, worst } = checkGradient(f as never, y)
    expect(ok, JSON.stringify(worst)).toBe(true)
  })

  it('weighs rows as repeats of them do, and parts of a batch by their share', () => {
    const targets = Float64Array.of(1, 2, 4, 4)
    const y = Float64Array.of(0.5, 2, 3, 3)
    const twice = { targets, weights: Float64Array.of(0.25, 0.25, 0.25, 0.25), rows: 4, cols: 1 }
    const weighed = { targets: targets.subarray(0, 3), weights: Float64Array.of(0.25, 0.25, 0.5), rows: 3, cols: 1 }
    const [a, b] = [new Float64Array(4), new Float64Array(3)]
    expect(concordanceLoss(b, y, weighed)).toBeCloseTo(concordanceLoss(a, y, twice), 14)
    expect(b[2]).toBeCloseTo(a[2] + a[3], 14)
    const half = { ...twice, weights: twice.weights.map((w) => w / 2) }
    expect(concordanceLoss(new Float64Array(4), y, half)).toBeCloseTo(concordanceLoss(a, y, twice) / 2, 14)
  })

  it('has no gradient where nothing varies, and none of NaN', () => {
    const losses = { targets: Float64Array.of(1, 1), weights: Float64Array.of(0.5, 0.5), rows: 2, cols: 1 }
    const dy = new Float64Array(2).fill(9)
    expect(concordanceLoss(dy, Float64Array.of(1, 1), losses)).toBe(0)
    expect(Array.from(dy)).toEqual([0, 0])
    expect(concordanceLoss(dy, Float64Array.of(2, 3), losses)).toBe(1)
    expect(dy.every((d) => d === 0)).toBe(true)
    expect(concordanceLoss(dy, Float64Array.of(2, 3), { ...losses, weights: new Float64Array(2) })).toBe(0)
  })

  it.each([1, 2, 3])('backpropagates through networks over time, seed %i', (seed) => {
    const targets = normalMatrix(new Random(`${seed}/t`), lengths.length, 2)
    checkNetwork(pooled(), lengths, seed, options, targets)
    const frames = normalSequences(`${seed}/frames`, lengths, 2)
    checkNetwork([new LSTM({ inputs: 2, units: 3 }), new Dense({ units: 2 })], lengths, seed, options, frames)
  })

  it('backpropagates through an MLP, with weight decay', () => {
    const random = new Random(2)
    const [x, t] = [normalMatrix(random, 9, 3), normalMatrix(random, 9, 2)]
    const network = new MLP({ layers: [3, 4, 2], activation: 'tanh', ...options, weightDecay: 0.1, dtype: 'float64' })
    expect(network.options.output).toBe('linear')
    const { ok, worst } = checkGradient(objectiveOf(network, x, t), Float64Array.from(network.parameters.data))
    expect(ok, JSON.stringify(worst)).toBe(true)
  })

  it('has a Hessian by differences, and no Gauss-Newton matrix', async () => {
    const targets = normalMatrix(new Random('t'), 5, 2)
    const network = new Sequential([new Dense({ inputs: 2, units: 2 })], { dtype: 'float64' })
    const x = normalSequences('x', [1, 1, 1, 1, 1], 2)
    const v = network.parameters.values.map(() => 1)
    const at = (step: number): Float64Array => {
      const other = Sequential.fromState(network.state())
      other.parameters.forWriting().set(network.parameters.values.map((value, i) => value + step * v[i]))
      return Float64Array.from(other.lossAndGradient(x, targets, options).gradient)
    }
    const [low, high] = [at(-1e-4), at(1e-4)]
    const product = network.hessianVectorProduct(x, targets, v, options)
    product.forEach((value, i) => expect(value).toBeCloseTo((high[i] - low[i]) / 2e-4, 6))
    const message = 'the loss "concordance" has no Gauss-Newton matrix; take LBFGS, or the loss "squaredError"'
    expect(() => network.gaussNewtonProduct(x, targets, v, options)).toThrow(message)
    const before = network.parameters.values.slice()
    await expect(network.fit(x, targets, { optimizer: new HessianFree(), ...options })).rejects.toThrow(message)
    expect(network.parameters.values).toEqual(before)
  })

  it('is refused for probabilities', () => {
    const network = new Sequential([new Dense({ inputs: 2, units: 2, activation: 'softmax' })])
    const x = normalSequences('x', [1, 1], 2)
    const t = matrix([
      [0, 1],
      [1, 0],
    ])
    expect(() => network.lossAndGradient(x, t, options)).toThrow('"loss" concordance needs outputs that are values')
    expect(() => new MLP({ layers: [2, 2], ...options, output: 'softmax' })).toThrow('take "linear"')
  })
})

describe('training by concordance', () => {
  const x = normalMatrix(new Random('line'), 80, 3)
  const t = matrix(Array.from({ length: 80 }, (_, i) => [3 * x.get(i, 0) - x.get(i, 2) + 5]))

  it('finds mean and scale of an MLP by L-BFGS', async () => {
    const network = new MLP({ layers: [3, 1], ...options, seed: 1 })
    await network.fit(x, t, { optimizer: new LBFGS({ maxIterations: 60 }) })
    expect(concordance(Array.from(t.data), Array.from(network.forward(x).data))).toBeGreaterThan(0.999)
    expect(network.evaluate(x, t).loss).toBeLessThan(1e-3)
  })

  it('measures held-out data as one, whatever the batches', async () => {
    const sequences = Array.from({ length: 80 }, (_, i) => matrix([[x.get(i, 0), x.get(i, 1), x.get(i, 2)]]))
    const network = new Sequential([new Dense({ inputs: 3, units: 1 })], { seed: 2 })
    const said = network.predict(sequences).map((value) => value[0])
    const wanted = 1 - concordance(Array.from(t.data), said)
    expect(network.evaluate(sequences, t, options).loss).toBeCloseTo(wanted, 6)
    const optimizer = () => new Adam({ learningRate: 0.05 })
    const history = await network.fit(sequences, t, {
      ...{ ...options, optimizer: optimizer(), epochs: 60, batchSize: 40 },
      validation: { sequences, labels: t },
    })
    expect(history.epochs.at(-1)?.validationLoss).toBeLessThan(0.1 * wanted)
  })
})
