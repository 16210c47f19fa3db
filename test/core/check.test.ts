import { describe, expect, it } from 'vitest'
import {
  checkArray,
  checkBoolean,
  checkInteger,
  checkNames,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkString,
} from '../../src/core/check.ts'
import { NonFiniteError, describe as render } from '../../src/core/errors.ts'

describe('argument checks', () => {
  it('return what is right', () => {
    expect(checkInteger('f', 'x', 3, { min: 3, max: 3 })).toBe(3)
    expect(checkNumber('f', 'x', 0.5, { above: 0, below: 1 })).toBe(0.5)
    expect(checkOneOf('f', 'x', 'a', ['a', 'b'])).toBe('a')
    expect(checkBoolean('f', 'x', false)).toBe(false)
    expect(checkString('f', 'x', '')).toBe('')
    expect(checkArray('f', 'x', [1], 1)).toEqual([1])
  })

  it.each<[() => unknown, typeof TypeError | typeof RangeError, string]>([
    [
      () => checkInteger('mfcc', 'frameStep', 0, { min: 1 }),
      RangeError,
      'mfcc: "frameStep" expected an integer >= 1, got 0',
    ],
    [() => checkInteger('f', 'x', 1.5), RangeError, 'f: "x" expected an integer, got 1.5'],
    [() => checkInteger('f', 'x', 2 ** 53), RangeError, 'f: "x" expected an integer, got 9007199254740992'],
    [() => checkInteger('f', 'x', '3'), TypeError, 'f: "x" expected an integer, got "3"'],
    [() => checkNumber('f', 'x', Number.NaN), RangeError, 'f: "x" expected a finite number, got NaN'],
    [
      () => checkNumber('f', 'x', Number.POSITIVE_INFINITY),
      RangeError,
      'f: "x" expected a finite number, got Infinity',
    ],
    [
      () => checkNumber('f', 'x', 1, { above: 0, below: 1 }),
      RangeError,
      'f: "x" expected a finite number > 0 and < 1, got 1',
    ],
    [() => checkNumber('f', 'x', 0, { above: 0 }), RangeError, 'f: "x" expected a finite number > 0, got 0'],
    [() => checkNumber('f', 'x', undefined), TypeError, 'f: "x" expected a finite number, got undefined'],
    [() => checkOneOf('f', 'x', 'c', ['a', 'b']), RangeError, 'f: "x" expected one of "a", "b", got "c"'],
    [() => checkOneOf('f', 'x', 1, ['a']), TypeError, 'f: "x" expected one of "a", got 1'],
    [() => checkBoolean('f', 'x', 1), TypeError, 'f: "x" expected true or false, got 1'],
    [() => checkString('f', 'x', null), TypeError, 'f: "x" expected a string, got null'],
    [() => checkArray('f', 'x', 3), TypeError, 'f: "x" expected an array, got 3'],
    [() => checkArray('f', 'x', [], 2), RangeError, 'f: "x" expected at least 2 items, got 0'],
    [
      () => checkOptions<{ hidden?: number }, ['hidden']>('f', { hiden: 1 } as object, ['hidden']),
      TypeError,
      'f: unknown option "hiden" (known: hidden)',
    ],
    [() => checkOptions('f', null, []), TypeError, 'f: options expected an object, got null'],
  ])('%s', (act, kind, message) => {
    expect(act).toThrow(new kind(message))
  })
})

describe('rendering a value', () => {
  it.each<[unknown, string]>([
    [new Float32Array(3), 'Float32Array(3)'],
    [new DataView(new ArrayBuffer(2)), 'DataView(2)'],
    [[1, 2], 'an array of length 2'],
    [{ shape: [2, 3] }, 'an ndarray [2, 3]'],
    [new Map(), 'an object Map'],
    [Object.create(null), 'an object'],
    [() => 1, 'a function'],
    [12n, '12'],
    ['x'.repeat(99), `"${'x'.repeat(57)}..."`],
  ])('%s', (value, text) => {
    expect(render(value)).toBe(text)
  })
})

it('NonFiniteError carries where it happened', () => {
  const error = new NonFiniteError('text', { epoch: 2, batch: 3, parameter: 'W' })
  expect(error).toMatchObject({ name: 'NonFiniteError', epoch: 2, batch: 3, parameter: 'W', message: 'text' })
})

describe('checkOptions', () => {
  const options: { width?: number; height?: number } = {}

  it('does not compile where a name is forgotten, or is none of the options', () => {
    checkOptions('f', options, ['width', 'height'])
    // @ts-expect-error "height" is forgotten.
    checkOptions('f', options, ['width'])
    // @ts-expect-error There is no "depth".
    checkOptions('f', options, ['width', 'height', 'depth'])
    expect(() => checkNames('f', { depth: 1 }, ['width'])).toThrow('f: unknown option "depth" (known: width)')
  })
})
