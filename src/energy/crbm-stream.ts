import { allocate, checkFinite, toVector } from '../core/array.ts'
import { Printed } from '../core/printed.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import { finiteResult } from '../numerics/overflow.ts'
import type { Machine } from './machine.ts'
import { checkProbabilities } from './probabilities.ts'

/** The hidden probabilities of a {@link CRBM}, frame by frame, in constant memory. */
export class CRBMStream extends Printed {
  private readonly machine: Machine
  /** [n + 1, V] latest frames, the newest first. */
  private readonly frames: FloatArray
  private empty = true

  /** @internal */
  constructor(machine: Machine) {
    super()
    const { visible, order } = machine.shape
    this.machine = machine
    this.frames = allocate((order + 1) * visible, machine.dtype)
  }

  /** Inputs, outputs and order in one line, which consoles print. */
  override toString(): string {
    const { visible, hidden, order } = this.machine.shape
    return `CRBMStream: [${visible}] -> [${hidden}], order ${order}, ${this.machine.dtype}`
  }

  /** Takes one frame [V] and returns P(h = 1 | frame, history) as a new array [H]. */
  push(frame: VectorLike): FloatArray {
    const { machine, frames } = this
    const { visible, hidden } = machine.shape
    const data = toVector('CRBMStream.push', 'frame', frame, machine.dtype)
    if (data.length !== visible) {
      throw new RangeError(`CRBMStream.push: "frame" expected ${visible} numbers, got ${data.length}`)
    }
    checkFinite('CRBMStream.push', 'frame', data)
    if (machine.shape.binary) checkProbabilities('CRBMStream.push', 'frame', { data, rows: 1, cols: visible })
    frames.copyWithin(visible, 0)
    frames.set(data)
    if (this.empty) for (let at = visible; at < frames.length; at += visible) frames.set(data, at)
    this.empty = false
    const out = allocate(hidden, machine.dtype)
    machine.hiddenProbabilitiesInto(out, { data: frames, offset: 0, stride: frames.length, rows: 1 })
    return finiteResult('CRBMStream.push', out, machine.parameters, { name: 'the history', data: frames })
  }

  /** Starts a new sequence. */
  reset(): void {
    this.empty = true
  }
}
