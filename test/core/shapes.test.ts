/** The shapes in which people hold numbers: nested arrays, arrays of typed rows, plain objects with strides, plain arrays. */
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inputDtype, isRows, sequenceList, toMatrix, toSamples, toVector, view } from '../../src/core/array.ts'
import { matrix } from '../../src/core/matrix.ts'

const rows = [
  [1, 2, 3],
  [4, 5, 6],
]
const packed = Float32Array.of(1, 2, 3, 4, 5, 6)

describe('a matrix', () => {
  it.each<[string, unknown]>([
    ['nested arrays', rows],
    ['an array of typed rows', rows.map((row) => Float32Array.from(row))],
    ['rows of several kinds', [rows[0], Float64Array.from(rows[1])]],
    ['an array of integer rows', rows.map((row) => Int16Array.from(row))],
    ['a plain object', { data: packed, shape: [2, 3], stride: [3, 1], offset: 0 }],
    ['a plain object without strides', { data: packed, shape: [2, 3] }],
    ['a plain object on an array', { data: [9, 1, 4, 2, 5, 3, 6], shape: [2, 3], stride: [1, 2], offset: 1 }],
    ['an ndarray', view(packed, [2, 3])],
    ['nested arrays of another realm', runInNewContext('[[1, 2, 3], new Float32Array([4, 5, 6])]')],
  ])('as %s', (_, value) => {
    expect(toMatrix('f', 'x', value, 'float32')).toEqual({ data: packed, rows: 2, cols: 3 })
    expect(toMatrix('f', 'x', value, 'float64').data).toEqual(Float64Array.from(packed))
  })

  it('without rows', () => {
    expect(toMatrix('f', 'x', [], 'float32')).toEqual({ data: new Float32Array(0), rows: 0, cols: 0 })
  })

  it('is a copy of nested arrays', () => {
    const own = [Float32Array.of(1, 2)]
    toMatrix('f', 'x', own, 'float32').data[0] = 9
    expect(own[0][0]).toBe(1)
  })

  it('of any numbers is what an ndarray of them is', () => {
    const anyRows = fc.integer({ min: 1, max: 5 }).chain((cols) => {
      const row = fc.array(fc.double(), { minLength: cols, maxLength: cols })
      return fc.array(row, { minLength: 1, maxLength: 5 })
    })
    fc.assert(
      fc.property(anyRows, (nested) => {
        const flat = view(Float64Array.from(nested.flat()), [nested.length, nested[0].length])
        expect(toMatrix('f', 'x', nested, 'float64')).toEqual(toMatrix('f', 'x', flat, 'float64'))
      }),
      { seed: 3, numRuns: 100 },
    )
  })

  it.each<[string, unknown, new (...args: never[]) => Error, string]>([
    ['ragged rows', [[1, 2], [3, 4], [5]], RangeError, 'rows of one length, got 2 numbers in row 0 and 1 in row 2'],
    ['an empty first row', [[], [1]], RangeError, '"x" expected rows of numbers, got none in row 0'],
    ['an empty later row', [[1], []], RangeError, 'rows of one length, got 1 numbers in row 0 and 0 in row 1'],
    [
      'text',
      [
        [1, 2],
        [3, '4'],
      ],
      TypeError,
      '"x" expected numbers, got "4" at row 1, column 1',
    ],
    [
      'a hole',
      [
        [1, 2],
        [3, undefined],
      ],
      TypeError,
      '"x" expected numbers, got undefined at row 1, column 1',
    ],
    // biome-ignore lint/suspicious/noSparseArray: a hole is what is tested
    ['a sparse row', [[1, , 3]], TypeError, '"x" expected numbers, got undefined at row 0, column 1'],
    ['null', [[null, 1]], TypeError, '"x" expected numbers, got null at row 0, column 0'],
    ['booleans', [[true]], TypeError, '"x" expected numbers, got true at row 0, column 0'],
    ['big integers', [[1], new BigInt64Array(1)], TypeError, '"x[1]" expected a row of numbers, got BigInt64Array(1)'],
    ['a missing row', [[1], undefined], TypeError, '"x[1]" expected a row of numbers, got undefined'],
    ['rows of rows', [[1], [[1]]], TypeError, '"x[1]" expected a row of numbers, got an array of length 1'],
    [
      'one row alone',
      [1, 2],
      TypeError,
      '"x" expected a two-dimensional ndarray, got an array of length 2; an array of',
    ],
    ['a typed array', packed, TypeError, 'such as [[1, 2], [3, 4]], serves too'],
    ['a list of matrices', [rows], TypeError, '"x" expected a two-dimensional ndarray, got an array of length 1'],
    ['half a row', { data: packed, shape: [1.5, 2] }, RangeError, 'a shape of integers >= 0, got [1.5, 2]'],
    ['a negative shape', { data: packed, shape: [-1, 2] }, RangeError, 'a shape of integers >= 0, got [-1, 2]'],
    ['a fractional stride', { data: packed, shape: [2, 2], stride: [2.5, 1] }, RangeError, 'a stride of 2 integers'],
    ['a short stride', { data: packed, shape: [2, 2], stride: [1] }, RangeError, 'each dimension, got [1]'],
    ['a fractional offset', { data: packed, shape: [2, 2], offset: 0.5 }, RangeError, '"x.offset" expected an integer'],
    [
      'too many elements',
      { data: packed, shape: [4, 2] },
      RangeError,
      'of shape [4, 2] reaches outside its 6 elements',
    ],
    ['no numbers', { data: {}, shape: [1, 1] }, TypeError, '"x.data" expected a typed array or an array of numbers'],
    [
      'a view of text',
      { data: [1, 2, 3, '4'], shape: [2, 2] },
      TypeError,
      '"x" expected numbers, got "4" at row 1, column 1',
    ],
    ['big integers in a view', { data: new BigInt64Array(1), shape: [1, 1] }, TypeError, 'got BigInt64Array(1)'],
    ['a cube', { data: packed, shape: [1, 2, 3] }, RangeError, '"x" expected two dimensions'],
  ])('is refused: %s', (_, value, kind, message) => {
    const take = (): unknown => toMatrix('f', 'x', value, 'float32')
    expect(take).toThrow(kind)
    expect(take).toThrow(message)
    expect(take).toThrow(/^f: /)
  })
})

describe('a vector', () => {
  it.each<[string, unknown]>([
    ['an array', [1, 2, 3]],
    ['a typed array', Int8Array.of(1, 2, 3)],
    ['a plain object', { data: [3, 2, 1], shape: [3], stride: [-1], offset: 2 }],
  ])('as %s', (_, value) => {
    expect(toVector('f', 'x', value, 'float32')).toEqual(Float32Array.of(1, 2, 3))
  })

  it('of a view costs what it holds, however long the array below it', () => {
    let reads = 0
    const long = new Proxy(
      Array.from({ length: 3000 }, (_, i) => i),
      {
        get(target, key, receiver) {
          if (typeof key === 'string' && /^\d+$/.test(key)) reads++
          return Reflect.get(target, key, receiver)
        },
      },
    )
    expect(toVector('f', 'x', { data: long, shape: [3], offset: 1500 }, 'float64')).toEqual(
      Float64Array.of(1500, 1501, 1502),
    )
    expect(reads).toBeLessThanOrEqual(6)
  })

  it('of a view with text in it is refused', () => {
    const text = { data: [1, '2', 3], shape: [2], stride: [1] }
    expect(() => toVector('f', 'x', text, 'float64')).toThrow(TypeError)
    expect(() => toVector('f', 'x', text, 'float64')).toThrow('f: "x" expected numbers, got "2" at index 1')
  })

  it('may be empty', () => expect(toVector('f', 'x', [], 'float64')).toEqual(new Float64Array(0)))
})

it('the element type is that of the numbers, float32 for plain ones', () => {
  expect(inputDtype([[1]])).toBe('float32')
  expect(inputDtype([Float64Array.of(1), Float64Array.of(2)])).toBe('float64')
  expect(inputDtype([Float64Array.of(1), [2]])).toBe('float32')
  expect(inputDtype({ data: Float64Array.of(1), shape: [1, 1] })).toBe('float64')
})

it('one sequence is told from a list of them', () => {
  const one = view(packed, [2, 3])
  for (const single of [rows, [packed], one, [[]], [['text']]]) expect(sequenceList(single as never)).toBeNull()
  for (const list of [[rows], [one, one], [[packed], [packed]], [one, rows], []]) {
    expect(sequenceList(list)).toBe(list)
  }
  expect(isRows([1, 2])).toBe(false)
})

describe('matrix', () => {
  it('gives a row-major ndarray of its own memory', () => {
    const x = matrix(rows)
    expect([x.shape, x.stride, x.offset, x.get(1, 0)]).toEqual([[2, 3], [3, 1], 0, 4])
    expect(x.data).toEqual(packed)
    expect(matrix(rows, { dtype: 'float64' }).data).toEqual(Float64Array.from(packed))
    const own = view(packed.slice(), [2, 3])
    matrix(own).data[0] = 9
    expect(own.data[0]).toBe(1)
  })

  it('keeps numbers that are not finite', () => {
    expect(matrix([[Number.NaN, Number.POSITIVE_INFINITY]]).data).toEqual(Float32Array.of(Number.NaN, Infinity))
  })

  it('says where what is wrong', () => {
    expect(() => matrix([[1, 2], [3]])).toThrow('matrix: "rows" expected rows of one length')
    expect(() => matrix([[1, 'two']] as never)).toThrow('matrix: "rows" expected numbers, got "two" at row 0, column 1')
    expect(() => matrix(rows, { dtype: 'int8' as never })).toThrow('matrix: "dtype" expected one of')
  })
})

describe('samples in an array of plain numbers', () => {
  it('are floats', () => {
    expect(toSamples('f', 'x', [0.5, -1], 'float32')).toEqual(Float32Array.of(0.5, -1))
    expect(toSamples('f', 'x', { data: [0.5], shape: [1] }, 'float32')).toEqual(Float32Array.of(0.5))
    expect(toSamples('f', 'x', [1.02], 'float64')).toEqual(Float64Array.of(1.02))
  })

  it('are refused where they must be integers of 16 bits', () => {
    const attempt = (): unknown => toSamples('f', 'x', [0, 1200, -300], 'float32')
    expect(attempt).toThrow(RangeError)
    expect(attempt).toThrow(
      'f: "x" expected numbers in [-1, 1] (samples of 16 bits come as an Int16Array), got 1200 at index 1',
    )
  })
})
