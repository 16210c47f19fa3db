import { checkInteger, checkNumber, checkOptions } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import type { Steps } from '../core/steps.ts'
import type { BatchProblem, IterationReport, OptimizerState } from '../numerics/optimizer.ts'
import { BatchMethod, iterationReport } from './batch-method.ts'
import { BatchObjective } from './batch-objective.ts'
import type { Point } from './minimize/problem.ts'
import { addScaledInto, dot, maxAbs, scaleInto } from './minimize/vectors.ts'
import { type CgIterate, truncatedCg } from './truncated-cg.ts'

/** Options of {@link HessianFree}. */
export interface HessianFreeOptions {
  /** Iterations of a `fit` without `epochs`. Default 100. */
  maxIterations?: number
  /** Most steps of conjugate gradients per iteration. Default 250. */
  maxConjugateSteps?: number
  /** lambda of the first iteration, adapted afterwards. Default 1. */
  damping?: number
  /** zeta: conjugate gradients start from zeta times the last solution; 0 starts from zero. Default 0.95. */
  warmStart?: number
  /** Fraction of the batch, drawn anew per iteration, on which curvature is computed. Default 1. */
  curvatureShare?: number
  /** Converged where max |g_i| is at most this. Default 1e-6. */
  gradientTolerance?: number
  /** lambda of lambda/2 ||w||^2 added to the loss, biases exempt; reported losses exclude it. Default 0. */
  weightDecay?: number
}

/** Damping is multiplied by 2/3 where the reduction ratio is above this, by 3/2 where it is low. */
const GOOD_RATIO = 0.75
const POOR_RATIO = 0.25
const DAMPING_FACTOR = 2 / 3

/** Line search: sufficient decrease, step reduction, and number of reductions. */
const DECREASE = 1e-2
const SHORTENING = 0.8
const MAX_SHORTENINGS = 60

const optionNames = [
  ...[
    'maxIterations',
    'maxConjugateSteps',
    'damping',
    'warmStart',
    'curvatureShare',
    'gradientTolerance',
    'weightDecay',
  ],
] as const

/** A step from a point, with the loss at its end. */
interface Candidate extends CgIterate {
  loss: number
}

/**
 * Hessian-free optimisation: Martens (2010), "Deep learning via Hessian-free optimization", with the choices of
 * Martens & Sutskever (2012). One iteration from theta, with gradient g and Gauss-Newton matrix B:
 *
 *   1. (B + lambda I) delta = -g by conjugate gradients from zeta times the solution before, until the progress of
 *      q(delta) = g'delta + delta'(B + lambda I)delta / 2 stalls;
 *   2. back along their iterates while that lowers the loss f;
 *   3. rho = (f(theta + delta) - f(theta)) / (g'delta + delta'B delta / 2): lambda falls above 3/4, rises below 1/4
 *      (Levenberg & Marquardt);
 *   4. theta + alpha delta with the first alpha of 1, 0.8, 0.64, ... that lowers f by alpha g'delta / 100.
 *
 * For full batches or large mini-batches. Martens's preconditioner is omitted: it needs the squared gradient of every
 * case, which a pass over packed batches does not give. An iteration takes up to `maxConjugateSteps` products of the
 * cost of a gradient and a third; the event loop of a `fit` turns after each of them, and its `signal` is seen there.
 */
export class HessianFree extends BatchMethod {
  readonly kind = 'hessian-free'
  readonly maxIterations: number
  private readonly maxConjugateSteps: number
  private readonly warmStart: number
  private readonly curvatureShare: number
  private readonly gradientTolerance: number
  private readonly weightDecay: number
  private readonly firstDamping: number
  private lambda: number
  private solution: Float64Array | null = null

  constructor(options: HessianFreeOptions = {}) {
    super()
    const where = 'HessianFree'
    checkOptions(where, options, optionNames)
    this.maxIterations = checkInteger(where, 'maxIterations', options.maxIterations ?? 100, { min: 1 })
    this.maxConjugateSteps = checkInteger(where, 'maxConjugateSteps', options.maxConjugateSteps ?? 250, { min: 1 })
    this.firstDamping = checkNumber(where, 'damping', options.damping ?? 1, { above: 0 })
    this.warmStart = checkNumber(where, 'warmStart', options.warmStart ?? 0.95, { min: 0, max: 1 })
    this.curvatureShare = checkNumber(where, 'curvatureShare', options.curvatureShare ?? 1, { above: 0, max: 1 })
    this.gradientTolerance = checkNumber(where, 'gradientTolerance', options.gradientTolerance ?? 1e-6, { min: 0 })
    this.weightDecay = checkNumber(where, 'weightDecay', options.weightDecay ?? 0, { min: 0 })
    this.lambda = this.firstDamping
  }

  /** lambda of the next iteration. */
  get damping(): number {
    return this.lambda
  }

  *iterateInSteps(problem: BatchProblem): Generator<void, IterationReport, void> {
    const { steps, lambda, solution } = this
    let report: IterationReport | undefined
    try {
      report = yield* this.iteration(new BatchObjective(problem, this.weightDecay))
      return report
    } finally {
      // Of an iteration that was left, nothing stays.
      if (report === undefined) Object.assign(this, { steps, lambda, solution })
    }
  }

  private *iteration(objective: BatchObjective): Steps<IterationReport> {
    if (this.solution !== null) this.checkSize(this.solution.length, objective.size)
    const at = objective.start()
    if (maxAbs(at.gradient) <= this.gradientTolerance) return iterationReport('converged')
    for (let attempt = 0; attempt < 2; attempt++) {
      const step = yield* this.stepFrom(at, objective)
      if (step > 0) {
        this.steps++
        return iterationReport('moved', step)
      }
      // From an outdated start the solution may not descend; from zero it always does.
      this.solution = null
    }
    objective.moveTo(at.x)
    return iterationReport('lineSearchFailed')
  }

  reset(): void {
    this.steps = 0
    this.lambda = this.firstDamping
    this.solution = null
  }

  state(): OptimizerState {
    const solution = this.solution?.slice() ?? new Float64Array(0)
    return { kind: this.kind, steps: this.steps, vectors: { solution }, numbers: { damping: this.lambda } }
  }

  restore(state: OptimizerState): void {
    const solution = this.savedVector(state, 'solution')
    const damping = state.numbers?.damping
    if (!(typeof damping === 'number' && damping > 0 && Number.isFinite(damping))) {
      throw new StateError('hessian-free: the state lacks the number "damping"')
    }
    this.solution = solution.length > 0 ? solution : null
    this.lambda = damping
    this.steps = state.steps
  }

  /** Moves the parameters from `at` and returns the step length along the solution; 0 where none lowers the loss. */
  private *stepFrom(at: Point, objective: BatchObjective): Steps<number> {
    const iterates = yield* this.solve(at, objective)
    if (iterates.length === 0) return 0
    this.solution = iterates[iterates.length - 1].x
    const best = yield* backtrack(iterates, at, objective)
    this.adaptDamping(best.loss - at.value, best.value - (this.lambda / 2) * dot(best.x, best.x))
    return yield* lineSearch(best, at, objective)
  }

  private solve(at: Point, objective: BatchObjective): Steps<CgIterate[]> {
    const product = objective.gaussNewton(at.x, this.curvatureShare)
    const start = this.solution?.slice() ?? new Float64Array(objective.size)
    scaleInto(start, this.warmStart, start)
    const { lambda } = this
    const damped = (v: Float64Array, out: Float64Array): void => {
      product(v, out)
      addScaledInto(out, out, lambda, v)
    }
    return truncatedCg(damped, at.gradient, start, this.maxConjugateSteps)
  }

  /** Adapts lambda from the actual `change` of the loss and the one `foreseen` by the undamped quadratic. */
  private adaptDamping(change: number, foreseen: number): void {
    const ratio = foreseen < 0 ? change / foreseen : Number.NEGATIVE_INFINITY
    if (ratio > GOOD_RATIO) this.lambda *= DAMPING_FACTOR
    else if (!(ratio >= POOR_RATIO)) this.lambda /= DAMPING_FACTOR
  }
}

function pointAlong({ x }: Point, step: number, along: Float64Array): Float64Array {
  const out = x.slice()
  addScaledInto(out, x, step, along)
  return out
}

/** Goes back from the last iterate as long as the loss falls. */
function* backtrack(iterates: readonly CgIterate[], at: Point, objective: BatchObjective): Steps<Candidate> {
  const candidate = (i: number): Candidate => ({
    ...iterates[i],
    loss: objective.value(pointAlong(at, 1, iterates[i].x)),
  })
  let best = candidate(iterates.length - 1)
  for (let i = iterates.length - 2; i >= 0; i--) {
    yield
    const earlier = candidate(i)
    if (Number.isFinite(best.loss) && !(earlier.loss < best.loss)) break
    best = earlier
  }
  return best
}

/** Moves the parameters to the first point with sufficient decrease and returns its step length; 0 for none. */
function* lineSearch({ x, loss }: Candidate, at: Point, objective: BatchObjective): Steps<number> {
  const slope = dot(at.gradient, x)
  if (!(slope < 0)) return 0
  let value = loss
  let step = 1
  for (let i = 0; i < MAX_SHORTENINGS && !(value <= at.value + DECREASE * step * slope); i++) {
    step *= SHORTENING
    yield
    value = objective.value(pointAlong(at, step, x))
  }
  if (!(value <= at.value + DECREASE * step * slope)) return 0
  objective.moveTo(pointAlong(at, step, x))
  return step
}
