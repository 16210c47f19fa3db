/** An optimiser that leaves some of the parameters as they are. */
import type { FloatArray } from '../core/types.ts'
import type { Optimizer, OptimizerState } from '../numerics/optimizer.ts'
import type { ParameterSet, ParameterSlot } from '../numerics/parameters.ts'

/** Values of some slots of parameters, which can be put back. */
export class KeptParameters {
  private readonly slots: readonly ParameterSlot[]
  private readonly values: FloatArray

  constructor({ slots, values }: ParameterSet, isKept: (slot: ParameterSlot) => boolean) {
    this.slots = slots.filter(isKept)
    this.values = values.slice()
  }

  /** Puts the values back, as they were to the last bit. */
  putBack(parameters: ParameterSet): void {
    const values = parameters.forWriting()
    for (const { offset, size } of this.slots) values.set(this.values.subarray(offset, offset + size), offset)
  }
}

/** Another optimiser after each of whose steps the kept parameters are put back, weight decay and moments notwithstanding. */
export class FrozenOptimizer implements Optimizer {
  private readonly own: Optimizer
  private readonly kept: KeptParameters

  constructor(own: Optimizer, kept: KeptParameters) {
    this.own = own
    this.kept = kept
  }

  get kind(): string {
    return this.own.kind
  }

  get learningRate(): number {
    return this.own.learningRate
  }

  step(parameters: ParameterSet): void {
    this.own.step(parameters)
    this.kept.putBack(parameters)
  }

  reset(): void {
    this.own.reset()
  }

  state(): OptimizerState {
    return this.own.state()
  }

  restore(state: OptimizerState): void {
    this.own.restore(state)
  }
}
