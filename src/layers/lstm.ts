/**
 * LSTM with peephole connections; equations and source in `kernels/lstm.ts`, with D inputs and H units:
 *
 *   Wxi Wxf Wxc Wxo [H, D]    Whi Whf Whc Who [H, H]    bi bf bc bo [H]    Wci Wcf Wco [H] (diagonal)
 *
 * Its variants, in `kernels/lstm-variant.ts`: coupled gates have no Wxf Whf bf Wcf; a projection to P columns has Wrm
 * [P, H], and Wh* [H, P]; other activations.
 */

import { checkBoolean, checkInteger, checkOneOf, checkOptions } from '../core/check.ts'
import { limits } from '../core/limits.ts'
import type { FloatArray, Json } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import type { LstmDerivatives, LstmVariantPass } from '../kernels/lstm-variant-pass.ts'
import type { LstmPass } from '../kernels/types.ts'
import { constant, glorotUniform } from '../numerics/initialisers.ts'
import type { ParameterSpec } from '../numerics/parameters.ts'
import { type Activations, rowsOf } from './batch.ts'
import { type GateStatistics, gateStatistics } from './gate-statistics.ts'
import type { PassContext } from './layer.ts'
import { type GateBiases, type GateBiasOptions, gateBiasNames, resolveGateBiases, startOfBias } from './lstm-biases.ts'
import { Recurrent, type RecurrentOptions, recurrentOptions } from './recurrent.ts'
import { type RecurrentActivation, recurrentActivations } from './rnn.ts'

/** Activation of the gates; `hardSigmoid` is min(max(x / 5 + 1/2, 0), 1). */
export type GateActivation = 'sigmoid' | 'hardSigmoid'

/** Options of {@link LSTM}. */
export interface LSTMOptions extends RecurrentOptions, GateBiasOptions {
  /** Whether the gates see the cell state. Default true. */
  peepholes?: boolean
  /** Whether f = 1 - i instead of a forget gate of its own. Default false. */
  coupled?: boolean
  /** Activation of the candidate and of the cell state. Default `tanh`; `relu` puts a rectifier inside the cell. */
  activation?: RecurrentActivation
  /** Activation of the gates. Default `sigmoid`. */
  gateActivation?: GateActivation
  /** Columns to which outputs are projected before they go to the layer above and back into the cell. Default: none. */
  projection?: number
}

/**
 * A layer of LSTM cells: [T, inputs] to [T, units], or [T, projection]. Input weights and projection start uniform by
 * Glorot & Bengio (2010), recurrent ones orthogonal, peepholes and biases at zero, except the biases of the gates.
 */
export class LSTM extends Recurrent {
  readonly type = 'lstm'
  readonly peepholes: boolean
  readonly coupled: boolean
  readonly activation: RecurrentActivation
  readonly gateActivation: GateActivation
  readonly projection: number | undefined
  private readonly gateBiases: GateBiases
  private pass: LstmPass | undefined

  constructor(options: LSTMOptions) {
    const own = ['peepholes', ...gateBiasNames, 'coupled', 'activation', 'gateActivation', 'projection'] as const
    checkOptions('LSTM', options, [...own, ...recurrentOptions])
    super('LSTM', options)
    this.peepholes = checkBoolean('LSTM', 'peepholes', options.peepholes ?? true)
    this.coupled = checkBoolean('LSTM', 'coupled', options.coupled ?? false)
    this.gateBiases = resolveGateBiases(options, this.coupled)
    this.activation = checkOneOf('LSTM', 'activation', options.activation ?? 'tanh', recurrentActivations)
    const gate = options.gateActivation ?? 'sigmoid'
    this.gateActivation = checkOneOf<GateActivation>('LSTM', 'gateActivation', gate, ['sigmoid', 'hardSigmoid'])
    if (options.projection !== undefined) {
      this.projection = checkInteger('LSTM', 'projection', options.projection, { min: 1, limit: limits.units })
    }
  }

  override get outputs(): number {
    return this.projection ?? this.units
  }

  /** Whether the kernels of the standard cell can be used. */
  private get standard(): boolean {
    const { coupled, activation, gateActivation, projection } = this
    return !coupled && activation === 'tanh' && gateActivation === 'sigmoid' && projection === undefined
  }

  /** The blocks of gates and candidate, in storage order. */
  private get blocks(): readonly string[] {
    return this.coupled ? ['i', 'c', 'o'] : ['i', 'f', 'c', 'o']
  }

  options(): { [key: string]: Json } {
    return { inputs: this.inputs, ...this.optionsBesideInputs() }
  }

  copy(): LSTM {
    return new LSTM({ ...this.optionsBesideInputs(), ...this.copiedOptions() } as LSTMOptions)
  }

  private optionsBesideInputs(): { [key: string]: Json } {
    const { peepholes, gateBiases, coupled, activation, gateActivation, projection } = this
    return {
      ...this.commonOptions(),
      peepholes,
      ...gateBiases,
      ...(coupled && { coupled }),
      ...(activation !== 'tanh' && { activation }),
      ...(gateActivation !== 'sigmoid' && { gateActivation }),
      ...(projection !== undefined && { projection }),
    }
  }

  /** @internal */
  protected override stateWidths(): Record<string, number> {
    return { h: this.outputs, c: this.units }
  }

  /** @internal */
  override parameterSpecs(): ParameterSpec[] {
    const { units: H, outputs: P, blocks, gateBiases, peepholes, projection } = this
    const seeing = peepholes ? blocks.filter((g) => g !== 'c') : []
    return [
      ...blocks.map((g) => this.inputSpec(`Wx${g}`)),
      ...blocks.map((g) => this.recurrentSpec(`Wh${g}`)),
      ...blocks.map((g) => ({ ...this.biasSpec(`b${g}`), initialise: startOfBias(g, gateBiases) })),
      ...seeing.map((g) => ({ name: `Wc${g}`, shape: [H], decay: true, initialise: constant(0) })),
      ...(projection === undefined
        ? []
        : [{ name: 'Wrm', shape: [P, H], decay: true, initialise: glorotUniform(H, P) }]),
      ...this.initialSpecs(),
    ]
  }

  forwardBatch(x: Activations, context: PassContext): Activations {
    const { units: H, outputs: P } = this
    const rows = rowsOf(x.plan)
    const own = this.ownWeights((vector) => this.weights(vector))
    const { wx, wh, b, peepholes } = this.passWeights(own, context)
    const { inputs, offsets, truncation, h0, h, source } = this.packedPass(x, context)
    const pass: LstmPass = {
      inputs,
      units: H,
      offsets,
      truncation,
      x: x.data,
      h0,
      h,
      source,
      wx,
      wh,
      b,
      peepholes,
      c0: this.before('c', x.plan, context.state),
      gates: this.buffer('gates', rows * this.blocks.length * H),
      cells: this.buffer('cells', rows * H),
      squashed: this.buffer('squashed', rows * H),
    }
    if (this.standard) kernels.lstmForward(pass)
    else
      kernels.lstmVariantForward(this.variant(pass), {
        gate: kernels[this.gateActivation],
        cell: kernels[this.activation],
      })
    this.keepLast(context.state, { h: pass.h, c: pass.cells }, x.plan)
    this.pass = pass
    return { data: pass.h, cols: P, plan: x.plan }
  }

  backwardBatch(dy: FloatArray, wantInput: boolean): FloatArray | null {
    const pass = this.pass as LstmPass
    const { peepholes: dPeepholes, ...weights } = this.weights(this.parameterSet.gradient)
    const gradients = {
      ...this.gradientsOf(pass, dy, weights, wantInput),
      dGates: this.buffer('dGates', pass.gates.length),
      dcCarry: this.buffer('dcCarry', pass.c0.length),
      dPeepholes,
    }
    if (this.standard) kernels.lstmBackward(pass, gradients)
    else {
      const dOut = this.buffer('dOut', pass.h.length)
      const more = {
        dOut,
        dMixed: this.projection === undefined ? dOut : this.buffer('dMixed', pass.cells.length),
        dSquashed: this.buffer('dSquashed', this.units),
        dProjection: this.projectionIn(this.parameterSet.gradient),
      }
      kernels.lstmVariantBackward(this.variant(pass), { ...gradients, ...more }, this.derivatives)
    }
    this.finishGradients(gradients, weights.wh, { h: gradients.dhCarry, c: gradients.dcCarry })
    return gradients.dx
  }

  /** @internal */
  override tangentBatch(xDot: FloatArray | null, wDot: FloatArray): FloatArray {
    const pass = this.pass as LstmPass
    const { peepholes: peepholesDot, ...weights } = this.weights(wDot)
    const tangents = {
      ...this.tangentsOf(pass, xDot, weights, wDot),
      peepholesDot,
      gatesDot: this.buffer('gatesDot', pass.gates.length),
      cellsDot: this.buffer('cellsDot', pass.cells.length),
      c0Dot: this.beforeDot('c', pass.c0, wDot),
    }
    if (this.standard) kernels.lstmTangent(pass, tangents)
    else {
      const mixedDot = this.projection === undefined ? tangents.hDot : this.buffer('mixedDot', pass.cells.length)
      const more = { mixedDot, projectionDot: this.projectionIn(wDot) }
      kernels.lstmVariantTangent(this.variant(pass), { ...tangents, ...more }, this.derivatives)
    }
    return tangents.hDot
  }

  /** @internal */
  override gateStatistics(): Record<string, GateStatistics> {
    const { gates, offsets } = this.pass as LstmPass
    const { units: H, blocks } = this
    const rows = offsets[offsets.length - 1]
    const named = blocks.map((g, k) => [g, gateStatistics(gates, rows, blocks.length * H, k * H, H)] as const)
    return Object.fromEntries(named.filter(([g]) => g !== 'c'))
  }

  private get derivatives(): LstmDerivatives {
    return { gate: kernels[`${this.gateActivation}Backward`], cell: kernels[`${this.activation}Backward`] }
  }

  private variant(pass: LstmPass): LstmVariantPass {
    const { outputs, coupled } = this
    const projection = this.projectionIn(this.parameterSet.values)
    const mixed = projection === null ? pass.h : this.buffer('mixed', pass.cells.length)
    return { ...pass, outputs, coupled, projection, mixed }
  }

  private projectionIn(vector: FloatArray): FloatArray | null {
    return this.projection === undefined ? null : this.parameterSet.part(vector, 'Wrm', this.projection * this.units)
  }

  /** Views of all gates' blocks in a vector laid out as the parameters. */
  private weights(vector: FloatArray): Pick<LstmPass, 'wx' | 'wh' | 'b' | 'peepholes'> {
    const { units: H, inputs: D, outputs: P } = this
    const G = this.blocks.length
    const part = (name: string, length: number): FloatArray => this.parameterSet.part(vector, name, length)
    return {
      wx: part('Wxi', G * H * D),
      wh: part('Whi', G * H * P),
      b: part('bi', G * H),
      peepholes: this.peepholes ? part('Wci', (G - 1) * H) : null,
    }
  }
}
