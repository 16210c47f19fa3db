import type { Steps } from '../core/steps.ts'
import type { Float64Product } from './batch-objective.ts'
import { addScaledInto, dot, scaleInto } from './minimize/vectors.ts'

/** Least relative progress per step, averaged over the last k, for continuing: Martens (2010), section 4.4. */
const PROGRESS = 5e-4

/** k = max(10, i / 10). */
const MIN_WINDOW = 10
const WINDOW_SHARE = 0.1

/** Iterates are kept for backtracking at the steps ceil(1.3^j). */
const KEPT_GROWTH = 1.3

/** An iterate of conjugate gradients with the value of the quadratic there. */
export interface CgIterate {
  x: Float64Array
  /** q(x) */
  value: number
}

/** Conjugate gradients on q(x) = x'Ax / 2 + g'x with A positive definite: Nocedal & Wright (2006), algorithm 5.2. */
class ConjugateGradients {
  readonly x: Float64Array
  private readonly product: Float64Product
  private readonly gradient: Float64Array
  /** A x + g */
  private readonly residual: Float64Array
  private readonly along: Float64Array
  private readonly image: Float64Array
  private squared: number

  constructor(product: Float64Product, gradient: Float64Array, start: Float64Array) {
    this.product = product
    this.gradient = gradient
    this.x = start.slice()
    this.residual = new Float64Array(start.length)
    this.along = new Float64Array(start.length)
    this.image = new Float64Array(start.length)
    if (start.some((value) => value !== 0)) product(start, this.residual)
    addScaledInto(this.residual, this.residual, 1, gradient)
    scaleInto(this.along, -1, this.residual)
    this.squared = dot(this.residual, this.residual)
  }

  /** q(x): with r = Ax + g it is x'(r + g) / 2. */
  get value(): number {
    return (dot(this.x, this.residual) + dot(this.x, this.gradient)) / 2
  }

  /** One step; false at the minimum, or where curvature along the direction is not positive and finite. */
  advance(): boolean {
    const { x, residual, along, image, squared } = this
    if (!(squared > 0)) return false
    this.product(along, image)
    const curvature = dot(along, image)
    if (!(curvature > 0) || !Number.isFinite(curvature)) return false
    addScaledInto(x, x, squared / curvature, along)
    addScaledInto(residual, residual, squared / curvature, image)
    this.squared = dot(residual, residual)
    scaleInto(along, this.squared / squared, along)
    addScaledInto(along, along, -1, residual)
    return true
  }
}

/** Whether the last k steps gave less than k PROGRESS of the total decrease of q; `values[i]` is q after step i. */
function stalls(values: readonly number[]): boolean {
  const i = values.length - 1
  const k = Math.max(MIN_WINDOW, Math.ceil(WINDOW_SHARE * i))
  if (i <= k || values[i] >= 0) return false
  return (values[i] - values[i - k]) / values[i] < k * PROGRESS
}

/**
 * Minimises q from `start` until progress stalls or `maxSteps` are done. Returns iterates at growing intervals and
 * always the last one; none where no step was possible. Pauses after each step.
 */
export function* truncatedCg(
  product: Float64Product,
  gradient: Float64Array,
  start: Float64Array,
  maxSteps: number,
): Steps<CgIterate[]> {
  const cg = new ConjugateGradients(product, gradient, start)
  const values = [cg.value]
  const kept: CgIterate[] = []
  let step = 0
  let keptAt = 0
  let next = 1
  while (step < maxSteps && !stalls(values) && cg.advance()) {
    step++
    yield
    values.push(cg.value)
    if (step < next) continue
    kept.push({ x: cg.x.slice(), value: values[step] })
    keptAt = step
    while (next <= step) next *= KEPT_GROWTH
  }
  if (keptAt < step) kept.push({ x: cg.x, value: values[step] })
  return kept
}
