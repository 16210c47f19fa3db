import type { FloatArray } from '../core/types.ts'
import type { ParameterSet } from './parameters.ts'

/** Everything an optimiser needs to go on: its kind, the number of steps done, and its vectors by name. */
export interface OptimizerState {
  kind: string
  steps: number
  vectors: Record<string, FloatArray>
}

/** A first-order optimiser: turns gradients into updates, one mini-batch at a time. */
export interface Optimizer {
  readonly kind: string
  /** Learning rate of the next step. */
  readonly learningRate: number
  /** Updates `parameters.data` from `parameters.gradient`. */
  step(parameters: ParameterSet): void
  /** Forgets moments and step count. */
  reset(): void
  /** A copy of the state. */
  state(): OptimizerState
  /** Goes on from a saved state. */
  restore(state: OptimizerState): void
}
