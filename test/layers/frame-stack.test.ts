import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { Dense } from '../../src/layers/dense.ts'
import { FrameStack } from '../../src/layers/frame-stack.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import { Adam } from '../../src/optim/adam.ts'
import { normalSequences } from '../support/random.ts'

function rows(options: object, ...values: number[]): number[][] {
  const layer = new FrameStack({ inputs: 1, ...options })
  const y = layer.forward(view(Float32Array.from(values), [values.length, 1]))
  expect(y.shape).toEqual([layer.outputLength(values.length), layer.outputs])
  return Array.from({ length: y.shape[0] }, (_, t) => Array.from({ length: y.shape[1] }, (_, j) => y.get(t, j)))
}

describe('FrameStack', () => {
  it('stacks the frames up to its own, the oldest first, and repeats the first before it', () => {
    expect(rows({ frames: 3, step: 2 }, 1, 2, 3, 4, 5)).toEqual([
      [1, 1, 1],
      [1, 2, 3],
      [3, 4, 5],
    ])
    expect(rows({ frames: 2, step: 1 }, 7, 8, 9)).toEqual([
      [7, 7],
      [7, 8],
      [8, 9],
    ])
  })

  it('takes every third of three frames by default', () => {
    expect(rows({}, 1, 2, 3, 4, 5)).toEqual([
      [1, 1, 1],
      [2, 3, 4],
    ])
  })

  it('subsamples where a row is one frame', () => {
    expect(rows({ frames: 1, step: 3 }, 1, 2, 3, 4, 5, 6, 7)).toEqual([[1], [4], [7]])
    expect(rows({ frames: 1 }, 1, 2)).toEqual([[1], [2]])
  })

  it('keeps the columns of a frame together', () => {
    const y = new FrameStack({ inputs: 2, frames: 2 }).forward(view(Float32Array.of(1, 2, 3, 4, 5, 6), [3, 2]))
    expect(Array.from(y.data as Float32Array)).toEqual([1, 2, 1, 2, 3, 4, 5, 6])
  })

  it.each<[string, object, RegExp]>([
    ['no frames', { frames: 0 }, /FrameStack: "frames" expected an integer >= 1, got 0/],
    ['half a step', { step: 1.5 }, /FrameStack: "step" expected an integer >= 1, got 1.5/],
    ['an unknown option', { size: 3 }, /FrameStack: unknown option "size"/],
  ])('refuses %s', (_, options, message) => expect(() => new FrameStack(options)).toThrow(message))
})

describe('labels of a network that subsamples', () => {
  const make = (...top: MeanPool[]): Sequential =>
    new Sequential(
      [
        new FrameStack({ inputs: 2, frames: 2, step: 3 }),
        new LSTM({ units: 4 }),
        new Dense({ units: 2, activation: 'softmax' }),
        ...top,
      ],
      { seed: 1, dtype: 'float64' },
    )
  const sequences = normalSequences(1, [7, 2, 4], 2)
  const frames = [Int32Array.of(0, 1, 0), Int32Array.of(1), Int32Array.of(1, 0)]

  it('says how many rows come out', () => {
    expect([7, 2, 4].map((T) => make().outputLength(T))).toEqual([3, 1, 2])
    expect(make(new MeanPool()).outputLength(7)).toBe(1)
    expect(() => make().outputLength(0)).toThrow(/Sequential.outputLength: "frames" expected an integer >= 1, got 0/)
  })

  it('of frames are those of the rows that come out', () => {
    const network = make()
    const { loss } = network.lossAndGradient(sequences, frames)
    const posteriors = network.forward(sequences)
    const wanted = posteriors.map((y, i) => {
      expect(y.shape).toEqual([frames[i].length, 2])
      return frames[i].reduce((sum, k, t) => sum - Math.log(y.get(t, k)), 0) / frames[i].length
    })
    expect(loss).toBeCloseTo((wanted[0] + wanted[1] + wanted[2]) / 3, 12)
  })

  it('of utterances apply to each row that comes out', () => {
    const repeated = frames.map((labels, i) => labels.map(() => i % 2))
    expect(make().lossAndGradient(sequences, [0, 1, 0])).toEqual(make().lossAndGradient(sequences, repeated))
  })

  it('of every input frame are refused, with the length that is wanted', () => {
    const all = sequences.map((x) => new Int32Array(x.shape[0]))
    expect(() => make().lossAndGradient(sequences, all)).toThrow(
      /"labels\[0\]" expected 3 frames \(rows of the output\), got 7/,
    )
    const targets = sequences.map((x) => view(new Float64Array(2 * x.shape[0]), [x.shape[0], 2]))
    expect(() => make().lossAndGradient(sequences, targets)).toThrow(
      /"labels\[0\]" expected shape \[3, 2\], got \[7, 2\]/,
    )
  })

  it('can be learned, a label a row', async () => {
    const network = make()
    const many = normalSequences('rows', [9, 12, 30, 22, 15, 7], 2)
    const signs = many.map((x) =>
      Int32Array.from({ length: network.outputLength(x.shape[0]) }, (_, k) => (x.get(3 * k, 0) > 0 ? 1 : 0)),
    )
    const before = network.evaluate(many, signs).loss
    await network.fit(many, signs, { optimizer: new Adam({ learningRate: 0.03 }), epochs: 60, batchSize: 2 })
    expect(network.evaluate(many, signs).loss).toBeLessThan(0.2 * before)
  })
})
