import { allocate, checkFinite, dtypeOf, matrixView, toVector } from '../core/array.ts'
import { checkInteger, checkNumber, checkOneOf, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import { limits } from '../core/limits.ts'
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
   * Output (and cell state) before the first time step: zero, or learned as the parameters `h0` (and `c0`), which start
   * at zero. Default `zero`.
   */
  initialState?: 'zero' | 'learned'
  /**
   * Share of the recurrent weights set to zero in training; the others are scaled by 1 / (1 - rate). The mask is drawn
   * anew for each batch and kept over its time steps. Default 0. Merity, Keskar & Socher (2018): the weight-dropped
   * LSTM.
   */
  recurrentDropout?: number
  /** Initialiser of the input weights. Default `glorotUniform`. */
  inputInitialiser?: InitialiserName
  /** Initialiser of the recurrent weights. Default `orthogonal`. */
  recurrentInitialiser?: InitialiserName
}

const ownOptions = ['units', 'initialState', 'recurrentDropout', 'inputInitialiser', 'recurrentInitialiser'] as const

/** Names of the options of every recurrent layer. */
export const recurrentOptions: readonly [...typeof ownOptions, ...typeof layerOptions] = [
  ...ownOptions,
  ...layerOptions,
]

/** The state of a recurrent layer between two time steps: the output `h` and, for an LSTM, the cell state `c`. */
export type RecurrentState = Record<string, FloatArray>

/** Options of a recurrent layer's own `forward`. */
export interface RecurrentForwardOptions {
  /** State before the first frame, each array [columns]. Default: the layer's initial state. */
  initialState?: Record<string, VectorLike>
}

/** The weights of a pass; a layer's own may have more. */
type Weights = Record<'wx' | 'wh' | 'b', FloatArray>

/** A recurrent layer; {@link Bidirectional} runs a copy of it backward in time. */
export abstract class Recurrent extends Layer {
  readonly units: number
  readonly initialState: 'zero' | 'learned'
  readonly recurrentDropout: number
  private readonly inputInitialiser: InitialiserName | undefined
  private readonly recurrentInitialiser: InitialiserName | undefined
  /** Factors of the recurrent weights in the last pass; null where all are 1. */
  private recurrentMask: FloatArray | null = null
  private made: { of: ParameterSet; weights: Weights } | undefined
  /** Whether the last pass began at the start of its sequences. */
  private fromStart = true

  constructor(where: string, options: RecurrentOptions) {
    super(where, options)
    this.units = checkInteger(where, 'units', options.units, { min: 1, limit: limits.units })
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

  /** This layer's values of the options of every recurrent layer, without those of every layer. @internal */
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

  /** This layer's values of the options of every layer. @internal */
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

  /** A vector `name` without weight decay that starts at `value`. @internal */
  protected biasSpec(name: string, value = 0, size: number = this.units): ParameterSpec {
    return { name, shape: [size], decay: false, initialise: constant(value) }
  }

  /** The learned state before the first step, last among a layer's parameters. @internal */
  protected initialSpecs(): ParameterSpec[] {
    if (this.initialState === 'zero') return []
    return Object.entries(this.stateWidths()).map(([name, width]) => this.biasSpec(`${name}0`, 0, width))
  }

  /** The state before the first step of each sequence. @internal */
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

  /** As `forward`, but also returns the state after the last frame, from which another call can continue. */
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
   * Arrays of a forward pass of any recurrent layer: input, outputs, and the output before the first step. Copy it
   * field by field: an object spread takes V8 longer than a step of a stream. @internal
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

  /** Copies the last row of each sequence in each of `arrays` to the state, for the next pass. @internal */
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

  /** Views of the layer's weights, created once for its current parameters. @internal */
  protected ownWeights<W extends Weights>(make: (vector: FloatArray) => W): W {
    const { parameterSet } = this
    if (this.made?.of !== parameterSet) this.made = { of: parameterSet, weights: make(parameterSet.values) }
    return this.made.weights as W
  }

  /** The weights of a pass; in training with dropout of the recurrent ones. @internal */
  protected passWeights<W extends Weights>(weights: W, { training, random }: PassContext): W {
    this.recurrentMask = null
    if (!training || random === null || this.recurrentDropout === 0) return weights
    const mask = this.buffer('recurrentMask', weights.wh.length)
    random.bernoulliInto(mask, 1 - this.recurrentDropout)
    for (let k = 0; k < mask.length; k++) mask[k] /= 1 - this.recurrentDropout
    this.recurrentMask = mask
    return { ...weights, wh: this.masked('droppedWh', weights.wh) }
  }

  /** wh with the mask of the last pass; serves its tangent too. */
  private masked(name: string, wh: FloatArray): FloatArray {
    const { recurrentMask: mask } = this
    if (mask === null) return wh
    const out = this.buffer(name, wh.length)
    for (let k = 0; k < wh.length; k++) out[k] = mask[k] * wh[k]
    return out
  }

  /** Arrays of a backward pass of any recurrent layer, given the gradients of its weights. @internal */
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

  /** Adds the gradients that the kernels do not: of masked weights and of the learned initial state. @internal */
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

  /** Arrays of a tangent pass of any recurrent layer, given the tangents of its weights. @internal */
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

/** Copies element by element: rows are short, and creating views of them takes longer. */
function copy(to: FloatArray, toOffset: number, from: FloatArray, fromOffset: number, n: number): void {
  for (let i = 0; i < n; i++) to[toOffset + i] = from[fromOffset + i]
}

function checkInitialiser(where: string, name: string, value: unknown): InitialiserName | undefined {
  return value === undefined ? undefined : checkOneOf(where, name, value, initialiserNames)
}
