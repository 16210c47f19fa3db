import { StateError } from '../core/errors.ts'
import { Printed } from '../core/printed.ts'
import { finish } from '../core/steps.ts'
import type {
  BatchOptimizer,
  BatchProblem,
  IterationReport,
  IterationStatus,
  OptimizerState,
} from '../numerics/optimizer.ts'
import { checkOptimizerState, vectorOf } from '../numerics/optimizer.ts'
import { optimizerText } from './optimizer-text.ts'

const messages: Record<IterationStatus, string> = {
  moved: 'A lower point was found.',
  converged: 'Every element of the gradient is within "gradientTolerance".',
  lineSearchFailed:
    'No step along the direction lowers the loss: the rest is lost in rounding (dtype "float64" leaves less of it), ' +
    'or the loss is not smooth.',
}

/** Report of an iteration. */
export function iterationReport(status: IterationStatus, step = 0): IterationReport {
  return { status, message: messages[status], step }
}

/** Common base of LBFGS and HessianFree: the step count and the checks of a saved state. */
export abstract class BatchMethod extends Printed implements BatchOptimizer {
  abstract readonly kind: string
  abstract readonly maxIterations: number
  protected steps = 0

  /** Settings and steps done; consoles print this text. */
  override toString(): string {
    return optimizerText(this, {}, this.steps)
  }

  abstract iterateInSteps(problem: BatchProblem): Generator<void, IterationReport, void>

  iterate(problem: BatchProblem): IterationReport {
    return finish(this.iterateInSteps(problem))
  }

  abstract reset(): void
  abstract state(): OptimizerState
  abstract restore(state: OptimizerState): void

  /** A vector of a saved state as float64; StateError for a state of another optimiser. @internal */
  protected savedVector(state: OptimizerState, name: string): Float64Array {
    return Float64Array.from(vectorOf(checkOptimizerState(this.kind, state), name))
  }

  /** Throws where the kept vectors are for another number of parameters. @internal */
  protected checkSize(kept: number, size: number): void {
    if (kept === size) return
    throw new StateError(`${this.kind}: has the state of ${kept} parameters, got ${size}; call reset() first`)
  }
}
