import { LineSearch } from './line-search.ts'
import type { Method } from './method.ts'
import type { MinimizeSettings } from './minimize-options.ts'
import { copyPointInto, createPoint, type Point, type Problem } from './problem.ts'
import type { MinimizeStatus } from './result.ts'
import { addScaledInto, dot, maxAbs } from './vectors.ts'

/** The loop of direction, line search and step, from a start to a status. */
export class Descent {
  /** The last point accepted. */
  at: Point
  iterations = 0
  private readonly problem: Problem
  private readonly method: Method
  private readonly settings: MinimizeSettings
  private readonly search: LineSearch
  private readonly along: Float64Array
  private trial: Point
  /** Whether the last search failed, so that the next one is along the steepest descent. */
  private failed = false

  constructor(problem: Problem, method: Method, settings: MinimizeSettings, start: Point) {
    this.problem = problem
    this.method = method
    this.settings = settings
    this.search = new LineSearch({ curvature: method.curvature })
    this.along = new Float64Array(start.x.length)
    this.at = start
    this.trial = createPoint(new Float64Array(start.x.length))
  }

  run(): MinimizeStatus {
    for (;;) {
      const status = this.ending() ?? this.iterate()
      if (status !== undefined) return status
    }
  }

  private ending(): MinimizeStatus | undefined {
    if (maxAbs(this.at.gradient) <= this.settings.gradientTolerance) return 'converged'
    return this.problem.halted ?? (this.iterations >= this.settings.maxIterations ? 'maxIterations' : undefined)
  }

  private iterate(): MinimizeStatus | undefined {
    const status = this.searchAlong(this.method.direction(this.along, this.at))
    if (status === 'searching') return this.problem.halted
    return status === 'accepted' ? this.accept() : this.recover()
  }

  /** Searches along the direction; the status is `searching` where the problem was halted first. */
  private searchAlong(firstStep: number): LineSearch['status'] {
    const { search, problem, at, trial, along } = this
    search.start(at.value, dot(along, at.gradient), firstStep)
    while (search.status === 'searching' && problem.halted === undefined) {
      addScaledInto(trial.x, at.x, search.step, along)
      problem.evaluate(trial)
      search.advance(trial.value, dot(along, trial.gradient))
    }
    return search.status
  }

  private accept(): MinimizeStatus | undefined {
    const [from, to] = [this.at, this.trial]
    this.method.learn(from, to, this.search.step)
    this.at = to
    this.trial = from
    this.failed = false
    this.iterations++
    if (this.report() === false) return 'stopped'
    const size = Math.max(Math.abs(from.value), Math.abs(to.value), 1)
    const { valueTolerance } = this.settings
    return valueTolerance > 0 && from.value - to.value <= valueTolerance * size ? 'valueConverged' : undefined
  }

  /** After a failed search, continues once from the lowest point seen by steepest descent. */
  private recover(): MinimizeStatus | undefined {
    if (this.failed) return this.problem.cut ?? 'lineSearchFailed'
    if (this.problem.best.value < this.at.value) copyPointInto(this.at, this.problem.best)
    this.method.reset()
    this.failed = true
    return undefined
  }

  private report(): unknown {
    const { value, gradient } = this.at
    return this.settings.onIteration?.({
      iteration: this.iterations,
      value,
      gradientNorm: maxAbs(gradient),
      step: this.search.step,
      evaluations: this.problem.evaluations,
    })
  }
}
