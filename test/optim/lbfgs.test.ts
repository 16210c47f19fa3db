import { describe, expect, it } from 'vitest'
import { StateError } from '../../src/core/errors.ts'
import type { Objective } from '../../src/numerics/objective.ts'
import type { BatchProblem } from '../../src/numerics/optimizer.ts'
import { LBFGS } from '../../src/optim/lbfgs.ts'
import { minimize } from '../../src/optim/minimize/minimize.ts'
import { problemOf } from '../support/batch-problem.ts'
import { chainedRosenbrock } from './scalable-problems.ts'
import { testProblems } from './test-problems.ts'

const ITERATIONS = 60
const { f: valley, x0: valleyStart } = chainedRosenbrock(6)

function iterate(optimizer: LBFGS, problem: BatchProblem, times: number): string[] {
  return Array.from({ length: times }, () => optimizer.iterate(problem).status)
}

describe('LBFGS', () => {
  it.each(testProblems.map(({ name, ...problem }) => [name, problem] as const))(
    'takes the steps of minimize to the bit: %s',
    (_, { f, x0 }) => {
      const steps: { value: number; step: number }[] = []
      minimize(f, x0, { maxIterations: ITERATIONS, onIteration: ({ value, step }) => steps.push({ value, step }) })
      const problem = problemOf(f, x0)
      const optimizer = new LBFGS()
      for (const wanted of steps) {
        const { status, step } = optimizer.iterate(problem)
        expect(status).toBe('moved')
        expect(step).toBe(wanted.step)
        expect(f(problem.parameters.data, new Float64Array(x0.length))).toBe(wanted.value)
      }
    },
  )

  it('says that it converged, and stays', () => {
    const problem = problemOf(valley, valleyStart)
    const optimizer = new LBFGS({ gradientTolerance: 1e-8 })
    const statuses = iterate(optimizer, problem, 100)
    expect(statuses.indexOf('converged')).toBe(statuses.lastIndexOf('moved') + 1)
    problem.parameters.data.forEach((x) => expect(Math.abs(x - 1)).toBeLessThan(1e-7))
    const before = problem.parameters.data.slice()
    expect(optimizer.iterate(problem)).toMatchObject({ status: 'converged', step: 0 })
    expect(problem.parameters.data).toEqual(before)
  })

  it('says that a line search failed, at the lowest point seen', () => {
    const values: number[] = []
    const wrong: Objective = (x, g) => {
      g.fill(-1)
      values.push(x[0] ** 2 + x[1] ** 2)
      return values[values.length - 1]
    }
    const problem = problemOf(wrong, [1, 1])
    const report = new LBFGS().iterate(problem)
    expect(report).toMatchObject({ status: 'lineSearchFailed', step: 0 })
    expect(report.message).toMatch(/No step along the direction lowers the loss/)
    expect(wrong(problem.parameters.data, new Float64Array(2))).toBe(Math.min(...values))
  })

  it('stays at a lower point that a failed search has seen', () => {
    // Lowest at -1, where the slope it tells is as steep as everywhere.
    const kink: Objective = (x, g) => {
      g[0] = 1
      return Math.abs(x[0] + 1)
    }
    const problem = problemOf(kink, [0])
    expect(new LBFGS().iterate(problem).status).toBe('lineSearchFailed')
    expect(problem.parameters.data[0]).toBe(-1)
  })

  it('goes along the steepest descent, one long, after a search that failed', () => {
    const seen: { x: Float64Array; g: Float64Array }[] = []
    let hidden = 0
    const f: Objective = (x, g) => {
      const value = valley(x, g)
      seen.push({ x: Float64Array.from(x), g: Float64Array.from(g) })
      return hidden-- > 0 ? Number.POSITIVE_INFINITY : value
    }
    const problem = problemOf(f, valleyStart)
    const optimizer = new LBFGS()
    iterate(optimizer, problem, 4)
    seen.length = 0
    const evaluate = problem.evaluate.bind(problem)
    problem.evaluate = () => {
      if (seen.length === 1) hidden = 20
      return evaluate()
    }
    expect(optimizer.iterate(problem).status).toBe('moved')
    // The start, 20 trials that see infinity, the first of the second search.
    const [{ x: from, g }, { x: to }] = [seen[0], seen[21]]
    const length = Math.hypot(...g)
    to.forEach((value, i) => expect(Math.abs(value - (from[i] - g[i] / length))).toBeLessThan(1e-12))
  })

  it('learns from the steps that float32 parameters really took', () => {
    const problem = problemOf(valley, valleyStart, { dtype: 'float32' })
    const optimizer = new LBFGS()
    const before = Float64Array.from(problem.parameters.data)
    optimizer.iterate(problem)
    const taken = before.map((x, i) => problem.parameters.data[i] - x)
    expect(optimizer.state().vectors.s).toEqual(taken)
  })

  it('backs off from values that are not finite', () => {
    const wall: Objective = (x, g) => {
      g[0] = 1 - 1 / x[0]
      g[1] = 2 * x[1]
      return x[0] - Math.log(x[0]) + x[1] ** 2
    }
    const problem = problemOf(wall, [0.01, 3])
    iterate(new LBFGS(), problem, 40)
    expect(problem.parameters.data[0]).toBeCloseTo(1, 5)
  })

  it('goes on from a saved state exactly, through JSON too', () => {
    const whole = problemOf(valley, valleyStart)
    iterate(new LBFGS({ memory: 4 }), whole, 14)
    const half = problemOf(valley, valleyStart)
    const first = new LBFGS({ memory: 4 })
    iterate(first, half, 7)
    const state = first.state()
    iterate(
      first,
      problemOf(
        valley,
        valleyStart.map((x) => x + 1),
      ),
      2,
    )
    const second = new LBFGS({ memory: 4 })
    second.restore(state)
    iterate(second, half, 7)
    expect(half.parameters.data).toEqual(whole.parameters.data)
    expect(state).toMatchObject({ kind: 'lbfgs', steps: 7, numbers: { size: 6 } })
  })

  it('starts anew after reset', () => {
    const optimizer = new LBFGS()
    const fresh = problemOf(valley, valleyStart)
    iterate(optimizer, fresh, 5)
    optimizer.reset()
    expect(optimizer.state()).toEqual(new LBFGS().state())
    const again = problemOf(valley, valleyStart)
    iterate(optimizer, again, 5)
    expect(again.parameters.data).toEqual(fresh.parameters.data)
  })

  it('takes the decay of weights, but not of biases, into the function', () => {
    const bowl: Objective = (x, g) => {
      for (let i = 0; i < 3; i++) g[i] = x[i] - 2
      return Array.from(x).reduce((sum, value) => sum + (value - 2) ** 2 / 2, 0)
    }
    const problem = problemOf(bowl, [5, -1, 0])
    iterate(new LBFGS({ weightDecay: 3 }), problem, 20)
    const wanted = [0.5, 0.5, 2]
    problem.parameters.data.forEach((x, i) => expect(x).toBeCloseTo(wanted[i], 6))
  })

  it('moves float32 parameters as far as their rounding lets it', () => {
    const problem = problemOf(valley, valleyStart, { dtype: 'float32' })
    const statuses = iterate(new LBFGS(), problem, 100)
    expect(statuses[99]).not.toBe('moved')
    problem.parameters.data.forEach((x) => expect(Math.abs(x - 1)).toBeLessThan(1e-5))
  })

  it.each<[string, () => unknown, RegExp]>([
    ['no memory', () => new LBFGS({ memory: 0 }), /LBFGS: "memory" expected an integer >= 1, got 0/],
    [
      'a negative decay',
      () => new LBFGS({ weightDecay: -1 }),
      /LBFGS: "weightDecay" expected a finite number >= 0, got -1/,
    ],
    ['a misspelt option', () => new LBFGS({ maxIter: 3 } as never), /LBFGS: unknown option "maxIter"/],
  ])('bad input: %s', (_, act, message) => expect(act).toThrow(message))

  it('refuses another model and another kind of state, and keeps its own', () => {
    const optimizer = new LBFGS()
    iterate(optimizer, problemOf(valley, valleyStart), 3)
    const before = optimizer.state()
    const state = {
      kind: 'lbfgs',
      steps: 1,
      vectors: { s: new Float64Array(4), y: new Float64Array(2) },
      numbers: { size: 2 },
    }
    expect(() => optimizer.restore(state)).toThrow(StateError)
    expect(() => optimizer.restore({ ...state, vectors: {} })).toThrow(/lacks the typed array "s"/)
    expect(() => optimizer.restore({ ...state, numbers: {} })).toThrow(/lacks the number "size"/)
    expect(() => optimizer.restore({ ...state, kind: 'adam' })).toThrow(/lbfgs: cannot go on from the state of adam/)
    expect(optimizer.state()).toEqual(before)
    expect(() => optimizer.iterate(problemOf((x) => x[0], [1, 2]))).toThrow(
      /the state of 6 parameters, got 2; call reset/,
    )
  })
})
