/**
 * Simple recurrent layer: h_t = phi(Wxh x_t + Whh h_{t-1} + bh), with Wxh [H, D], Whh [H, H], bh [H]; the study's
 * y_t = Why h_t + by is a Dense layer above it.
 */
import { checkOneOf, checkOptions } from '../core/check.ts'
import type { FloatArray, Json } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import type { RnnPass } from '../kernels/types.ts'
import type { ParameterSpec } from '../numerics/parameters.ts'
import type { Activations } from './batch.ts'
import type { PassContext } from './layer.ts'
import { Recurrent, type RecurrentOptions, recurrentOptions } from './recurrent.ts'

/** Activations of {@link RNN}. */
export type RecurrentActivation = 'tanh' | 'relu' | 'sigmoid'

/** All values of {@link RecurrentActivation}. */
export const recurrentActivations: readonly RecurrentActivation[] = ['tanh', 'relu', 'sigmoid']

/** Options of {@link RNN}. */
export interface RNNOptions extends RecurrentOptions {
  /** Activation phi. Default `tanh`. */
  activation?: RecurrentActivation
}

/** A simple recurrent layer: [T, inputs] to [T, units]. */
export class RNN extends Recurrent {
  readonly type = 'rnn'
  readonly activation: RecurrentActivation
  private pass: RnnPass | undefined

  constructor(options: RNNOptions) {
    checkOptions('RNN', options, ['activation', ...recurrentOptions])
    super('RNN', options)
    this.activation = checkOneOf('RNN', 'activation', options.activation ?? 'tanh', recurrentActivations)
  }

  /** @internal */
  override get words(): string {
    return this.activation
  }

  options(): { [key: string]: Json } {
    return { inputs: this.inputs, ...this.commonOptions(), activation: this.activation }
  }

  copy(): RNN {
    return new RNN({ ...this.commonOptions(), activation: this.activation, ...this.copiedOptions() } as RNNOptions)
  }

  /** @internal */
  override parameterSpecs(): ParameterSpec[] {
    return [this.inputSpec('Wxh'), this.recurrentSpec('Whh'), this.biasSpec('bh'), ...this.initialSpecs()]
  }

  forwardBatch(x: Activations, context: PassContext): Activations {
    const own = this.ownWeights((vector) => this.weights(vector))
    const { wx, wh, b } = this.passWeights(own, context)
    const { inputs, units, offsets, truncation, h0, h, source } = this.packedPass(x, context)
    const pass: RnnPass = { inputs, units, offsets, truncation, x: x.data, h0, h, source, wx, wh, b }
    kernels.rnnForward(pass, kernels[this.activation])
    this.keepLast(context.state, { h: pass.h }, x.plan)
    this.pass = pass
    return { data: pass.h, cols: this.units, plan: x.plan }
  }

  backwardBatch(dy: FloatArray, wantInput: boolean): FloatArray | null {
    const pass = this.pass as RnnPass
    const weights = this.weights(this.parameterSet.gradient)
    const gradients = {
      ...this.gradientsOf(pass, dy, weights, wantInput),
      dz: this.buffer('dz', pass.h.length),
    }
    kernels.rnnBackward(pass, gradients, kernels[`${this.activation}Backward`])
    this.finishGradients(gradients, weights.wh, { h: gradients.dhCarry })
    return gradients.dx
  }

  /** @internal */
  override tangentBatch(xDot: FloatArray | null, wDot: FloatArray): FloatArray {
    const pass = this.pass as RnnPass
    const tangents = this.tangentsOf(pass, xDot, this.weights(wDot), wDot)
    kernels.rnnTangent(pass, tangents, kernels[`${this.activation}Backward`])
    return tangents.hDot
  }

  /** Views of the weights in a vector laid out as the parameters. */
  private weights(vector: FloatArray): Pick<RnnPass, 'wx' | 'wh' | 'b'> {
    const { units: H, inputs: D } = this
    const part = (name: string, length: number): FloatArray => this.parameterSet.part(vector, name, length)
    return { wx: part('Wxh', H * D), wh: part('Whh', H * H), b: part('bh', H) }
  }
}
