/**
 * Gated recurrent unit; equations and source in `kernels/gru.ts`, with D inputs and H units:
 *
 *   Wxr Wxz Wxn [H, D]    Whr Whz Whn [H, H]    br bz bn [H]    bhn [H] only with `resetAfter`
 */
import { checkBoolean, checkOptions } from '../core/check.ts'
import type { FloatArray, Json } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import type { GruPass } from '../kernels/types.ts'
import type { ParameterSpec } from '../numerics/parameters.ts'
import { type Activations, rowsOf } from './batch.ts'
import { type GateStatistics, gateStatistics } from './gate-statistics.ts'
import type { PassContext } from './layer.ts'
import { Recurrent, type RecurrentOptions, recurrentOptions } from './recurrent.ts'

/** Options of {@link GRU}. */
export interface GRUOptions extends RecurrentOptions {
  /**
   * Whether the reset gate is applied after the recurrent product, r (Whn h + bhn), as in PyTorch, cuDNN and ONNX with
   * linear_before_reset = 1, or before it, Whn (r h), as in Cho et al. (2014). Default true.
   */
  resetAfter?: boolean
}

const gates = ['r', 'z', 'n'] as const

/**
 * A layer of gated recurrent units: [T, inputs] to [T, units]. Input weights start uniform by Glorot & Bengio (2010),
 * recurrent ones orthogonal, biases at zero.
 */
export class GRU extends Recurrent {
  readonly type = 'gru'
  readonly resetAfter: boolean
  private pass: GruPass | undefined

  constructor(options: GRUOptions) {
    checkOptions('GRU', options, ['resetAfter', ...recurrentOptions])
    super('GRU', options)
    this.resetAfter = checkBoolean('GRU', 'resetAfter', options.resetAfter ?? true)
  }

  options(): { [key: string]: Json } {
    return { inputs: this.inputs, ...this.commonOptions(), resetAfter: this.resetAfter }
  }

  copy(): GRU {
    return new GRU({ ...this.commonOptions(), resetAfter: this.resetAfter, ...this.copiedOptions() } as GRUOptions)
  }

  /** @internal */
  override parameterSpecs(): ParameterSpec[] {
    return [
      ...gates.map((g) => this.inputSpec(`Wx${g}`)),
      ...gates.map((g) => this.recurrentSpec(`Wh${g}`)),
      ...gates.map((g) => this.biasSpec(`b${g}`)),
      ...(this.resetAfter ? [this.biasSpec('bhn')] : []),
      ...this.initialSpecs(),
    ]
  }

  forwardBatch(x: Activations, context: PassContext): Activations {
    const { units: H } = this
    const rows = rowsOf(x.plan)
    const own = this.ownWeights((vector) => this.weights(vector))
    const { wx, wh, b, bhn } = this.passWeights(own, context)
    const { inputs, offsets, truncation, h0, h, source } = this.packedPass(x, context)
    const pass: GruPass = {
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
      bhn,
      gates: this.buffer('gates', rows * 3 * H),
      inner: this.buffer('inner', rows * H),
    }
    kernels.gruForward(pass)
    this.keepLast(context.state, { h: pass.h }, x.plan)
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
    this.finishGradients(gradients, weights.wh, { h: gradients.dhCarry })
    return gradients.dx
  }

  /** @internal */
  override tangentBatch(xDot: FloatArray | null, wDot: FloatArray): FloatArray {
    const pass = this.pass as GruPass
    const weights = this.weights(wDot)
    const tangents = {
      ...this.tangentsOf(pass, xDot, weights, wDot),
      bhnDot: weights.bhn,
      gatesDot: this.buffer('gatesDot', pass.gates.length),
      innerDot: this.buffer('innerDot', pass.inner.length),
    }
    kernels.gruTangent(pass, tangents)
    return tangents.hDot
  }

  /** @internal */
  override gateStatistics(): Record<string, GateStatistics> {
    const { gates: values, offsets } = this.pass as GruPass
    const [H, rows] = [this.units, offsets[offsets.length - 1]]
    return { r: gateStatistics(values, rows, 3 * H, 0, H), z: gateStatistics(values, rows, 3 * H, H, H) }
  }

  /** Views of the gates' and the candidate's blocks in a vector laid out as the parameters. */
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
