import { dtypeOf, toVector } from '../core/array.ts'
import type { FloatArray, VectorLike } from '../core/types.ts'
import type { BatchPlan } from './batch.ts'
import type { LayerState } from './layers/layer.ts'
import type { LayerStack } from './stack.ts'

const oneFrame: BatchPlan = { order: Int32Array.of(0), lengths: Int32Array.of(1), offsets: Int32Array.of(0, 1) }

/**
 * A network fed frame by frame: the rows that `forward` gives for the whole sequence, bit for bit, in memory that does
 * not grow. Above a pooling layer each row is the answer for the frames so far.
 */
export class NetworkStream {
  private readonly stack: LayerStack
  private readonly like: FloatArray
  private states: (LayerState | null)[]

  /** @internal */
  constructor(stack: LayerStack, like: FloatArray) {
    this.stack = stack
    this.like = like
    this.states = stack.createStates()
  }

  /** Takes one frame [D], gives the output row [K] as a new array. */
  push(frame: VectorLike): FloatArray {
    const data = toVector('NetworkStream.push', 'frame', frame, dtypeOf(this.like))
    const { inputs } = this.stack.layers[0]
    if (data.length !== inputs) {
      throw new RangeError(`NetworkStream.push: "frame" expected ${inputs} numbers, got ${data.length}`)
    }
    const output = this.stack.advance({ data, cols: inputs, plan: oneFrame }, this.states)
    return output.data.slice(0, output.cols)
  }

  /** Starts a new sequence. */
  reset(): void {
    this.states = this.stack.createStates()
  }
}
