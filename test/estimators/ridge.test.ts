import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { Ridge } from '../../src/estimators/ridge.ts'
import { RidgeClassifier } from '../../src/estimators/ridge-classifier.ts'
import { saveModel } from '../../src/io/save-model.ts'
import { Random } from '../../src/numerics/random.ts'
import { loadModel } from '../../src/pipelines/load-model.ts'
import { dataOf, largestDifference, vectors } from '../support/estimators.ts'

function normals(seed: number, rows: number, columns: number) {
  const data = new Float64Array(rows * columns)
  new Random(seed).normalInto(data)
  return view(data, [rows, columns])
}

describe('Ridge has the targets of scikit-learn', () => {
  it.each(Object.entries(vectors.ridge))('%s', (_name, given) => {
    const { alpha, intercept, columns, targets } = given
    const { x, third, sampleWeights } = dataOf(given, given.rows)
    const y = columns === 1 ? targets : view(Float64Array.from(targets), [given.rows, columns])
    const model = new Ridge({ alpha, intercept }).fit(x, y, sampleWeights ? { sampleWeights } : {})
    expect(largestDifference(model.predict(third).data, given.decision)).toBeLessThan(1e-10)
    expect(model.coefficients.shape).toEqual([columns, x.shape[1]])
    expect(model.intercepts.length).toBe(columns)
  })
})

describe('RidgeClassifier has the decision values of scikit-learn', () => {
  it.each(Object.entries(vectors.ridgeClassifier))('%s', (_name, given) => {
    const { x, labels, third, sampleWeights } = dataOf(given)
    const model = new RidgeClassifier({ alpha: given.alpha }).fit(x, labels, {
      ...(sampleWeights && { sampleWeights }),
      ...(given.balanced && { classWeights: 'balanced' }),
    })
    expect(largestDifference(model.decisionFunction(third).data, given.decision)).toBeLessThan(1e-10)
    expect(Array.from(model.predict(x))).toEqual(given.said)
  })
})

describe('Ridge', () => {
  const sizes = fc.record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    rows: fc.integer({ min: 2, max: 30 }),
    columns: fc.integer({ min: 1, max: 20 }),
    targets: fc.integer({ min: 1, max: 3 }),
    alpha: fc.double({ min: 0.01, max: 10, noNaN: true }),
    intercept: fc.boolean(),
  })

  it("has no gradient where it stops: X'D(y - Xw - b) = alpha w, and weighted residuals of sum 0", () => {
    fc.assert(
      fc.property(sizes, ({ seed, rows, columns, targets, alpha, intercept }) => {
        const [x, y] = [normals(seed, rows, columns), normals(seed + 1, rows, targets)]
        const weights = Float64Array.from({ length: rows }, (_, i) => (i * 7 + seed) % 4)
        if (weights.every((w) => w === 0)) weights[0] = 1
        const model = new Ridge({ alpha, intercept }).fit(x, y, { sampleWeights: weights })
        const answers = model.predict(x)
        for (let k = 0; k < targets; k++) {
          const residual = Float64Array.from(weights, (w, i) => w * (y.get(i, k) - answers.get(i, k)))
          if (intercept) expect(Math.abs(residual.reduce((sum, r) => sum + r, 0))).toBeLessThan(1e-8)
          for (let j = 0; j < columns; j++) {
            const product = residual.reduce((sum, r, i) => sum + r * x.get(i, j), 0)
            expect(Math.abs(product - alpha * model.coefficients.get(k, j))).toBeLessThan(1e-8)
          }
        }
      }),
      { seed: 24, numRuns: 100 },
    )
  })

  it('counts a row of weight 2 as two rows and one of weight 0 as none, in any order', () => {
    const [x, y] = [normals(1, 9, 4), normals(2, 9, 2)]
    const weights = [2, 1, 0, 1, 1, 2, 1, 0, 1]
    const order = [5, 5, 8, 0, 6, 3, 4, 1, 0]
    const rowsOf = (of: typeof x) => order.map((i) => Array.from({ length: of.shape[1] }, (_, j) => of.get(i, j)))
    const weighted = new Ridge({ alpha: 0.3 }).fit(x, y, { sampleWeights: weights })
    const repeated = new Ridge({ alpha: 0.3 }).fit(rowsOf(x), rowsOf(y))
    expect(largestDifference(weighted.coefficients.data, repeated.coefficients.data)).toBeLessThan(1e-12)
    expect(largestDifference(weighted.intercepts, repeated.intercepts)).toBeLessThan(1e-12)
  })

  it('is the same after it is saved and loaded, bit for bit', () => {
    const [x, y] = [normals(3, 9, 4), normals(4, 9, 2)]
    const model = new Ridge({ alpha: 0.3 }).fit(x, y)
    const again = loadModel(saveModel(model), Ridge)
    expect(again.state()).toEqual(model.state())
    expect([...again.predict(x).data]).toEqual([...model.predict(x).data])
    expect(String(again)).toBe('Ridge: [n, 4] -> [n, 2], alpha 0.3, 10 parameters')
    expect(String(new Ridge())).toBe('Ridge: not fitted, alpha 1, 0 parameters')
    expect(loadModel(saveModel(new Ridge()), Ridge).fit(x, y).coefficients.shape).toEqual([2, 4])
  })

  it('refuses what it cannot learn from, and stays as it was', () => {
    const x = [
      [0, 0],
      [1, 1],
      [2, 2],
    ]
    const model = new Ridge().fit(x, [1, 2, 3])
    const before = model.state()
    expect(() => new Ridge({ alpha: 0 }).fit(x, [1, 2, 3])).toThrow(
      'Ridge.fit: "x" expected columns that do not depend on each other, or a larger "alpha", got a singular matrix with alpha 0',
    )
    expect(() => new Ridge({ alpha: 0 }).fit([[1, 2, 3]], [1])).toThrow('a singular matrix')
    expect(() => model.fit(x, [1, 2])).toThrow('"y" expected targets of each of the 3 rows, got 2')
    expect(() => model.fit(x, [1, 2, Number.NaN])).toThrow('"y" expected finite numbers, got NaN at index 2')
    expect(() => model.fit(x, [1, 2, 3], { sampleWeights: [0, 0, 0] })).toThrow('expected some numbers > 0, got none')
    expect(() => model.fit([[1e200], [-1e200]], [1e200, 1])).toThrow(/"x"/)
    expect(() => model.fit([], [])).toThrow('"x" expected at least one row')
    expect(() => new Ridge({ alpha: -1 })).toThrow('Ridge: "alpha" expected a finite number >= 0, got -1')
    expect(model.state()).toEqual(before)
    expect(() => new Ridge().predict(x)).toThrow('nothing is learned yet; call fit first')
    expect(() => model.predict([[1]])).toThrow('"x" expected shape [n >= 1, 2], got [1, 1]')
  })
})

describe('RidgeClassifier', () => {
  const x = [
    [0, 1],
    [1, 1],
    [4, 0],
    [5, 1],
  ]

  it('takes weights of classes as those of their rows', () => {
    const labels = ['calm', 'calm', 'calm', 'angry']
    const byClass = new RidgeClassifier().fit(x, labels, { classWeights: { calm: 1, angry: 3 } })
    const byRow = new RidgeClassifier().fit(x, labels, { sampleWeights: [1, 1, 1, 3] })
    expect(byClass.state()).toEqual(byRow.state())
    expect(byClass.classes).toEqual(['angry', 'calm'])
  })

  it('is the same after it is saved and loaded, bit for bit', () => {
    const model = new RidgeClassifier({ classes: ['calm', 'angry'] }).fit(x, ['calm', 'calm', 'angry', 'angry'])
    const again = loadModel(saveModel(model), RidgeClassifier)
    expect(again.state()).toEqual(model.state())
    expect(again.predictLabels(x)).toEqual(['calm', 'calm', 'angry', 'angry'])
    expect(String(again)).toBe('RidgeClassifier: [n, 2] -> [n, 2], alpha 1, 3 parameters')
  })

  it('refuses classes without rows', () => {
    expect(() => new RidgeClassifier().fit(x, [0, 0, 0, 0])).toThrow('of two classes or more')
    expect(() => new RidgeClassifier().fit(x, [0, 0, 2, 2])).toThrow('got none of class 1')
  })
})
