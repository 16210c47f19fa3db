/**
 * The dual of a support-vector machine of two classes, by sequential minimal optimisation:
 *
 *   minimise 1/2 sum_ij a_i a_j y_i y_j K(x_i, x_j) - sum_i a_i    where 0 <= a_i <= C_i and sum_i y_i a_i = 0
 *
 * With the errors F_i = y_i - sum_j y_j a_j K(x_i, x_j), and the rows whose y_i a_i may grow ("up") or shrink ("low"):
 *
 *   m = max of F_i over up,  M = min of F_j over low;  optimal where m <= M, done where m - M <= tolerance
 *
 * Each step moves y_i a_i up and y_j a_j down by the same s: i has the largest F, j of those below it promises the largest decrease by
 * second-order information, (F_i - F_j)^2 / (K_ii + K_jj - 2 K_ij); then F_t -= s (K_it - K_jt). Platt (1998), "Sequential Minimal
 * Optimization"; Keerthi et al. (2001) for the stopping rule; Fan, Chen & Lin (2005), "Working Set Selection Using Second Order
 * Information for Training Support Vector Machines", JMLR 6, for the choice of i and j.
 */

/** A problem of n rows. */
export interface DualProblem {
  /** y_i, 1 or -1. */
  signs: Float64Array
  /** C_i > 0. */
  bounds: Float64Array
  /** K(x_i, x_i). */
  diagonal: Float64Array
  /** K(x_i, x_t) for all t [n], as it stays until the next but one call. */
  row(i: number): Float64Array
}

/** Where the iterations end. */
export interface DualLimits {
  /** Largest m - M. */
  tolerance: number
  maxIterations: number
}

/** The minimum. */
export interface DualSolution {
  /** y_i a_i. */
  coefficients: Float64Array
  intercept: number
  iterations: number
  converged: boolean
}

/** In place of a curvature that is not positive, of rows that are the same to the kernel. */
const LEAST_CURVATURE = 1e-12

/** The iterate: a and F. */
class Iterate {
  private readonly problem: DualProblem
  private readonly alphas: Float64Array
  /** F. */
  private readonly errors: Float64Array
  /** 1 where y_i a_i may grow, and where it may shrink. */
  private readonly up: Uint8Array
  private readonly low: Uint8Array
  /** The pair to move, m and M. */
  private first = 0
  private second = 0
  private highest = 0
  private lowest = 0

  constructor(problem: DualProblem) {
    this.problem = problem
    this.alphas = new Float64Array(problem.signs.length)
    this.errors = problem.signs.slice()
    this.up = new Uint8Array(problem.signs.length)
    this.low = new Uint8Array(problem.signs.length)
    for (let i = 0; i < problem.signs.length; i++) this.place(i)
  }

  /** Notes whether y_i a_i may grow or shrink. */
  private place(i: number): void {
    const { signs, bounds } = this.problem
    const [above, below] = [this.alphas[i] > 0, this.alphas[i] < bounds[i]]
    this.up[i] = Number(signs[i] > 0 ? below : above)
    this.low[i] = Number(signs[i] > 0 ? above : below)
  }

  /** Chooses the pair; returns m - M. */
  select(): number {
    const { errors, up, low } = this
    const { diagonal } = this.problem
    const n = errors.length
    let i = 0
    let m = Number.NEGATIVE_INFINITY
    for (let t = 0; t < n; t++) {
      if (up[t] === 1 && errors[t] > m) {
        m = errors[t]
        i = t
      }
    }
    const row = this.problem.row(i)
    const own = diagonal[i]
    let [best, lowest] = [0, Number.POSITIVE_INFINITY]
    for (let t = 0; t < n; t++) {
      if (low[t] === 0) continue
      const gap = m - errors[t]
      if (errors[t] < lowest) lowest = errors[t]
      if (gap <= 0) continue
      const promised = (gap * gap) / curvatureOf(own + diagonal[t] - 2 * row[t])
      if (promised > best) {
        best = promised
        this.second = t
      }
    }
    this.first = i
    this.highest = m
    this.lowest = lowest
    return m - lowest
  }

  /** Moves the pair to the minimum between them, or to the first bound on the way. */
  step(): void {
    const { first: i, second: j, alphas, errors } = this
    const { signs, bounds, diagonal } = this.problem
    const [rowI, rowJ] = [this.problem.row(i), this.problem.row(j)]
    const full = (errors[i] - errors[j]) / curvatureOf(diagonal[i] + diagonal[j] - 2 * rowI[j])
    const roomI = signs[i] > 0 ? bounds[i] - alphas[i] : alphas[i]
    const roomJ = signs[j] > 0 ? alphas[j] : bounds[j] - alphas[j]
    const s = Math.min(full, roomI, roomJ)
    // On a bound exactly, without what rounding would leave.
    alphas[i] = s === roomI ? (signs[i] > 0 ? bounds[i] : 0) : alphas[i] + signs[i] * s
    alphas[j] = s === roomJ ? (signs[j] > 0 ? 0 : bounds[j]) : alphas[j] - signs[j] * s
    this.place(i)
    this.place(j)
    const n = errors.length
    for (let t = 0; t < n; t++) errors[t] -= s * (rowI[t] - rowJ[t])
  }

  /** The mean of F over rows between their bounds, or the middle of m and M. */
  private intercept(): number {
    let [sum, count] = [0, 0]
    for (let t = 0; t < this.alphas.length; t++) {
      if (this.up[t] === 0 || this.low[t] === 0) continue
      sum += this.errors[t]
      count++
    }
    return count > 0 ? sum / count : (this.highest + this.lowest) / 2
  }

  solution(iterations: number, converged: boolean): DualSolution {
    const coefficients = this.alphas.map((a, i) => this.problem.signs[i] * a)
    return { coefficients, intercept: this.intercept(), iterations, converged }
  }
}

function curvatureOf(value: number): number {
  return value > 0 ? value : LEAST_CURVATURE
}

/** Solves the problem, of rows of both signs. */
export function solveDual(problem: DualProblem, { tolerance, maxIterations }: DualLimits): DualSolution {
  const iterate = new Iterate(problem)
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    if (iterate.select() <= tolerance) return iterate.solution(iteration, true)
    iterate.step()
  }
  iterate.select()
  return iterate.solution(maxIterations, false)
}
