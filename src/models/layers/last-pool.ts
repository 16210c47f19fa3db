/**
 * The last row of each sequence, for tasks that ask at its end: [T, D] to [1, D]. In a stream it is the newest row.
 */
import { checkOptions } from '../../core/check.ts'
import type { FloatArray, Json } from '../../core/types.ts'
import { type Activations, type BatchPlan, lastRow, pooledPlan, rowsOf } from '../batch.ts'
import { Layer, type LayerOptions, layerOptions } from './layer.ts'

/** The last row of each sequence. */
export class LastPool extends Layer {
  readonly type = 'lastPool'
  private plan: BatchPlan | undefined

  constructor(options: LayerOptions = {}) {
    checkOptions('LastPool', options, layerOptions)
    super('LastPool', options)
  }

  get outputs(): number {
    return this.inputs
  }

  override get pools(): boolean {
    return true
  }

  options(): { [key: string]: Json } {
    return { inputs: this.inputs }
  }

  forwardBatch(x: Activations): Activations {
    this.plan = x.plan
    return { data: this.lastRows('y', x.data), cols: this.inputs, plan: pooledPlan(x.plan) }
  }

  backwardBatch(dy: FloatArray): FloatArray {
    return this.spread('dx', dy)
  }

  override tangentBatch(xDot: FloatArray | null): FloatArray | null {
    return xDot && this.lastRows('yDot', xDot)
  }

  /** Linear: its own tangent does not depend on the input. @internal */
  override backwardTangentBatch(dyDot: FloatArray): FloatArray {
    return this.spread('dxDot', dyDot)
  }

  override get hasHessian(): boolean {
    return true
  }

  /** Gathers the last row of each sequence. */
  private lastRows(name: string, x: FloatArray): FloatArray {
    const { inputs: D } = this
    const plan = this.plan as BatchPlan
    const y = this.buffer(name, plan.lengths.length * D)
    for (let b = 0; b < plan.lengths.length; b++) {
      const from = lastRow(plan, b) * D
      for (let j = 0; j < D; j++) y[b * D + j] = x[from + j]
    }
    return y
  }

  /** Zero but for the last row of each sequence. */
  private spread(name: string, dy: FloatArray): FloatArray {
    const { inputs: D } = this
    const plan = this.plan as BatchPlan
    const dx = this.buffer(name, rowsOf(plan) * D).fill(0)
    for (let b = 0; b < plan.lengths.length; b++) {
      const to = lastRow(plan, b) * D
      for (let j = 0; j < D; j++) dx[to + j] = dy[b * D + j]
    }
    return dx
  }
}
