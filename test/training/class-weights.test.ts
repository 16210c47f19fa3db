/** Weights of classes in each form, and labels and data that a training refuses by name. */
import { describe, expect, it } from 'vitest'
import { StateError } from '../../src/core/errors.ts'
import { matrix } from '../../src/core/matrix.ts'
import { Dense } from '../../src/layers/dense.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Adam } from '../../src/optim/adam.ts'
import type { ClassWeights } from '../../src/training/class-weights.ts'
import { normalSequences } from '../support/random.ts'

const sequences = normalSequences('class weights', [6, 4, 5, 7], 3)
const [x] = normalSequences('class weights of rows', [4], 3)
const labels = ['joy', 'anger', 'joy', 'joy']
const training = (more: object = {}) => ({ optimizer: new Adam(), epochs: 2, batchSize: 2, ...more })
const network = (options: object = {}): Sequential =>
  new Sequential([new Dense({ inputs: 3, units: 2, activation: 'softmax' }), new MeanPool()], { seed: 1, ...options })
const mlp = (units: number, options: object = {}): MLP => new MLP({ layers: [3, units], seed: 1, ...options })

/** A fit on weights, and the loss with them under the classes of a network. */
const models: [string, (weights: ClassWeights, named?: boolean) => Promise<unknown>][] = [
  [
    'Sequential',
    async (classWeights, named = true) => {
      const net = network(named ? {} : { classes: ['anger', 'joy'] })
      if (named) await net.fit(sequences, labels, training({ classWeights }))
      return [net.parameters.data, net.lossAndGradient(sequences, labels, { classWeights })]
    },
  ],
  [
    'MLP',
    async (classWeights, named = true) => {
      const net = mlp(2, named ? {} : { classes: ['anger', 'joy'] })
      if (named) await net.fit(x, labels, training({ classWeights }))
      return [net.parameters.data, net.lossAndGradient(x, labels, { classWeights })]
    },
  ],
  [
    'MLP of one output',
    async (classWeights) => {
      const net = mlp(1)
      await net.fit(x, labels, training({ classWeights }))
      return net.parameters.data
    },
  ],
]

describe.each(models)('weights of classes of a %s', (_, run) => {
  it('are those of their names, in any order', async () => {
    const expected = await run([2, 0.5])
    expect(await run({ joy: 0.5, anger: 2 })).toEqual(expected)
    expect(await run(Float32Array.of(2, 0.5))).toEqual(expected)
    expect(await run({ data: [2, 0.5], shape: [2] })).toEqual(expected)
    expect(await run([1, 1])).not.toEqual(expected)
  })

  it('are those of names that were known before', async () => {
    expect(await run({ joy: 0.5, anger: 2 }, false)).toEqual(await run([2, 0.5], false))
  })

  it('name what is missing and what is unknown', async () => {
    const wanted = '"classWeights" expected weights of "anger", "joy", got'
    await expect(run({ joy: 1 })).rejects.toThrow(`${wanted} none of "anger"`)
    await expect(run({ joy: 1, anger: 1, fear: 1 })).rejects.toThrow(`${wanted} also "fear"`)
    await expect(run({ joy: 1, rage: 1 })).rejects.toThrow(`${wanted} also "rage" and none of "anger"`)
    await expect(run({ joy: -1, anger: 1 })).rejects.toThrow('"classWeights.joy" expected')
  })
})

it('weights by name need classes with names', async () => {
  const fit = network().fit(sequences, [0, 1, 0, 0], training({ classWeights: { joy: 1, anger: 2 } }))
  await expect(fit).rejects.toThrow(StateError)
  await expect(fit).rejects.toThrow('the classes have no names')
})

describe('rows of targets of a pooled network', () => {
  const rows = [
    [0, 1],
    [1, 0],
    [0, 1],
    [0.5, 0.5],
  ]

  it('are refused as a list, with the remedy', async () => {
    const remedy = 'targets [n, K], a row for each sequence, come as matrix(rows)'
    await expect(network().fit(sequences, rows, training())).rejects.toThrow(remedy)
    expect(() => network().evaluate(sequences, rows)).toThrow(remedy)
  })

  it('are taken as a matrix', async () => {
    const history = await network().fit(sequences, matrix(rows), training())
    expect(history.epochs).toHaveLength(2)
  })
})

it('augment that gives no finite numbers is named', async () => {
  const augment = () => [[1, Number.NaN, 0]]
  const fit = network().fit(sequences, labels, training({ augment }))
  await expect(fit).rejects.toThrow('fit: "augment()" expected finite numbers, got NaN at row 0, column 1')
})
