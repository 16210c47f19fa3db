import { checkDtype, type Matrix, matrixView } from '../core/array.ts'
import { checkInteger } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { Printed } from '../core/printed.ts'
import { isFloat64 } from '../core/realm.ts'
import { toSequence } from '../core/sequence.ts'
import type { Dtype, FloatArray, FloatNdArray, Json, MatrixLike } from '../core/types.ts'
import { ParameterSet, type ParameterSpec } from '../numerics/parameters.ts'
import { checkSeed, Random, type Seed } from '../numerics/random.ts'
import { Workspace } from '../numerics/workspace.ts'
import { type Activations, type BatchPlan, planBatch, unpack } from './batch.ts'
import type { GateStatistics } from './gate-statistics.ts'
import { layerSummary, type SummaryOptions, summaryWidth } from './summary.ts'

/** Options of every layer. */
export interface LayerOptions {
  /** Columns of the input; taken from the layer below where there is one. */
  inputs?: number
  /** Seed of the starting weights; a `Sequential` draws them from its own seed where a layer has none. */
  seed?: Seed
  /** Element type of a layer that stands alone; in a `Sequential` the network's counts. Default `float32`. */
  dtype?: Dtype
}

/** Names of the options of every layer. */
export const layerOptions = ['inputs', 'seed', 'dtype'] as const

/**
 * A layer's memory between two calls; what is in it is the layer's own business, but for the first dimension of every
 * array, which is the sequences' in packed order. A pass writes to the arrays in place.
 */
export type LayerState = Record<string, FloatArray>

/** The states of layers one above the other. */
export type LayerStates = readonly (LayerState | null)[]

/** How a batch passes through a layer. */
export interface PassContext {
  training: boolean
  /** Steps after which truncated BPTT cuts the gradient; 0 for full BPTT. */
  truncation: number
  /** The stream of this layer's draws; only in training. */
  random: Random | null
  /**
   * Carried from call to call where sequences come in chunks; null where they are whole. Sequences that go on have had
   * equally many frames; those that have ended drop off the end of the plan, their rows of the state stay behind.
   */
  state: LayerState | null
  /** Whether a bidirectional layer leaves one row a sequence, the last output of each direction. Default false. */
  finalStates?: boolean
}

/** ln of the weight of each packed row of the last batch in the mean that a pooling layer leaves. */
export interface LogWeights {
  plan: BatchPlan
  logWeights: Float64Array
}

const inference: PassContext = { training: false, truncation: 0, random: null, state: null }

/** Gate statistics of several layers in one record, each under its name. */
export function prefixedStatistics(layers: readonly (readonly [string, Layer])[]): Record<string, GateStatistics> {
  const entries = layers.flatMap(([prefix, layer]) =>
    Object.entries(layer.gateStatistics()).map(([name, statistics]) => [`${prefix}.${name}`, statistics] as const),
  )
  return Object.fromEntries(entries)
}

/** A differentiable map from sequences [T, inputs] to sequences [T', outputs]. */
export abstract class Layer extends Printed {
  abstract readonly type: string
  protected readonly seed: Seed | undefined
  /** The element type asked for. @internal */
  readonly ownDtype: Dtype | undefined
  private connected: number | undefined
  private parameters: ParameterSet | undefined
  private workspace: Workspace | undefined
  private owned = false

  constructor(where: string, options: LayerOptions) {
    super()
    if (options.inputs !== undefined) this.connected = checkInteger(where, 'inputs', options.inputs, { min: 1 })
    if (options.dtype !== undefined) this.ownDtype = checkDtype(where, options.dtype)
    if (options.seed !== undefined) checkSeed(where, options.seed)
    this.seed = options.seed
  }

  /** Columns of the output. */
  abstract get outputs(): number

  /** Options that set the layer apart from others of its type, in a few words for its summary. @internal */
  get words(): string {
    return ''
  }

  /** The layers within this one. @internal */
  get inner(): readonly Layer[] {
    return []
  }

  /** How many rows come out of `rows`, as text such as `T`. @internal */
  rowsLeft(rows: string): string {
    return this.pools ? '1' : rows
  }

  /**
   * The layer as text: what goes in and out, how many parameters it has, and their names and shapes.
   *
   * @throws RangeError for a width below 40
   */
  summary(options: SummaryOptions = {}): string {
    return layerSummary(this.constructor.name, this, this.dtype, summaryWidth('Layer.summary', options))
  }

  /** {@link Layer.summary}; consoles print the layer by it. */
  override toString(options: SummaryOptions = {}): string {
    return this.summary(options)
  }

  /** Whether the layer leaves one row for each sequence. */
  get pools(): boolean {
    return false
  }

  /** Whether the layer maps every row by itself, so that it commutes with the choice of a row. @internal */
  get rowwise(): boolean {
    return false
  }

  /** Whether the end of a sequence is no row of the output, but what the layer gives where asked for final states. @internal */
  get hasFinalStates(): boolean {
    return false
  }

  /** Time steps of the output for a sequence of `steps`. */
  outputLength(steps: number): number {
    return this.pools ? 1 : steps
  }

  /** Whether a pass in training depends on random draws. @internal */
  get draws(): boolean {
    return false
  }

  /** The options that make this layer again, as JSON. */
  abstract options(): { [key: string]: Json }

  /** The layer's parameters in storage order. @internal */
  parameterSpecs(): ParameterSpec[] {
    return []
  }

  /**
   * The parameters as those of a part of another layer: their names prefixed, their values from the layer's own seed
   * where it has one. @internal
   */
  specsWithin(prefix: string): ParameterSpec[] {
    const { seed } = this
    return this.parameterSpecs().map(({ name, initialise, ...spec }) => ({
      ...spec,
      name: `${prefix}${name}`,
      initialise: (out, random, layerRandom) =>
        seed === undefined
          ? initialise(out, random, layerRandom.substream(prefix))
          : initialise(out, new Random(seed).substream(name), new Random(seed)),
    }))
  }

  /** Maps a packed batch; the result lives in the layer's buffers until its next call. @internal */
  abstract forwardBatch(x: Activations, context: PassContext): Activations

  /**
   * Adds the parameter gradients of the last `forwardBatch` and returns the gradient by its input (null unless wanted).
   * `direct` is a gradient that does not come through the output: of a softmax by its logits, of attention by the logarithms
   * of its weights. @internal
   */
  abstract backwardBatch(dy: FloatArray, wantInput: boolean, direct?: FloatArray): FloatArray | null

  /**
   * The tangent of the last `forwardBatch`'s output, given those of its input and of the parameters (laid out as they
   * are); null stands for zero. @internal
   */
  tangentBatch(_xDot: FloatArray | null, _wDot: FloatArray): FloatArray | null {
    throw new StateError(`${this.type}: has no forward-mode derivative, which Gauss-Newton products need`)
  }

  /**
   * As `backwardBatch`, but for the tangents of its results, after it and `tangentBatch`, with `dyDot` the tangent of
   * the gradient by the output. Only where {@link Layer.hasHessian}. @internal
   */
  backwardTangentBatch(
    _dyDot: FloatArray,
    _wDot: FloatArray,
    _wantInput: boolean,
    _directDot?: FloatArray,
  ): FloatArray | null {
    throw new StateError(`${this.type}: has no exact Hessian products`)
  }

  /** Whether the layer can differentiate its backward pass. @internal */
  get hasHessian(): boolean {
    return false
  }

  /** Numbers in the layer's part of the flat vector. @internal */
  get parameterCount(): number {
    return this.parameterSet.values.length
  }

  /**
   * A fresh state for some sequences, in packed order; null where a layer needs none. Sequences that have ended drop off
   * the end: a pass may have fewer than its state. @internal
   */
  createState(_sequences = 1): LayerState | null {
    return null
  }

  /** How open the gates stood in the last pass, by name; none where a layer has no gates. @internal */
  gateStatistics(): Record<string, GateStatistics> {
    return {}
  }

  /** Columns of the input. */
  get inputs(): number {
    if (this.connected === undefined) {
      throw new StateError(`${this.type}: "inputs" is not known; give it as an option or put the layer in a Sequential`)
    }
    return this.connected
  }

  /** Columns of the input where they are known. @internal */
  get knownInputs(): number | undefined {
    return this.connected
  }

  /** Named views of the parameters; writing to one changes the layer. */
  get params(): Readonly<Record<string, FloatNdArray>> {
    return this.parameterSet.views
  }

  /** The layer's output for one sequence [T, inputs], a copy. */
  forward(sequence: MatrixLike): FloatNdArray {
    return matrixView(this.run(`${this.constructor.name}.forward`, sequence, null))
  }

  /** One pass of a sequence through the layer, a copy; a state goes on. @internal */
  protected run(where: string, sequence: MatrixLike, state: LayerState | null): Matrix {
    const { data, rows, cols } = toSequence(where, 'sequence', sequence, this.inputs, this.dtype)
    this.ensureParameters()
    return unpack(this.forwardBatch({ data, cols, plan: planBatch([rows]) }, { ...inference, state }))[0]
  }

  /** Takes the number of inputs from the layer below. @internal */
  connect(inputs: number, where: string): void {
    if (this.connected !== undefined && this.connected !== inputs) {
      throw new RangeError(`${where}: ${this.type} expects ${this.connected} inputs, the layer below gives ${inputs}`)
    }
    this.connected = inputs
  }

  /**
   * Moves the layer's numbers into a network's flat vector; a layer already in use brings its weights, another draws them, or
   * leaves zeros where there is no stream. @internal
   */
  attach(parameters: ParameterSet, dtype: Dtype, random: Random | null): void {
    if (this.parameters !== undefined) parameters.data.set(this.parameters.data)
    else if (random !== null) this.initialise(parameters, random)
    this.share(parameters, dtype)
  }

  /** Works on these numbers from now on, as they are. @internal */
  share(parameters: ParameterSet, dtype: Dtype): void {
    this.parameters = parameters
    this.workspace = new Workspace(dtype)
    this.owned = true
    this.shared(parameters, dtype)
  }

  /** Called when the layer's numbers have found their place: a layer made of layers hands them on. */
  protected shared(_parameters: ParameterSet, _dtype: Dtype): void {}

  /** Throws unless the layer is free to become part of a network of this element type. @internal */
  checkFree(where: string, dtype: Dtype | undefined): void {
    if (this.owned) throw new StateError(`${where} (${this.type}) already belongs to a network; make a new layer`)
    if (this.ownDtype !== undefined && dtype !== undefined && this.ownDtype !== dtype) {
      throw new RangeError(`${where} (${this.type}) has dtype ${this.ownDtype}, the network ${dtype}`)
    }
  }

  /** Makes the layer part of another layer, which will share its numbers with it. @internal */
  claim(where: string): void {
    this.checkFree(where, undefined)
    if (this.parameters !== undefined) {
      throw new StateError(`${where} (${this.type}) has weights already, which would be lost; make a new layer`)
    }
    this.owned = true
  }

  protected get parameterSet(): ParameterSet {
    return this.parameters ?? this.ensureParameters()
  }

  /** The parameters, made now where there are none yet. */
  protected ensureParameters(): ParameterSet {
    return this.parameters ?? this.allocateParameters(new Random(0))
  }

  /** Makes the parameters, at zero where there is no stream of draws. @internal */
  allocateParameters(random: Random | null): ParameterSet {
    const parameters = ParameterSet.allocate(this.parameterSpecs(), this.dtype)
    if (random !== null) this.initialise(parameters, random)
    this.parameters = parameters
    this.shared(parameters, this.dtype)
    return parameters
  }

  /** A buffer of the layer that lasts until the same name is taken again. */
  protected buffer(name: string, length: number): FloatArray {
    this.workspace ??= new Workspace(this.dtype)
    return this.workspace.take(name, length)
  }

  /** Element type of the layer's numbers. */
  protected get dtype(): Dtype {
    return this.ownDtype ?? (isFloat64(this.parameters?.values) ? 'float64' : 'float32')
  }

  private initialise(parameters: ParameterSet, random: Random): void {
    const source = this.seed === undefined ? random : new Random(this.seed)
    this.parameterSpecs().forEach(({ name, initialise }, i) => {
      initialise(parameters.block(name, parameters.slots[i].size).data, source.substream(name), source)
    })
  }
}
