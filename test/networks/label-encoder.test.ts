import { describe, expect, it } from 'vitest'
import { StateError } from '../../src/core/errors.ts'
import { LabelEncoder } from '../../src/networks/label-encoder.ts'

describe('LabelEncoder', () => {
  it('finds the classes in ascending order, and goes there and back', () => {
    const encoder = new LabelEncoder().fit(['sadness', 'Zorn', 'anger', 'sadness'])
    expect(encoder.classes).toEqual(['Zorn', 'anger', 'sadness'])
    const indices = encoder.transform(['sadness', 'Zorn', 'anger'])
    expect(indices).toEqual(Int32Array.of(2, 0, 1))
    expect(encoder.inverseTransform(indices)).toEqual(['sadness', 'Zorn', 'anger'])
  })

  it('keeps the order of classes that are given, and takes indices as they are', () => {
    const encoder = new LabelEncoder(['joy', 'anger'])
    expect(encoder.transform(['anger', 0, 'joy'])).toEqual(Int32Array.of(1, 0, 0))
    expect(encoder.transform(Int32Array.of(1, 1))).toEqual(Int32Array.of(1, 1))
  })

  it('goes through JSON', () => {
    const encoder = LabelEncoder.fromJSON(JSON.parse(JSON.stringify(new LabelEncoder(['joy', 'anger']))))
    expect(encoder.classes).toEqual(['joy', 'anger'])
    expect(LabelEncoder.fromJSON(new LabelEncoder().toJSON()).classes).toEqual([])
  })

  it('shares its classes with nobody', () => {
    const given = ['joy', 'anger']
    const encoder = new LabelEncoder(given)
    given[0] = 'other'
    expect(encoder.classes).toEqual(['joy', 'anger'])
    expect(() => (encoder.classes as string[]).push('more')).toThrow(TypeError)
  })

  it('knows names that every object has', () => {
    expect(new LabelEncoder(['toString', '__proto__']).transform(['__proto__'])).toEqual(Int32Array.of(1))
    expect(() => new LabelEncoder(['joy']).transform(['constructor'])).toThrow(RangeError)
  })

  it.each<[() => unknown, new (...args: never[]) => Error, string]>([
    [() => new LabelEncoder(['a', 'a']), RangeError, 'LabelEncoder: "classes" expected different names, got "a" twice'],
    [() => new LabelEncoder([1] as never), TypeError, 'LabelEncoder: "classes" expected a string, got 1'],
    [() => new LabelEncoder().fit([]), RangeError, 'LabelEncoder.fit: "labels" expected'],
    [() => new LabelEncoder().fit(['a', 2] as never), TypeError, '"labels[1]" expected a string, got 2'],
    [() => new LabelEncoder().transform(['a']), StateError, 'no classes are known; call fit(labels) first'],
    [() => new LabelEncoder().inverseTransform([0]), StateError, 'no classes are known'],
    [
      () => new LabelEncoder(['joy', 'anger']).transform(['joy', 'bored']),
      RangeError,
      'LabelEncoder.transform: "labels[1]" expected one of "joy", "anger", got "bored"',
    ],
    [
      () => new LabelEncoder(['joy']).transform([1]),
      RangeError,
      '"labels[0]" expected an integer >= 0 and <= 0, got 1',
    ],
    [() => new LabelEncoder(['joy']).transform('joy' as never), TypeError, '"labels" expected an array, got "joy"'],
    [() => new LabelEncoder(['joy']).inverseTransform([0.5]), RangeError, '"indices[0]" expected an integer'],
    [() => LabelEncoder.fromJSON({} as never), TypeError, 'LabelEncoder.fromJSON: "classes" expected an array'],
  ])('%s is refused', (call, kind, message) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })

  it('is as it was where fit throws', () => {
    const encoder = new LabelEncoder(['joy'])
    expect(() => encoder.fit(['a', 3] as never)).toThrow(TypeError)
    expect(encoder.classes).toEqual(['joy'])
  })
})
