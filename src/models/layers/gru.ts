/**
 * Gated recurrent unit; equations and source in `kernels/gru.ts`, with D inputs and H units:
 *
 *   Wxr Wxz Wxn [H, D]    Whr Whz Whn [H, H]    br bz bn [H]    bhn [H], where the reset gate comes after the product
 */
import { checkBoolean, checkInteger, checkOptions } from '../../core/check.ts'
import type { FloatArray, Json } from '../../core/types.ts'
import { kernels } from '../../kernels/index.ts'
import type { GruPass } from '../../kernels/types.ts'
import { constant, glorotUniform, orthogonal } from '../../numerics/initialisers.ts'
import type { ParameterSpec } from '../../numerics/parameters.ts'
import { type Activations, rowsOf } from '../batch.ts'
import { type LayerOptions, layerOptions, type PassContext } from './layer.ts'
import { Recurrent } from './recurrent.ts'

/** Options of {@link GRU}. */
export interface GRUOptions extends LayerOptions {
  /** Hidden units, and columns of the output. */
  units: number
  /**
   * Whether the reset gate comes after the recurrent product, r (Whn h + bhn), as in PyTorch, cuDNN and ONNX with
   * linear_before_reset = 1, or before it, Whn (r h), as in Cho et al. (2014). Default true.
   */
  resetAfter?: boolean
}

const gates = ['r', 'z', 'n'] as const

/**
 * A layer of gated recurrent units: [T, inputs] to [T, units]. The state before the first step is zero. Input weights start
 * uniform by Glorot & Bengio (2010), recurrent ones orthogonal, biases at zero.
 */
export class GRU extends Recurrent {
  readonly type = 'gru'
  readonly units: number
  readonly resetAfter: boolean
  private pass: GruPass | undefined

  constructor(options: GRUOptions) {
    checkOptions('GRU', options, ['units', 'resetAfter', ...layerOptions])
    super('GRU', options)
    this.units = checkInteger('GRU', 'units', options.units, { min: 1 })
    this.resetAfter = checkBoolean('GRU', 'resetAfter', options.resetAfter ?? true)
  }

  get outputs(): number {
    return this.units
  }

  options(): { [key: string]: Json } {
    return { inputs: this.inputs, units: this.units, resetAfter: this.resetAfter }
  }

  copy(): GRU {
    return new GRU({ units: this.units, resetAfter: this.resetAfter, ...this.copiedOptions() })
  }

  override parameterSpecs(): ParameterSpec[] {
    const { inputs: D, units: H } = this
    const input = glorotUniform(D, H)
    const recurrent = orthogonal(H)
    const biases = [...gates.map((g) => `b${g}`), ...(this.resetAfter ? ['bhn'] : [])]
    return [
      ...gates.map((g) => ({ name: `Wx${g}`, shape: [H, D], decay: true, initialise: input })),
      ...gates.map((g) => ({ name: `Wh${g}`, shape: [H, H], decay: true, initialise: recurrent })),
      ...biases.map((name) => ({ name, shape: [H], decay: false, initialise: constant(0) })),
    ]
  }

  forwardBatch(x: Activations, context: PassContext): Activations {
    const { units: H } = this
    const rows = rowsOf(x.plan)
    const pass: GruPass = {
      ...this.packedPass(x, context),
      ...this.weights(this.parameterSet.data),
      gates: this.buffer('gates', rows * 3 * H),
      inner: this.buffer('inner', rows * H),
    }
    kernels.gruForward(pass)
    this.keepLast(context.state, { h: pass.h })
    this.pass = pass
    return { data: pass.h, cols: H, plan: x.plan }
  }

  backwardBatch(dy: FloatArray, wantInput: boolean): FloatArray | null {
    const pass = this.pass as GruPass
    const weights = this.weights(this.parameterSet.gradient)
    const gradients = {
      ...this.gradientsOf(pass, dy, weights, wantInput),
      dGates: this.buffer('dGates', pass.gates.length),
      dInner: this.buffer('dInner', pass.inner.length),
      dbhn: weights.bhn,
    }
    kernels.gruBackward(pass, gradients)
    return gradients.dx
  }

  override tangentBatch(xDot: FloatArray | null, wDot: FloatArray): FloatArray {
    const pass = this.pass as GruPass
    const weights = this.weights(wDot)
    const tangents = {
      ...this.tangentsOf(pass, xDot, weights),
      bhnDot: weights.bhn,
      gatesDot: this.buffer('gatesDot', pass.gates.length),
      innerDot: this.buffer('innerDot', pass.inner.length),
      h0Dot: this.buffer('h0Dot', pass.h0.length).fill(0),
    }
    kernels.gruTangent(pass, tangents)
    return tangents.hDot
  }

  /** The blocks of gates and candidate in a vector laid out as the parameters. */
  private weights(vector: FloatArray): Pick<GruPass, 'wx' | 'wh' | 'b' | 'bhn'> {
    const { units: H, inputs: D } = this
    const part = (name: string, length: number): FloatArray => this.parameterSet.part(vector, name, length)
    return {
      wx: part('Wxr', 3 * H * D),
      wh: part('Whr', 3 * H * H),
      b: part('br', 3 * H),
      bhn: this.resetAfter ? part('bhn', H) : null,
    }
  }
}
