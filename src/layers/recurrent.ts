import { allocate, checkFinite, dtypeOf, matrixView, toVector } from '../core/array.ts'
import { checkInteger, checkNumber, checkOneOf, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { FloatArray, FloatNdArray, Json, MatrixLike, VectorLike } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import type { PackedGradients, PackedPass, PackedTangents } from '../kernels/types.ts'
import { constant, type InitialiserName, initialiserNames, initialiserOf } from '../numerics/initialisers.ts'
import type { ParameterSet, ParameterSpec } from '../numerics/parameters.ts'
import { type Activations, type BatchPlan, lastRow, rowsOf } from './batch.ts'
import { Layer, type LayerOptions, type LayerState, layerOptions, type PassContext } from './layer.ts'

/** Options of every recurrent layer. */
export interface RecurrentOptions extends LayerOptions {
  /** Hidden units. */
  units: number
  /**
   * What output (and cell state) are before the first step: zero, or learned as the parameters `h0` (and `c0`), which
   * start at zero. Default `zero`.
   */
  initialState?: 'zero' | 'learned'
  /**
   * Share of the recurrent weights set to zero in training, others in each batch, the same at all its steps; the rest
   * grows by 1 / (1 - rate). Default 0. Merity, Keskar & Socher (2018): the weight-dropped LSTM.
   */
  recurrentDropout?: number
  /** How input weights start. Default `glorotUniform`. */
  inputInitialiser?: InitialiserName
  /** How recurrent weights start. Default `orthogonal`. */
  recurrentInitialiser?: InitialiserName
}

const ownOptions = ['units', 'initialState', 'recurrentDropout', 'inputInitialiser', 'recurrentInitialiser'] as const

/** Names of the options of every recurrent layer. */
export const recurrentOptions: readonly [...typeof ownOptions, ...typeof layerOptions] = [
  ...ownOptions,
  ...layerOptions,
]

/** The memory of a recurrent layer between two steps of a sequence: output `h`, and of an LSTM the cell state `c`. */
export type RecurrentState = Record<string, FloatArray>

/** Options of a recurrent layer's own `forward`. */
export interface RecurrentForwardOptions {
  /** What the sequence goes on from, each [columns]. Default: the layer's initial state. */
  initialState?: Record<string, VectorLike>
}

/** The weights of a pass; a layer's own may have more. */
type Weights = Record<'wx' | 'wh' | 'b', FloatArray>

/** A layer that goes along the sequence, so that it can also go the other way. */
export abstract class Recurrent extends Layer {
  readonly units: number
  readonly initialState: 'zero' | 'learned'
  readonly recurrentDropout: number
  private readonly inputInitialiser: InitialiserName | undefined
  private readonly recurrentInitialiser: InitialiserName | undefined
  /** Of the last pass: what the recurrent weights were multiplied by; null for one. */
  private recurrentMask: FloatArray | null = null
  private made: { of: ParameterSet; weights: Weights } | undefined
  /** Whether the last pass began where sequences begin. */
  private fromStart = true

  constructor(where: string, options: RecurrentOptions) {
    super(where, options)
    this.units = checkInteger(where, 'units', options.units, { min: 1 })
    this.initialState = checkOneOf(where, 'initialState', options.initialState ?? 'zero', ['zero', 'learned'])
    this.recurrentDropout = checkNumber(where, 'recurrentDropout', options.recurrentDropout ?? 0, { min: 0, below: 1 })
    this.inputInitialiser = checkInitialiser(where, 'inputInitialiser', options.inputInitialiser)
    this.recurrentInitialiser = checkInitialiser(where, 'recurrentInitialiser', options.recurrentInitialiser)
  }

  /** A new layer with the same options and weights of its own. @internal */
  abstract copy(): Recurrent

  get outputs(): number {
    return this.units
  }

  /** @internal */
  override get draws(): boolean {
    return this.recurrentDropout > 0
  }

  /** Columns of each part of the state, by name. @internal */
  protected stateWidths(): Record<string, number> {
    return { h: this.outputs }
  }

  /** The options of every recurrent layer, as this one has them, but for those of a standalone layer. @internal */
  protected commonOptions(): { [key: string]: Json } {
    const { units, initialState, recurrentDropout, inputInitialiser, recurrentInitialiser } = this
    return {
      units,
      ...(initialState === 'learned' && { initialState }),
      ...(recurrentDropout > 0 && { recurrentDropout }),
      ...(inputInitialiser && { inputInitialiser }),
      ...(recurrentInitialiser && { recurrentInitialiser }),
    }
  }

  /** The options of every layer, as this one has them. @internal */
  copiedOptions(): LayerOptions {
    return { inputs: this.knownInputs, dtype: this.ownDtype, seed: this.seed }
  }

  /** Input weights `name` [H, D], one of the blocks of a layer. @internal */
  protected inputSpec(name: string): ParameterSpec {
    const { inputs: D, units: H } = this
    const initialise = initialiserOf(this.inputInitialiser ?? 'glorotUniform', [H, D], D, H)
    return { name, shape: [H, D], decay: true, initialise }
  }

  /** Recurrent weights `name` [H, P], one of the blocks of a layer. @internal */
  protected recurrentSpec(name: string): ParameterSpec {
    const { units: H, outputs: P } = this
    const initialise = initialiserOf(this.recurrentInitialiser ?? 'orthogonal', [H, P], P, H)
    return { name, shape: [H, P], decay: true, initialise }
  }

  /** A vector `name` without decay that starts at `value`. @internal */
  protected biasSpec(name: string, value = 0, size: number = this.units): ParameterSpec {
    return { name, shape: [size], decay: false, initialise: constant(value) }
  }

  /** The learned state before the first step, last among a layer's parameters. @internal */
  protected initialSpecs(): ParameterSpec[] {
    if (this.initialState === 'zero') return []
    return Object.entries(this.stateWidths()).map(([name, width]) => this.biasSpec(`${name}0`, 0, width))
  }

  /** No step yet, in each of some sequences. @internal */
  override createState(sequences = 1): LayerState {
    const dtype = dtypeOf(this.parameterSet.values)
    const arrays = Object.entries(this.stateWidths()).map(([name, width]) => [name, allocate(sequences * width, dtype)])
    return { ...Object.fromEntries(arrays), begun: new Float64Array(1) }
  }

  /**
   * The outputs for one sequence [T, inputs], a copy: [T, outputs].
   *
   * @throws RangeError for an `initialState` that is not of the layer's sizes
   */
  override forward(sequence: MatrixLike, options: RecurrentForwardOptions = {}): FloatNdArray {
    return this.forwardWithState(sequence, options).output
  }

  /** As `forward`, with the state after the last frame, from which another call can go on. */
  forwardWithState(
    sequence: MatrixLike,
    options: RecurrentForwardOptions = {},
  ): { output: FloatNdArray; state: RecurrentState } {
    const where = `${this.constructor.name}.forward`
    checkOptions(where, options, ['initialState'])
    this.ensureParameters()
    const state = this.takeState(where, options.initialState)
    const output = matrixView(this.run(where, sequence, state))
    const { begun: _, ...kept } = state
    return { output, state: kept }
  }

  private takeState(where: string, given: RecurrentForwardOptions['initialState']): LayerState {
    const state = this.createState()
    if (given === undefined) return state
    const widths = this.stateWidths()
    if (typeof given !== 'object' || given === null) {
      throw new TypeError(expectation(where, 'initialState', `{ ${Object.keys(widths).join(', ')} }`, given))
    }
    checkOptions(`${where} initialState`, given, Object.keys(widths))
    for (const [name, width] of Object.entries(widths)) {
      const vector = toVector(where, `initialState.${name}`, given[name], this.dtype)
      if (vector.length !== width) {
        throw new RangeError(`${where}: "initialState.${name}" expected shape [${width}], got [${vector.length}]`)
      }
      checkFinite(where, `initialState.${name}`, vector)
      state[name].set(vector)
    }
    state.begun[0] = 1
    return state
  }

  /**
   * What the pass of any recurrent layer works on: input, outputs, and the output before the first step. To be taken field by
   * field: to spread it into another object costs V8 more than a step of a stream. @internal
   */
  protected packedPass(x: Activations, { training, truncation, state }: PassContext): PackedPass {
    const { outputs: P, inputs, units, parameterSet } = this
    this.fromStart = state === null || state.begun[0] === 0
    return {
      inputs,
      units,
      offsets: x.plan.offsets,
      truncation,
      x: x.data,
      h0: this.before('h', x.plan, state),
      h: this.buffer('h', rowsOf(x.plan) * P),
      source: training || state === null ? undefined : { owner: parameterSet, version: parameterSet.version },
    }
  }

  /** The state `name` [B, width] before the first step of a pass. @internal */
  protected before(name: string, { lengths }: BatchPlan, state: LayerState | null): FloatArray {
    const width = this.stateWidths()[name]
    const rows = this.buffer(`${name}0`, lengths.length * width)
    if (state !== null && !this.fromStart) copy(rows, 0, state[name], 0, rows.length)
    else if (this.initialState === 'zero') rows.fill(0)
    else {
      const { parameterSet } = this
      const start = parameterSet.part(parameterSet.values, `${name}0`, width)
      kernels.fillRows(rows, 0, start, 0, lengths.length, width)
    }
    return rows
  }

  /** The last row of each sequence of a pass, for each of `arrays`, as the state that the next pass goes on from. @internal */
  protected keepLast(state: LayerState | null, arrays: LayerState, plan: BatchPlan): void {
    if (state === null) return
    state.begun[0] = 1
    for (const name in arrays) {
      const width = this.stateWidths()[name]
      for (let b = 0; b < plan.lengths.length; b++) {
        copy(state[name], b * width, arrays[name], lastRow(plan, b) * width, width)
      }
    }
  }

  /** The layer's weights, made once for the parameters that it has. @internal */
  protected ownWeights<W extends Weights>(make: (vector: FloatArray) => W): W {
    const { parameterSet } = this
    if (this.made?.of !== parameterSet) this.made = { of: parameterSet, weights: make(parameterSet.values) }
    return this.made.weights as W
  }

  /** The weights of a pass, in training with some recurrent ones dropped. @internal */
  protected passWeights<W extends Weights>(weights: W, { training, random }: PassContext): W {
    this.recurrentMask = null
    if (!training || random === null || this.recurrentDropout === 0) return weights
    const mask = this.buffer('recurrentMask', weights.wh.length)
    random.bernoulliInto(mask, 1 - this.recurrentDropout)
    for (let k = 0; k < mask.length; k++) mask[k] /= 1 - this.recurrentDropout
    this.recurrentMask = mask
    return { ...weights, wh: this.masked('droppedWh', weights.wh) }
  }

  /** wh as the last pass saw it; its tangent is masked alike. */
  private masked(name: string, wh: FloatArray): FloatArray {
    const { recurrentMask: mask } = this
    if (mask === null) return wh
    const out = this.buffer(name, wh.length)
    for (let k = 0; k < wh.length; k++) out[k] = mask[k] * wh[k]
    return out
  }

  /** What the backward pass of any recurrent layer works on, given the gradients of its weights. @internal */
  protected gradientsOf(pass: PackedPass, dy: FloatArray, { wx, wh, b }: Weights, wantInput: boolean): PackedGradients {
    return {
      dh: dy,
      previous: this.buffer('previous', pass.h.length),
      dhCarry: this.buffer('dhCarry', pass.h0.length),
      dx: wantInput ? this.buffer('dx', pass.x.length) : null,
      dwx: wx,
      dwh: this.recurrentMask === null ? wh : this.buffer('dwh', wh.length).fill(0),
      db: b,
    }
  }

  /** Adds what the backward pass left aside: gradients of dropped weights and of the learned initial state. @internal */
  protected finishGradients({ dwh }: PackedGradients, wh: FloatArray, carries: LayerState): void {
    const { recurrentMask: mask } = this
    if (mask !== null) for (let k = 0; k < wh.length; k++) wh[k] += mask[k] * dwh[k]
    if (this.initialState === 'zero' || !this.fromStart) return
    for (const [name, carry] of Object.entries(carries)) {
      const width = this.stateWidths()[name]
      const out = this.parameterSet.part(this.parameterSet.gradient, `${name}0`, width)
      kernels.addColumnSums(out, 0, carry, 0, carry.length / width, width)
    }
  }

  /** What the tangents of any recurrent layer are computed from, given those of its weights. @internal */
  protected tangentsOf(
    pass: PackedPass,
    xDot: FloatArray | null,
    { wx, wh, b }: Weights,
    wDot: FloatArray,
  ): PackedTangents {
    return {
      xDot,
      wxDot: wx,
      whDot: this.masked('droppedWhDot', wh),
      bDot: b,
      h0Dot: this.beforeDot('h', pass.h0, wDot),
      previous: this.buffer('previous', pass.h.length),
      hDot: this.buffer('hDot', pass.h.length),
    }
  }

  /** The tangent of the state `name` before the first step, given that of all parameters. @internal */
  protected beforeDot(name: string, { length }: FloatArray, wDot: FloatArray): FloatArray {
    const rows = this.buffer(`${name}0Dot`, length).fill(0)
    if (this.initialState === 'zero' || !this.fromStart) return rows
    const width = this.stateWidths()[name]
    kernels.fillRows(rows, 0, this.parameterSet.part(wDot, `${name}0`, width), 0, length / width, width)
    return rows
  }
}

/** Element by element: rows are short, and views of them take longer. */
function copy(to: FloatArray, toOffset: number, from: FloatArray, fromOffset: number, n: number): void {
  for (let i = 0; i < n; i++) to[toOffset + i] = from[fromOffset + i]
}

function checkInitialiser(where: string, name: string, value: unknown): InitialiserName | undefined {
  return value === undefined ? undefined : checkOneOf(where, name, value, initialiserNames)
}
