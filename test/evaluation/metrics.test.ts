import { describe, expect, it } from 'vitest'
import { accuracy, unweightedRecall } from '../../src/evaluation/metrics.ts'

const truth = ['joy', 'joy', 'joy', 'joy', 'anger', 'fear', 'fear']
const said = ['joy', 'joy', 'joy', 'anger', 'anger', 'joy', 'fear']

describe.each([
  ['accuracy', accuracy, 5 / 7],
  ['unweightedRecall', unweightedRecall, (3 / 4 + 1 + 1 / 2) / 3],
])('%s', (name, metric, expected) => {
  it('of names', () => expect(metric(truth, said)).toBeCloseTo(expected, 15))

  it('of indices, in arrays of any type', () => {
    const classes = ['joy', 'anger', 'fear']
    const [t, s] = [truth, said].map((labels) => labels.map((label) => classes.indexOf(label)))
    expect(metric(t, Int32Array.from(s))).toBe(metric(truth, said))
    expect(metric(Float64Array.from(t), s)).toBe(metric(truth, said))
  })

  it('does not count a class that is only said', () => expect(metric(['joy'], ['anger'])).toBe(0))

  it('of nothing is NaN', () => expect(metric([], [])).toBeNaN())

  it('rejects lists that do not fit', () => {
    expect(() => metric(['joy'], [])).toThrow(`${name}: "truth" and "said" expected one length, got 1 and 0`)
    expect(() => metric(['0'], [0])).toThrow(
      `${name}: "truth" and "said" expected one kind of label, got strings and numbers`,
    )
    expect(() => metric('joy', 'joy')).toThrow(`${name}: "truth" expected an array of names or of numbers, got "joy"`)
    expect(() => metric([0, '0'], [0, 0])).toThrow(
      `${name}: "truth" expected a number, as at index 0, got "0" at index 1`,
    )
    expect(() => metric([0], [Number.NaN])).toThrow(
      `${name}: "said" expected a name or a finite number, got NaN at index 0`,
    )
  })
})
