import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { FormatError } from '../../src/core/errors.ts'
import { Dense } from '../../src/layers/dense.ts'
import { FrameStack } from '../../src/layers/frame-stack.ts'
import { LSTM } from '../../src/layers/lstm.ts'
import { MeanPool } from '../../src/layers/pool.ts'
import { Sequential } from '../../src/networks/sequential.ts'
import type { StreamState } from '../../src/networks/stream.ts'
import { normalSequences } from '../support/random.ts'

const network = new Sequential(
  [new FrameStack({ inputs: 2, frames: 2, step: 3 }), new LSTM({ units: 3 }), new Dense({ units: 2 }), new MeanPool()],
  { seed: 1 },
)
const [x] = normalSequences('stream', [10], 2)

// The laws of networks hold that a stream gives the rows of the batch, whatever the chunks.
describe('a stream', () => {
  it('gives nothing while a frame stack is collecting', () => {
    const stream = network.stream()
    const lengths = Array.from({ length: 7 }, (_, t) => stream.push(x.pick(t, null)).length)
    expect(lengths).toEqual([2, 0, 0, 2, 0, 0, 2])
    expect(stream.forward(x.hi(2, 2)).shape).toEqual([0, 2])
    expect(stream.forward(x.hi(1, 2)).shape).toEqual([1, 2])
  })

  it('starts anew when asked to', () => {
    const stream = network.stream()
    const first = stream.push(x.pick(0, null))
    stream.push(x.pick(1, null))
    stream.reset()
    expect(stream.push(x.pick(0, null))).toEqual(first)
  })

  it('has a memory that does not grow', () => {
    const stream = network.stream()
    const numbers = () => stream.state().layers.flatMap((layer) => Object.values(layer).map(({ length }) => length))
    stream.forward(x)
    const few = numbers()
    for (let i = 0; i < 20; i++) stream.forward(x)
    expect(numbers()).toEqual(few)
    expect(few).toEqual([1, 2, 3, 3, 1, 1, 2, 2, 2])
  })

  it('gives copies and goes on from copies', () => {
    const stream = network.stream()
    stream.forward(x)
    const state = stream.state()
    const other = network.stream({ state })
    const next = x.pick(4, null)
    for (const layer of state.layers) for (const array of Object.values(layer)) array.fill(7)
    for (let i = 0; i < 4; i++) expect(other.push(next)).toEqual(stream.push(next))
  })
})

describe('a stream refuses', () => {
  const saved = (change: (state: StreamState) => unknown): StreamState => {
    const stream = network.stream()
    stream.forward(x)
    const state = stream.state()
    change(state)
    return state
  }

  it.each<[string, unknown, RegExp]>([
    ['nothing', null, /NetworkStream.restore: "state" is not that of a ser-core stream, version 1/],
    ['a network', network.state(), /"state" is not that of a ser-core stream/],
    ['no layers', { format: 'ser-core/stream', version: 1 }, /"state.layers" expected an array/],
    ['fewer layers', saved((state) => state.layers.pop()), /"state" of 3 layers for a network of 4/],
    [
      'a missing array',
      saved(({ layers }) => delete layers[1].c),
      /"state.layers\[1\].c" expected 3 numbers, got undef/,
    ],
    [
      'an array of another length',
      saved(({ layers }) => (layers[1].h = new Float32Array(4))),
      /"state.layers\[1\].h" expected 3 numbers, got 4/,
    ],
    ['another array', saved(({ layers }) => (layers[2].h = new Float32Array(3))), /"state.layers\[2\]" has "h", which/],
    [
      'no arrays',
      saved(({ layers }) => layers.fill(null as never)),
      /"state.layers\[0\]" expected named arrays, got null/,
    ],
    [
      'NaN',
      saved(({ layers }) => (layers[1].h[2] = Number.NaN)),
      /"state.layers\[1\].h" expected finite numbers, got NaN at index 2/,
    ],
  ])('%s, and is as before', (_, state, message) => {
    const stream = network.stream()
    stream.forward(x.hi(5, 2))
    const before = stream.state()
    expect(() => stream.restore(state as StreamState)).toThrow(message)
    expect(stream.state()).toEqual(before)
  })

  it('an alien state from the start', () => {
    expect(() => network.stream({ state: {} as never })).toThrow(FormatError)
    expect(() => network.stream({ from: 1 } as never)).toThrow(/Sequential.stream: unknown option "from"/)
  })

  it('frames and chunks of the wrong size or of numbers that are not finite', () => {
    const stream = network.stream()
    const before = stream.state()
    const calls: [() => unknown, RegExp][] = [
      [() => stream.push(new Float32Array(3)), /NetworkStream.push: "frame" expected 2 numbers, got 3/],
      [() => stream.push(Float32Array.of(0, Number.NaN)), /"frame" expected finite numbers, got NaN at index 1/],
      [() => stream.forward(view(new Float32Array(6), [2, 3])), /"chunk" expected shape \[T >= 1, 2\], got \[2, 3\]/],
      [() => stream.forward(view(new Float32Array(0), [0, 3])), /"chunk" expected shape \[T >= 1, 2\], got \[0, 3\]/],
      [() => stream.forward(new Float32Array(2) as never), /"chunk" expected a two-dimensional ndarray/],
    ]
    for (const [act, message] of calls) expect(act).toThrow(message)
    expect(stream.state()).toEqual(before)
  })
})
