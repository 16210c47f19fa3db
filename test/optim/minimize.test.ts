import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { view } from '../../src/core/array.ts'
import type { Objective } from '../../src/numerics/objective.ts'
import {
  type MinimizeMethod,
  type MinimizeOptions,
  type MinimizeReport,
  minimize,
} from '../../src/optim/minimize/minimize.ts'
import { maxAbs } from '../../src/optim/minimize/vectors.ts'

const methods: readonly MinimizeMethod[] = ['lbfgs', 'cg', 'newton-cg']

const rosenbrock: Objective = (x, g) => {
  const away = x[1] - x[0] ** 2
  g[0] = -400 * x[0] * away - 2 * (1 - x[0])
  g[1] = 200 * away
  return 100 * away ** 2 + (1 - x[0]) ** 2
}
const start = Float64Array.of(-1.2, 1)

/** The function, and the values that it returned. */
function recorded(f: Objective) {
  const values: number[] = []
  const recording: Objective = (x, g) => {
    const value = f(x, g)
    values.push(value)
    return value
  }
  return { recording, values }
}

describe.each(methods)('minimize by %s', (method) => {
  it('finds the minimum of Rosenbrock and says so', () => {
    const { recording, values } = recorded(rosenbrock)
    const result = minimize(recording, start, { method })
    const gradient = new Float64Array(2)
    expect(result.status).toBe('converged')
    expect(result.x[0]).toBeCloseTo(1, 5)
    expect(result.value).toBe(rosenbrock(result.x, gradient))
    expect(result.gradient).toEqual(gradient)
    expect(result.gradientNorm).toBe(maxAbs(gradient))
    expect(result.gradientNorm).toBeLessThanOrEqual(1e-6)
    expect(result.evaluations).toBe(values.length)
  })

  it('does not modify the start', () => {
    const x0 = start.slice()
    minimize(rosenbrock, x0, { method })
    expect(x0).toEqual(start)
  })

  it('takes views and float32, and computes in float64', () => {
    const strided = view(Float64Array.of(-1.2, 9, 1, 9), [2], [2])
    expect(minimize(rosenbrock, strided, { method })).toEqual(minimize(rosenbrock, start, { method }))
    expect(minimize(rosenbrock, Float32Array.of(3, -4), { method })).toEqual(
      minimize(rosenbrock, Float64Array.of(3, -4), { method }),
    )
  })

  it('minimises convex quadratics of any scale', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.integer({ min: -9, max: 9 })), {
          minLength: 1,
          maxLength: 8,
        }),
        (terms) => {
          const f: Objective = (x, g) =>
            terms.reduce((sum, [power, centre], i) => {
              const bend = 10 ** power
              g[i] = bend * (x[i] - centre)
              return sum + (bend * (x[i] - centre) ** 2) / 2
            }, 0)
          const { status, x } = minimize(f, new Float64Array(terms.length), { method, gradientTolerance: 1e-8 })
          expect(status).toBe('converged')
          terms.forEach(([, centre], i) => expect(Math.abs(x[i] - centre)).toBeLessThanOrEqual(1e-6))
        },
      ),
      { seed: 42, numRuns: 100 },
    )
  })

  it.each([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])('backs off from %f', (outside) => {
    // 1000 x - ln x - ln(2 - x) is finite for 0 < x < 2 alone, and its minimum is near the end.
    const f: Objective = (x, g) => {
      if (x[0] <= 0 || x[0] >= 2) {
        g[0] = outside
        return outside
      }
      g[0] = 1000 - 1 / x[0] + 1 / (2 - x[0])
      return 1000 * x[0] - Math.log(x[0]) - Math.log(2 - x[0])
    }
    const { status, x } = minimize(f, Float64Array.of(1.5), { method })
    expect(status).toBe('converged')
    expect(1000 - 1 / x[0] + 1 / (2 - x[0])).toBeCloseTo(0, 5)
  })

  it('leaves a region of negative curvature', () => {
    const f: Objective = (x, g) => {
      g[0] = Math.sin(x[0])
      g[1] = 2 * x[1]
      return -Math.cos(x[0]) + x[1] ** 2
    }
    const { status, value } = minimize(f, Float64Array.of(3, 1), { method })
    expect(status).toBe('converged')
    expect(value).toBeCloseTo(-1, 10)
  })

  it('does not mind the scale of the values', () => {
    const scaled =
      (scale: number): Objective =>
      (x, g) => {
        g[0] = scale * x[0] ** 3
        return (scale * x[0] ** 4) / 4
      }
    expect(Math.abs(minimize(scaled(1e100), Float64Array.of(5), { method, maxIterations: 50 }).x[0])).toBeLessThan(1)
    const tiny = minimize(scaled(1e-100), Float64Array.of(5), { method, gradientTolerance: 0, maxIterations: 20 })
    expect(Math.abs(tiny.x[0])).toBeLessThan(4.9)
  })

  it('gives the same bits twice', () => {
    expect(minimize(rosenbrock, start, { method })).toEqual(minimize(rosenbrock, start, { method }))
  })

  it('reports every step with falling values, and stops when told to', () => {
    const reports: MinimizeReport[] = []
    const result = minimize(rosenbrock, start, { method, onIteration: (report) => reports.push(report) })
    expect(reports.map(({ iteration }) => iteration)).toEqual(reports.map((_, i) => i + 1))
    expect(reports.length).toBe(result.iterations)
    reports.slice(1).forEach(({ value, evaluations, step }, i) => {
      expect(value).toBeLessThan(reports[i].value)
      expect(evaluations).toBeGreaterThan(reports[i].evaluations)
      expect(step).toBeGreaterThan(0)
    })
    expect(reports.at(-1)).toMatchObject({ value: result.value, gradientNorm: result.gradientNorm })
    const stopped = minimize(rosenbrock, start, { method, onIteration: ({ iteration }) => iteration < 3 })
    expect(stopped).toMatchObject({ status: 'stopped', iterations: 3, value: reports[2].value })
  })

  it('returns the best point seen whenever the evaluations end', () => {
    for (let maxEvaluations = 1; maxEvaluations < 40; maxEvaluations++) {
      const { recording, values } = recorded(rosenbrock)
      const result = minimize(recording, start, { method, maxEvaluations })
      expect(result).toMatchObject({ status: 'maxEvaluations', evaluations: maxEvaluations })
      expect(values.length).toBe(maxEvaluations)
      expect(result.value).toBe(Math.min(...values))
      expect(result.value).toBe(rosenbrock(result.x, new Float64Array(2)))
    }
  })

  it('is aborted between evaluations', () => {
    const controller = new AbortController()
    let calls = 0
    const f: Objective = (x, g) => {
      if (++calls === 7) controller.abort()
      return rosenbrock(x, g)
    }
    expect(minimize(f, start, { method, signal: controller.signal })).toMatchObject({
      status: 'aborted',
      evaluations: 7,
    })
    expect(minimize(f, start, { method, signal: AbortSignal.abort() })).toMatchObject({
      status: 'aborted',
      evaluations: 1,
      iterations: 0,
    })
  })

  it.each<[string, Objective]>([
    [
      'a gradient of the wrong sign',
      (x, g) => {
        g[0] = -2 * x[0]
        return x[0] ** 2
      },
    ],
    [
      'a function that is finite at its start alone',
      (x, g) => {
        g[0] = 1
        return x[0] === 1 ? 0 : Number.NaN
      },
    ],
  ])('gives up on %s', (_, f) => {
    const result = minimize(f, Float64Array.of(1), { method })
    expect(result).toMatchObject({ status: 'lineSearchFailed', iterations: 0 })
    expect(result.evaluations).toBeLessThan(60)
  })

  it('ends on a function without a lower bound', () => {
    const f: Objective = (x, g) => {
      g[0] = -1
      return -x[0]
    }
    expect(['maxIterations', 'lineSearchFailed']).toContain(minimize(f, Float64Array.of(0), { method }).status)
  })
})

describe('the end', () => {
  it.each([
    ['value', Number.NaN, 0],
    ['value', Number.POSITIVE_INFINITY, 0],
    ['gradient', 0, Number.NaN],
    ['gradient', 0, Number.POSITIVE_INFINITY],
  ])('is nonFinite for a %s at the start of %f, %f', (_, value, slope) => {
    const f: Objective = (_x, g) => {
      g[0] = slope
      return value
    }
    const result = minimize(f, Float64Array.of(2))
    expect(result).toMatchObject({ status: 'nonFinite', evaluations: 1, iterations: 0, x: Float64Array.of(2) })
    expect(result.message).toMatch(/"x0"/)
  })

  it('is nonFinite where f leaves the gradient unwritten', () => {
    expect(minimize((x, _g) => x[0] ** 2, start).status).toBe('nonFinite')
  })

  it('comes at once at a minimum', () => {
    expect(minimize(rosenbrock, Float64Array.of(1, 1))).toMatchObject({
      status: 'converged',
      evaluations: 1,
      iterations: 0,
      value: 0,
    })
  })

  it('comes after maxIterations, of which 0 may be', () => {
    expect(minimize(rosenbrock, start, { maxIterations: 5 })).toMatchObject({ status: 'maxIterations', iterations: 5 })
    expect(minimize(rosenbrock, start, { maxIterations: 0 })).toMatchObject({ evaluations: 1, x: start })
  })

  it('comes by valueTolerance at the first step that lowers the value that little', () => {
    const values: number[] = [rosenbrock(start, new Float64Array(2))]
    const valueTolerance = 0.05
    const { status, value } = minimize(rosenbrock, start, {
      valueTolerance,
      onIteration: (report) => values.push(report.value),
    })
    const decreases = values.slice(1).map((after, i) => (values[i] - after) / Math.max(values[i], after, 1))
    expect(status).toBe('valueConverged')
    expect(value).toBe(values.at(-1))
    expect(decreases.slice(0, -1).every((decrease) => decrease > valueTolerance)).toBe(true)
    expect(decreases.at(-1)).toBeLessThanOrEqual(valueTolerance)
  })
})

describe('newton-cg', () => {
  // Rosenbrock's Hessian, so that every evaluation left belongs to a line search.
  const hessianProduct: MinimizeOptions['hessianProduct'] = (x, v, out) => {
    out[0] = (1200 * x[0] ** 2 - 400 * x[1] + 2) * v[0] - 400 * x[0] * v[1]
    out[1] = -400 * x[0] * v[0] + 200 * v[1]
  }

  it('takes Hessian products instead of differences', () => {
    const given = minimize(rosenbrock, start, { method: 'newton-cg', hessianProduct })
    const differences = minimize(rosenbrock, start, { method: 'newton-cg' })
    expect(given.status).toBe('converged')
    expect(given.evaluations).toBeLessThan(differences.evaluations / 1.5)
  })

  it('solves a quadratic in one step', () => {
    const f: Objective = (x, g) => {
      g[0] = 2 * x[0] - 4
      return x[0] ** 2 - 4 * x[0]
    }
    const product: MinimizeOptions['hessianProduct'] = (_, v, out) => {
      out[0] = 2 * v[0]
    }
    expect(minimize(f, Float64Array.of(50), { method: 'newton-cg', hessianProduct: product })).toMatchObject({
      iterations: 1,
      evaluations: 2,
      value: -4,
    })
  })
})

describe('lbfgs', () => {
  it('runs the example', () => {
    const bowl: Objective = (x, g) => {
      g[0] = 2 * (x[0] - 3)
      return (x[0] - 3) ** 2
    }
    expect(minimize(bowl, new Float64Array(1)).x).toEqual(Float64Array.of(3))
  })

  it('remembers as many pairs as asked for', () => {
    const f: Objective = (x, g) => {
      let sum = 0
      for (let i = 0; i < x.length; i++) {
        g[i] = 10 ** i * x[i]
        sum += (x[i] * g[i]) / 2
      }
      return sum
    }
    const x0 = new Float64Array(5).fill(1)
    const [short, long] = [1, 10].map((memory) => minimize(f, x0, { memory }).iterations)
    expect(long).toBeLessThan(short)
  })
})

describe('bad arguments', () => {
  const run = (options: object) => () => minimize(rosenbrock, start, options as MinimizeOptions)

  it.each<[string, () => unknown, typeof TypeError | typeof RangeError, RegExp]>([
    ['f', () => minimize(3 as never, start), TypeError, /^minimize: "f" expected a function, got 3$/],
    ['x0', () => minimize(rosenbrock, '12' as never), TypeError, /^minimize: "x0" expected a typed array/],
    [
      'text in x0',
      () => minimize(rosenbrock, [1, '2'] as never),
      TypeError,
      /"x0" expected numbers, got "2" at index 1/,
    ],
    [
      'an empty x0',
      () => minimize(rosenbrock, new Float64Array(0)),
      RangeError,
      /^minimize: "x0" expected at least one/,
    ],
    ['NaN in x0', () => minimize(rosenbrock, Float64Array.of(1, Number.NaN)), RangeError, /got NaN at index 1$/],
    ['a matrix', () => minimize(rosenbrock, view(new Float64Array(4), [2, 2])), RangeError, /one dimension/],
    ['no value', () => minimize((() => undefined) as never, start), TypeError, /returns a number, got undefined$/],
    ['options', run(null as never), TypeError, /options expected an object/],
    ['an unknown option', run({ tolerance: 1 }), TypeError, /unknown option "tolerance"/],
    ['the method', run({ method: 'bfgs' }), RangeError, /"method" expected one of "lbfgs", "cg", "newton-cg"/],
    ['memory', run({ memory: 0 }), RangeError, /"memory" expected an integer >= 1, got 0$/],
    ['gradientTolerance', run({ gradientTolerance: -1 }), RangeError, /"gradientTolerance"/],
    ['valueTolerance', run({ valueTolerance: '0' }), TypeError, /"valueTolerance"/],
    ['maxIterations', run({ maxIterations: 1.5 }), RangeError, /"maxIterations"/],
    ['maxEvaluations', run({ maxEvaluations: 0 }), RangeError, /"maxEvaluations"/],
    ['hessianProduct', run({ hessianProduct: 1 }), TypeError, /"hessianProduct" expected a function, got 1$/],
    ['onIteration', run({ onIteration: true }), TypeError, /"onIteration" expected a function, got true$/],
    ['signal', run({ signal: {} }), TypeError, /"signal" expected an AbortSignal/],
  ])('%s', (_, call, kind, message) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(message)
  })
})
