/** Functions that fill their gradient, return it or have none, for `minimize` and `checkGradient`. */
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import { checkGradient } from '../../src/numerics/gradient-check.ts'
import type { Objective, ObjectiveFunction } from '../../src/numerics/objective.ts'
import { type MinimizeMethod, minimize } from '../../src/optim/minimize/minimize.ts'

const methods: readonly MinimizeMethod[] = ['lbfgs', 'cg', 'newton-cg']
const start = [-1.2, 1]

const value = (x: ArrayLike<number>): number => 100 * (x[1] - x[0] ** 2) ** 2 + (1 - x[0]) ** 2
const gradientOf = (x: ArrayLike<number>): number[] => [
  -400 * x[0] * (x[1] - x[0] ** 2) - 2 * (1 - x[0]),
  200 * (x[1] - x[0] ** 2),
]
const filling: Objective = (x, g) => {
  g.set(gradientOf(x))
  return value(x)
}

describe.each(methods)('minimize by %s', (method) => {
  it.each<[string, ObjectiveFunction]>([
    ['plain arrays', (x) => ({ value: value(x), gradient: gradientOf(x) })],
    ['typed arrays', (x) => ({ value: value(x), gradient: Float64Array.from(gradientOf(x)) })],
    ['views', (x) => ({ value: value(x), gradient: view(Float64Array.from(gradientOf(x)), [2]) })],
    ['more beside them', (x) => ({ gradient: gradientOf(x), value: value(x), note: 1 })],
    ['one array that is reused', reusing()],
  ])('takes gradients that are returned as %s, and gives the same bits as with those that are filled in', (_, f) => {
    const filled = minimize(filling, Float64Array.from(start), { method })
    expect(minimize(f, start, { method })).toEqual(filled)
    expect(filled).toMatchObject({ status: 'converged', gradientSource: 'function' })
  })

  it('does without a gradient, to the same minimum, and says so', () => {
    let calls = 0
    const { status, x, gradient, gradientSource, evaluations, iterations } = minimize(
      (at) => {
        calls++
        return value(at)
      },
      start,
      { method },
    )
    const exact = minimize(filling, start, { method })
    expect(status).toBe('converged')
    expect(gradientSource).toBe('finite-differences')
    exact.x.forEach((wanted, i) => expect(Math.abs(x[i] - wanted)).toBeLessThan(1e-5))
    gradientOf(x).forEach((wanted, i) => expect(Math.abs(gradient[i] - wanted)).toBeLessThan(1e-7))
    expect(evaluations).toBe(calls)
    expect(evaluations % 5).toBe(0)
    expect(iterations).toBeGreaterThan(1)
    expect(evaluations / 5).toBeLessThan(1.5 * exact.evaluations + 20)
  })

  it('keeps to the evaluations that it may take', () => {
    for (const maxEvaluations of [5, 7, 23, 60]) {
      let calls = 0
      const counted = (x: Float64Array): number => {
        calls++
        return value(x)
      }
      const result = minimize(counted, start, { method, maxEvaluations })
      expect(result).toMatchObject({ status: 'maxEvaluations', evaluations: calls })
      expect(calls).toBeLessThanOrEqual(maxEvaluations)
      expect(result.value).toBe(value(result.x))
    }
  })

  it('calls no function without a gradient more than once where the differences at the start would be too many', () => {
    for (const maxEvaluations of [1, 2, 4, 50, 1000]) {
      let calls = 0
      const squares = (x: Float64Array): number => {
        calls++
        return x.reduce((sum, one) => sum + (one - 1) ** 2, 0)
      }
      const n = maxEvaluations < 5 ? 2 : 500
      const result = minimize(squares, new Float64Array(n), { method, maxEvaluations })
      expect(calls).toBe(1)
      expect(result).toMatchObject({ status: 'maxEvaluations', evaluations: 1, iterations: 0, value: n })
      expect(result.gradientSource).toBe('finite-differences')
      expect([result.x, result.gradient]).toEqual([new Float64Array(n), new Float64Array(n).fill(Number.NaN)])
    }
  })

  it('stops at an abort in the middle of differences, with the lowest point that was whole', () => {
    for (const last of [1, 2, 5, 8, 13, 19, 27, 31]) {
      const stop = new AbortController()
      const values = new Map<string, number>()
      let calls = 0
      const aborting = (x: Float64Array): number => {
        if (++calls === last) stop.abort()
        values.set(x.join(), value(x))
        return value(x)
      }
      const result = minimize(aborting, start, { method, signal: stop.signal })
      expect(result).toMatchObject({ status: 'aborted', evaluations: last })
      expect(calls).toBe(last)
      expect(values.get(result.x.join())).toBe(result.value)
      expect(result.value).toBeLessThanOrEqual(value(start))
      expect(Number.isNaN(result.gradientNorm)).toBe(last < 5)
    }
  })
})

function reusing(): ObjectiveFunction {
  const pair = { value: 0, gradient: [0, 0] }
  return (x) => {
    pair.value = value(x)
    pair.gradient.splice(0, 2, ...gradientOf(x))
    return pair
  }
}

describe('minimize', () => {
  it('tells what writes a gradient by whatever name', () => {
    const rest = (...args: Float64Array[]): number => filling(args[0], args[1])
    const optional = (x: Float64Array, g: Float64Array = new Float64Array(2)): number => filling(x, g)
    for (const f of [rest, optional]) {
      expect(minimize(f, start)).toEqual(minimize(filling, start))
    }
  })

  it('takes differences of large numbers with steps to match', () => {
    const { status, x } = minimize(([a]) => (a / 1e6 - 3) ** 2, [1e6], { gradientTolerance: 1e-10 })
    expect(status).toBe('converged')
    expect(Math.abs(x[0] / 3e6 - 1)).toBeLessThan(1e-4)
  })

  it('backs off where values beside a point are not finite', () => {
    const { status, x } = minimize(([a]) => 1000 * a - Math.log(a) - Math.log(2 - a), [1.5], {
      gradientTolerance: 1e-3,
    })
    expect(['converged', 'lineSearchFailed']).toContain(status)
    expect(Math.abs(x[0] - 1e-3)).toBeLessThan(1e-5)
  })

  it.each<[string, unknown, typeof TypeError | typeof RangeError, string]>([
    [
      'text',
      () => 'x',
      TypeError,
      '"f" expected a function that returns { value, gradient } or returns a number, got "x"',
    ],
    ['a pair without a gradient', () => ({ value: 1 }), TypeError, 'got an object Object'],
    ['a pair without a value', () => ({ value: '1', gradient: [1, 2] }), TypeError, 'or returns a number, got "1"'],
    ['a gradient of text', () => ({ value: 1, gradient: ['1', 2] }), TypeError, '"gradient" expected numbers, got "1"'],
    ['no gradient', () => ({ value: 1, gradient: null }), TypeError, '"gradient" expected a typed array'],
    [
      'a short gradient',
      () => ({ value: 1, gradient: [1] }),
      RangeError,
      '"gradient" of "f" expected 2 numbers, as x has',
    ],
    ['a promise', async () => 1, TypeError, 'got an object Promise'],
    ['now this, now that', changing(), TypeError, 'minimize: "'],
  ])('refuses a function that returns %s', (_, f, kind, message) => {
    const run = (): unknown => minimize(f as never, start)
    expect(run).toThrow(kind)
    expect(run).toThrow(message)
  })

  it('leaves a plain start as it was', () => {
    const x0 = [...start]
    minimize(value, x0)
    expect(x0).toEqual(start)
  })
})

function changing(): ObjectiveFunction {
  let calls = 0
  return (x) => (calls++ % 2 === 0 ? { value: value(x), gradient: gradientOf(x) } : value(x))
}

describe('checkGradient', () => {
  it('takes returned gradients and plain arrays', () => {
    const returning: ObjectiveFunction = (x) => ({ value: value(x), gradient: gradientOf(x) })
    expect(checkGradient(returning, start)).toEqual(checkGradient(filling, Float64Array.from(start)))
    expect(checkGradient(returning, start).ok).toBe(true)
    const wrong: ObjectiveFunction = (x) => ({ value: value(x), gradient: [0, gradientOf(x)[1]] })
    expect(checkGradient(wrong, start)).toMatchObject({ ok: false, worst: { index: 0, analytic: 0 } })
    expect(checkGradient(returning, { data: start, shape: [2] }, { directions: 3 }).ok).toBe(true)
  })

  it('needs a gradient', () => {
    expect(() => checkGradient((x) => value(x), start)).toThrow(TypeError)
    expect(() => checkGradient((x) => value(x), start)).toThrow('"f" expected a function with a gradient')
    expect(() => checkGradient(() => ({ value: 1, gradient: [1] }), start)).toThrow(
      'checkGradient: "gradient" of "f" expected 2 numbers, as x has, got 1',
    )
    expect(() => checkGradient(filling, Float32Array.from(start))).toThrow(
      '"x0" expected a Float64Array or a one-dimensional view of one, got Float32Array(2); an array of numbers serves too',
    )
    expect(() => checkGradient(3 as never, start)).toThrow('checkGradient: "f" expected a function, got 3')
  })
})

describe('minimize without a gradient', () => {
  it.each(methods)(
    'starts beside the edge of the domain, by differences to the one side that is inside (%s)',
    (method) => {
      const barrier = ([x]: Float64Array): number => x - Math.log(x)
      const { x, status, iterations } = minimize(barrier, [1e-7], { method, gradientTolerance: 1e-5 })
      expect(status).toBe('converged')
      expect(iterations).toBeGreaterThan(0)
      expect(Math.abs(x[0] - 1)).toBeLessThan(1e-4)
      const mirrored = minimize(([y]) => -y - Math.log(-y), [-1e-7], { method, gradientTolerance: 1e-5 })
      expect(Math.abs(mirrored.x[0] + 1)).toBeLessThan(1e-4)
    },
  )

  it('leaves parameters with defaults their defaults', () => {
    const f = (x: Float64Array, c: unknown = 2): number => (c as number) * (x[0] - 3) ** 2
    const { x, status, gradientSource, value: lowest } = minimize(f, [0])
    expect([status, gradientSource]).toEqual(['converged', 'finite-differences'])
    expect(x[0]).toBeCloseTo(3, 5)
    expect(lowest).toBeLessThan(1e-9)
    expect(() => checkGradient(f, [0])).toThrow('"f" expected a function with a gradient')
  })

  it('says so where the function takes a gradient and does not fill it', () => {
    const result = minimize((x, _unused) => x[0] ** 2, [1])
    expect(result).toMatchObject({ status: 'nonFinite', gradientSource: 'function', iterations: 0 })
    expect(result.message).toContain('takes a gradient as its second argument and did not fill it')
    expect(minimize((_x, g) => g.fill(0)[0] / 0, [1]).message).toBe('The value or the gradient at "x0" is not finite.')
  })
})
