/** Models, features and files on nested arrays give what they give on ndarrays. */
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { matrix } from '../../src/core/matrix.ts'
import type { ArrayView } from '../../src/core/types.ts'
import { CRBM } from '../../src/energy/crbm.ts'
import { RBM } from '../../src/energy/rbm.ts'
import { StackedCRBM } from '../../src/energy/stacked-crbm.ts'
import { concatenateColumns } from '../../src/features/columns.ts'
import { deltas } from '../../src/features/deltas.ts'
import { mfcc } from '../../src/features/mfcc.ts'
import { MfccStream } from '../../src/features/mfcc-stream.ts'
import { stackFrames } from '../../src/features/stacking.ts'
import { Standardizer } from '../../src/features/standardizer.ts'
import { decodeNpy, encodeNpy } from '../../src/io/npy.ts'
import { Dense } from '../../src/layers/dense.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MLP } from '../../src/networks/mlp.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Random } from '../../src/numerics/random.ts'
import { Adam } from '../../src/optim/adam.ts'
import { normalSequences } from '../support/random.ts'

const sequences: ArrayView[] = normalSequences('shapes', [6, 4, 5], 3).map(({ data, shape }) => {
  return view(Float32Array.from(data), shape)
})
const nested = sequences.map((x) =>
  Array.from({ length: x.shape[0] }, (_, t) => Array.from({ length: 3 }, (_, j) => x.get(t, j))),
)
const typed = nested.map((rows) => rows.map((row) => Float32Array.from(row)))
const plain = sequences.map(({ data, shape, stride, offset }) => ({ data, shape, stride, offset }))
const forms = { 'nested arrays': nested, 'typed rows': typed, 'plain objects': plain }
const network = (): Sequential =>
  new Sequential([new LSTM({ inputs: 3, units: 4 }), new Dense({ units: 2, activation: 'softmax' })], { seed: 1 })
const training = () => ({ optimizer: new Adam({ learningRate: 0.05 }), epochs: 3, batchSize: 2 })

describe.each(Object.entries(forms))('%s', (_, same) => {
  it('are a sequence of a network, and a list of them several', () => {
    const net = network()
    expect(net.forward(same[0])).toEqual(net.forward(sequences[0]))
    expect(net.forward(same).map(({ data }) => data)).toEqual(net.forward(sequences).map(({ data }) => data))
    expect(net.predict(same[1])).toEqual(net.predict(sequences[1]))
    expect(net.predict(same)).toEqual(net.predict(sequences))
    expect(net.stream().forward(same[0])).toEqual(net.forward(sequences[0]))
    expect(net.layers[0].forward(same[0])).toEqual(net.layers[0].forward(sequences[0]))
  })

  it('train a network to the same bits, held-out data and augmented ones among them', async () => {
    const train = async (data: never): Promise<Sequential> => {
      const net = network()
      const validation = { sequences: data, labels: [0, 1, 0] }
      await net.fit(data, [0, 1, 0], { ...training(), validation, augment: () => nested[0] })
      return net
    }
    expect((await train(same as never)).state()).toEqual((await train(sequences as never)).state())
    expect(network().evaluate(same, [0, 1, 0])).toEqual(network().evaluate(sequences, [0, 1, 0]))
  })

  it('are rows of an MLP', async () => {
    const mlps = [0, 1].map(() => new MLP({ layers: [3, 4, 2], seed: 1 }))
    const labels = [0, 1, 0, 1, 0, 1]
    await mlps[0].fit(same[0], labels, training())
    await mlps[1].fit(sequences[0], labels, training())
    expect(mlps[0].state()).toEqual(mlps[1].state())
    expect(mlps[0].predict(same[0])).toEqual(mlps[1].predict(sequences[0]))
  })

  it('are data of energy models', async () => {
    const crbm = (): CRBM => new CRBM({ visible: 3, hidden: 2, order: 1, seed: 1 })
    const [one, other] = [crbm(), crbm()]
    await one.fit(same, { epochs: 1 })
    await other.fit(sequences, { epochs: 1 })
    expect(one.state()).toEqual(other.state())
    expect(one.transform(same[0])).toEqual(other.transform(sequences[0]))
    expect(one.transform(same)).toEqual(other.transform(sequences))
    expect(one.logLikelihood(same)).toBe(other.logLikelihood(sequences))
    expect(one.logLikelihood(same[0])).toBe(other.logLikelihood(sequences[0]))
    const stack = new StackedCRBM({ visible: 3, hidden: [2], order: 1, seed: 1 })
    expect(stack.transform(same[0])).toEqual(stack.transform(sequences[0]))
    expect(stack.transform(same)).toEqual(stack.transform(sequences))
  })

  it('are matrices of features', () => {
    expect(deltas(same[0])).toEqual(deltas(sequences[0]))
    expect(stackFrames(same[0], { size: 2, step: 1 })).toEqual(stackFrames(sequences[0], { size: 2, step: 1 }))
    expect(concatenateColumns(same[0], sequences[0])).toEqual(concatenateColumns(sequences[0], sequences[0]))
    const [a, b] = [new Standardizer().fit(same), new Standardizer().fit(sequences)]
    expect(a.toJSON()).toEqual(b.toJSON())
    expect(a.transform(same[0])).toEqual(b.transform(sequences[0]))
    expect(decodeNpy(encodeNpy(same[0]))).toEqual(decodeNpy(encodeNpy(sequences[0])))
  })
})

describe('labels in nested arrays', () => {
  it('are one-hot rows of an MLP, and classes of frames of a network', () => {
    const mlp = new MLP({ layers: [3, 2], seed: 1 })
    const oneHot = [
      [1, 0],
      [0, 1],
      [1, 0],
      [0, 1],
      [1, 0],
      [0, 1],
    ]
    expect(mlp.evaluate(nested[0], oneHot)).toEqual(mlp.evaluate(nested[0], [0, 1, 0, 1, 0, 1]))
    const net = network()
    const classes = sequences.map(({ shape }) => new Array<number>(shape[0]).fill(1))
    const targets = classes.map((list) => list.map(() => [0, 1]))
    expect(net.evaluate(nested, targets).loss).toBe(net.evaluate(nested, classes).loss)
  })
})

it('rows of bits are data of an RBM', () => {
  const bits = [
    [1, 0, 1],
    [0, 0, 1],
  ]
  const rbm = new RBM({ visible: 3, hidden: 2, seed: 1 })
  expect(rbm.transform(bits)).toEqual(rbm.transform(matrix(bits)))
})

it('what is wrong in a list of nested arrays is told by sequence, row and column', async () => {
  const net = network()
  const bad = [
    nested[0],
    [
      [1, 2, 3],
      [1, Number.NaN, 3],
    ],
  ]
  await expect(net.fit(bad, [0, 1], training())).rejects.toThrow(
    '"sequences[1]" expected finite numbers, got NaN at row 1, column 1',
  )
  await expect(net.fit([nested[0], [[1, 2]]], [0, 1], training())).rejects.toThrow(
    '"sequences[1]" expected shape [T >= 1, 3], got [1, 2]',
  )
  await expect(net.fit(nested[0] as never, [0, 1], training())).rejects.toThrow(
    '"sequences[0]" expected a two-dimensional ndarray, got an array of length 3',
  )
  expect(() => net.forward([1, 2, 3] as never)).toThrow('"sequence" expected a two-dimensional ndarray, got an array')
  expect(() => net.forward([])).toThrow('"sequences" expected at least 1 item')
})

describe('a stream of features, a standardizer and a network', () => {
  const samples = new Float32Array(4000)
  new Random('sound').normalInto(samples)
  const options = { sampleRate: 8000, coefficients: 3, deltas: 1 } as const
  const sound = samples.map((x) => x / 10)
  const scaler = new Standardizer().fit([mfcc(sound, options)])
  const net = new Sequential([new LSTM({ inputs: 6, units: 2 }), new Dense({ units: 2, activation: 'softmax' })])
  const whole = net.forward(scaler.transform(mfcc(sound, options)))
  const chunks = Array.from({ length: 40 }, (_, i) => sound.subarray(100 * i, 100 * (i + 1)))

  it('go on chunk by chunk, chunks without a frame among them', () => {
    const [features, live] = [new MfccStream(options), net.stream()]
    const pushed = [...chunks.map((chunk) => features.push(chunk)), features.flush()]
    expect(pushed.some((frames) => frames.length === 0)).toBe(true)
    const rows = pushed.map((frames) => live.forward(scaler.transform(frames)))
    expect(rows.every(({ shape }) => shape[1] === 2)).toBe(true)
    expect(rows.flatMap(({ data }) => [...data])).toEqual([...whole.data])
    expect(net.stream().forward([]).shape).toEqual([0, 2])
  })

  it('and frame by frame', () => {
    const [features, live] = [new MfccStream(options), net.stream()]
    const rows = chunks
      .flatMap((chunk) => [...features.push(chunk)])
      .concat(features.flush())
      .map((frame) => live.push(scaler.transform(frame)))
    expect(rows.flatMap((row) => [...row])).toEqual([...whole.data])
  })

  it('a frame is standardised as a row is, in each of its shapes', () => {
    const frame = [...mfcc(sound, options).hi(1, 6).data.slice(0, 6)]
    const expected = Float32Array.from(scaler.transform([frame]).data)
    for (const same of [frame, Float32Array.from(frame)]) expect(scaler.transform(same)).toEqual(expected)
    expect(scaler.transform(view(Float32Array.from(frame), [6]))).toEqual(view(expected, [6]))
    expect(() => scaler.transform([1, 2])).toThrow('"sequence" expected shape [frames, 6], got [1, 2]')
    const own = new Standardizer({ statistics: 'utterance' })
    expect(() => own.transform(Float32Array.from(frame))).toThrow('one frame has no statistics of its utterance')
  })
})
