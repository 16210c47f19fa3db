import { expect, it } from 'vitest'
import { grouped, positionsBy } from '../../src/core/groups.ts'

it('items and positions by key, keys in order of appearance, members in theirs', () => {
  expect([...grouped([5, 6, 7, 8], ['b', 'a', 'b', 'c'])]).toEqual([
    ['b', [5, 7]],
    ['a', [6]],
    ['c', [8]],
  ])
  expect([...positionsBy(Int32Array.of(3, 1, 3))]).toEqual([
    [3, [0, 2]],
    [1, [1]],
  ])
  expect(grouped([], []).size).toBe(0)
})
