import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { logisticObjective } from '../../src/estimators/logistic-loss.ts'
import { LogisticRegression } from '../../src/estimators/logistic-regression.ts'
import { saveModel } from '../../src/io/save-model.ts'
import { checkGradient } from '../../src/numerics/gradient-check.ts'
import { Random } from '../../src/numerics/random.ts'
import { loadModel } from '../../src/pipelines/load-model.ts'

interface Case {
  C: number
  intercept: boolean
  weights: number[] | null
  columns: number
  coefficients: number[]
  intercepts: number[]
  probabilities: number[]
  x: number[]
  y: number[]
}

// Made by vectors/sklearn-logistic.py with scikit-learn's LogisticRegression.
const { versions: _, ...cases }: Record<string, Case> & { versions: never } = JSON.parse(
  readFileSync(new URL('../vectors/sklearn-logistic.json', import.meta.url), 'utf8'),
)

function matrixOf({ x, y, columns }: Case) {
  return view(Float64Array.from(x), [y.length, columns])
}

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length)
  return Array.from(a).reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0)
}

function fitted({ C, intercept, weights, ...given }: Case): LogisticRegression {
  const model = new LogisticRegression({ C, intercept })
  return model.fit(matrixOf({ C, intercept, weights, ...given }), given.y, weights ? { sampleWeights: weights } : {})
}

const four = [
  [0, 1],
  [1, 1],
  [4, 0],
  [5, 1],
]

describe('LogisticRegression has the minimum of scikit-learn', () => {
  it.each(Object.entries(cases))('%s', (_name, given) => {
    const model = fitted(given)
    expect(model.training?.converged).toBe(true)
    expect(largestDifference(model.coefficients.data, given.coefficients)).toBeLessThan(1e-5)
    expect(largestDifference(model.intercepts, given.intercepts)).toBeLessThan(1e-5)
    const { data, shape } = model.forward(matrixOf(given).hi(5, given.columns))
    expect(shape).toEqual([5, new Set(given.y).size])
    expect(largestDifference(data, given.probabilities)).toBeLessThan(1e-6)
  })
})

describe('the loss of LogisticRegression', () => {
  it.each([2, 4])('has the gradient of central differences for %d classes', (classes) => {
    const random = new Random(classes)
    const x = new Float64Array(21)
    random.normalInto(x)
    const labels = Int32Array.from({ length: 7 }, (_, i) => i % classes)
    const weights = Float64Array.from({ length: 7 }, (_, i) => 0.5 + i)
    const data = { x: { data: x, rows: 7, cols: 3 }, labels, weights }
    const at = new Float64Array((classes === 2 ? 1 : classes) * 4)
    random.normalInto(at)
    expect(checkGradient(logisticObjective(data, classes, { C: 0.3, intercept: true }), at).ok).toBe(true)
  })

  it('counts a row of weight 2 as two rows, and one of weight 0 as none', () => {
    const labels = [0, 0, 1, 1]
    const weighted = new LogisticRegression({ C: 3 }).fit(four, labels, { sampleWeights: [2, 1, 0, 1] })
    const repeated = new LogisticRegression({ C: 3 }).fit([four[0], ...four.slice(0, 2), four[3]], [0, 0, 0, 1])
    expect(largestDifference(weighted.coefficients.data, repeated.coefficients.data)).toBeLessThan(1e-6)
  })
})

describe('LogisticRegression', () => {
  it('learns names of classes, in ascending order, or keeps those that it has', () => {
    const labels = ['calm', 'calm', 'angry', 'angry']
    const model = new LogisticRegression().fit(four, labels)
    expect(model.classes).toEqual(['angry', 'calm'])
    expect(model.predictLabels(four)).toEqual(labels)
    const given = new LogisticRegression({ classes: ['calm', 'angry'] }).fit(four, labels)
    expect(given.classes).toEqual(['calm', 'angry'])
    expect([...given.predict(four)]).toEqual([0, 0, 1, 1])
  })

  it('is the same after it is saved and loaded, bit for bit', () => {
    const model = new LogisticRegression({ C: 2 }).fit(four, ['calm', 'calm', 'angry', 'angry'])
    const again = loadModel(saveModel(model), LogisticRegression)
    expect(again.state()).toEqual(model.state())
    expect([...again.forward(four).data]).toEqual([...model.forward(four).data])
    expect(String(again)).toBe('LogisticRegression: [n, 2] -> [n, 2], C 2, 3 parameters')
    const rounded = loadModel(saveModel(model, { dtype: 'float16' }), LogisticRegression)
    expect(largestDifference(rounded.coefficients.data, model.coefficients.data)).toBeLessThan(1e-3)
    const unfitted = loadModel(saveModel(new LogisticRegression()), LogisticRegression)
    expect(unfitted.fit(four, [0, 0, 1, 1]).coefficients.shape).toEqual([1, 2])
  })

  it('tells that it did not converge', () => {
    const model = new LogisticRegression({ C: 1e6, maxIterations: 2 }).fit(four, [0, 1, 1, 0])
    expect(model.training).toEqual({ converged: false, iterations: 2 })
  })

  it('refuses what it cannot learn from, and stays as it was', () => {
    const model = new LogisticRegression().fit(four, [0, 0, 1, 1])
    const before = model.state()
    expect(() => model.fit(four, [0, 0, 0, 0])).toThrow('of two classes or more')
    expect(() => model.fit(four, [0, 0, 2, 2])).toThrow('got none of class 1')
    expect(() => model.fit(four, [0, 0, 1, 1], { sampleWeights: [1, 1, 0, 0] })).toThrow('got none of class 1')
    expect(() => model.fit(four, [0, 0, 1])).toThrow('"labels" expected one for each of the 4 rows, got 3')
    expect(() => model.fit(four, [0, 0, 1, 1], { sampleWeights: [1] })).toThrow('"sampleWeights" expected one for each')
    expect(() => model.fit(four, [0, 0, 1, 1], { sampleWeights: [1, 1, -1, 1] })).toThrow('numbers >= 0, got -1 at 2')
    expect(() => model.fit([[Number.NaN], [1]], [0, 1])).toThrow('"x" expected finite numbers')
    expect(() => model.fit(four, ['a', 'a', 'b', 3 as never])).toThrow('"labels[3]" expected a string')
    expect(() => new LogisticRegression({ classes: ['a', 'b'] }).fit(four, ['a', 'a', 'b', 'c'])).toThrow('"labels[3]"')
    expect(() => new LogisticRegression({ C: 0 })).toThrow('"C" expected a finite number > 0, got 0')
    expect(model.state()).toEqual(before)
  })

  it('refuses rows that it cannot answer', () => {
    expect(() => new LogisticRegression().forward(four)).toThrow('nothing is learned yet; call fit first')
    const model = new LogisticRegression().fit(four, [0, 0, 1, 1])
    expect(() => model.forward([[1, 2, 3]])).toThrow('"x" expected shape [n >= 1, 2], got [1, 3]')
    expect(() => model.predictLabels(four)).toThrow('the classes have no names')
  })
})
