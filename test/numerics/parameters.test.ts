import { describe, expect, it } from 'vitest'
import { CRBM } from '../../src/energy/crbm.ts'
import { kernelsInUse, useKernels } from '../../src/kernels/index.ts'
import { Dense } from '../../src/layers/dense.ts'
import { GRU } from '../../src/layers/gru.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { RNN } from '../../src/layers/rnn.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Adam } from '../../src/optim/adam.ts'
import { HessianFree } from '../../src/optim/hessian-free.ts'
import { LBFGS } from '../../src/optim/lbfgs.ts'
import { SGD } from '../../src/optim/sgd.ts'
import { normalSequences } from '../support/random.ts'

const sequences = normalSequences('parameters', [6, 5], 2)
const labels = [0, 1]

function networkOf(layer: LSTM | GRU | RNN = new LSTM({ inputs: 2, units: 9 })): Sequential {
  return new Sequential([layer, new Dense({ units: 2, activation: 'softmax' }), new MeanPool()], { seed: 1 })
}

describe('reading parameters', () => {
  it('does not count as a change, as data and views do', () => {
    const { parameters } = networkOf()
    const { version } = parameters
    const { values, gradient, slots } = parameters
    values.slice()
    parameters.slice(0, 2, 'layers.0.')
    parameters.block(slots[0].name, 1)
    parameters.part(gradient, slots[0].name, 1)
    parameters.nonFinite()
    String(parameters)
    expect(parameters.version).toBe(version)
    expect(parameters.forWriting()).toBe(values)
    expect(parameters.version).toBe(version + 1)
    expect(parameters.data).toBe(values)
    expect(parameters.version).toBe(version + 2)
    expect(Object.keys(parameters.views)).toEqual(slots.map(({ name }) => name))
    expect(parameters.version).toBe(version + 3)
  })

  it('is all that whatever only reads them does', () => {
    const network = networkOf()
    const { version } = network.parameters
    network.state()
    network.forward(sequences[0])
    network.predict(sequences[0])
    network.evaluate(sequences, labels)
    network.lossAndGradient(sequences, labels)
    network.gaussNewtonProduct(sequences, labels, new Float32Array(network.parameters.values.length))
    network.stream().forward(sequences[0])
    expect(network.parameters.version).toBe(version)
    const crbm = new CRBM({ visible: 2, hidden: 3, order: 2, seed: 1 })
    const before = crbm.parameters.version
    crbm.state()
    crbm.spectralRadius()
    expect(crbm.parameters.version).toBe(before)
  })
})

/** How a stream answers that has seen frames already: a network of the same numbers must answer so. */
function answers(network: Sequential, stream = network.stream()): number[] {
  stream.reset()
  return Array.from(sequences[0].data as ArrayLike<number>).flatMap((_, i, all) =>
    i % 2 === 0 ? Array.from(stream.push(Float32Array.of(all[i], all[i + 1]))) : [],
  )
}

/** Whether a stream opened before answers as one of a network made anew. */
async function seenAfter(network: Sequential, write: () => unknown): Promise<void> {
  const stream = network.stream()
  const before = answers(network, stream)
  await write()
  const after = answers(network, stream)
  expect(after).not.toEqual(before)
  expect(after).toEqual(answers(Sequential.fromState(network.state())))
}

/** Writes other numbers, different ones everywhere. */
function scramble(values: { [index: number]: number; length: number }): void {
  for (let i = 0; i < values.length; i++) values[i] = (((i + 3) * 7) % 11) / 11 - 0.4
}

const writes: [string, (network: Sequential) => unknown][] = [
  ['forWriting', ({ parameters }) => scramble(parameters.forWriting())],
  ['data', ({ parameters }) => scramble(parameters.data)],
  ['views', ({ parameters }) => Object.values(parameters.views).forEach(({ data }) => void scramble(data))],
  ['the params of a layer', ({ layers }) => Object.values(layers[0].params).forEach(({ data }) => void scramble(data))],
  ['the set of a layer', ({ parameters }) => scramble(parameters.slice(0, 3, 'layers.0.').forWriting())],
  ['fit with SGD', (network) => network.fit(sequences, labels, { epochs: 1, optimizer: new SGD({ learningRate: 1 }) })],
  ['fit with Adam', (network) => network.fit(sequences, labels, { epochs: 1, optimizer: new Adam() })],
  ['fit with L-BFGS', (network) => network.fit(sequences, labels, { epochs: 2, optimizer: new LBFGS() })],
  ['fit with HF', (network) => network.fit(sequences, labels, { epochs: 1, optimizer: new HessianFree() })],
  [
    'averaged weights',
    (network) => network.fit(sequences, labels, { epochs: 2, averaging: 0.9, optimizer: new Adam() }),
  ],
]

describe.each(['simd', 'js'] as const)('a stream with %s kernels sees what is written', (name) => {
  it.each(writes)('by %s', async (_, write) => {
    const inUse = kernelsInUse()
    useKernels(name)
    try {
      for (const layer of [new LSTM({ inputs: 2, units: 9 }), new GRU({ inputs: 2, units: 9 })]) {
        const network = networkOf(layer)
        await seenAfter(network, () => write(network))
      }
      const network = networkOf(new RNN({ inputs: 2, units: 9 }))
      await seenAfter(network, () => write(network))
    } finally {
      useKernels(inUse)
    }
  })
})

describe('a stream sees', () => {
  it('each step of an optimiser that keeps the vector it took at first', async () => {
    const network = networkOf()
    const stream = network.stream()
    let kept: Float32Array | null = null
    const optimizer = Object.assign(new SGD({ learningRate: 1 }), {
      step: ({ values, gradient }: Sequential['parameters']) => {
        kept ??= values as Float32Array
        gradient.forEach((slope, i) => {
          if (kept !== null) kept[i] -= slope
        })
      },
    })
    const rows: number[][] = []
    await network.fit(sequences, labels, {
      epochs: 3,
      optimizer,
      onEpoch: () => void rows.push(answers(network, stream)),
    })
    expect(rows[1]).not.toEqual(rows[0])
    expect(rows[2]).toEqual(answers(Sequential.fromState(network.state())))
  })

  it('the weights back after an update that failed', async () => {
    const network = networkOf()
    const stream = network.stream()
    const before = answers(network, stream)
    const optimizer = Object.assign(new SGD({ learningRate: 1 }), {
      step: (parameters: Sequential['parameters']) => {
        parameters.forWriting().fill(1)
        answers(network, stream)
        throw new Error('no step')
      },
    })
    await expect(network.fit(sequences, labels, { epochs: 1, optimizer })).rejects.toThrow('no step')
    expect(answers(network, stream)).toEqual(before)
  })
})
