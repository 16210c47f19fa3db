import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { Dense } from '../../src/layers/dense.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { StatisticsPool } from '../../src/layers/pool.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import type { Optimizer } from '../../src/numerics/optimizer.ts'
import { Adam, AdamW } from '../../src/optim/adam.ts'
import { SGD } from '../../src/optim/sgd.ts'
import type { LossOptions } from '../../src/training/fit-options.ts'
import { tolerance } from '../support/tolerances.ts'

type Named = Record<string, number[]>
interface Case {
  scale: number
  shapes: Record<string, number[]>
  loss: number
  gradient: Named
  gradientNorm: number
  posteriors: number[][][]
  outputs: number[][][]
  steps: Record<string, { lossBefore: number[]; params: Named }>
}
interface Vectors {
  x: number[][][]
  labels: number[]
  framewise: Case
  squaredError: Case
  pooled: Case
  truncated: Case
  section8: Case & { h: number[][] }
}

// Made by vectors/lstm.py with PyTorch's autograd in float64.
const vectors: Vectors = JSON.parse(readFileSync(new URL('../vectors/lstm.json', import.meta.url), 'utf8'))
const sequences = vectors.x.map((rows) => view(Float64Array.from(rows.flat()), [rows.length, rows[0].length]))
const layerIndex: Record<string, number> = { dense1: 0, lstm: 1 }

function build({ scale, shapes }: Case, variant: 'framewise' | 'pooled' | 'linear'): Sequential {
  const head = new Dense({ units: 3, activation: variant === 'linear' ? 'linear' : 'softmax' })
  const below = [new Dense({ inputs: 3, units: 4, activation: 'relu' }), new LSTM({ units: 3 })]
  const layers = variant === 'pooled' ? [...below, new StatisticsPool(), head] : [...below, head]
  const network = new Sequential(layers, { dtype: 'float64' })
  let n = 0
  for (const [name, shape] of Object.entries(shapes)) {
    const target = parameter(network, network.parameters.data, name)
    const size = shape.reduce((a, b) => a * b)
    expect(target.length).toBe(size)
    for (let i = 0; i < size; i++) target[i] = scale * Math.sin(1 + n++)
  }
  return network
}

function parameter(network: Sequential, flat: Float64Array | Float32Array, name: string): Float64Array | Float32Array {
  const [layer, key] = name.split('.')
  const index = layerIndex[layer] ?? network.layers.length - 1
  const slot = network.parameters.slots.find((candidate) => candidate.name === `layers.${index}.${key}`)
  if (slot === undefined) throw new Error(`no slot for ${name}`)
  return flat.subarray(slot.offset, slot.offset + slot.size)
}

function expectClose(got: ArrayLike<number>, wanted: number[], bound: number, what: string): void {
  expect(got.length, what).toBe(wanted.length)
  wanted.forEach((value, i) => {
    const error = Math.abs(got[i] - value)
    expect(error <= bound * (1 + Math.abs(value)), `${what}[${i}]: got ${got[i]}, wanted ${value}`).toBe(true)
  })
}

function expectAll(network: Sequential, flat: Float64Array | Float32Array, wanted: Named): void {
  for (const [name, values] of Object.entries(wanted)) {
    expectClose(parameter(network, flat, name), values, tolerance.vector, name)
  }
}

const optimizers: Record<string, () => Optimizer> = {
  sgd: () => new SGD({ learningRate: 0.5 }),
  momentum: () => new SGD({ learningRate: 0.5, momentum: 0.9 }),
  nesterov: () => new SGD({ learningRate: 0.5, momentum: 0.9, nesterov: true }),
  adam: () => new Adam({ learningRate: 0.01 }),
  adamw: () => new AdamW({ learningRate: 0.01, weightDecay: 0.1 }),
}

const cases: [string, Case, 'framewise' | 'pooled', LossOptions][] = [
  ['a softmax at every frame', vectors.framewise, 'framewise', {}],
  ['mean, max and sd pooling', vectors.pooled, 'pooled', {}],
  ['truncated BPTT', vectors.truncated, 'framewise', { truncation: 2 }],
]

describe.each(cases)('a network equals PyTorch: %s', (_, expected, variant, options) => {
  it('loss, gradient and posteriors', () => {
    const network = build(expected, variant)
    const { loss, gradient } = network.lossAndGradient(sequences, vectors.labels, options)
    expectClose([loss], [expected.loss], tolerance.vector, 'loss')
    expectAll(network, gradient, expected.gradient)
    network.forward(sequences).forEach((posterior, i) => {
      expectClose(posterior.data, expected.posteriors[i].flat(), tolerance.vector, `posteriors of ${i}`)
    })
  })

  it.each(Object.keys(optimizers))('three steps of %s', async (name) => {
    const network = build(expected, variant)
    const optimizer = optimizers[name]()
    const losses: number[] = []
    const onBatch = ({ loss }: { loss: number }) => losses.push(loss)
    await network.fit(sequences, vectors.labels, { ...options, optimizer, epochs: 3, batchSize: 3, onBatch })
    expectClose(losses, expected.steps[name].lossBefore, tolerance.vector, 'losses')
    expectAll(network, network.parameters.data, expected.steps[name].params)
  })
})

it('squared error on linear outputs equals PyTorch', () => {
  const network = build(vectors.squaredError, 'linear')
  const targets = sequences.map(({ shape: [T] }, b) =>
    view(
      Float64Array.from({ length: T * 3 }, (_, i) => Math.sin(b + Math.floor(i / 3) + (i % 3))),
      [T, 3],
    ),
  )
  const { loss, gradient } = network.lossAndGradient(sequences, targets)
  expectClose([loss], [vectors.squaredError.loss], tolerance.vector, 'loss')
  expectAll(network, gradient, vectors.squaredError.gradient)
  network.forward(sequences).forEach((output, i) => {
    expectClose(output.data, vectors.squaredError.outputs[i].flat(), tolerance.vector, `outputs of ${i}`)
  })
})

describe('the peephole LSTM of known loss and gradients (D = H = 2, T = 4)', () => {
  const cell = new LSTM({ inputs: 2, units: 2 })
  const network = new Sequential([cell], { dtype: 'float64' })
  let n = 0
  for (const [name, shape] of Object.entries(vectors.section8.shapes)) {
    const size = shape.reduce((a, b) => a * b)
    const { data } = network.parameters.block(`layers.0.${name}`, size)
    for (let i = 0; i < size; i++) data[i] = 0.5 * Math.sin(1 + n++)
  }
  const x = view(
    Float64Array.from({ length: 8 }, (_, i) => Math.cos(0.7 * (2 * Math.floor(i / 2) + (i % 2)))),
    [4, 2],
  )
  const targets = [
    view(
      Float64Array.from({ length: 8 }, (_, i) => 0.1 * (Math.floor(i / 2) + 1)),
      [4, 2],
    ),
  ]
  // The reference sums over the four steps, the library's loss is their mean.
  const { loss, gradient } = network.lossAndGradient([x], targets)

  it('has the printed loss and last output', () => {
    expect(Math.abs(4 * loss - 0.68690681488243)).toBeLessThan(tolerance.printed)
    const h = network.forward(x)
    expect(Math.abs(h.get(3, 0) + 0.269115452029)).toBeLessThan(tolerance.printed)
    expect(Math.abs(h.get(3, 1) + 0.102092136786)).toBeLessThan(tolerance.printed)
  })

  it.each([
    ['bi', [0.148144775868, 0.134274624346]],
    ['bf', [0.030148058043, 0.059650047027]],
    ['bc', [-0.781855093964, -0.449438818691]],
    ['bo', [0.123301724178, 0.09687437838]],
    ['Wci', [-0.019446264216, -0.003051997756]],
    ['Wcf', [-0.010907848086, -0.019586059736]],
    ['Wco', [-0.048717921337, -0.028496777314]],
  ])('has the printed gradient by %s', (name, printed) => {
    const slot = network.parameters.slots.find((candidate) => candidate.name === `layers.0.${name}`)!
    printed.forEach((value, i) => {
      expect(Math.abs(4 * gradient[slot.offset + i] - value)).toBeLessThan(tolerance.printed)
    })
  })

  it('has every other gradient too', () => {
    for (const [name, values] of Object.entries(vectors.section8.gradient)) {
      const slot = network.parameters.slots.find((candidate) => candidate.name === `layers.0.${name}`)!
      values.forEach((value, i) => {
        expect(Math.abs(4 * gradient[slot.offset + i] - value)).toBeLessThan(tolerance.vector)
      })
    }
  })
})
