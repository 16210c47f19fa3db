import { describe, expect, it } from 'vitest'
import { clipByNorm, clipByValue, norm } from '../../src/numerics/clip.ts'
import { constant } from '../../src/numerics/initialisers.ts'
import { ParameterSet } from '../../src/numerics/parameters.ts'
import { Workspace } from '../../src/numerics/workspace.ts'

describe('ParameterSet', () => {
  const specs = [
    { name: 'a.W', shape: [2, 3], decay: true, initialise: constant(0) },
    { name: 'a.b', shape: [3], decay: false, initialise: constant(0) },
    { name: 'c.W', shape: [1], decay: true, initialise: constant(0) },
  ]

  it('lays parameters side by side, with views on the same numbers', () => {
    const set = ParameterSet.allocate(specs, 'float32')
    expect(set.data).toHaveLength(10)
    set.views['a.b'].set(2, 7)
    expect(set.data[8]).toBe(7)
    expect(set.views['a.W'].shape).toEqual([2, 3])
    expect([0, 5, 6, 8, 9].map((i) => set.nameAt(i))).toEqual(['a.W', 'a.W', 'a.b', 'a.b', 'c.W'])
  })

  it('slices share numbers and gradients under shorter names', () => {
    const set = ParameterSet.allocate(specs, 'float64')
    const slice = set.slice(1, 3, 'a.')
    expect(slice.slots.map(({ name, offset }) => [name, offset])).toEqual([
      ['b', 0],
      ['W', 3],
    ])
    slice.block('W', 1).gradient[0] = 5
    slice.data[0] = 4
    expect(set.gradient[9]).toBe(5)
    expect(set.data[6]).toBe(4)
    expect(() => slice.block('nothing', 1)).toThrow(/no parameter "nothing"/)
    expect(set.slice(1, 1, '').data).toHaveLength(0)
  })

  it('counts what may have been a change, reading apart', () => {
    const set = ParameterSet.allocate(specs, 'float32')
    const slice = set.slice(1, 3, 'a.')
    const { version } = set
    expect([set.values, slice.values, set.block('c.W', 1).data].map(({ length }) => length)).toEqual([10, 4, 1])
    expect([set.version, slice.version]).toEqual([version, version])
    for (const act of [() => set.data, () => slice.data, () => set.views, () => slice.views]) {
      const before = [set.version, slice.version]
      act()
      expect(set.version).toBeGreaterThan(before[0])
      expect(slice.version).toBeGreaterThan(before[1])
    }
  })
})

describe('clipping', () => {
  it('scales down to the norm, never up', () => {
    const x = Float64Array.of(3, 4)
    expect(clipByNorm(x, 10)).toBe(5)
    expect(x).toEqual(Float64Array.of(3, 4))
    expect(clipByNorm(x, 1)).toBe(5)
    expect(norm(x)).toBeCloseTo(1, 14)
    expect(x[0] / x[1]).toBeCloseTo(0.75, 14)
  })

  it('limits elements', () => {
    const x = Float64Array.of(-3, 0.5, 4)
    clipByValue(x, 1)
    expect(x).toEqual(Float64Array.of(-1, 0.5, 1))
  })
})

it('a workspace keeps its buffers and grows them', () => {
  const workspace = new Workspace('float32')
  const first = workspace.take('x', 10)
  expect(workspace.take('x', 4).buffer).toBe(first.buffer)
  expect(workspace.take('x', 4)).toHaveLength(4)
  expect(workspace.take('x', 11).buffer).not.toBe(first.buffer)
  expect(workspace.take('y', 4).buffer).not.toBe(workspace.take('x', 4).buffer)
})
