import type { PackedPass } from '../packed-pass.ts'
import { type Accelerator, createAccelerator } from './module.ts'

/** Weights in the memory of a module, followed by free memory. */
export interface Placed<W> {
  accelerator: Accelerator
  weights: W
}

interface Resident<W> extends Placed<W> {
  version: number
  /** First free address after the weights. */
  mark: number
}

/**
 * Weights of passes in WebAssembly. Weights used repeatedly, as in a stream, stay in a memory of their own, because
 * copying and packing them takes longer than a step of one sequence. That memory is garbage collected with the owner
 * of the weights.
 */
export class PassWeights<P extends PackedPass, W> {
  private readonly kept = new WeakMap<object, Resident<W>>()
  private readonly shared: Accelerator
  private readonly place: (accelerator: Accelerator, pass: P) => W

  /** `place` copies the weights of a pass. */
  constructor(shared: Accelerator, place: (accelerator: Accelerator, pass: P) => W) {
    this.shared = shared
    this.place = place
  }

  of(pass: P): Placed<W> {
    return this.resident(pass) ?? this.placed(this.shared, pass)
  }

  /** The kept weights, copied again when the version changes; null without a source or without room for a memory. */
  private resident(pass: P): Placed<W> | null {
    if (pass.source === undefined) return null
    const { owner, version } = pass.source
    const known = this.kept.get(owner)
    if (known?.version === version) {
      known.accelerator.memory.clear(known.mark)
      return known
    }
    const accelerator = known?.accelerator ?? createAccelerator(this.shared.module)
    if (accelerator === null) return null
    const placed = this.placed(accelerator, pass)
    const resident = { ...placed, version, mark: accelerator.memory.mark() }
    this.kept.set(owner, resident)
    return resident
  }

  private placed(accelerator: Accelerator, pass: P): Placed<W> {
    accelerator.memory.clear()
    return { accelerator, weights: this.place(accelerator, pass) }
  }
}
