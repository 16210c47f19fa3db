import { allocate, dtypeOf } from '../core/array.ts'
import { checkNumber } from '../core/check.ts'
import { expectation, StateError } from '../core/errors.ts'
import { Printed } from '../core/printed.ts'
import type { FloatArray } from '../core/types.ts'
import { checkOptimizerState, type Optimizer, type OptimizerState, vectorOf } from '../numerics/optimizer.ts'
import type { ParameterSet } from '../numerics/parameters.ts'
import { type LearningRate, rateAt, type Schedule, toSchedule } from '../numerics/schedule.ts'
import { optimizerText } from './optimizer-text.ts'

/** Update of a contiguous range of parameters, with or without weight decay. */
export type Update = (
  parameters: FloatArray,
  gradient: FloatArray,
  from: number,
  to: number,
  weightDecay: number,
) => void

/** Common base of the first-order optimisers: the schedule, the step count, the vectors and their saved state. */
export abstract class FirstOrder extends Printed implements Optimizer {
  abstract readonly kind: string
  protected steps = 0
  protected readonly weightDecay: number
  private readonly schedule: Schedule
  private readonly vectorNames: readonly string[]
  private vectors: Record<string, FloatArray> = {}

  constructor(where: string, learningRate: LearningRate, weightDecay: number, vectorNames: readonly string[]) {
    super()
    this.schedule = toSchedule(where, 'learningRate', learningRate)
    this.weightDecay = checkNumber(where, 'weightDecay', weightDecay, { min: 0 })
    this.vectorNames = vectorNames
  }

  get learningRate(): number {
    return rateAt(this.kind, 'learning rate', this.schedule, this.steps)
  }

  /** Settings and steps done; consoles print this text. */
  override toString(): string {
    return optimizerText(this, { learningRate: this.schedule(this.steps) }, this.steps)
  }

  step(parameters: ParameterSet): void {
    if (typeof parameters?.forWriting !== 'function') {
      throw new TypeError(expectation(`${this.kind}.step`, 'parameters', 'the parameters of a model', parameters))
    }
    const { values, gradient, slots } = parameters
    const update = this.updater(this.prepare(values), this.learningRate)
    const written = parameters.forWriting()
    for (const { offset, size, decay } of slots) {
      update(written, gradient, offset, offset + size, decay ? this.weightDecay : 0)
    }
    this.steps++
  }

  reset(): void {
    this.steps = 0
    this.vectors = {}
  }

  state(): OptimizerState {
    const vectors = Object.fromEntries(Object.entries(this.vectors).map(([name, vector]) => [name, vector.slice()]))
    return { kind: this.kind, steps: this.steps, vectors }
  }

  restore(state: OptimizerState): void {
    const { steps, vectors } = checkOptimizerState(this.kind, state)
    const kept = this.vectorNames.filter((name) => steps > 0 || Object.hasOwn(vectors, name))
    this.vectors = Object.fromEntries(kept.map((name) => [name, vectorOf(state, name)]))
    this.steps = steps
  }

  /** The update of one step over a range of the flat vector. @internal */
  protected abstract updater(vectors: Record<string, FloatArray>, learningRate: number): Update

  private prepare(data: FloatArray): Record<string, FloatArray> {
    for (const name of this.vectorNames) {
      const kept = this.vectors[name]
      if (kept === undefined) this.vectors[name] = allocate(data.length, dtypeOf(data))
      else if (!(kept.length === data.length && dtypeOf(kept) === dtypeOf(data))) {
        throw new StateError(
          `${this.kind}: has the state of ${kept.length} parameters (${dtypeOf(kept)}), got ${data.length} ` +
            `(${dtypeOf(data)}); call reset() first`,
        )
      }
    }
    return this.vectors
  }
}
