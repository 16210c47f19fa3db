import { describe, expect, it } from 'vitest'
import type { Objective } from '../../src/numerics/objective.ts'
import { ConjugateGradientMethod } from '../../src/optim/minimize/conjugate-gradient.ts'
import { Descent } from '../../src/optim/minimize/descent.ts'
import type { Method } from '../../src/optim/minimize/method.ts'
import { minimize } from '../../src/optim/minimize/minimize.ts'
import { checkSettings } from '../../src/optim/minimize/minimize-options.ts'
import { createPoint, type Point, Problem } from '../../src/optim/minimize/problem.ts'

function pointAt(x: number[], gradient: number[]): Point {
  return { x: Float64Array.from(x), gradient: Float64Array.from(gradient), value: 0 }
}

/** Runs a descent in one dimension with directions of `sign` times the gradient, until it is reset. */
function descend(f: Objective, x0: number, sign: number) {
  const problem = new Problem(f, 1, 1000, undefined)
  const start = createPoint(Float64Array.of(x0))
  problem.evaluate(start)
  const values: number[] = []
  let factor = sign
  const method: Method = {
    curvature: 0.9,
    direction(out, at) {
      values.push(at.value)
      out[0] = factor * at.gradient[0]
      return 1
    },
    learn() {},
    reset() {
      factor = -1
    },
  }
  const status = new Descent(problem, method, checkSettings({}), start).run()
  return { status, values, problem }
}

describe('a failed search', () => {
  const bowl: Objective = (x, g) => {
    g[0] = x[0]
    return x[0] ** 2 / 2
  }

  it('is followed by steepest descent', () => {
    expect(descend(bowl, 3, 1)).toMatchObject({ status: 'converged', values: [4.5, 4.5] })
  })

  it('is followed from the lowest point that it saw', () => {
    // The slopes deny the rise beyond 1, so that no step there is good enough.
    const lying: Objective = (x, g) => {
      g[0] = -1
      return (x[0] - 1) ** 2
    }
    const { status, values, problem } = descend(lying, 0, -1)
    expect(status).toBe('lineSearchFailed')
    expect(values.length).toBe(2)
    expect(values[1]).toBeLessThan(values[0])
    expect(values[1]).toBeGreaterThanOrEqual(problem.best.value)
  })

  it('does not lead to a point without a gradient, however low', () => {
    const cliff: Objective = (x, g) => {
      g[0] = x[0] > 0.5 ? Number.NaN : -1
      return -x[0]
    }
    const { gradient, value } = minimize(cliff, Float64Array.of(0), { maxEvaluations: 2 })
    expect(gradient[0]).toBe(-1)
    expect(value).toBe(-0)
  })
})

describe('conjugate gradients', () => {
  /** The direction from (1, 0), gradient (2, 0), after a step there along steepest descent to a point of this gradient. */
  function directionAfter(gradient: number[]) {
    const method = new ConjugateGradientMethod(2)
    const out = new Float64Array(2)
    const from = pointAt([1, 0], [2, 0])
    const to = pointAt([0, 0], gradient)
    const first = method.direction(out, from)
    method.learn(from, to, 0.5)
    const step = method.direction(out, to)
    return { first, step, direction: [...out] }
  }

  it('start with a step of length one', () => expect(directionAfter([0, 1]).first).toBe(0.5))

  it('keep beta = g1 (g1 - g0) / g0 g0 of the direction before', () => {
    // beta = (1.01 - 0.2) / 4; the step repeats the change 0.5 * -4 along the new slope.
    const { direction, step } = directionAfter([0.1, 1])
    const wanted = [-0.1 - 2 * (0.81 / 4), -1]
    direction.forEach((d, i) => expect(d).toBeCloseTo(wanted[i], 14))
    expect(step).toBeCloseTo(-2 / (0.1 * wanted[0] + wanted[1]), 14)
  })

  it.each([
    ['are far from orthogonal', [0.5, 1]],
    ['point back', [-0.5, 1]],
    ['would make beta negative', [1, 0.1]],
  ])('start anew where two gradients %s', (_, gradient) => {
    expect(directionAfter(gradient).direction).toEqual(gradient.map((g) => -g))
  })
})
