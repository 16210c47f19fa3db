import { describe, expect, it } from 'vitest'
import { Discriminant } from '../../src/pipelines/discriminant.ts'

/** Two measures of two classes, the second class with weights 2. */
const rows = {
  data: Float64Array.of(0, 0, 2, 0, 1, 3, 5, 1, 7, 3, 6, 2),
  columns: 2,
  labels: Int32Array.of(0, 0, 0, 1, 1, 1),
  weights: Float64Array.of(1, 1, 1, 2, 2, 2),
}
// Means (1, 1) and (6, 2); covariances [[1, 0], [0, 3]] and [[1, 1], [1, 1]]: mean [[1, 0.5], [0.5, 2]], trace 3.
const means = [-2.5, -0.5, 2.5, 0.5]

/** f_k(z) with S' = [[a, b], [b, c]], by Cramer's rule. */
function scores(z: readonly number[], [a, b, c]: readonly [number, number, number], m = means): number[] {
  const det = a * c - b * b
  return [0, 1].map((k) => {
    const [x, y] = [m[2 * k], m[2 * k + 1]]
    const direction = [(c * x - b * y) / det, (a * y - b * x) / det]
    return (z[0] - x / 2) * direction[0] + (z[1] - y / 2) * direction[1]
  })
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))
const move = { moves: 2, moveSharpness: 0.3, moveStrength: 20, moveLimit: 0.4 }

describe('a linear discriminant', () => {
  it.each([
    [1, [1.5, 0, 1.5]],
    [0.5, [1.25, 0.25, 1.75]],
  ] as const)('has the scores of its definition with shrinkage %d', (shrinkage, covariance) => {
    const model = Discriminant.fit(rows, 2, shrinkage) as Discriminant
    const z = [0.7, -1.2]
    const [f, g] = scores(z, covariance)
    const p = model.probabilities(Float64Array.from(z), 0.38)
    expect(p[1]).toBeCloseTo(sigmoid(0.38 * (g - f)), 6)
    expect(p[0] + p[1]).toBeCloseTo(1, 12)
  })

  it('weighs rows as if they were there more often', () => {
    const more = { ...rows, weights: Float64Array.of(5, 1, 1, 2, 2, 2) }
    const odd = Discriminant.fit(more, 2, 1) as Discriminant
    const [m] = odd.state().means
    expect(m).toBeCloseTo((3 / 7 - 6) / 2, 6)
  })

  it('moves class means to what recordings show, by no more than the limit, and back', () => {
    const model = Discriminant.fit(rows, 2, 1) as Discriminant
    const z = Float64Array.of(3, 0, 4, 0, -2, 0)
    const posterior = (m: number[]): number[] => {
      return [0, 1, 2].map((i) => {
        const [f, g] = scores([z[2 * i], z[2 * i + 1]], [1.5, 0, 1.5], m)
        return sigmoid(0.3 * (g - f))
      })
    }
    let wanted = means
    for (let round = 0; round < 2; round++) {
      const p = posterior(wanted)
      const classes = [p.map((x) => 1 - x), p]
      const moved = classes.flatMap((share, k) => {
        const n = share[0] + share[1] + share[2]
        const a = Math.min(n / (n + 20), 0.4)
        return [0, 1].map((j) => {
          const mean = share.reduce((sum, q, i) => sum + q * z[2 * i + j], 0) / n
          return (1 - a) * means[2 * k + j] + a * mean
        })
      })
      wanted = moved.map((value, at) => value - (moved[at % 2] + moved[2 + (at % 2)]) / 2)
    }
    const found = model.moved(z, move)
    for (const [at, value] of found.entries()) expect(value).toBeCloseTo(wanted[at], 6)
    expect(model.moved(z, { ...move, moves: 0 })).toEqual(Float64Array.from(means))
    const there = model.withMeans(found)
    const [f, g] = scores([1, 1], [1.5, 0, 1.5], wanted)
    expect(there.probabilities(Float64Array.of(1, 1), 1)[1]).toBeCloseTo(sigmoid(g - f), 6)
    expect(there.state()).toEqual(model.state())
  })

  it('is none of rows that are all the same', () => {
    expect(Discriminant.fit({ ...rows, data: new Float64Array(12) }, 2, 0.5)).toBeNull()
  })

  it('refuses a state whose parts do not fit together', () => {
    const { means: m, inverse } = (Discriminant.fit(rows, 2, 1) as Discriminant).state()
    expect(() => Discriminant.from({ means: m, inverse: inverse.slice(1) })).toThrow(RangeError)
    expect(() => Discriminant.from({ means: m.slice(1), inverse })).toThrow(RangeError)
  })
})
