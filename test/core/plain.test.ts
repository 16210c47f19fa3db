import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { copyPlain } from '../../src/core/plain.ts'

it('copies lists and objects to any depth, missing values among them', () => {
  const value = { a: [1, { b: 'c' }], d: null, e: undefined, f: true }
  const copy = copyPlain(value)
  expect(copy).toStrictEqual(value)
  expect(copy).not.toBe(value)
  expect(copy.a).not.toBe(value.a)
  expect(copy.a[1]).not.toBe(value.a[1])
})

it('makes objects of another realm ones of this', () => {
  const copy = copyPlain(runInNewContext('({ a: [1, { b: 2 }] })'))
  expect(copy).toStrictEqual({ a: [1, { b: 2 }] })
  expect(Object.getPrototypeOf(copy.a)).toBe(Array.prototype)
})
