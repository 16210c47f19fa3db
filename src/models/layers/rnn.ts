/**
 * Simple recurrent layer: h_t = phi(Wxh x_t + Whh h_{t-1} + bh), with Wxh [H, D], Whh [H, H], bh [H]; the study's
 * y_t = Why h_t + by is a Dense layer above it.
 */
import { checkInteger, checkOneOf, checkOptions } from '../../core/check.ts'
import type { FloatArray, Json } from '../../core/types.ts'
import { kernels } from '../../kernels/index.ts'
import type { RnnPass } from '../../kernels/types.ts'
import { constant, glorotUniform, orthogonal } from '../../numerics/initialisers.ts'
import type { ParameterSpec } from '../../numerics/parameters.ts'
import type { Activations } from '../batch.ts'
import { type LayerOptions, layerOptions, type PassContext } from './layer.ts'
import { Recurrent } from './recurrent.ts'

/** Activations of {@link RNN}. */
export type RecurrentActivation = 'tanh' | 'relu' | 'sigmoid'

const recurrentActivations: readonly RecurrentActivation[] = ['tanh', 'relu', 'sigmoid']

/** Options of {@link RNN}. */
export interface RNNOptions extends LayerOptions {
  /** Hidden units, and columns of the output. */
  units: number
  /** phi. Default `tanh`. */
  activation?: RecurrentActivation
}

/** A simple recurrent layer: [T, inputs] to [T, units]. The state before the first step is zero. */
export class RNN extends Recurrent {
  readonly type = 'rnn'
  readonly units: number
  readonly activation: RecurrentActivation
  private pass: RnnPass | undefined

  constructor(options: RNNOptions) {
    checkOptions('RNN', options, ['units', 'activation', ...layerOptions])
    super('RNN', options)
    this.units = checkInteger('RNN', 'units', options.units, { min: 1 })
    this.activation = checkOneOf('RNN', 'activation', options.activation ?? 'tanh', recurrentActivations)
  }

  get outputs(): number {
    return this.units
  }

  options(): { [key: string]: Json } {
    return { inputs: this.inputs, units: this.units, activation: this.activation }
  }

  copy(): RNN {
    return new RNN({ units: this.units, activation: this.activation, ...this.copiedOptions() })
  }

  override parameterSpecs(): ParameterSpec[] {
    const { inputs: D, units: H } = this
    return [
      { name: 'Wxh', shape: [H, D], decay: true, initialise: glorotUniform(D, H) },
      { name: 'Whh', shape: [H, H], decay: true, initialise: orthogonal(H) },
      { name: 'bh', shape: [H], decay: false, initialise: constant(0) },
    ]
  }

  forwardBatch(x: Activations, context: PassContext): Activations {
    const pass: RnnPass = { ...this.packedPass(x, context), ...this.weights(this.parameterSet.data) }
    kernels.rnnForward(pass, kernels[this.activation])
    this.keepLast(context.state, { h: pass.h })
    this.pass = pass
    return { data: pass.h, cols: this.units, plan: x.plan }
  }

  backwardBatch(dy: FloatArray, wantInput: boolean): FloatArray | null {
    const pass = this.pass as RnnPass
    const gradients = {
      ...this.gradientsOf(pass, dy, this.weights(this.parameterSet.gradient), wantInput),
      dz: this.buffer('dz', pass.h.length),
    }
    kernels.rnnBackward(pass, gradients, kernels[`${this.activation}Backward`])
    return gradients.dx
  }

  override tangentBatch(xDot: FloatArray | null, wDot: FloatArray): FloatArray {
    const pass = this.pass as RnnPass
    const tangents = this.tangentsOf(pass, xDot, this.weights(wDot))
    kernels.rnnTangent(pass, tangents, kernels[`${this.activation}Backward`])
    return tangents.hDot
  }

  /** The weights in a vector laid out as the parameters. */
  private weights(vector: FloatArray): Pick<RnnPass, 'wx' | 'wh' | 'b'> {
    const { units: H, inputs: D } = this
    const part = (name: string, length: number): FloatArray => this.parameterSet.part(vector, name, length)
    return { wx: part('Wxh', H * D), wh: part('Whh', H * H), b: part('bh', H) }
  }
}
