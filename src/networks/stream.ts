import { allocate, checkFinite, floatView, type Matrix, matrixView, toMatrix, toVector } from '../core/array.ts'
import { checkArray, checkOptions } from '../core/check.ts'
import { describe, expectation, FormatError } from '../core/errors.ts'
import { Printed } from '../core/printed.ts'
import { checkSequence } from '../core/sequence.ts'
import type { Dtype, FloatArray, FloatNdArray, MatrixLike, VectorLike } from '../core/types.ts'
import { type BatchPlan, planBatch, rowsOf } from '../layers/batch.ts'
import type { LayerState, LayerStates } from '../layers/layer.ts'
import type { LayerChain } from '../layers/layer-chain.ts'
import { finiteResult } from '../numerics/overflow.ts'
import type { ParameterSet } from '../numerics/parameters.ts'
import type { NetworkCore } from '../training/output-loss.ts'

const oneFrame: BatchPlan = /* @__PURE__ */ planBatch([1])

/** The memory of a stream: JSON except for typed arrays, which may come back as lists of numbers. */
export interface StreamState {
  format: 'ser-core/stream'
  version: 1
  /** The named arrays of each layer; empty for a layer without memory. */
  layers: { [name: string]: FloatArray }[]
}

/** Options of `Sequential.stream`. */
export interface StreamOptions {
  /** State to continue from. Default: the beginning of a sequence. */
  state?: StreamState
}

/**
 * A network fed frame by frame or chunk by chunk. Its rows together are those of `forward` on the whole sequence, bit
 * for bit, in memory that does not grow with the sequence. Above a pooling layer each row is the output for all frames
 * so far. A frame stack gives a row only once it has all frames of it.
 */
export class NetworkStream extends Printed {
  private readonly chain: LayerChain
  private readonly parameters: ParameterSet
  private readonly dtype: Dtype
  private states: LayerStates

  /** @internal */
  constructor({ chain, parameters }: NetworkCore, dtype: Dtype, options: StreamOptions = {}) {
    super()
    checkOptions('Sequential.stream', options, ['state'])
    this.chain = chain
    this.parameters = parameters
    this.dtype = dtype
    this.states = chain.createStates()
    if (options.state !== undefined) this.states = this.restored('Sequential.stream', options.state)
  }

  /** Inputs, outputs and element type in one line, which consoles print. */
  override toString(): string {
    const { layers } = this.chain
    return `NetworkStream: [${layers[0].inputs}] -> [${layers[layers.length - 1].outputs}], ${this.dtype}`
  }

  /**
   * Takes one frame [D] and returns the output row [K] as a new array, or an empty one while a frame stack is
   * collecting.
   *
   * @throws RangeError where an output is not finite; the memory may then not be finite either: call `reset` or
   * `restore` it
   */
  push(frame: VectorLike): FloatArray {
    const data = toVector('NetworkStream.push', 'frame', frame, this.dtype)
    const { inputs } = this.chain.layers[0]
    if (data.length !== inputs) {
      throw new RangeError(`NetworkStream.push: "frame" expected ${inputs} numbers, got ${data.length}`)
    }
    checkFinite('NetworkStream.push', 'frame', data)
    return this.advance('NetworkStream.push', 'the frame', data, oneFrame).data
  }

  /**
   * Takes the next frames [T, D] and returns the rows [T', K] that they complete: T' = T, or fewer (even 0) with a
   * frame stack. Above a pooling layer T' = 1, the output after the chunk. No frames, such as the `[]` that
   * `MfccStream.push` returns for a short chunk, give no rows.
   */
  forward(chunk: MatrixLike): FloatNdArray {
    const where = 'NetworkStream.forward'
    const { layers } = this.chain
    const matrix = toMatrix(where, 'chunk', chunk, this.dtype)
    if (matrix.rows === 0 && (matrix.cols === 0 || matrix.cols === layers[0].inputs)) {
      return floatView(allocate(0, this.dtype), [0, layers[layers.length - 1].outputs])
    }
    const { data, rows } = checkSequence(where, 'chunk', matrix, layers[0].inputs, 'T')
    return matrixView(this.advance(where, 'the chunk', data, planBatch([rows])))
  }

  /** A copy of the stream's memory. */
  state(): StreamState {
    const layers = this.states.map((state) =>
      Object.fromEntries(Object.entries(state ?? {}).map(([name, array]) => [name, array.slice()])),
    )
    return { format: 'ser-core/stream', version: 1, layers }
  }

  /**
   * Continues from the state of a stream of this network or one of the same shape. If it throws, nothing has changed.
   */
  restore(state: StreamState): void {
    this.states = this.restored('NetworkStream.restore', state)
  }

  /** Starts a new sequence. */
  reset(): void {
    this.states = this.chain.createStates()
  }

  private advance(where: string, name: string, data: FloatArray, plan: BatchPlan): Matrix {
    const { cols, ...output } = this.chain.advance({ data, cols: this.chain.layers[0].inputs, plan }, this.states)
    const rows = rowsOf(output.plan)
    const out = output.data.slice(0, rows * cols)
    return { data: finiteResult(where, out, this.parameters, { name, data }), rows, cols }
  }

  private restored(where: string, state: StreamState): LayerStates {
    if (state?.format !== 'ser-core/stream' || state.version !== 1) {
      throw new FormatError(`${where}: "state" is not that of a ser-core stream, version 1`)
    }
    const saved = checkArray<LayerState>(where, 'state.layers', state.layers)
    const fresh = this.chain.createStates()
    if (saved.length !== fresh.length) {
      throw new RangeError(`${where}: "state" of ${saved.length} layers for a network of ${fresh.length}`)
    }
    fresh.forEach((own, i) => {
      fill(where, `state.layers[${i}]`, own ?? {}, saved[i])
    })
    return fresh
  }
}

/** Copies saved arrays to a layer's own, which have the same names and lengths. */
function fill(where: string, at: string, own: LayerState, saved: LayerState): void {
  if (typeof saved !== 'object' || saved === null) throw new TypeError(expectation(where, at, 'named arrays', saved))
  const unknown = Object.keys(saved).find((name) => !Object.hasOwn(own, name))
  if (unknown !== undefined) throw new RangeError(`${where}: "${at}" has "${unknown}", which the layer does not know`)
  for (const [name, array] of Object.entries(own)) {
    const values = saved[name]
    if (values?.length !== array.length) {
      const got = typeof values?.length === 'number' ? values.length : describe(values)
      throw new RangeError(`${where}: "${at}.${name}" expected ${array.length} numbers, got ${got}`)
    }
    array.set(values)
    checkFinite(where, `${at}.${name}`, array)
  }
}
