import fc from 'fast-check'
import ndarray from 'ndarray'
import { describe, expect, it } from 'vitest'
import type { FloatNdArray } from '../../src/core/types.ts'
import { averageFrames, spliceFrames, stackFrames } from '../../src/features/stacking.ts'

/** [T, 2] with rows [t, t + 0.5]. */
function frames(count: number): FloatNdArray {
  return ndarray(
    Float32Array.from({ length: 2 * count }, (_, i) => i / 2),
    [count, 2],
  )
}

/** The frames that each row is made of, read back from their first column. */
function indices(x: FloatNdArray): number[][] {
  return Array.from({ length: x.shape[0] }, (_, b) =>
    Array.from({ length: x.shape[1] / 2 }, (_, i) => {
      expect(x.get(b, 2 * i + 1)).toBe(x.get(b, 2 * i) + 0.5)
      return x.get(b, 2 * i)
    }),
  )
}

describe('stackFrames', () => {
  it.each<[number, { size?: number; step?: number }, number[][]]>([
    [
      6,
      {},
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    ],
    [
      7,
      {},
      [
        [0, 1, 2],
        [3, 4, 5],
        [6, 6, 6],
      ],
    ],
    [2, {}, [[0, 1, 1]]],
    [
      5,
      { size: 3, step: 1 },
      [
        [0, 1, 2],
        [1, 2, 3],
        [2, 3, 4],
      ],
    ],
    [
      6,
      { size: 3, step: 2 },
      [
        [0, 1, 2],
        [2, 3, 4],
        [4, 5, 5],
      ],
    ],
    [2, { size: 3, step: 1 }, [[0, 1, 1]]],
    [
      5,
      { size: 2, step: 4 },
      [
        [0, 1],
        [4, 4],
      ],
    ],
    [4, { size: 2, step: 4 }, [[0, 1]]],
    [3, { size: 1 }, [[0], [1], [2]]],
    [0, {}, []],
  ])('%d frames by %o', (count, options, expected) => {
    expect(indices(stackFrames(frames(count), options))).toEqual(expected)
  })

  it('loses no frame, begins block b at b * step, and repeats only the last', () => {
    const small = fc.integer({ min: 1, max: 9 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), small, small, (count, size, step) => {
        fc.pre(step <= size)
        const blocks = indices(stackFrames(frames(count), { size, step }))
        expect(new Set(blocks.flat()).size).toBe(count)
        for (const [b, block] of blocks.entries()) {
          expect(block).toEqual(Array.from({ length: size }, (_, i) => Math.min(count - 1, b * step + i)))
          if (b < blocks.length - 1) expect(block[size - 1]).toBeLessThan(count - 1)
        }
      }),
      { seed: 42, numRuns: 200 },
    )
  })
})

describe('spliceFrames', () => {
  it.each<[number, { left?: number; right?: number }, number[][]]>([
    [
      3,
      { left: 1, right: 2 },
      [
        [0, 0, 1, 2],
        [0, 1, 2, 2],
        [1, 2, 2, 2],
      ],
    ],
    [2, { left: 0, right: 0 }, [[0], [1]]],
    [1, { left: 1, right: 1 }, [[0, 0, 0]]],
    [0, { left: 1 }, []],
  ])('%d frames by %o', (count, options, expected) => {
    expect(indices(spliceFrames(frames(count), options))).toEqual(expected)
  })

  it('takes five on either side by default', () => {
    const x = spliceFrames(frames(12))
    expect(x.shape).toEqual([12, 22])
    expect(indices(x)[6]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  })
})

describe.each([
  ['stackFrames', stackFrames, { size: 0 }],
  ['spliceFrames', spliceFrames, { left: -1 }],
] as const)('%s', (name, call, bad) => {
  it('keeps float64 and reads strided views without writing to them', () => {
    const data = Float64Array.of(0.1, 9, 0.2, 9, 0.3, 9)
    const x = ndarray(data, [3, 1], [2, 1])
    const out = call(x)
    expect(out.data).toBeInstanceOf(Float64Array)
    expect(new Set(out.data)).toEqual(new Set([0.1, 0.2, 0.3]))
    expect(data).toEqual(Float64Array.of(0.1, 9, 0.2, 9, 0.3, 9))
    expect(call(frames(3)).data).toBeInstanceOf(Float32Array)
  })

  it('shares nothing with its input', () => {
    const x = frames(3)
    call(x).data.fill(7)
    expect(x.data).toEqual(frames(3).data)
  })

  it('refuses what it cannot use', () => {
    expect(() => call(frames(3), bad)).toThrow(RangeError)
    expect(() => call(frames(3), bad)).toThrow(new RegExp(`^${name}: "${Object.keys(bad)[0]}" expected an integer`))
    expect(() => call(frames(3), { width: 2 } as never)).toThrow('unknown option "width"')
    expect(() => call(new Float32Array(6) as never)).toThrow(TypeError)
    expect(() => call(undefined as never)).toThrow(TypeError)
    expect(() => call(ndarray(new Float32Array(6)))).toThrow(RangeError)
  })
})

describe('averageFrames', () => {
  it('takes the mean of each block, and of what is left at the end', () => {
    const x = frames(7)
    const y = averageFrames(x)
    expect(y.shape).toEqual([3, 2])
    expect(Array.from(y.data as Float32Array)).toEqual([1, 1.5, 4, 4.5, 6, 6.5])
    expect(Array.from(averageFrames(x, { size: 1 }).data as Float32Array)).toEqual(Array.from(x.data as Float32Array))
    expect(averageFrames(frames(0)).shape).toEqual([0, 2])
    expect(averageFrames(ndarray(Float64Array.of(1, 2), [2, 1]), { size: 2 }).data).toEqual(Float64Array.of(1.5))
  })

  it.each<[unknown, object, RegExp]>([
    [frames(2), { size: 0 }, /averageFrames: "size" expected an integer >= 1, got 0/],
    [frames(2), { step: 2 }, /unknown option "step"/],
    [3, {}, /expected a two-dimensional ndarray/],
  ])('refuses %s, %j', (x, options, message) => {
    expect(() => averageFrames(x as FloatNdArray, options)).toThrow(message)
  })
})
