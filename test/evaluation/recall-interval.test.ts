import { describe, expect, it } from 'vitest'
import { ConfusionMatrix } from '../../src/evaluation/confusion-matrix.ts'
import { wilsonInterval } from '../../src/evaluation/intervals.ts'
import { unweightedRecallInterval } from '../../src/evaluation/recall-interval.ts'

describe('unweightedRecallInterval', () => {
  it('of one class is that of its recall', () => {
    const matrix = new ConfusionMatrix(['a', 'b']).add('a', 'a', 7).add('a', 'b', 3)
    const { low, high } = unweightedRecallInterval(matrix)
    const wanted = wilsonInterval(7, 10)
    expect(low).toBeCloseTo(wanted.low, 12)
    expect(high).toBeCloseTo(wanted.high, 12)
  })

  it('of equal classes is narrower by the root of their number', () => {
    const matrix = new ConfusionMatrix(['a', 'b', 'c', 'd'])
    for (const name of matrix.classes) matrix.add(name, name, 30).add(name, 'a', name === 'a' ? 0 : 10)
    matrix.add('a', 'b', 10)
    const one = wilsonInterval(30, 40)
    const { low, high } = unweightedRecallInterval(matrix)
    expect(0.75 - low).toBeCloseTo((0.75 - one.low) / 2, 12)
    expect(high - 0.75).toBeCloseTo((one.high - 0.75) / 2, 12)
  })

  it('tells nothing without answers and stays within 0..1', () => {
    expect(unweightedRecallInterval(new ConfusionMatrix(['a']))).toEqual({ low: 0, high: 1 })
    const { low, high } = unweightedRecallInterval(new ConfusionMatrix(['a', 'b']).add('a', 'a').add('b', 'b'))
    expect(high).toBe(1)
    expect(low).toBeGreaterThan(0)
  })
})
