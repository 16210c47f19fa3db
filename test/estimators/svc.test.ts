import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { floatView } from '../../src/core/array.ts'
import { SVC, type SVCFitOptions } from '../../src/estimators/svc.ts'
import { saveModel } from '../../src/io/save-model.ts'
import { Random } from '../../src/numerics/random.ts'
import { loadModel } from '../../src/pipelines/load-model.ts'
import { dataOf, largestDifference, vectors } from '../support/estimators.ts'

const cases = Object.entries(vectors.svc)

function fitOptions(balanced: boolean, sampleWeights: number[] | undefined): SVCFitOptions {
  return { ...(sampleWeights && { sampleWeights }), ...(balanced && { classWeights: 'balanced' as const }) }
}

function normals(seed: number, rows: number, columns: number) {
  const data = new Float64Array(rows * columns)
  new Random(seed).normalInto(data)
  return floatView(data, [rows, columns])
}

describe('SVC has the decision values of scikit-learn', () => {
  it.each(cases)('%s', (_name, given) => {
    const { x, labels, third, sampleWeights } = dataOf(given)
    const { kernel, C, gamma } = given
    const model = new SVC({ kernel, C, gamma }).fit(x, labels, fitOptions(given.balanced, sampleWeights))
    expect(model.training?.converged).toBe(true)
    const pairs = model.pairwiseDecisionFunction(third).data
    const classes = new Set(labels).size
    // Its kernel is rounded to float32, which moves single pairs by up to 1e-4.
    expect(largestDifference(model.decisionFunction(third).data, given.decision)).toBeLessThan(1e-5)
    expect(largestDifference(classes === 2 ? pairs.map((f) => -f) : pairs, given.pairs)).toBeLessThan(1e-4)
    expect(Array.from(model.predict(x))).toEqual(given.said)
    expect(model.supportVectors.shape).toEqual([model.dualCoefficients.shape[1], x.shape[1]])
    expect(Math.abs(model.supportVectors.shape[0] - given.support)).toBeLessThan(2)
  })
})

/** Violations of the conditions of optimality of a machine of two classes, from its answers alone. */
function violations(model: SVC, x: ReturnType<typeof normals>, labels: readonly number[], bounds: readonly number[]) {
  const f = model.pairwiseDecisionFunction(x).data
  const vectors = new Map<string, number>()
  const { supportVectors, dualCoefficients } = model
  const keyOf = (of: typeof x, i: number) => String(Array.from({ length: of.shape[1] }, (_, j) => of.get(i, j)))
  for (let s = 0; s < supportVectors.shape[0]; s++) vectors.set(keyOf(supportVectors, s), dualCoefficients.get(0, s))
  return labels.map((label, i) => {
    const sign = label === 0 ? 1 : -1
    const a = sign * (vectors.get(keyOf(x, i)) ?? 0)
    const margin = sign * f[i]
    if (a < 0 || a > bounds[i]) return Number.POSITIVE_INFINITY
    if (a === 0) return Math.max(0, 1 - margin)
    return a === bounds[i] ? Math.max(0, margin - 1) : Math.abs(1 - margin)
  })
}

describe('the minimum of SVC', () => {
  const problems = fc.record({
    seed: fc.integer({ min: 1, max: 1e6 }),
    rows: fc.integer({ min: 2, max: 40 }),
    columns: fc.integer({ min: 1, max: 8 }),
    C: fc.double({ min: 0.01, max: 100, noNaN: true }),
    kernel: fc.constantFrom('linear' as const, 'rbf' as const),
  })

  it('meets the conditions of optimality: y f >= 1 where a = 0, = 1 between, <= 1 where a = C w; sum y a = 0', () => {
    fc.assert(
      fc.property(problems, ({ seed, rows, columns, C, kernel }) => {
        const x = normals(seed, rows, columns)
        const labels = Array.from({ length: rows }, (_, i) => (i < 2 ? i : (i * 31 + seed) % 2))
        const weights = labels.map((_, i) => 0.5 + ((i + seed) % 3))
        const model = new SVC({ C, kernel, tolerance: 1e-8 }).fit(x, labels, { sampleWeights: weights })
        const bounds = weights.map((w) => C * w)
        expect(Math.max(...violations(model, x, labels, bounds))).toBeLessThan(1e-6)
        const sum = Array.from(model.dualCoefficients.data).reduce((total, a) => total + a, 0)
        expect(Math.abs(sum)).toBeLessThan(1e-9 * (1 + C * rows))
      }),
      { seed: 24, numRuns: 100 },
    )
  })

  it('is that of repeated rows for whole weights, and does not depend on the order of rows', () => {
    fc.assert(
      fc.property(problems, fc.integer({ min: 2, max: 4 }), ({ seed, rows, columns, C, kernel }, classes) => {
        const n = rows + classes
        const x = normals(seed, n, columns)
        const labels = Array.from({ length: n }, (_, i) => i % classes)
        const weights = labels.map((_, i) => (i < classes ? 1 : (i * 7 + seed) % 3))
        const order = [...new Random(seed).permutation(n)].flatMap((i) => new Array<number>(weights[i]).fill(i))
        const rowOf = (i: number) => Array.from({ length: columns }, (_, j) => x.get(i, j))
        const options = { C, kernel, gamma: 0.3, tolerance: 1e-9 }
        const weighted = new SVC(options).fit(x, labels, { sampleWeights: weights })
        const repeated = new SVC(options).fit(
          order.map(rowOf),
          order.map((i) => labels[i]),
        )
        const answers = [weighted, repeated].map((model) => model.pairwiseDecisionFunction(x).data)
        // Where no row is between its bounds, b is anywhere in an interval, of which both take the middle.
        expect(largestDifference(answers[0], answers[1])).toBeLessThan(1e-6 * (1 + C))
      }),
      { seed: 24, numRuns: 60 },
    )
  })

  it('has the same bits every time', () => {
    const { x, labels } = dataOf(vectors.svc['rbf, three classes'])
    const [first, second] = [new SVC().fit(x, labels), new SVC().fit(x, labels)]
    expect(first.state()).toEqual(second.state())
  })
})

describe('SVC', () => {
  const four = [
    [0, 1],
    [1, 1],
    [4, 0],
    [5, 1],
  ]
  const names = ['calm', 'calm', 'angry', 'angry']

  it('lets votes decide, and margins between equal votes', () => {
    const { x, labels } = dataOf(vectors.svc['rbf, three classes'])
    const model = new SVC().fit(x, labels)
    const pairs = model.pairwiseDecisionFunction(x)
    const scores = model.decisionFunction(x)
    for (let i = 0; i < 150; i += 10) {
      const votes = [0, 0, 0]
      ;[
        [0, 1],
        [0, 2],
        [1, 2],
      ].forEach(([a, b], p) => votes[pairs.get(i, p) < 0 ? b : a]++)
      votes.forEach((count, k) => expect(Math.abs(scores.get(i, k) - count)).toBeLessThan(1 / 3))
    }
  })

  it('is the same after it is saved and loaded, bit for bit', () => {
    const model = new SVC({ C: 2 }).fit(four, names)
    const again = loadModel(saveModel(model), SVC)
    expect(again.state()).toEqual(model.state())
    expect([...again.decisionFunction(four).data]).toEqual([...model.decisionFunction(four).data])
    expect(again.predictLabels(four)).toEqual(names)
    expect(again.training).toBeNull()
    expect(String(again)).toBe('SVC: [n, 2] -> [n, 2], rbf, C 2, 4 support vectors')
    expect(String(new SVC())).toBe('SVC: not fitted, rbf, C 1, 0 support vectors')
    const unfitted = loadModel(saveModel(new SVC({ kernel: 'linear', classes: ['calm', 'angry'] })), SVC)
    expect(unfitted.fit(four, names).predictLabels(four)).toEqual(names)
  })

  it('answers many rows as one by one', () => {
    const model = new SVC().fit(four, names)
    const x = normals(5, 2100, 2)
    const all = model.decisionFunction(x).data
    for (const i of [0, 1023, 1024, 2099]) {
      expect(model.decisionFunction([[x.get(i, 0), x.get(i, 1)]]).data[0]).toBeCloseTo(all[i], 12)
    }
  })

  it('tells that it did not converge', () => {
    const { x, labels } = dataOf(vectors.svc['rbf, three classes'])
    expect(new SVC({ maxIterations: 3 }).fit(x, labels).training).toEqual({ converged: false, iterations: 9 })
  })

  it('learns from rows without variance', () => {
    const model = new SVC().fit([[1], [1], [1]], [0, 0, 1])
    expect(model.gamma).toBe(1)
    expect([...model.predict([[1]])]).toEqual([0])
  })

  it('refuses what it cannot learn from, and stays as it was', () => {
    const model = new SVC().fit(four, [0, 0, 1, 1])
    const before = model.state()
    expect(() => model.fit(four, [0, 0, 0, 0])).toThrow('of two classes or more')
    expect(() => model.fit(four, [0, 0, 1, 1], { sampleWeights: [1, 1, 0, 0] })).toThrow('got none of class 1')
    expect(() => model.fit(four, [0, 0, 1, 1], { classWeights: [1, 0] })).toThrow('got none of class 1')
    expect(() => model.fit([[1e200], [-1e200]], [0, 1])).toThrow('expected numbers whose products are finite')
    expect(() => new SVC({ kernel: 'linear' }).fit([[1e200], [-1e200]], [0, 1])).toThrow('products are finite')
    expect(() => new SVC({ C: 0 })).toThrow('SVC: "C" expected a finite number > 0, got 0')
    expect(() => new SVC({ gamma: -1 })).toThrow('SVC: "gamma" expected a finite number > 0, got -1')
    expect(() => new SVC({ gamma: 'wide' as never })).toThrow('"gamma" expected one of "scale", "auto"')
    expect(() => new SVC({ kernel: 'poly' as never })).toThrow('"kernel" expected one of "linear", "rbf"')
    expect(model.state()).toEqual(before)
    expect(() => new SVC().decisionFunction(four)).toThrow('nothing is learned yet; call fit first')
    expect(() => model.predict([[1, 2, 3]])).toThrow('"x" expected shape [n >= 1, 2], got [1, 3]')
  })

  it('refuses states whose parts do not fit together', () => {
    const state = new SVC().fit(four, names).state()
    expect(() => SVC.fromState({ ...state, supportVectors: new Float64Array(7) })).toThrow('expected rows of 2 numbers')
    expect(() => SVC.fromState({ ...state, dualCoefficients: new Float64Array(7) })).toThrow('cannot become one of 4')
    expect(() => SVC.fromState({ ...state, intercepts: new Float64Array(3) })).toThrow('cannot become one of 1')
    expect(() => SVC.fromState({ ...state, gamma: 0 })).toThrow('"gamma" expected a finite number > 0, got 0')
  })
})
