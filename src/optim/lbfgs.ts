import { checkInteger, checkNumber, checkOptions } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { limits } from '../core/limits.ts'
import type { Steps } from '../core/steps.ts'
import type { BatchProblem, IterationReport, OptimizerState } from '../numerics/optimizer.ts'
import { BatchMethod, iterationReport } from './batch-method.ts'
import { BatchObjective } from './batch-objective.ts'
import { LbfgsHistory } from './minimize/lbfgs-history.ts'
import { LineSearch } from './minimize/line-search.ts'
import { copyPointInto, createPoint, type Point } from './minimize/problem.ts'
import { addScaledInto, dot, maxAbs, norm } from './minimize/vectors.ts'

/** Options of {@link LBFGS}. */
export interface LBFGSOptions {
  /** Iterations of a `fit` without `epochs`. Default 200. */
  maxIterations?: number
  /** Pairs of steps and gradient differences kept. Default 10. */
  memory?: number
  /** Converged where max |g_i| is at most this. Default 1e-6. */
  gradientTolerance?: number
  /** lambda of lambda/2 ||w||^2 added to the loss, biases exempt; reported losses exclude it. Default 0. */
  weightDecay?: number
}

/**
 * Limited-memory BFGS for networks: Nocedal & Wright (2006), algorithm 7.5, with a strong Wolfe line search by Moré &
 * Thuente (1994). One iteration of a full batch is one step of `minimize` with method `lbfgs`.
 *
 * On mini-batches both gradients of a pair are of the same batch, which must be large for the pairs to agree. The
 * vectors are float64 for any element type; float32 losses end the search earlier, at a precision near 1e-7.
 *
 * @example
 * ```ts
 * import ndarray from 'ndarray'
 *
 * const x = ndarray(Float64Array.of(0, 0, 0, 1, 1, 0, 1, 1), [4, 2])
 * const mlp = new MLP({ layers: [2, 4, 2], activation: 'tanh', dtype: 'float64', seed: 1 })
 * await mlp.fit(x, [0, 1, 1, 0], { optimizer: new LBFGS({ maxIterations: 200, memory: 10 }) })
 * mlp.predict(x) // [0, 1, 1, 0]
 * ```
 */
export class LBFGS extends BatchMethod {
  readonly kind = 'lbfgs'
  readonly maxIterations: number
  private readonly memory: number
  private readonly gradientTolerance: number
  private readonly weightDecay: number
  private readonly search: LineSearch = new LineSearch()
  private history: LbfgsHistory | null = null
  private size = 0

  constructor(options: LBFGSOptions = {}) {
    super()
    const where = 'LBFGS'
    checkOptions(where, options, ['maxIterations', 'memory', 'gradientTolerance', 'weightDecay'])
    this.maxIterations = checkInteger(where, 'maxIterations', options.maxIterations ?? 200, { min: 1 })
    this.memory = checkInteger(where, 'memory', options.memory ?? 10, { min: 1, limit: limits.memory })
    this.gradientTolerance = checkNumber(where, 'gradientTolerance', options.gradientTolerance ?? 1e-6, { min: 0 })
    this.weightDecay = checkNumber(where, 'weightDecay', options.weightDecay ?? 0, { min: 0 })
  }

  /**
   * One step along the quasi-Newton direction or, where that fails, along the steepest descent from the lowest point.
   */
  *iterateInSteps(problem: BatchProblem): Generator<void, IterationReport, void> {
    const objective = new BatchObjective(problem, this.weightDecay)
    const history = this.historyFor(objective.size)
    const at = objective.start()
    for (let attempt = 0; attempt < 2 && maxAbs(at.gradient) > this.gradientTolerance; attempt++) {
      const found = yield* this.searchFrom(at, history, objective)
      if (found) {
        this.steps++
        return iterationReport('moved', this.search.step)
      }
      history.clear()
    }
    objective.moveTo(at.x)
    return iterationReport(maxAbs(at.gradient) <= this.gradientTolerance ? 'converged' : 'lineSearchFailed')
  }

  reset(): void {
    this.steps = 0
    this.history = null
    this.size = 0
  }

  state(): OptimizerState {
    const { s, y } = this.history?.state() ?? { s: new Float64Array(0), y: new Float64Array(0) }
    return { kind: this.kind, steps: this.steps, vectors: { s, y }, numbers: { size: this.size } }
  }

  restore(state: OptimizerState): void {
    const s = this.savedVector(state, 's')
    const y = this.savedVector(state, 'y')
    const size = state.numbers?.size
    if (!(Number.isSafeInteger(size) && (size as number) >= 0))
      throw new StateError('lbfgs: the state lacks the number "size"')
    const history = LbfgsHistory.from({ s, y }, size as number, this.memory)
    this.history = history
    this.size = size as number
    this.steps = state.steps
  }

  private historyFor(size: number): LbfgsHistory {
    if (this.history === null) {
      this.history = new LbfgsHistory(size, this.memory)
      this.size = size
    }
    this.checkSize(this.size, size)
    return this.history
  }

  /** Whether a step was found, and added to the history; otherwise `at` becomes the lowest point seen. */
  private *searchFrom(at: Point, history: LbfgsHistory, objective: BatchObjective): Steps<boolean> {
    const { search } = this
    const along = new Float64Array(objective.size)
    const trial = createPoint(new Float64Array(objective.size))
    const lowest = createPoint(at.x.slice())
    copyPointInto(lowest, at)
    history.direction(along, at.gradient)
    // The scale is unknown before the first pair: try a step of length one.
    search.start(at.value, dot(along, at.gradient), history.length > 0 ? 1 : 1 / norm(along))
    while (search.status === 'searching') {
      addScaledInto(trial.x, at.x, search.step, along)
      objective.evaluate(trial)
      search.advance(trial.value, dot(along, trial.gradient))
      const finite = Number.isFinite(trial.value) && Number.isFinite(maxAbs(trial.gradient))
      if (finite && trial.value < lowest.value) copyPointInto(lowest, trial)
      if (search.status === 'searching') yield
    }
    if (search.status === 'accepted') this.learn(at, trial, history)
    else copyPointInto(at, lowest)
    return search.status === 'accepted'
  }

  private learn(from: Point, to: Point, history: LbfgsHistory): void {
    const s = to.x.slice()
    const y = to.gradient.slice()
    addScaledInto(s, s, -1, from.x)
    addScaledInto(y, y, -1, from.gradient)
    history.add(s, y)
  }
}
