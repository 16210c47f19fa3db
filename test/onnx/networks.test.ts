/** Networks as files, run by onnxruntime. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  Bidirectional,
  Dense,
  GRU,
  LastPool,
  LayerNorm,
  LSTM,
  type MatrixLike,
  MaxPool,
  MLP,
  RNN,
  StatisticsPool,
} from '../../src/index.ts'
import type { Layer } from '../../src/layers/layer.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Random } from '../../src/numerics/random.ts'
import { toOnnx } from '../../src/onnx/to-onnx.ts'
import { anyNetwork, COLUMNS, drawnNetwork } from './support/architectures.ts'
import { difference, drawn, partOf, rowsOf, TOLERANCE, worstOf } from './support/compare.ts'
import { runPadded, runRows, sessionOf } from './support/runtime.ts'

const forwardOf = (net: Sequential) => ({
  forward: (x: MatrixLike) => net.forward(x),
})

describe('a network', () => {
  it('of any layers gives the same outputs for sequences of any lengths, whatever is behind their ends', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(anyNetwork, lengths, fc.nat(), async (net, counts, seed) => {
        const predict = (x: MatrixLike) => ({ data: net.predict(x) as Float32Array })
        const sequences = drawn(`${seed}`, counts, COLUMNS)
        expect(await worstOf(net, { ...forwardOf(net), predict }, sequences, COLUMNS)).toBeLessThan(TOLERANCE)
      }),
      { numRuns: 80, seed: 23 },
    )
  })

  it('without lengths takes all frames', async () => {
    await fc.assert(
      fc.asyncProperty(anyNetwork, fc.integer({ min: 1, max: 6 }), async (net, T) => {
        const session = await sessionOf(toOnnx(net, { lengths: false }))
        expect(session.inputNames).toEqual(['x'])
        const sequences = drawn('whole', [T, T], COLUMNS)
        const { y } = await runPadded(session, sequences, COLUMNS, { lengths: false })
        sequences.forEach((data, b) => {
          expect(difference(partOf(y, b), net.forward(rowsOf(data, COLUMNS)).data)).toBeLessThan(TOLERANCE)
        })
      }),
      { numRuns: 20, seed: 24 },
    )
  })

  it.each([
    ['rows', () => [new LSTM({ inputs: 3, units: 4 }), new Dense({ units: 2, activation: 'softmax' })], [2, 5, 2]],
    ['one row', () => [new LSTM({ inputs: 3, units: 4 }), new MaxPool()], [2, 4]],
  ])('that gives %s for a sequence says so in the shape of y', async (_, make: () => Layer[], dims) => {
    const session = await sessionOf(toOnnx(drawnNetwork(make(), 1)))
    const { y } = await runPadded(session, drawn('a', [5, 2], COLUMNS), COLUMNS)
    expect(y.dims).toEqual(dims)
  })

  it('of float64 is rounded to float32', async () => {
    const net = new Sequential([new GRU({ inputs: 3, units: 4 }), new Dense({ units: 2 })], {
      dtype: 'float64',
      seed: 2,
    })
    expect(await worstOf(net, forwardOf(net), drawn('b', [6, 3], COLUMNS), COLUMNS)).toBeLessThan(TOLERANCE)
  })

  it('keeps the differences of nearly equal rows in a LayerNorm', async () => {
    const net = new Sequential([new LayerNorm({ inputs: 8 })])
    const x = drawn('c', [4], 8)[0].map((value) => 5000 + value)
    expect(await worstOf(net, forwardOf(net), [x], 8)).toBeLessThan(TOLERANCE)
  })

  it('of a layer alone is that layer', async () => {
    const layer = new Bidirectional(new LSTM({ inputs: 3, units: 2, seed: 4, initialState: 'learned' }))
    const outputs = { forward: (x: MatrixLike) => layer.forward(x) }
    expect(await worstOf(layer, outputs, drawn('d', [1, 6], COLUMNS), COLUMNS)).toBeLessThan(TOLERANCE)
  })
})

describe('a sequence without frames', () => {
  const empty = async (layers: Layer[]): Promise<Float32Array> => {
    const session = await sessionOf(toOnnx(drawnNetwork(layers, 5)))
    const { y } = await runPadded(session, [drawn('e', [4], COLUMNS)[0], new Float32Array(0)], COLUMNS, { padding: 9 })
    return partOf(y, 1)
  }

  it.each([
    ['lstm', () => new LSTM({ inputs: 3, units: 4, initialState: 'learned' }), 'h0'],
    ['gru', () => new GRU({ inputs: 3, units: 4, initialState: 'learned' }), 'h0'],
    ['rnn', () => new RNN({ inputs: 3, units: 4, initialState: 'learned' }), 'h0'],
    ['projected lstm', () => new LSTM({ inputs: 3, units: 4, projection: 2, initialState: 'learned' }), 'h0'],
  ])('is in the state of the %s before the first frame', async (_, make, name) => {
    const layer = make()
    const y = await empty([layer, new LastPool()])
    expect([...y]).toEqual([...(layer.params[name].data as Float32Array)])
  })

  it('is in the states of both directions', async () => {
    const layer = new Bidirectional(new GRU({ inputs: 3, units: 2, initialState: 'learned' }))
    const y = await empty([layer, new LastPool()])
    const { 'forward.h0': a, 'backward.h0': b } = layer.params
    expect([...y]).toEqual([...(a.data as Float32Array), ...(b.data as Float32Array)])
  })

  it('has mean and maximum 0 and the least deviation', async () => {
    const y = await empty([new Dense({ inputs: 3, units: 1, activation: 'tanh' }), new StatisticsPool()])
    expect([...y]).toEqual([0, 0, Math.fround(Math.sqrt(Math.fround(1e-6)))])
  })

  it('changes nothing for the others', async () => {
    const net = drawnNetwork([new LSTM({ inputs: 3, units: 4, initialState: 'learned' }), new LastPool()], 6)
    const [data] = drawn('f', [4], COLUMNS)
    const session = await sessionOf(toOnnx(net))
    const { y } = await runPadded(session, [new Float32Array(0), data], COLUMNS)
    expect(difference(partOf(y, 1), net.forward(rowsOf(data, COLUMNS)).data)).toBeLessThan(TOLERANCE)
  })
})

describe('numbers that are none', () => {
  it.each([Number.NaN, Infinity, -Infinity])('of a sequence make its own outputs NaN: %s', async (odd) => {
    const layers = [new LSTM({ inputs: 3, units: 4 }), new MaxPool(), new Dense({ units: 2, activation: 'relu' })]
    const session = await sessionOf(toOnnx(drawnNetwork(layers, 7)))
    const [first, second] = drawn('g', [4, 3], COLUMNS)
    first[5] = odd
    const { y } = await runPadded(session, [first, second], COLUMNS)
    expect(partOf(y, 0).every(Number.isNaN)).toBe(true)
    expect(partOf(y, 1).every(Number.isFinite)).toBe(true)
  })

  it('behind its end change nothing', async () => {
    const net = drawnNetwork([new LSTM({ inputs: 3, units: 4 }), new StatisticsPool()], 8)
    const session = await sessionOf(toOnnx(net))
    const sequences = drawn('h', [4, 2], COLUMNS)
    const [clean, odd] = await Promise.all(
      [0, Number.NaN].map((padding) => runPadded(session, sequences, COLUMNS, { padding, steps: 6 })),
    )
    expect(odd.y.data).toEqual(clean.y.data)
  })
})

describe('an MLP', () => {
  it.each([
    ['softmax', {}],
    ['sigmoids with the loss on logits', { loss: 'binaryCrossEntropy' as const }],
    ['values', { loss: 'squaredError' as const, activation: 'relu' as const }],
    ['dropout', { dropout: 0.5, inputDropout: 0.2, activation: 'tanh' as const }],
  ])('with %s gives the same rows', async (_, options) => {
    const mlp = new MLP({ layers: [5, 7, 3], seed: 9, ...options })
    new Random(9).normalInto(mlp.parameters.forWriting(), 0, 0.6)
    const session = await sessionOf(toOnnx(mlp))
    expect(session.inputNames).toEqual(['x'])
    const [data] = drawn('i', [6], 5)
    const { y } = await runRows(session, data, 5)
    expect(y.dims).toEqual([6, 3])
    expect(difference(y.data, mlp.forward(rowsOf(data, 5)).data)).toBeLessThan(TOLERANCE)
  })
})
