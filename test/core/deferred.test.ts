import { describe, expect, it } from 'vitest'
import { exactDtype, floatView, inputDtype, isArrayView, matrixView, toMatrix } from '../../src/core/array.ts'
import { DeferredArray, following, HeldArrays, lookAt } from '../../src/core/deferred.ts'
import type { FloatNdArray } from '../../src/core/types.ts'

/** The array [2, 3] of 0..5, and how often it was made. */
function counted(held = new HeldArrays()) {
  const made = { times: 0 }
  const array = new DeferredArray([2, 3], 'float32', held, () => {
    made.times++
    return Float32Array.of(0, 1, 2, 3, 4, 5)
  })
  return { made, array, asArray: array as unknown as FloatNdArray }
}

describe('an array that is made when it is looked at', () => {
  it('has the members of every other', () => {
    const { asArray: x, array } = counted()
    expect([x.shape, x.stride, x.offset, x.dtype, x.size, x.dimension]).toEqual([[2, 3], [3, 1], 0, 'float32', 6, 2])
    expect([x.get(1, 2), x.pick(1, null).get(0), x.lo(0, 1).get(1, 1), x.T.get(2, 1)]).toEqual([5, 3, 5, 5])
    expect([isArrayView(x), inputDtype(x), exactDtype(x)]).toEqual([true, 'float32', 'float32'])
    expect(() => array.set()).toThrow(TypeError)
  })

  it('is made when it is looked at, and kept for looks in a row', () => {
    const { made, array } = counted()
    expect(made.times).toBe(0)
    expect(array.data).toBe(array.data)
    expect(made.times).toBe(1)
  })

  it('is a matrix that is made when it is looked at, also of another type', () => {
    const { made, asArray } = counted()
    const narrow = toMatrix('test', 'x', asArray, 'float32')
    const wide = toMatrix('test', 'x', asArray, 'float64')
    expect([narrow.rows, narrow.cols, wide.rows, wide.cols, made.times]).toEqual([2, 3, 2, 3, 0])
    expect(wide.data).toEqual(Float64Array.of(0, 1, 2, 3, 4, 5))
    expect(narrow.data).toEqual(Float32Array.of(0, 1, 2, 3, 4, 5))
    expect(matrixView(narrow)).toBe(asArray)
    expect(matrixView(wide).dtype).toBe('float64')
    const flat = new DeferredArray([3], 'float32', new HeldArrays(), () => new Float32Array(3))
    expect(() => toMatrix('test', 'x', flat, 'float32')).toThrow(RangeError)
  })

  it('makes what is computed of it such an array too, and of others an array', () => {
    const { made, asArray } = counted(new HeldArrays(0))
    const doubled = (x: FloatNdArray): FloatNdArray =>
      floatView(
        (x.data as Float32Array).map((v) => 2 * v),
        [3, 2],
      )
    const y = following(asArray, () => doubled(asArray))
    const before = made.times
    expect([y.shape, Array.from(y.data)]).toEqual([
      [3, 2],
      [0, 2, 4, 6, 8, 10],
    ])
    expect(made.times).toBe(before + 1)
    expect(following(asArray, () => asArray)).toBe(asArray)
    const plain = floatView(new Float32Array(6), [2, 3])
    expect(following(plain, () => doubled(plain))).not.toBeInstanceOf(DeferredArray)
  })
})

describe('the arrays that are held', () => {
  it('are as many as fit into the bytes, the last ones', () => {
    const held = new HeldArrays(2 * 24)
    const [a, b, c] = [counted(held), counted(held), counted(held)]
    for (const { array } of [a, b, c, c, b]) expect(array.data).toHaveLength(6)
    expect([a, b, c].map(({ made }) => made.times)).toEqual([1, 1, 1])
    expect(held.bytes).toBe(48)
    expect(a.array.data).toHaveLength(6)
    expect(a.made.times).toBe(2)
    expect(held.bytes).toBe(48)
  })

  it('are lent where they are kept, else in memory that every look is given again', () => {
    const held = new HeldArrays(24)
    const { array, made } = counted(held)
    const buffers: ArrayBuffer[] = []
    const look = (owner: object, use: (data: Float32Array) => unknown = () => undefined): unknown =>
      held.lend(
        owner,
        24,
        (buffer) => {
          buffers.push(buffer)
          return new Float32Array(buffer, 0, 6).fill(buffers.length)
        },
        (data) => use(data as Float32Array),
      )
    expect([look({}, (data) => data[5]), look({}, (data) => data[5])]).toEqual([1, 2])
    expect(buffers[1]).toBe(buffers[0])
    // A look within another has memory of its own, and so has one after an error.
    look({}, (outer) => {
      look({}, (inner) => inner.fill(7))
      expect(outer[0]).toBe(3)
    })
    expect(() =>
      look({}, () => {
        throw new RangeError('no')
      }),
    ).toThrow('no')
    expect(look({}, (data) => data[0])).toBe(6)
    const { data } = array
    look(array, (lent) => expect(lent).toBe(data))
    expect([buffers.length, made.times, lookAt(array, (lent) => lent[5])]).toEqual([6, 1, 5])
    const plain = floatView(Float32Array.of(1, 2), [1, 2])
    expect(lookAt(plain, (lent) => lent === plain.data)).toBe(true)
  })
})
