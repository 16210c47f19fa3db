import fc from 'fast-check'
import ndarray, { type NdArray } from 'ndarray'
import { describe, expect, it } from 'vitest'
import {
  checkFinite,
  isArrayView,
  nonFiniteIndex,
  toLabels,
  toMatrix,
  toSamples,
  toVector,
  view,
} from '../../src/core/array.ts'
import { StridedView } from '../../src/core/view.ts'
import { yieldToEventLoop } from '../../src/core/yield.ts'

const generatesCode = ((): boolean => {
  try {
    ndarray(new Float64Array(1), [1])
    return true
  } catch {
    return false
  }
})()

const own = (data: Float64Array, shape: number[]): NdArray<Float64Array> =>
  new StridedView(data, shape, [shape[1], 1], 0) as unknown as NdArray<Float64Array>
const makers: [string, (data: Float64Array, shape: number[]) => NdArray<Float64Array>][] = [
  ['the view in use here', (data, shape) => view(data, shape)],
  ['the view without generated code', own],
]

function elements(x: NdArray<Float64Array>): number[][] {
  return Array.from({ length: x.shape[0] }, (_, i) => Array.from({ length: x.shape[1] }, (_, j) => x.get(i, j)))
}

it('stands on ndarray where code may be generated, and on its own view where not', () => {
  expect(generatesCode).toBe(process.env.EXPECT_STRICT === undefined)
  const made = view(new Float64Array(4), [2, 2])
  expect(made instanceof StridedView).toBe(!generatesCode)
})

describe.each(makers)('%s', (_, make) => {
  const data = Float64Array.from({ length: 12 }, (_, i) => i)
  const x = make(data, [3, 4])

  it('reads, writes and tells its shape', () => {
    const y = make(data.slice(), [3, 4])
    y.set(2, 1, 42)
    expect(y.get(2, 1)).toBe(42)
    expect(y.data[9]).toBe(42)
    expect([y.size, y.dimension, y.dtype, y.shape, y.stride]).toEqual([12, 2, 'float64', [3, 4], [4, 1]])
    expect(Array.from(y.order)).toEqual([1, 0])
    expect(y.index(2, 1)).toBe(9)
  })

  it('lo, hi, step, transpose, pick', () => {
    expect(elements(x.lo(1, 2))).toEqual([
      [6, 7],
      [10, 11],
    ])
    expect(elements(x.hi(2, 1))).toEqual([[0], [4]])
    expect(elements(x.step(2, -2))).toEqual([
      [3, 1],
      [11, 9],
    ])
    expect(elements(x.transpose(1, 0))[3]).toEqual([3, 7, 11])
    const column = x.pick(null as never, 2)
    expect(column.shape).toEqual([3])
    expect([0, 1, 2].map((i) => column.get(i))).toEqual([2, 6, 10])
    expect(x.pick(1, null as never).get(3)).toBe(7)
  })

  it('is taken in at any stride, with the caller left alone', () => {
    const before = data.slice()
    const { data: packed, rows, cols } = toMatrix('f', 'x', x.transpose(1, 0).step(-1, 1), 'float64')
    expect([rows, cols]).toEqual([4, 3])
    expect(Array.from(packed)).toEqual([3, 7, 11, 2, 6, 10, 1, 5, 9, 0, 4, 8])
    expect(Array.from(toVector('f', 'x', x.pick(null as never, 1), 'float32'))).toEqual([1, 5, 9])
    expect(data).toEqual(before)
  })

  it('is shared where it is packed already', () => {
    const rows = x.lo(1, 0)
    const taken = toMatrix('f', 'x', rows, 'float64')
    expect(taken.data.buffer).toBe(data.buffer)
    expect(Array.from(taken.data)).toEqual([4, 5, 6, 7, 8, 9, 10, 11])
    expect(toMatrix('f', 'x', rows, 'float32').data).toBeInstanceOf(Float32Array)
  })
})

it.skipIf(!generatesCode)('the own view does what ndarray does, on random chains of calls', () => {
  const step = fc.constantFrom<(x: NdArray<Float64Array>) => NdArray<Float64Array>>(
    (x) => x.lo(1, 0),
    (x) => x.lo(0, 1),
    (x) => x.hi(Math.max(x.shape[0] - 1, 1), x.shape[1]),
    (x) => x.step(2, 1),
    (x) => x.step(1, -1),
    (x) => x.step(-2, 2),
    (x) => x.transpose(1, 0),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 5 }), (chain) => {
      const data = Float64Array.from({ length: 63 }, (_, i) => i)
      const apply = (start: NdArray<Float64Array>): NdArray<Float64Array> => chain.reduce((x, f) => f(x), start)
      const [a, b] = [apply(ndarray(data, [7, 9])), apply(own(data, [7, 9]))]
      expect(b.shape).toEqual(Array.from(a.shape))
      expect(elements(b)).toEqual(elements(a))
      expect(Array.from(b.order)).toEqual(Array.from(a.order))
    }),
    { seed: 5, numRuns: 300 },
  )
})

describe('bad arrays', () => {
  it.each<[string, () => unknown, RegExp]>([
    ['a number', () => toMatrix('f', 'x', 3, 'float32'), /f: "x" expected a two-dimensional ndarray, got 3/],
    ['a vector', () => toMatrix('f', 'x', view(new Float32Array(3), [3]), 'float32'), /expected two dimensions.*\[3\]/],
    ['text in a list', () => toVector('f', 'x', [1, '2'], 'float32'), /"x" expected numbers, got "2" at index 1/],
    ['big integers', () => toVector('f', 'x', new BigInt64Array(2), 'float32'), /typed array .*BigInt64Array\(2\)/],
    ['a DataView', () => toVector('f', 'x', new DataView(new ArrayBuffer(8)), 'float32'), /got DataView\(8\)/],
    [
      'a view that reaches outside',
      () => toMatrix('f', 'x', view(new Float64Array(4), [2, 3]), 'float64'),
      /"x" of shape \[2, 3\] reaches outside its 4 elements/,
    ],
    [
      'a view that starts before its data',
      () => toVector('f', 'x', view(new Float64Array(4), [3], [-1], 1), 'float64'),
      /reaches outside/,
    ],
    ['NaN', () => checkFinite('f', 'x', Float32Array.of(1, Number.NaN), 2), /got NaN at row 0, column 1/],
    ['infinity', () => checkFinite('f', 'x', Float32Array.of(Number.POSITIVE_INFINITY)), /got Infinity at index 0/],
    ['half a label', () => toLabels('f', 'y', [0.5]), /expected integers >= 0, got 0.5 at index 0/],
    ['a label too large', () => toLabels('f', 'y', [0, 4], 4), /expected integers 0\.\.3, got 4 at index 1/],
    ['no labels', () => toLabels('f', 'y', 'joy'), /class indices/],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(message)
  })

  it('plain values are no views', () => {
    for (const value of [null, undefined, 3, 'x', [], new Float32Array(2), { shape: [1] }]) {
      expect(isArrayView(value)).toBe(false)
    }
  })
})

it('labels come from any list of integers', () => {
  expect(toLabels('f', 'y', [1, 0], 2)).toEqual(Int32Array.of(1, 0))
  expect(toLabels('f', 'y', Uint8Array.of(3))).toEqual(Int32Array.of(3))
  expect(toLabels('f', 'y', view(Float64Array.of(2, 1), [2]))).toEqual(Int32Array.of(2, 1))
})

it('yielding lets other work run first', async () => {
  const order: string[] = []
  setTimeout(() => order.push('timer'), 0)
  const until = performance.now() + 5
  while (order.length === 0 && performance.now() < until + 1000) await yieldToEventLoop()
  expect(order).toEqual(['timer'])
})

describe('toSamples', () => {
  it('refuses integers of 24 and 32 bits, which would be far beyond full scale', () => {
    for (const integers of [Int32Array.of(0, 2 ** 30), Int32Array.of(0, -(2 ** 22)), Uint32Array.of(0, 2 ** 31)]) {
      const attempt = () => toSamples('mfcc', 'samples', integers, 'float32')
      expect(attempt).toThrow(RangeError)
      expect(attempt).toThrow(/^mfcc: "samples" expected integers of 16 bits \(wider ones .*got -?\d+ at index 1$/)
    }
  })

  it.each([new Uint8Array(4), new Uint8ClampedArray(4), view(new Uint8Array(4), [4])])('refuses bytes: %o', (bytes) => {
    const attempt = () => toSamples('predict', 'samples', bytes, 'float32')
    expect(attempt).toThrow(TypeError)
    expect(attempt).toThrow(
      /^predict: "samples" expected samples, and bytes of a file are none \(see decodeWav\), got /,
    )
  })

  it('divides wider integers by 32768', () => {
    const samples = [new Int16Array([-16384]), new Int32Array([-16384])]
    for (const integers of samples) expect(toSamples('predict', 'samples', integers, 'float32')[0]).toBe(-0.5)
  })
})

describe('nonFiniteIndex', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'finds the first %f, wherever it is',
    (bad) => {
      for (const Floats of [Float32Array, Float64Array]) {
        for (const length of [1, 2, 5, 8]) {
          for (let at = 0; at < length; at++) {
            const data = new Floats(length).fill(-1e38)
            data[at] = bad
            data[length - 1] = at === 0 ? data[length - 1] : bad
            expect(nonFiniteIndex(data)).toBe(at)
          }
        }
      }
    },
  )

  it('is -1 for the largest numbers and for none', () => {
    expect(nonFiniteIndex(Float64Array.of(Number.MAX_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE))).toBe(-1)
    expect(nonFiniteIndex(new Float32Array(0))).toBe(-1)
  })
})
