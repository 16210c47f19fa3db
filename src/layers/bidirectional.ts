/**
 * Two recurrent layers, one forward in time and one backward (Schuster & Paliwal 1997):
 *
 *   a_t = layer(x_1 .. x_t)     b_t = copy(x_T .. x_t)     y_t = [a_t, b_t], or a_t + b_t, or (a_t + b_t) / 2
 *
 * Below a `LastPool` of a network the output is one row, in which each direction has seen the whole sequence: a_T and
 * b_1, merged in the same way.
 */

import { checkOneOf, checkOptions } from '../core/check.ts'
import { checkInstance } from '../core/copies.ts'
import { StateError } from '../core/errors.ts'
import type { Dtype, FloatArray, Json } from '../core/types.ts'
import type { ParameterSet, ParameterSpec } from '../numerics/parameters.ts'
import { type Activations, lastRow, pooledPlan, rowsOf } from './batch.ts'
import type { GateStatistics } from './gate-statistics.ts'
import { Layer, type LayerState, type PassContext, prefixedStatistics } from './layer.ts'
import { Recurrent } from './recurrent.ts'

/** How the outputs of the two directions are merged. */
export type Merge = 'concatenate' | 'sum' | 'average'

const merges: readonly Merge[] = ['concatenate', 'sum', 'average']

/** Options of {@link Bidirectional}. */
export interface BidirectionalOptions {
  /** Default `concatenate`. */
  merge?: Merge
}

/** For each packed row, the row of the same sequence at the mirrored time step. */
function mirroredRows({ plan: { lengths, offsets } }: Activations): Int32Array {
  const mirrored = new Int32Array(offsets[offsets.length - 1])
  for (let b = 0; b < lengths.length; b++) {
    for (let t = 0; t < lengths[b]; t++) mirrored[offsets[t] + b] = offsets[lengths[b] - 1 - t] + b
  }
  return mirrored
}

function mirrorInto(out: FloatArray, x: FloatArray, cols: number, mirrored: Int32Array): FloatArray {
  for (let row = 0; row < mirrored.length; row++) {
    for (let j = 0; j < cols; j++) out[row * cols + j] = x[mirrored[row] * cols + j]
  }
  return out
}

/** The last packed row of each sequence. */
function finalRows({ plan }: Activations): Int32Array {
  return plan.lengths.map((_, b) => lastRow(plan, b))
}

/**
 * A recurrent layer in both directions, each with its own weights: `params` has `forward.*` and `backward.*`. The
 * output is [T, K], each row the merged outputs at one frame. For one row per sequence, put a {@link LastPool} above:
 * it takes the last output of each direction, as PyTorch's `h_n` and Keras' `return_sequences=False` do.
 */
export class Bidirectional extends Layer {
  readonly type = 'bidirectional'
  readonly merge: Merge
  readonly along: Recurrent
  readonly against: Recurrent
  private mirrored: Int32Array = new Int32Array(0)
  /** For each output row of the last batch, the rows of the two directions that were merged. */
  private sources: { a: Int32Array; b: Int32Array } = { a: new Int32Array(0), b: new Int32Array(0) }

  constructor(layer: Recurrent, options: BidirectionalOptions = {}) {
    checkOptions('Bidirectional', options, ['merge'])
    checkInstance('Bidirectional', 'layer', layer, Recurrent, 'a recurrent layer such as new LSTM({...})')
    super('Bidirectional', layer.copiedOptions())
    this.merge = checkOneOf('Bidirectional', 'merge', options.merge ?? 'concatenate', merges)
    this.along = layer
    this.against = layer.copy()
    layer.claim('Bidirectional: "layer"')
    this.against.claim('Bidirectional')
  }

  get outputs(): number {
    return this.merge === 'concatenate' ? 2 * this.along.outputs : this.along.outputs
  }

  /** @internal */
  override get words(): string {
    return this.merge === 'concatenate' ? this.along.type : `${this.along.type}, ${this.merge}`
  }

  options(): { [key: string]: Json } {
    return { layer: { type: this.along.type, options: this.along.options() }, merge: this.merge }
  }

  /** @internal */
  override connect(inputs: number, where: string): void {
    super.connect(inputs, where)
    this.along.connect(inputs, where)
    this.against.connect(inputs, where)
  }

  /** @internal */
  override parameterSpecs(): ParameterSpec[] {
    const named = (layer: Recurrent, prefix: string): ParameterSpec[] =>
      layer.parameterSpecs().map(({ name, initialise, ...spec }) => ({
        ...spec,
        name: `${prefix}.${name}`,
        initialise: (out, random, layerRandom) => initialise(out, random, layerRandom.substream(prefix)),
      }))
    return [...named(this.along, 'forward'), ...named(this.against, 'backward')]
  }

  /** @internal */
  override get hasFinalStates(): boolean {
    return true
  }

  /** @internal */
  override get draws(): boolean {
    return this.along.draws
  }

  /** @internal */
  override gateStatistics(): Record<string, GateStatistics> {
    return prefixedStatistics([
      ['forward', this.along],
      ['backward', this.against],
    ])
  }

  /** @internal */
  override createState(): LayerState {
    throw new StateError('a bidirectional layer needs the whole sequence and cannot be streamed')
  }

  forwardBatch(x: Activations, context: PassContext): Activations {
    this.ensureParameters()
    this.mirrored = mirroredRows(x)
    this.sources = this.sourcesOf(x, context.finalStates === true)
    const reversed = mirrorInto(this.buffer('x', rowsOf(x.plan) * x.cols), x.data, x.cols, this.mirrored)
    const a = this.along.forwardBatch(x, context).data
    const b = this.against.forwardBatch({ ...x, data: reversed }, context).data
    const plan = context.finalStates ? pooledPlan(x.plan) : x.plan
    return { data: this.merged('y', a, b), cols: this.outputs, plan }
  }

  /** The rows to merge. The backward layer's last step is at the end of the mirrored sequence: the last frame's row. */
  private sourcesOf(x: Activations, finalStates: boolean): { a: Int32Array; b: Int32Array } {
    if (!finalStates) return { a: this.mirrored.map((_, row) => row), b: this.mirrored }
    const rows = finalRows(x)
    return { a: rows, b: rows }
  }

  /** @internal */
  override tangentBatch(xDot: FloatArray | null, wDot: FloatArray): FloatArray {
    const { mirrored, inputs: D } = this
    const half = wDot.length / 2
    const reversed = xDot && mirrorInto(this.buffer('xDot', mirrored.length * D), xDot, D, mirrored)
    const aDot = this.along.tangentBatch(xDot, wDot.subarray(0, half)) as FloatArray
    const bDot = this.against.tangentBatch(reversed, wDot.subarray(half)) as FloatArray
    return this.merged('yDot', aDot, bDot)
  }

  /** Merges the outputs of the two directions; `b` is in its own, mirrored order. */
  private merged(name: string, a: FloatArray, b: FloatArray): FloatArray {
    const { outputs: H } = this.along
    const { sources, outputs } = this
    const y = this.buffer(name, sources.a.length * outputs)
    const scale = this.merge === 'average' ? 0.5 : 1
    for (let row = 0; row < sources.a.length; row++) {
      const to = row * outputs
      const from = sources.a[row] * H
      const other = sources.b[row] * H
      for (let j = 0; j < H; j++) {
        if (this.merge === 'concatenate') {
          y[to + j] = a[from + j]
          y[to + H + j] = b[other + j]
        } else y[to + j] = scale * (a[from + j] + b[other + j])
      }
    }
    return y
  }

  /** Gradients by the two directions' outputs, `b`'s in its own order; zero where an output is not used. */
  private split(dy: FloatArray): [da: FloatArray, db: FloatArray] {
    const { outputs: H } = this.along
    const { sources, outputs } = this
    const da = this.buffer('da', this.mirrored.length * H).fill(0)
    const db = this.buffer('db', this.mirrored.length * H).fill(0)
    const shift = this.merge === 'concatenate' ? H : 0
    const scale = this.merge === 'average' ? 0.5 : 1
    for (let row = 0; row < sources.a.length; row++) {
      const from = row * outputs
      for (let j = 0; j < H; j++) {
        da[sources.a[row] * H + j] = scale * dy[from + j]
        db[sources.b[row] * H + j] = scale * dy[from + shift + j]
      }
    }
    return [da, db]
  }

  backwardBatch(dy: FloatArray, wantInput: boolean): FloatArray | null {
    const [da, db] = this.split(dy)
    const dx = this.along.backwardBatch(da, wantInput)
    const dReversed = this.against.backwardBatch(db, wantInput)
    if (dx === null || dReversed === null) return null
    const D = this.inputs
    const turned = mirrorInto(this.buffer('dx', this.mirrored.length * D), dReversed, D, this.mirrored)
    for (let i = 0; i < turned.length; i++) turned[i] += dx[i]
    return turned
  }

  protected override shared(parameters: ParameterSet, dtype: Dtype): void {
    const half = parameters.slots.length / 2
    this.along.share(parameters.slice(0, half, 'forward.'), dtype)
    this.against.share(parameters.slice(half, 2 * half, 'backward.'), dtype)
  }
}
