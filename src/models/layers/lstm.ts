/**
 * LSTM with peephole connections; equations and source in `kernels/lstm.ts`, with D inputs and H units:
 *
 *   Wxi Wxf Wxc Wxo [H, D]    Whi Whf Whc Who [H, H]    bi bf bc bo [H]    Wci Wcf Wco [H] (diagonal)
 */
import { checkBoolean, checkInteger, checkNumber, checkOptions } from '../../core/check.ts'
import type { FloatArray, Json } from '../../core/types.ts'
import { kernels } from '../../kernels/index.ts'
import type { LstmPass } from '../../kernels/types.ts'
import { chronoBias, constant, glorotUniform, orthogonal } from '../../numerics/initialisers.ts'
import type { ParameterSpec } from '../../numerics/parameters.ts'
import { type Activations, rowsOf } from '../batch.ts'
import { type LayerOptions, type LayerState, layerOptions, type PassContext } from './layer.ts'
import { Recurrent } from './recurrent.ts'

/** Options of {@link LSTM}. */
export interface LSTMOptions extends LayerOptions {
  /** Cells, and columns of the output. */
  units: number
  /** Whether the gates see the cell state. Default true. */
  peepholes?: boolean
  /** Starting bias of the forget gates. Default 1 (Gers, Schmidhuber & Cummins 2000). */
  forgetBias?: number
  /** Starting bias of the input gates. Default 0. */
  inputBias?: number
  /**
   * Longest lag T >= 3 to be learned, in steps. The forget gates' biases then start at ln U(1, T - 1) and the input gates' at their
   * negatives, in place of `forgetBias` and `inputBias` (Tallec & Ollivier 2018).
   */
  chrono?: number
}

const gates = ['i', 'f', 'c', 'o'] as const
const gateBiasNames = ['forgetBias', 'inputBias', 'chrono'] as const
type GateBiases = { forgetBias: number; inputBias: number } | { chrono: number }

function resolveGateBiases({ forgetBias, inputBias, chrono }: LSTMOptions): GateBiases {
  if (chrono === undefined) {
    return {
      forgetBias: checkNumber('LSTM', 'forgetBias', forgetBias ?? 1),
      inputBias: checkNumber('LSTM', 'inputBias', inputBias ?? 0),
    }
  }
  const other = forgetBias !== undefined ? 'forgetBias' : 'inputBias'
  if (forgetBias !== undefined || inputBias !== undefined) {
    throw new RangeError(
      `LSTM: "${other}" does not go with "chrono", which sets that bias itself; leave one of them out`,
    )
  }
  return { chrono: checkNumber('LSTM', 'chrono', chrono, { min: 3 }) }
}

function startOfBias(gate: (typeof gates)[number], biases: GateBiases): ParameterSpec['initialise'] {
  if (gate === 'c' || gate === 'o') return constant(0)
  if ('chrono' in biases) return chronoBias(biases.chrono, gate === 'f' ? 1 : -1)
  return constant(gate === 'f' ? biases.forgetBias : biases.inputBias)
}

/**
 * A layer of LSTM cells: [T, inputs] to [T, units]. The state before the first step is zero. Input weights start uniform by
 * Glorot & Bengio (2010), recurrent ones orthogonal, peepholes and biases at zero but for those that `forgetBias`, `inputBias` or `chrono` set.
 */
export class LSTM extends Recurrent {
  readonly type = 'lstm'
  readonly units: number
  readonly peepholes: boolean
  private readonly gateBiases: GateBiases
  private pass: LstmPass | undefined

  constructor(options: LSTMOptions) {
    checkOptions('LSTM', options, ['units', 'peepholes', ...gateBiasNames, ...layerOptions])
    super('LSTM', options)
    this.units = checkInteger('LSTM', 'units', options.units, { min: 1 })
    this.peepholes = checkBoolean('LSTM', 'peepholes', options.peepholes ?? true)
    this.gateBiases = resolveGateBiases(options)
  }

  get outputs(): number {
    return this.units
  }

  options(): { [key: string]: Json } {
    return { inputs: this.inputs, units: this.units, peepholes: this.peepholes, ...this.gateBiases }
  }

  copy(): LSTM {
    const { units, peepholes, gateBiases } = this
    return new LSTM({ units, peepholes, ...gateBiases, ...this.copiedOptions() })
  }

  override parameterSpecs(): ParameterSpec[] {
    const { inputs: D, units: H } = this
    const input = glorotUniform(D, H)
    const recurrent = orthogonal(H)
    const specs: ParameterSpec[] = [
      ...gates.map((g) => ({ name: `Wx${g}`, shape: [H, D], decay: true, initialise: input })),
      ...gates.map((g) => ({ name: `Wh${g}`, shape: [H, H], decay: true, initialise: recurrent })),
      ...gates.map((g) => ({
        name: `b${g}`,
        shape: [H],
        decay: false,
        initialise: startOfBias(g, this.gateBiases),
      })),
    ]
    if (!this.peepholes) return specs
    const peepholes = ['Wci', 'Wcf', 'Wco'].map((name) => ({
      name,
      shape: [H],
      decay: true,
      initialise: constant(0),
    }))
    return [...specs, ...peepholes]
  }

  override createState(): LayerState {
    return { ...super.createState(), c: this.parameterSet.data.slice(0, this.units).fill(0) }
  }

  forwardBatch(x: Activations, context: PassContext): Activations {
    const { units: H } = this
    const rows = rowsOf(x.plan)
    const pass: LstmPass = {
      ...this.packedPass(x, context),
      ...this.weights(this.parameterSet.data),
      c0: context.state?.c ?? this.buffer('c0', x.plan.lengths.length * H).fill(0),
      gates: this.buffer('gates', rows * 4 * H),
      cells: this.buffer('cells', rows * H),
      squashed: this.buffer('squashed', rows * H),
    }
    kernels.lstmForward(pass)
    this.keepLast(context.state, { h: pass.h, c: pass.cells })
    this.pass = pass
    return { data: pass.h, cols: H, plan: x.plan }
  }

  backwardBatch(dy: FloatArray, wantInput: boolean): FloatArray | null {
    const pass = this.pass as LstmPass
    const weights = this.weights(this.parameterSet.gradient)
    const gradients = {
      ...this.gradientsOf(pass, dy, weights, wantInput),
      dGates: this.buffer('dGates', pass.gates.length),
      dcCarry: this.buffer('dcCarry', pass.c0.length),
      dPeepholes: weights.peepholes,
    }
    kernels.lstmBackward(pass, gradients)
    return gradients.dx
  }

  override tangentBatch(xDot: FloatArray | null, wDot: FloatArray): FloatArray {
    const pass = this.pass as LstmPass
    const weights = this.weights(wDot)
    const tangents = {
      ...this.tangentsOf(pass, xDot, weights),
      peepholesDot: weights.peepholes,
      gatesDot: this.buffer('gatesDot', pass.gates.length),
      cellsDot: this.buffer('cellsDot', pass.cells.length),
      c0Dot: this.buffer('c0Dot', pass.c0.length).fill(0),
    }
    kernels.lstmTangent(pass, tangents)
    return tangents.hDot
  }

  /** The blocks of all gates in a vector laid out as the parameters. */
  private weights(vector: FloatArray): Pick<LstmPass, 'wx' | 'wh' | 'b' | 'peepholes'> {
    const { units: H, inputs: D } = this
    const part = (name: string, length: number): FloatArray => this.parameterSet.part(vector, name, length)
    return {
      wx: part('Wxi', 4 * H * D),
      wh: part('Whi', 4 * H * H),
      b: part('bi', 4 * H),
      peepholes: this.peepholes ? part('Wci', 3 * H) : null,
    }
  }
}
