import { checkDtype, type Matrix, matrixView } from '../core/array.ts'
import { checkInteger, checkObject } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { limits } from '../core/limits.ts'
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
  /** Columns of the input. Default: the output columns of the layer below. */
  inputs?: number
  /** Seed of the starting weights. Default in a `Sequential`: a stream of the network's seed. */
  seed?: Seed
  /**
   * Element type; in a `Sequential` it must be the network's. Default: the network's, or `float32` for a single layer.
   */
  dtype?: Dtype
}

/** Names of the options of every layer. */
export const layerOptions = ['inputs', 'seed', 'dtype'] as const

/**
 * A layer's memory between two calls. The first dimension of every array is that of the sequences in packed order; the
 * rest is up to the layer. A pass writes to the arrays in place.
 */
export type LayerState = Record<string, FloatArray>

/** The states of a stack of layers. */
export type LayerStates = readonly (LayerState | null)[]

/** Settings of a pass through a layer. */
export interface PassContext {
  training: boolean
  /** Steps after which truncated BPTT cuts the gradient; 0 for full BPTT. */
  truncation: number
  /** The layer's random stream in training; null in inference. */
  random: Random | null
  /**
   * The layer's state where sequences come in chunks; null where they are whole. Continued sequences have had equally
   * many frames. Sequences that have ended leave the end of the plan; their rows of the state remain unused.
   */
  state: LayerState | null
  /** Whether a bidirectional layer returns one row per sequence, the final output of each direction. Default false. */
  finalStates?: boolean
}

/** ln of the weight of each packed row of the last batch in a pooling layer's mean. */
export interface LogWeights {
  plan: BatchPlan
  logWeights: Float64Array
}

const inference: PassContext = { training: false, truncation: 0, random: null, state: null }

/** Joins the gate statistics of several layers in one record, with prefixed names. */
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
  /** The element type that the options ask for. @internal */
  readonly ownDtype: Dtype | undefined
  private connected: number | undefined
  private parameters: ParameterSet | undefined
  private workspace: Workspace | undefined
  private owned = false

  constructor(where: string, options: LayerOptions) {
    super()
    checkObject(where, 'options', options)
    if (options.inputs !== undefined)
      this.connected = checkInteger(where, 'inputs', options.inputs, { min: 1, limit: limits.units })
    if (options.dtype !== undefined) this.ownDtype = checkDtype(where, options.dtype)
    if (options.seed !== undefined) checkSeed(where, options.seed)
    this.seed = options.seed
  }

  /** Columns of the output. */
  abstract get outputs(): number

  /** The main options in a few words, for the summary. @internal */
  get words(): string {
    return ''
  }

  /** The layers within this one. @internal */
  get inner(): readonly Layer[] {
    return []
  }

  /** The number of output rows for `rows` input rows, as text such as `T`. @internal */
  rowsLeft(rows: string): string {
    return this.pools ? '1' : rows
  }

  /**
   * The layer as text: input and output columns, number of parameters, and their names and shapes.
   *
   * @throws RangeError for a width below 40
   */
  summary(options: SummaryOptions = {}): string {
    return layerSummary(this.constructor.name, this, this.dtype, summaryWidth('Layer.summary', options))
  }

  /** {@link Layer.summary}, which consoles print. */
  override toString(options: SummaryOptions = {}): string {
    return this.summary(options)
  }

  /** Whether the layer returns one row for each sequence. */
  get pools(): boolean {
    return false
  }

  /** Whether the layer maps every row by itself, so that it commutes with the choice of a row. @internal */
  get rowwise(): boolean {
    return false
  }

  /** Whether the layer can return final states, which are not a row of its usual output. @internal */
  get hasFinalStates(): boolean {
    return false
  }

  /** Rows of the output for a sequence of `steps` time steps. */
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
   * The parameters of this layer as a part of another layer: with prefixed names, and starting values from this layer's
   * own seed where it has one. @internal
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
   * `direct` is a gradient that bypasses the output: by the logits of a softmax, or by the logarithms of attention
   * weights.
   * @internal
   */
  abstract backwardBatch(dy: FloatArray, wantInput: boolean, direct?: FloatArray): FloatArray | null

  /**
   * The tangent of the last `forwardBatch`'s output, given the tangents of its input and of its parameters; null stands
   * for zero. @internal
   */
  tangentBatch(_xDot: FloatArray | null, _wDot: FloatArray): FloatArray | null {
    throw new StateError(`${this.type}: has no forward-mode derivative, which Gauss-Newton products need`)
  }

  /**
   * As `backwardBatch`, but for the tangents of its results, with `dyDot` the tangent of the gradient by the output.
   * Call `backwardBatch` and `tangentBatch` first. Only where {@link Layer.hasHessian}. @internal
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

  /** Number of the layer's parameters, its part of the flat vector. @internal */
  get parameterCount(): number {
    return this.parameterSet.values.length
  }

  /**
   * A fresh state for some sequences, in packed order; null where a layer needs none. A pass may have fewer sequences
   * than its state, since ended ones leave the end of the plan. @internal
   */
  createState(_sequences = 1): LayerState | null {
    return null
  }

  /** Statistics of the gate activations in the last pass, by gate; empty for a layer without gates. @internal */
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

  /** Columns of the input; undefined until known. @internal */
  get knownInputs(): number | undefined {
    return this.connected
  }

  /** Named views of the parameters; writing to one changes the layer. */
  get params(): Readonly<Record<string, FloatNdArray>> {
    return this.parameterSet.views
  }

  /** The layer's output [T', outputs] for one sequence [T, inputs], a copy. */
  forward(sequence: MatrixLike): FloatNdArray {
    return matrixView(this.run(`${this.constructor.name}.forward`, sequence, null))
  }

  /** Passes one sequence through the layer and copies the output; updates the state where given. @internal */
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
   * Moves the layer's parameters into a network's flat vector. A layer that has weights keeps them; another draws them,
   * or leaves zeros without a random stream. @internal
   */
  attach(parameters: ParameterSet, dtype: Dtype, random: Random | null): void {
    if (this.parameters !== undefined) parameters.forWriting().set(this.parameters.values)
    else if (random !== null) this.initialise(parameters, random)
    this.share(parameters, dtype)
  }

  /** Uses these parameters from now on, with the values they have. @internal */
  share(parameters: ParameterSet, dtype: Dtype): void {
    this.parameters = parameters
    this.workspace = new Workspace(dtype)
    this.owned = true
    this.shared(parameters, dtype)
  }

  /** Called with the layer's parameters; a layer made of layers passes them on. */
  protected shared(_parameters: ParameterSet, _dtype: Dtype): void {}

  /** Throws unless the layer is free to become part of a network of this element type. @internal */
  checkFree(where: string, dtype: Dtype | undefined): void {
    if (this.owned) throw new StateError(`${where} (${this.type}) already belongs to a network; make a new layer`)
    if (this.ownDtype !== undefined && dtype !== undefined && this.ownDtype !== dtype) {
      throw new RangeError(`${where} (${this.type}) has dtype ${this.ownDtype}, the network ${dtype}`)
    }
  }

  /** Makes the layer part of another layer, which will hold its parameters. @internal */
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

  /** The parameters, created at the first call. */
  protected ensureParameters(): ParameterSet {
    return this.parameters ?? this.allocateParameters(new Random(0))
  }

  /** Creates the parameters, at zero without a random stream. @internal */
  allocateParameters(random: Random | null): ParameterSet {
    const parameters = ParameterSet.allocate(this.parameterSpecs(), this.dtype)
    if (random !== null) this.initialise(parameters, random)
    this.parameters = parameters
    this.shared(parameters, this.dtype)
    return parameters
  }

  /** A buffer of the layer, valid until the same name is requested again. */
  protected buffer(name: string, length: number): FloatArray {
    this.workspace ??= new Workspace(this.dtype)
    return this.workspace.take(name, length)
  }

  /** Element type of the layer's parameters and results. */
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
