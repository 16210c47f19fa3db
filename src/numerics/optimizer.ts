import { checkFinite } from '../core/array.ts'
import { checkInteger, checkObject } from '../core/check.ts'
import { describe, StateError } from '../core/errors.ts'
import { isFloat32, isFloat64, ownArray } from '../core/realm.ts'
import type { FloatArray } from '../core/types.ts'
import type { ParameterSet } from './parameters.ts'

/** Complete state of an optimiser: its kind, number of steps done, and vectors and numbers by name. */
export interface OptimizerState {
  kind: string
  steps: number
  vectors: Record<string, FloatArray>
  /** Absent where the optimiser has none. */
  numbers?: Record<string, number>
}

/** The state if it is one of this kind of optimiser; its vectors are still unknown. */
export function checkOptimizerState(kind: string, state: OptimizerState): OptimizerState {
  const { kind: saved, steps, vectors } = checkObject<OptimizerState>(`${kind}.restore`, 'state', state)
  if (saved !== kind)
    throw new StateError(
      `${kind}: cannot go on from the state of ${typeof saved === 'string' ? saved : describe(saved)}`,
    )
  checkInteger(`${kind}.restore`, 'state.steps', steps, { min: 0 })
  checkObject(`${kind}.restore`, 'state.vectors', vectors)
  return state
}

/** A vector of a state: finite floats. */
export function vectorOf({ kind, vectors }: OptimizerState, name: string): FloatArray {
  const vector = Object.hasOwn(vectors, name) ? vectors[name] : undefined
  if (!isFloat32(vector) && !isFloat64(vector))
    throw new StateError(`${kind}: the state lacks the typed array "${name}"`)
  checkFinite(`${kind}.restore`, `state.vectors.${name}`, vector)
  return ownArray(vector).slice()
}

/** A first-order optimiser: turns gradients into updates, one mini-batch at a time. */
export interface Optimizer {
  readonly kind: string
  /** Learning rate of the next step. */
  readonly learningRate: number
  /** Updates the parameters, `parameters.forWriting()`, from `parameters.gradient`. */
  step(parameters: ParameterSet): void
  /** Resets moments and step count. */
  reset(): void
  /** A copy of the state. */
  state(): OptimizerState
  /** Continues from a saved state. */
  restore(state: OptimizerState): void
}

/** Writes the product of a matrix with v to `out`; vectors are laid out as the parameters. */
export type MatrixProduct = (v: FloatArray, out: FloatArray) => void

/**
 * The loss of one batch as a function of the parameters. It stays the same function until the next iteration: random
 * draws such as dropout repeat in every evaluation.
 */
export interface BatchProblem {
  readonly parameters: ParameterSet
  /** The loss at `parameters.values`; leaves its gradient in `parameters.gradient`. */
  evaluate(): number
  /** The loss alone, at less cost; the contents of `parameters.gradient` are undefined afterwards. */
  loss(): number
  /**
   * Products with the Gauss-Newton matrix at `parameters.values`, on a random `share` (0 < share <= 1) of the batch.
   * They overwrite `parameters.gradient`, and are valid until the next evaluation.
   */
  gaussNewton(share: number): MatrixProduct
}

/** Outcome of an iteration: `moved`, or the reason why no step was taken. */
export type IterationStatus = 'moved' | 'converged' | 'lineSearchFailed'

/** Result of {@link BatchOptimizer.iterate}. */
export interface IterationReport {
  status: IterationStatus
  /** The status as a sentence. */
  message: string
  /** Step length along the direction; 0 where no step was taken. */
  step: number
}

/** An optimiser that evaluates the loss itself, several times an iteration: for full batches or large mini-batches. */
export interface BatchOptimizer {
  readonly kind: string
  /** Default number of iterations of a `fit`. */
  readonly maxIterations: number
  /**
   * One iteration: moves `parameters.values` to a lower loss, or leaves it where it was or at the lowest point seen.
   */
  iterate(problem: BatchProblem): IterationReport
  /**
   * The same iteration, which pauses after every pass over the batch. `fit` prefers it: meanwhile the event loop turns,
   * others see the parameters as they were before the iteration, and an abort leaves it.
   */
  iterateInSteps?(problem: BatchProblem): Generator<void, IterationReport, void>
  /** Resets the state. */
  reset(): void
  /** A copy of the state. */
  state(): OptimizerState
  /** Continues from a saved state. */
  restore(state: OptimizerState): void
}

/** Whether an optimiser evaluates the loss itself. */
export function isBatchOptimizer(optimizer: Optimizer | BatchOptimizer): optimizer is BatchOptimizer {
  return typeof (optimizer as BatchOptimizer).iterate === 'function'
}
