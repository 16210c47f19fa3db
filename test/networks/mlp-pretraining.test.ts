import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { DivergenceError, StateError } from '../../src/core/errors.ts'
import { DBN } from '../../src/energy/dbn.ts'
import type { StackCheckpoint } from '../../src/energy/energy-stack.ts'
import { StackedCRBM } from '../../src/energy/stacked-crbm.ts'
import { Dense } from '../../src/layers/dense.ts'
import { Dropout } from '../../src/layers/dropout.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Random } from '../../src/numerics/random.ts'
import { SGD } from '../../src/optim/sgd.ts'
import { normalMatrix, normalSequences } from '../support/random.ts'
import { tolerance } from '../support/tolerances.ts'

const layers = [4, 6, 5, 3]
const make = (more: object = {}): MLP => new MLP({ layers, seed: 3, dtype: 'float64', ...more })
const [x] = normalSequences('pretraining', [60], 4)
const binary = view(
  x.data.map((value) => Number(value > 0)),
  [60, 4],
)
const options = { epochs: 3, batchSize: 20, learningRate: 0.01 }

/** Every hidden layer's output is the stack's. */
function expectTransforms(network: MLP, stack: DBN, data = x): void {
  let a = data
  network.layers.slice(0, -1).forEach((layer, i) => {
    const wanted = stack.transform(data, { depth: i + 1 }).data
    a = layer.forward(a) as typeof a
    a.data.forEach((h, k) => expect(Math.abs(h - wanted[k])).toBeLessThan(tolerance.reorder))
  })
}

describe('pretrain', () => {
  it('gives the hidden layers the weights of the RBMs, the lowest Gaussian; the output stays', async () => {
    const network = make()
    const output = network.layers[2].params.W.data.slice()
    const histories = await network.pretrain(x, options)
    const stack = new DBN({ layers: [4, 6, 5], visibles: 'gaussian', seed: 3, dtype: 'float64' })
    expect(histories).toEqual(await stack.fit(x, options))
    network.layers.slice(0, -1).forEach(({ params }, i) => {
      expect(params.W.data).toEqual(stack.layers[i].params.W.data)
      expect(params.b.data).toEqual(stack.layers[i].params.c.data)
    })
    expect(network.layers[2].params.W.data).toEqual(output)
    expectTransforms(network, stack)
  })

  it('takes binary visible units for data in [0, 1], unless told otherwise', async () => {
    const stack = new DBN({ layers: [4, 6, 5], seed: 3, dtype: 'float64' })
    await stack.fit(binary, options)
    const network = make()
    await network.pretrain(binary, options)
    expect(network.layers[0].params.W.data).toEqual(stack.layers[0].params.W.data)
    const gaussian = make()
    await gaussian.pretrain(binary, { ...options, visibles: 'gaussian' })
    expect(gaussian.layers[0].params.W.data).not.toEqual(network.layers[0].params.W.data)
    const below = view(
      x.data.map((value) => Math.min(value, 1)),
      [60, 4],
    )
    await make().pretrain(below, options) // a binary RBM would refuse what is negative
  })

  it('takes options for each layer, held-out data and a resume, and reports every epoch', async () => {
    const seen: [layer: number, epoch: number][] = []
    let resume: StackCheckpoint | undefined
    const own = { ...options, layers: [{}, { epochs: 2, learningRate: 0.1 }], validation: x.hi(10, 4) }
    const whole = make()
    await whole.pretrain(x, {
      ...own,
      onEpoch: ({ layer, epoch, validationReconstructionError, checkpoint }) => {
        seen.push([layer, epoch])
        expect(validationReconstructionError).toBeGreaterThan(0)
        if (layer === 1 && epoch === 1) resume = checkpoint()
      },
    })
    expect(seen).toEqual([...[1, 2, 3].map((epoch) => [0, epoch]), [1, 1], [1, 2]])
    const resumed = make()
    await resumed.pretrain(x, { ...own, resume })
    expect(resumed.parameters.data).toEqual(whole.parameters.data)
  })

  it('leaves the network as it was when stopped or diverging, and free afterwards', async () => {
    const network = make()
    const before = network.parameters.data.slice()
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(network.pretrain(x, { ...options, signal })).rejects.toThrow('enough')
    const wild = { ...options, epochs: 50, learningRate: 1e6 }
    await expect(network.pretrain(x, wild)).rejects.toBeInstanceOf(DivergenceError)
    expect(network.parameters.data).toEqual(before)
    const first = network.pretrain(x, options)
    await expect(network.pretrain(x, options)).rejects.toBeInstanceOf(StateError)
    await first
  })

  it('refuses what RBMs cannot start', async () => {
    await expect(make({ activation: 'tanh' }).pretrain(x)).rejects.toThrow(/are sigmoids, layer 0 is "tanh"; set/)
    await expect(new MLP({ layers: [4, 2] }).pretrain(x)).rejects.toThrow(
      /MLP\.pretrain: the network has no hidden layer/,
    )
    await expect(make().pretrain(x, { visibles: 'words' as never })).rejects.toThrow(/"visibles" expected one of/)
    await expect(make().pretrain(x, { epoch: 3 } as never)).rejects.toThrow(/unknown option "epoch"/)
    await expect(make().pretrain(x.hi(60, 3))).rejects.toThrow(/MLP\.pretrain: "x" expected shape \[n >= 1, 4\]/)
  })
})

describe('initialiseFrom', () => {
  it('takes learned variances into the weights', async () => {
    const stack = new DBN({ layers: [4, 6, 5], visibles: 'gaussian', variance: 'learned', seed: 1, dtype: 'float64' })
    stack.layers[0].params.logSigma.data.set([0.5, -0.3, 1, 0])
    await stack.fit(x, options)
    const network = make()
    network.initialiseFrom(stack)
    expectTransforms(network, stack)
  })

  it('starts the lower layers from a lower stack', () => {
    const network = make()
    const above = network.layers[1].params.W.data.slice()
    const stack = new DBN({ layers: [4, 6], seed: 1, dtype: 'float64' })
    network.initialiseFrom(stack)
    expect(network.layers[0].params.W.data).toEqual(stack.layers[0].params.W.data)
    expect(network.layers[1].params.W.data).toEqual(above)
  })

  it('refuses what is no sigmoid', () => {
    const network = make({ activation: 'tanh' })
    expect(() => network.initialiseFrom(new DBN({ layers: [4, 6] }))).toThrow(/are sigmoids, layer 0 is "tanh"/)
  })

  it('starts the leading dense layers of a Sequential', () => {
    const sequential = new Sequential([
      new Dense({ inputs: 4, units: 6, activation: 'sigmoid' }),
      new Dropout({ rate: 0.2 }),
      new Dense({ units: 5, activation: 'sigmoid' }),
      new LSTM({ units: 3 }),
      new Dense({ units: 2, activation: 'softmax' }),
    ])
    const stack = new DBN({ layers: [4, 6, 5], seed: 1 })
    sequential.initialiseFrom(stack)
    expect(sequential.layers[0].params.W.data).toEqual(stack.layers[0].params.W.data)
    expect(sequential.layers[2].params.W.data).toEqual(stack.layers[1].params.W.data)
    const deeper = new DBN({ layers: [4, 6, 5, 3] })
    expect(() => sequential.initialiseFrom(deeper)).toThrow(/"stack" of 3 RBMs for 2 leading dense layers/)
  })

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /"stack" expected a DBN, got undefined/],
    ['a network', make(), /"stack" expected a DBN, got an object MLP/],
    [
      'conditional RBMs',
      new StackedCRBM({ visible: 4, hidden: [6, 5], order: 2 }),
      /conditional RBMs, .*transform\(\)/,
    ],
    ['other sizes', new DBN({ layers: [4, 7] }), /of sizes \[4, 7\] does not fit: layer 0 has W \[4, 6\]/],
    ['too deep a stack', new DBN({ layers: [4, 6, 5, 3] }), /"stack" of 3 RBMs for 2 leading dense layers/],
  ])('refuses %s and changes nothing', (_, stack, message) => {
    const network = make()
    const before = network.parameters.data.slice()
    expect(() => network.initialiseFrom(stack as DBN)).toThrow(message)
    expect(network.parameters.data).toEqual(before)
  })

  it('waits for no fit', async () => {
    const network = make()
    const labels = new Int32Array(60)
    const fitting = network.fit(x, labels, { optimizer: new SGD({ learningRate: 0.1 }), epochs: 1 })
    expect(() => network.initialiseFrom(new DBN({ layers: [4, 6] }))).toThrow(StateError)
    await fitting
  })
})

it('a deep network leaves the plateau at once from pre-trained weights, from random ones it stays', async () => {
  const random = new Random('bumps')
  const centres = normalMatrix(random, 8, 10)
  const data = normalMatrix(random, 480, 10)
  const labels = Int32Array.from({ length: 480 }, (_, i) => (i % 8) % 2)
  labels.forEach((_, i) => {
    for (let d = 0; d < 10; d++) data.set(i, d, centres.get(i % 8, d) + 0.3 * data.get(i, d))
  })
  const tuned = async (network: MLP): Promise<number> => {
    const optimizer = new SGD({ learningRate: 0.1, momentum: 0.9 })
    await network.fit(data, labels, { optimizer, epochs: 10, batchSize: 32 })
    return network.evaluate(data, labels).loss
  }
  const deep = (): MLP => new MLP({ layers: [10, 30, 30, 30, 30, 2], seed: 1 })
  const pretrained = deep()
  const upper = { learningRate: 0.1 }
  const own = [{}, upper, upper, upper]
  await pretrained.pretrain(data, { epochs: 20, batchSize: 32, learningRate: 0.01, layers: own })
  expect(await tuned(deep())).toBeGreaterThan(0.95 * Math.LN2)
  expect(await tuned(pretrained)).toBeLessThan(0.1)
})
