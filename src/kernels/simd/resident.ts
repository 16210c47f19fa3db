import type { WeightSource } from '../packed-pass.ts'
import { type Accelerator, createAccelerator } from './module.ts'

/** Weights in the memory of a module of their own. */
export interface Resident<W> {
  accelerator: Accelerator
  weights: W
  /** Where the memory is free again. */
  mark: number
}

/**
 * Weights that come again and again, as those of a stream, stay in a memory of their own: to copy and pack them takes
 * longer than a step of one sequence. The memory belongs to the owner of the weights and is collected with it.
 */
export class ResidentWeights<W> {
  private readonly kept = new WeakMap<object, Resident<W> & { version: number }>()
  private readonly module: WebAssembly.Module

  constructor(module: WebAssembly.Module) {
    this.module = module
  }

  /** The owner's weights, placed anew where they may have changed; null where there is no room for another memory. */
  of({ owner, version }: WeightSource, place: (accelerator: Accelerator) => W): Resident<W> | null {
    const known = this.kept.get(owner)
    if (known?.version === version) return known
    const accelerator = known?.accelerator ?? createAccelerator(this.module)
    if (accelerator === null) return null
    accelerator.memory.clear()
    const weights = place(accelerator)
    const resident = { accelerator, weights, mark: accelerator.memory.mark(), version }
    this.kept.set(owner, resident)
    return resident
  }
}
