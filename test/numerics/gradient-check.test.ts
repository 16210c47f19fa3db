import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { checkGradient } from '../../src/numerics/gradient-check.ts'
import type { Objective } from '../../src/numerics/objective.ts'

/** sum x_i^3 with the gradient of coordinate `wrong` off by a factor. */
function cubes(wrong = -1, factor = 1): Objective {
  return (x, g) => {
    let value = 0
    for (let i = 0; i < x.length; i++) {
      g[i] = 3 * x[i] ** 2 * (i === wrong ? factor : 1)
      value += x[i] ** 3
    }
    return value
  }
}

const many = Float64Array.from({ length: 500 }, (_, i) => Math.sin(i))

describe('checkGradient', () => {
  it('tells the largest absolute and relative error and where they are worst', () => {
    const result = checkGradient(cubes(2, 1.01), Float64Array.of(1, 1, 2, 10))
    expect(result.ok).toBe(false)
    expect(result.worst.index).toBe(2)
    expect(result.worst.analytic).toBeCloseTo(12.12, 8)
    expect(result.worst.numeric).toBeCloseTo(12, 6)
    expect(result.absoluteError).toBeCloseTo(0.12, 6)
    expect(result.relativeError).toBeCloseTo(0.12 / 12.12, 6)
    const accepted = 1e-6 * 12.12 + 1e-8 * (1 + 1010)
    expect(result.maxError).toBeCloseTo(result.absoluteError / accepted, 6)
  })

  it('has errors near rounding where the gradient is right', () => {
    const { ok, absoluteError, relativeError } = checkGradient(cubes(), Float64Array.of(1, -2, 0, 3))
    expect(ok).toBe(true)
    expect(absoluteError).toBeLessThan(1e-8)
    expect(absoluteError).toBeGreaterThan(0)
    expect(relativeError).toBeLessThan(1e-9)
  })

  it('finds an error along random directions with two evaluations each', () => {
    let evaluations = 0
    const counted =
      (f: Objective): Objective =>
      (x, g) => {
        evaluations++
        return f(x, g)
      }
    const right = checkGradient(counted(cubes()), many, { directions: 3, seed: 1 })
    expect(right.ok).toBe(true)
    expect(evaluations).toBe(7)
    const wrong = checkGradient(cubes(7, 2), many, { directions: 3, seed: 1 })
    expect(wrong.ok).toBe(false)
    expect(wrong.maxError).toBeGreaterThan(100)
    expect(wrong.worst.index).toBeLessThan(3)
  })

  it('draws the directions from the seed', () => {
    const worst = (seed: number) => checkGradient(cubes(7, 2), many, { directions: 1, seed }).worst.analytic
    expect(worst(1)).toBe(worst(1))
    expect(worst(2)).not.toBe(worst(1))
  })

  it('takes a strided view and leaves it as it is', () => {
    const data = Float64Array.of(1, 9, 2, 9, 3, 9)
    const result = checkGradient(cubes(1, 2), view(data, [3], [2]))
    expect(result).toEqual(checkGradient(cubes(1, 2), Float64Array.of(1, 2, 3)))
    expect(data).toEqual(Float64Array.of(1, 9, 2, 9, 3, 9))
  })

  it('takes steps along directions in proportion to large numbers, where small ones round away', () => {
    const line: Objective = (x, g) => {
      g.fill(1)
      return Array.from(x).reduce((sum, value) => sum + (value - 1e8), 0)
    }
    expect(checkGradient(line, new Float64Array(3).fill(1e8), { directions: 5 }).ok).toBe(true)
  })

  it('is not content where the value itself is infinite', () => {
    const pole: Objective = (x, g) => {
      g[0] = 2 * x[0]
      return x[0] === 1 ? Number.POSITIVE_INFINITY : x[0] * x[0]
    }
    expect(checkGradient(pole, Float64Array.of(1)).ok).toBe(false)
  })

  it.each<[string, () => unknown, RegExp]>([
    [
      'float32',
      () => checkGradient(cubes(), new Float32Array(2)),
      /checkGradient: "x0" expected a Float64Array .*got Float32Array/,
    ],
    [
      'null',
      () => checkGradient(cubes(), null as never),
      /"x0" expected a Float64Array or a one-dimensional view of one, got null/,
    ],
    [
      'a matrix',
      () => checkGradient(cubes(), view(new Float64Array(4), [2, 2])),
      /"x0" expected one dimension, got an ndarray/,
    ],
    [
      'no directions',
      () => checkGradient(cubes(), many, { directions: 0 }),
      /"directions" expected an integer >= 1, got 0/,
    ],
    ['a misspelt option', () => checkGradient(cubes(), many, { tolerance: 1 } as never), /unknown option "tolerance"/],
  ])('bad input: %s', (_, act, message) => expect(act).toThrow(message))
})
