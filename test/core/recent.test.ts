import { expect, it } from 'vitest'
import { Recent } from '../../src/core/recent.ts'

it('keeps the values asked for last', () => {
  const recent = new Recent<object>(2)
  const made: string[] = []
  const get = (name: string): object =>
    recent.get(name, () => {
      made.push(name)
      return { name }
    })
  const a = get('a')
  get('b')
  expect(get('a')).toBe(a)
  get('c') // b was asked for longest ago
  expect(get('a')).toBe(a)
  get('b')
  expect(made).toEqual(['a', 'b', 'c', 'b'])
})
