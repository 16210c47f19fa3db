import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StateError } from '../../src/core/errors.ts'
import { finish } from '../../src/core/steps.ts'
import type { FloatArray } from '../../src/core/types.ts'
import type { Objective } from '../../src/numerics/objective.ts'
import type { MatrixProduct } from '../../src/numerics/optimizer.ts'
import { Random } from '../../src/numerics/random.ts'
import { HessianFree } from '../../src/optim/hessian-free.ts'
import { truncatedCg as cgSteps } from '../../src/optim/truncated-cg.ts'
import { problemOf } from '../support/batch-problem.ts'

const truncatedCg = (...call: Parameters<typeof cgSteps>) => finish(cgSteps(...call))

/** 1/2 (x - c)'A(x - c) with A = diag(1..n), and its products. */
const centre = [1, -2, 3, 0.5]
const bowl: Objective = (x, g) => {
  let value = 0
  for (let i = 0; i < x.length; i++) {
    g[i] = (i + 1) * (x[i] - centre[i])
    value += (g[i] * (x[i] - centre[i])) / 2
  }
  return value
}
const bowlProduct = (): MatrixProduct => (v, out) => out.set(v.map((value, i) => (i + 1) * value))

/** Rosenbrock as 1/2 r'r with r = sqrt(2) (10 (y - x^2), 1 - x), and J'J at the parameters. */
const rosenbrock: Objective = (x, g) => {
  const away = x[1] - x[0] ** 2
  g[0] = -400 * x[0] * away - 2 * (1 - x[0])
  g[1] = 200 * away
  return 100 * away ** 2 + (1 - x[0]) ** 2
}

function rosenbrockProblem(start = [-1.2, 1]) {
  const problem = problemOf(rosenbrock, start, {
    product: () => {
      const [x] = problem.parameters.data
      return (v: FloatArray, out: FloatArray) => {
        const rise = -20 * x * v[0] + 10 * v[1]
        out[0] = 2 * (-20 * x * rise + v[0])
        out[1] = 2 * 10 * rise
      }
    },
  })
  return problem
}

function run(optimizer: HessianFree, problem: Parameters<HessianFree['iterate']>[0], times: number): string[] {
  return Array.from({ length: times }, () => optimizer.iterate(problem).status)
}

describe('truncated conjugate gradients', () => {
  const diagonal =
    (d: ArrayLike<number>) =>
    (v: Float64Array, out: Float64Array): void =>
      v.forEach((value, i) => (out[i] = d[i] * value))

  it('solve a positive definite system in as many steps as it has unknowns', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer(), fc.boolean(), (n, seed, warm) => {
        const random = new Random(seed)
        const root = Array.from({ length: n }, () => Float64Array.from({ length: n }, () => random.normal()))
        const a = (v: Float64Array, out: Float64Array): void => {
          const images = root.map((row) => row.reduce((sum, value, j) => sum + value * v[j], 0))
          v.forEach((value, j) => (out[j] = value + root.reduce((sum, row, i) => sum + row[j] * images[i], 0)))
        }
        const [g, start] = [0, 1].map(() => Float64Array.from({ length: n }, () => random.normal()))
        const { x, value } = truncatedCg(a, g, warm ? start : start.fill(0), n + 2).at(-1)!
        const image = new Float64Array(n)
        a(x, image)
        image.forEach((value, i) => expect(Math.abs(value + g[i])).toBeLessThan(1e-8))
        // At the minimum q = g'x / 2.
        expect(value).toBeCloseTo(x.reduce((sum, xi, i) => sum + xi * g[i], 0) / 2, 8)
      }),
      { seed: 42, numRuns: 100 },
    )
  })

  it('keep the iterates at ceil(1.3^j) and the last, each lower than the one before', () => {
    const counted: number[] = []
    const d = Float64Array.from({ length: 300 }, (_, i) => 1 + i * i)
    let products = 0
    const product = (v: Float64Array, out: Float64Array): void => {
      products++
      diagonal(d)(v, out)
    }
    const g = new Float64Array(300).fill(1)
    const full = Array.from(
      { length: 25 },
      (_, i) => truncatedCg(product, g, new Float64Array(300), i + 1).at(-1)!.value,
    )
    products = 0
    const iterates = truncatedCg(product, g, new Float64Array(300), 25)
    expect(products).toBe(25)
    for (const { value } of iterates) counted.push(full.indexOf(value) + 1)
    expect(counted).toEqual([1, 2, 3, 4, 5, 7, 9, 11, 14, 18, 24, 25])
    iterates.forEach(({ value }, i) => i > 0 && expect(value).toBeLessThan(iterates[i - 1].value))
  })

  it('stop where the last k = max(10, i/10) steps brought less than k 5e-4 of the decrease', () => {
    const d = Float64Array.from({ length: 400 }, (_, i) => 1 + i * i)
    const g = Float64Array.from({ length: 400 }, (_, i) => Math.sin(i + 1))
    let products = 0
    const product = (v: Float64Array, out: Float64Array): void => {
      products++
      diagonal(d)(v, out)
    }
    truncatedCg(product, g, new Float64Array(400), 400)
    const taken = products
    const q = Array.from({ length: taken + 1 }, (_, i) =>
      i === 0 ? 0 : truncatedCg(product, g, new Float64Array(400), i).at(-1)!.value,
    )
    const stalls = (i: number): boolean => {
      const k = Math.max(10, Math.ceil(i / 10))
      return i > k && (q[i] - q[i - k]) / q[i] < k * 5e-4
    }
    expect(taken).toBeGreaterThan(12)
    expect(taken).toBeLessThan(400)
    expect(stalls(taken)).toBe(true)
    for (let i = 1; i < taken; i++) expect(stalls(i)).toBe(false)
  })

  it('give nothing where there is no curvature or it is not finite', () => {
    const g = Float64Array.of(1, 2)
    for (const d of [
      [0, 0],
      [-1, -1],
      [Number.NaN, 1],
    ]) {
      expect(truncatedCg(diagonal(d), g, new Float64Array(2), 10)).toEqual([])
    }
  })
})

describe('HessianFree', () => {
  it('solves a quadratic in one step but for the damping', () => {
    const problem = problemOf(bowl, [0, 0, 0, 0], { product: bowlProduct })
    expect(new HessianFree({ damping: 1e-10 }).iterate(problem)).toMatchObject({ status: 'moved', step: 1 })
    problem.parameters.data.forEach((x, i) => expect(Math.abs(x - centre[i])).toBeLessThan(1e-8))
    const damped = problemOf(bowl, [0, 0, 0, 0], { product: bowlProduct })
    new HessianFree({ damping: 2 }).iterate(damped)
    damped.parameters.data.forEach((x, i) => expect(x).toBeCloseTo((centre[i] * (i + 1)) / (i + 3), 8))
  })

  it('damps less where the quadratic is right, and more where it is not', () => {
    const right = new HessianFree({ damping: 3 })
    right.iterate(problemOf(bowl, [0, 0, 0, 0], { product: bowlProduct }))
    expect(right.damping).toBeCloseTo(2, 12)
    // A hundredth of the true curvature: the step overshoots.
    const flat = problemOf(bowl, [0, 0, 0, 0], {
      product: () => (v, out) => out.set(v.map((value, i) => ((i + 1) * value) / 100)),
    })
    const wrong = new HessianFree({ damping: 1e-3 })
    const before = bowl(flat.parameters.data, new Float64Array(4))
    wrong.iterate(flat)
    expect(wrong.damping).toBeCloseTo(1.5e-3, 12)
    expect(bowl(flat.parameters.data, new Float64Array(4))).toBeLessThan(before)
  })

  it('judges the decrease by the quadratic without its damping', () => {
    // f = x'x with half its curvature, lambda 1: the decrease is 2/3 of what the quadratic foresees, and all of what it
    // does with the damping.
    const f: Objective = (x, g) => {
      for (let i = 0; i < x.length; i++) g[i] = 2 * x[i]
      return x[0] ** 2 + x[1] ** 2
    }
    const optimizer = new HessianFree({ damping: 1 })
    optimizer.iterate(problemOf(f, [0.5, 0.5], { product: () => (v, out) => out.set(v) }))
    expect(optimizer.damping).toBe(1)
  })

  it('goes back along conjugate gradients while that lowers the loss', () => {
    const f: Objective = (x, g) => {
      g[0] = x[0]
      g[1] = x[1]
      return (x[0] ** 2 + x[1] ** 2) / 2
    }
    const endOf = (maxConjugateSteps: number): unknown => {
      // Far too flat along the second coordinate: the second step overshoots there.
      const problem = problemOf(f, [10, 1], { product: () => (v, out) => out.set([v[0], v[1] / 100]) })
      new HessianFree({ damping: 1e-6, maxConjugateSteps }).iterate(problem)
      return problem.parameters.data
    }
    expect(endOf(2)).toEqual(endOf(1))
  })

  it('starts from zero where the last solution leads upwards', () => {
    const problem = problemOf(bowl, [0, 0, 0, 0], { product: bowlProduct })
    const optimizer = new HessianFree({ maxConjugateSteps: 1 })
    const solution = Float64Array.of(-1000, 1000, -1000, -1000)
    optimizer.restore({ kind: 'hessian-free', steps: 1, vectors: { solution }, numbers: { damping: 1 } })
    const before = bowl(problem.parameters.data, new Float64Array(4))
    expect(optimizer.iterate(problem).status).toBe('moved')
    expect(bowl(problem.parameters.data, new Float64Array(4))).toBeLessThan(before)
  })

  it('finds the minimum of Rosenbrock, always downwards, and says so', () => {
    const problem = rosenbrockProblem()
    const optimizer = new HessianFree({ gradientTolerance: 1e-8 })
    const scratch = new Float64Array(2)
    let value = rosenbrock(problem.parameters.data, scratch)
    for (let i = 0; i < 60 && optimizer.iterate(problem).status === 'moved'; i++) {
      const next = rosenbrock(problem.parameters.data, scratch)
      expect(next).toBeLessThan(value)
      value = next
    }
    expect(optimizer.iterate(problem)).toMatchObject({ status: 'converged', step: 0 })
    problem.parameters.data.forEach((x) => expect(Math.abs(x - 1)).toBeLessThan(1e-6))
  })

  it('evaluates the gradient once an iteration', () => {
    const problem = rosenbrockProblem()
    run(new HessianFree(), problem, 5)
    expect(problem.evaluations).toBe(5)
    expect(problem.losses).toBeGreaterThanOrEqual(5)
  })

  it('asks for the curvature of its share of the batch', () => {
    const shares: number[] = []
    const problem = problemOf(bowl, [0, 0, 0, 0], {
      product: (share) => {
        shares.push(share)
        return bowlProduct()
      },
    })
    run(new HessianFree({ curvatureShare: 0.25 }), problem, 2)
    expect(shares).toEqual([0.25, 0.25])
  })

  it('takes weight decay into loss, gradient and curvature, biases spared', () => {
    const problem = problemOf(bowl, [0, 0, 0, 0], { product: bowlProduct })
    new HessianFree({ weightDecay: 2, damping: 1e-10 }).iterate(problem)
    const wanted = centre.map((c, i) => (i < 3 ? (c * (i + 1)) / (i + 3) : c))
    problem.parameters.data.forEach((x, i) => expect(x).toBeCloseTo(wanted[i], 8))
  })

  it('says that nothing lowers the loss, and stays where it was', () => {
    const upwards: Objective = (x, g) => {
      g[0] = -1
      g[1] = 0
      return x[0]
    }
    const problem = problemOf(upwards, [1, 1], { product: () => (v, out) => out.set(v) })
    expect(new HessianFree().iterate(problem)).toMatchObject({ status: 'lineSearchFailed', step: 0 })
    expect(problem.parameters.data).toEqual(Float64Array.of(1, 1))
  })

  it('goes on from a saved state exactly, and starts anew after reset', () => {
    const whole = rosenbrockProblem()
    const optimizer = new HessianFree()
    run(optimizer, whole, 8)
    const half = rosenbrockProblem()
    optimizer.reset()
    run(optimizer, half, 4)
    const state = optimizer.state()
    expect(state).toMatchObject({ kind: 'hessian-free', steps: 4 })
    const second = new HessianFree()
    second.restore(state)
    run(second, half, 4)
    expect(half.parameters.data).toEqual(whole.parameters.data)
  })

  it('starts conjugate gradients from the last solution, decayed', () => {
    const far = (warmStart: number): Float64Array => {
      const problem = rosenbrockProblem()
      run(new HessianFree({ warmStart, maxConjugateSteps: 1 }), problem, 3)
      return problem.parameters.data as Float64Array
    }
    expect(far(0.95)).not.toEqual(far(0))
    expect(far(0.95)).not.toEqual(far(0.5))
  })

  it.each<[string, () => unknown, RegExp]>([
    ['no damping', () => new HessianFree({ damping: 0 }), /HessianFree: "damping" expected a finite number > 0, got 0/],
    [
      'a share beyond all',
      () => new HessianFree({ curvatureShare: 2 }),
      /"curvatureShare" expected a finite number .*<= 1/,
    ],
    ['a misspelt option', () => new HessianFree({ lambda: 3 } as never), /HessianFree: unknown option "lambda"/],
    [
      'the state of another kind',
      () => new HessianFree().restore({ kind: 'sgd', steps: 0, vectors: {} }),
      /hessian-free: cannot go on from the state of sgd/,
    ],
    [
      'a state without its damping',
      () => new HessianFree().restore({ kind: 'hessian-free', steps: 0, vectors: { solution: new Float64Array(2) } }),
      /lacks the number "damping"/,
    ],
  ])('bad input: %s', (_, act, message) => expect(act).toThrow(message))

  it('refuses another model', () => {
    const optimizer = new HessianFree()
    optimizer.iterate(rosenbrockProblem())
    expect(() => optimizer.iterate(problemOf(bowl, centre, { product: bowlProduct }))).toThrow(StateError)
  })
})
