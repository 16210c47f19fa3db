/**
 * The last row of each sequence, for many-to-one tasks: [T, D] to [1, D]. In a stream it is the newest row.
 *
 * Above a bidirectional layer it takes the final states a_T and b_1, at which each direction has seen the whole
 * sequence. No single row holds both: b_T has seen one frame only. Layers between that map every row by itself
 * (`Dense`, `Dropout`, `LayerNorm`, a `Residual` of these) commute with the choice of a row, so that they are applied
 * to these final states.
 */
import { checkOneOf, checkOptions } from '../core/check.ts'
import type { FloatArray, Json } from '../core/types.ts'
import { type Activations, type BatchPlan, lastRow, pooledPlan, rowsOf } from './batch.ts'
import { Layer, type LayerOptions, type LogWeights, layerOptions } from './layer.ts'

/** Rows that a {@link LastPool} can take from a bidirectional layer below. */
export type LastPoolTake = 'finalStates' | 'lastFrame'

const takes: readonly LastPoolTake[] = ['finalStates', 'lastFrame']

/** Options of {@link LastPool}. */
export interface LastPoolOptions extends LayerOptions {
  /**
   * Rows to take from a `Bidirectional` layer below. `finalStates` is the final output of each direction, forward at
   * the last frame and backward at the first, merged as the layer merges. `lastFrame` is the row at the last frame,
   * where the backward direction has seen one frame only. Default `finalStates`; files of version 0.1.0 keep
   * `lastFrame`.
   */
  take?: LastPoolTake
}

/**
 * The last row of each sequence: [T, D] to [1, D]. Directly above a `Bidirectional` layer, or with layers between that
 * map every row by itself (`Dense`, `Dropout`, `LayerNorm`, a `Residual` of these), it takes the final states of both
 * directions, as PyTorch's `h_n` and Keras' `Bidirectional(..., return_sequences=False)` do. Above anything else,
 * including a `Residual` around a bidirectional layer or a `FrameStack` above one, it takes the row of the last frame.
 *
 * @example
 * ```ts
 * import ndarray from 'ndarray'
 * import { Bidirectional, Dense, GRU, LastPool, Sequential } from 'ser-core'
 *
 * const both = new Bidirectional(new GRU({ inputs: 2, units: 3 }))
 * const net = new Sequential([both, new LastPool()], { seed: 1 })
 * const x = ndarray(new Float32Array([1, 2, 3, 4, 5, 6]), [3, 2])
 * const rows = both.forward(x) // [3, 6]
 * const end = net.forward(x) // [1, 6]
 * console.log(end.get(0, 0) === rows.get(2, 0), end.get(0, 3) === rows.get(0, 3)) // true true
 * ```
 */
export class LastPool extends Layer {
  readonly type = 'lastPool'
  readonly take: LastPoolTake
  private plan: BatchPlan | undefined

  constructor(options: LastPoolOptions = {}) {
    checkOptions('LastPool', options, ['take', ...layerOptions])
    super('LastPool', options)
    this.take = checkOneOf('LastPool', 'take', options.take ?? 'finalStates', takes)
  }

  get outputs(): number {
    return this.inputs
  }

  override get pools(): boolean {
    return true
  }

  /** Leaves out `lastFrame`, the meaning of 0.1.0, so that 0.1.0 reads the file; it refuses files with `take`. */
  options(): { [key: string]: Json } {
    const { inputs, take } = this
    return take === 'lastFrame' ? { inputs } : { inputs, take }
  }

  forwardBatch(x: Activations): Activations {
    this.plan = x.plan
    return { data: this.lastRows('y', x.data), cols: this.inputs, plan: pooledPlan(x.plan) }
  }

  backwardBatch(dy: FloatArray): FloatArray {
    return this.spread('dx', dy)
  }

  /** @internal */
  override tangentBatch(xDot: FloatArray | null): FloatArray | null {
    return xDot && this.lastRows('yDot', xDot)
  }

  /** The layer is linear, so that the tangent of its gradient does not depend on its input. @internal */
  override backwardTangentBatch(dyDot: FloatArray): FloatArray {
    return this.spread('dxDot', dyDot)
  }

  /** @internal */
  override get hasHessian(): boolean {
    return true
  }

  /** ln of each row's weight in the output: of 1 for the last row and 0 for the others. @internal */
  logWeights(): LogWeights {
    const plan = this.plan as BatchPlan
    const logWeights = new Float64Array(rowsOf(plan)).fill(Number.NEGATIVE_INFINITY)
    for (let b = 0; b < plan.lengths.length; b++) logWeights[lastRow(plan, b)] = 0
    return { plan, logWeights }
  }

  /** Null: the weights are constant. @internal */
  logWeightsTangent(): null {
    return null
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

  /** Copies dy to the last row of each sequence; all other rows are zero. */
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
