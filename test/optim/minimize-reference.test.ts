import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkGradient } from '../../src/numerics/gradient-check.ts'
import { Random } from '../../src/numerics/random.ts'
import { type MinimizeMethod, type MinimizeResult, minimize } from '../../src/optim/minimize/minimize.ts'
import { tolerance } from '../support/tolerances.ts'
import type { TestProblem } from './sum-of-squares.ts'
import { testProblems } from './test-problems.ts'

/** A run of SciPy; numbers are null where it used up its evaluations. */
interface Run {
  iterations: number | null
  evaluations: number
  value: number | null
  converged: boolean
}

interface Case {
  name: string
  start: { value: number; gradient: number[] }
  minimum: number
  lbfgs: Run
  lbfgs6: Run
  cg: Run
  newtonCg: Run
}

const reference: { versions: { scipy: string; numpy: string }; cases: Case[] } = JSON.parse(
  readFileSync(new URL('../vectors/minimize.json', import.meta.url), 'utf8'),
)
const caseOf = ({ name }: TestProblem): Case => {
  const found = reference.cases.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no reference for ${name}`)
  return found
}

/** Accepted distance from a minimum of 0, and relative to another. */
const VALUE = 1e-8
/** What a gradient of 1e-8 leaves, relative to the minimum, in the flattest valley where the path ends far from it. */
const FLAT = 1e-6
/** Accepted evaluations in SciPy's, geometric mean. */
const EVALUATIONS = 1.15

const GRADIENT = 1e-8
const budget = { gradientTolerance: GRADIENT, maxIterations: 20_000, maxEvaluations: 20_000 }
const methods: readonly MinimizeMethod[] = ['lbfgs', 'cg', 'newton-cg']
const runs = new Map<string, MinimizeResult>()

function solve(problem: TestProblem, method: MinimizeMethod): MinimizeResult {
  const key = `${method} ${problem.name}`
  const run = runs.get(key) ?? minimize(problem.f, problem.x0, { ...budget, method })
  runs.set(key, run)
  return run
}

function geometricMean(ratios: number[]): number {
  return Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length)
}

describe.each(testProblems.map((problem) => [problem.name, problem] as const))('%s', (_, problem) => {
  it('is the function of the reference', () => {
    const { start } = caseOf(problem)
    const gradient = new Float64Array(problem.x0.length)
    const value = problem.f(problem.x0, gradient)
    const scale = Math.max(1, ...start.gradient.map(Math.abs))
    expect(Math.abs(value - start.value)).toBeLessThanOrEqual(tolerance.vector * Math.max(1, start.value))
    expect(gradient.length).toBe(start.gradient.length)
    gradient.forEach((g, i) => {
      expect(Math.abs(g - start.gradient[i])).toBeLessThanOrEqual(tolerance.vector * scale)
    })
  })

  it('has the right gradient at its start and beside it', () => {
    const random = new Random(42)
    const beside = problem.x0.map((x) => x + 0.1 * (1 + Math.abs(x)) * random.uniform())
    expect(checkGradient(problem.f, problem.x0)).toMatchObject({ ok: true })
    expect(checkGradient(problem.f, beside)).toMatchObject({ ok: true })
  })

  it('converges by L-BFGS to the minimum', () => {
    const { minimum } = caseOf(problem)
    const { status, value, gradientNorm } = solve(problem, 'lbfgs')
    expect(status).toBe('converged')
    expect(gradientNorm).toBeLessThanOrEqual(GRADIENT)
    expect(Math.abs(value - minimum)).toBeLessThanOrEqual(VALUE * (minimum || 1))
  })

  it.each(['cg', 'newton-cg'] as const)('is minimised by %s', (method) => {
    const { minimum } = caseOf(problem)
    const { value, status } = solve(problem, method)
    const accepted = status === 'converged' && minimum > 0 ? FLAT * minimum : VALUE * Math.max(1, minimum)
    expect(Math.abs(value - minimum)).toBeLessThanOrEqual(accepted)
  })
})

describe('evaluations', () => {
  it.each([
    ['lbfgs', GRADIENT],
    ['lbfgs6', 1e-6],
  ] as const)(
    'of L-BFGS are those of SciPy within 15 %%, geometric mean (%s, |g_i| <= %f)',
    (key, gradientTolerance) => {
      const both = testProblems.filter((problem) => caseOf(problem)[key].converged)
      expect(both.length).toBeGreaterThanOrEqual(25)
      const ratios = both.map((problem) => {
        const run = minimize(problem.f, problem.x0, { ...budget, gradientTolerance })
        expect(run.status).toBe('converged')
        return run.evaluations / caseOf(problem)[key].evaluations
      })
      expect(geometricMean(ratios)).toBeLessThanOrEqual(EVALUATIONS)
    },
  )

  // Printed for SciPy, max |g_i| < 1e-8.
  it.each([
    ['Rosenbrock', 38, 46],
    ['extended Rosenbrock 10', 38, 46],
    ['extended Rosenbrock 100', 37, 49],
    ['chained Rosenbrock 10', 78, 96],
    ['chained Rosenbrock 100', 537, 639],
  ])('on %s are no more than the printed %i / %i', (name, iterations, evaluations) => {
    const run = solve(testProblems.find((problem) => problem.name === name)!, 'lbfgs')
    expect(run.iterations).toBeLessThanOrEqual(iterations)
    expect(run.evaluations).toBeLessThanOrEqual(evaluations)
  })

  if (process.env.PRINT_TABLE) it('make a table', () => console.log(table()))
})

function cell({ iterations, evaluations }: MinimizeResult | Run, reached: boolean): string {
  return `${iterations ?? '-'} / ${evaluations}${reached ? '' : ' *'}`
}

function table(): string {
  const rows = testProblems.map((problem) => {
    const one = caseOf(problem)
    const scipy = { lbfgs: one.lbfgs, cg: one.cg, 'newton-cg': one.newtonCg }
    const cells = methods.flatMap((method) => {
      const run = solve(problem, method)
      return [cell(run, run.status === 'converged'), cell(scipy[method], scipy[method].converged)]
    })
    return `| ${[problem.name, one.minimum === 0 ? '0' : one.minimum.toPrecision(9), ...cells].join(' | ')} |`
  })
  const means = methods.map((method) => {
    const key = method === 'newton-cg' ? 'newtonCg' : method
    const both = testProblems.filter(
      (problem) => caseOf(problem)[key].converged && solve(problem, method).status === 'converged',
    )
    const ratios = both.map((problem) => solve(problem, method).evaluations / caseOf(problem)[key].evaluations)
    return `${method}: ${geometricMean(ratios).toFixed(3)} over ${both.length}`
  })
  return [...rows, ...means, JSON.stringify(reference.versions)].join('\n')
}
