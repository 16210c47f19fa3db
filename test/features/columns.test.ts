import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import { concatenateColumns } from '../../src/features/columns.ts'

const x = ndarray(Float32Array.of(1, 2, 3, 4), [2, 2])
const y = ndarray(Float64Array.of(0.1, 0.2), [2, 1])

describe('concatenateColumns', () => {
  it('puts matrices side by side, in order', () => {
    const z = concatenateColumns(x, y, x)
    expect(z.shape).toEqual([2, 5])
    expect(z.data).toEqual(Float64Array.of(1, 2, 0.1, 1, 2, 3, 4, 0.2, 3, 4))
  })

  it('is float64 as soon as one of them is, else float32', () => {
    expect(concatenateColumns(x, x).data).toEqual(Float32Array.of(1, 2, 1, 2, 3, 4, 3, 4))
    expect(concatenateColumns(x, ndarray(Int16Array.of(5, 6), [2, 1])).data).toEqual(Float32Array.of(1, 2, 5, 3, 4, 6))
  })

  it('reads strided views and copies even a single matrix', () => {
    const turned = concatenateColumns(x.transpose(1, 0), y)
    expect(turned.data).toEqual(Float64Array.of(1, 3, 0.1, 2, 4, 0.2))
    concatenateColumns(x).data.fill(0)
    expect(x.data).toEqual(Float32Array.of(1, 2, 3, 4))
  })

  it('takes matrices without rows', () => {
    expect(
      concatenateColumns(ndarray(new Float32Array(0), [0, 3]), ndarray(new Float32Array(0), [0, 2])).shape,
    ).toEqual([0, 5])
  })

  it('refuses unequal lengths, naming both shapes', () => {
    const call = () => concatenateColumns(x, x, ndarray(new Float32Array(3), [3, 1]))
    expect(call).toThrow(RangeError)
    expect(call).toThrow('"matrices[0]" and "matrices[2]"')
    expect(call).toThrow('got an ndarray [2, 2] and an ndarray [3, 1]')
  })

  it('tells how many rows nested arrays have', () => {
    expect(() => concatenateColumns([[1]], [[1], [2]])).toThrow('got rows [1, 1] and rows [2, 1]')
  })

  it('refuses none, and what is no matrix', () => {
    expect(() => concatenateColumns()).toThrow(RangeError)
    expect(() => concatenateColumns(x, Float32Array.of(1, 2) as never)).toThrow(
      '"matrices[1]" expected a two-dimensional',
    )
    expect(() => concatenateColumns(undefined as never)).toThrow(TypeError)
  })
})
