/**
 * Dense layer, applied to every row: y = phi(x W + b) with W [inputs, units], b [units].
 */

import { checkInteger, checkOneOf, checkOptions } from '../core/check.ts'
import { limits } from '../core/limits.ts'
import type { FloatArray, Json } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { constant, type InitialiserName, initialiserNames, initialiserOf } from '../numerics/initialisers.ts'
import type { ParameterSpec } from '../numerics/parameters.ts'
import {
  type ActivationName,
  activate,
  activateBackward,
  activateBackwardTangent,
  activationNames,
} from './activation.ts'
import { type Activations, rowsOf } from './batch.ts'
import { Layer, type LayerOptions, layerOptions } from './layer.ts'

/** Options of {@link Dense}. */
export interface DenseOptions extends LayerOptions {
  /** Columns of the output. */
  units: number
  /** Activation phi. Default `linear`. */
  activation?: ActivationName
  /** Initialiser of W. Default `heNormal` for `relu` and `leakyRelu`, else `glorotUniform`. */
  initialiser?: InitialiserName
}

/**
 * A fully connected layer: [T, inputs] to [T, units]. Weights start uniform by Glorot & Bengio (2010), for `relu` and
 * `leakyRelu` normal by He et al. (2015); biases start at zero.
 */
export class Dense extends Layer {
  readonly type = 'dense'
  readonly units: number
  readonly activation: ActivationName
  private readonly initialiser: InitialiserName | undefined
  private x: Activations | undefined
  private y: FloatArray | undefined
  private z: FloatArray | undefined
  /** Kept from the last backward pass and tangent for `backwardTangentBatch`. */
  private dy: FloatArray | undefined
  private dz: FloatArray | undefined
  private xDot: FloatArray | null = null
  private yDot: FloatArray | undefined
  private zDot: FloatArray | undefined

  constructor(options: DenseOptions) {
    checkOptions('Dense', options, ['units', 'activation', 'initialiser', ...layerOptions])
    super('Dense', options)
    this.units = checkInteger('Dense', 'units', options.units, { min: 1, limit: limits.units })
    this.activation = checkOneOf('Dense', 'activation', options.activation ?? 'linear', activationNames)
    if (options.initialiser !== undefined) {
      this.initialiser = checkOneOf('Dense', 'initialiser', options.initialiser, initialiserNames)
    }
  }

  get outputs(): number {
    return this.units
  }

  /** @internal */
  override get rowwise(): boolean {
    return true
  }

  /** @internal */
  override get words(): string {
    return this.activation
  }

  options(): { [key: string]: Json } {
    const { inputs, units, activation, initialiser } = this
    return { inputs, units, activation, ...(initialiser && { initialiser }) }
  }

  /** @internal */
  override parameterSpecs(): ParameterSpec[] {
    const { inputs, units } = this
    const rectifies = this.activation === 'relu' || this.activation === 'leakyRelu'
    const name = this.initialiser ?? (rectifies ? 'heNormal' : 'glorotUniform')
    const initialise = initialiserOf(name, [inputs, units], inputs, units)
    return [
      { name: 'W', shape: [inputs, units], decay: true, initialise },
      { name: 'b', shape: [units], decay: false, initialise: constant(0) },
    ]
  }

  /** x W + b of the last batch, [rows, units]; only for softmax. @internal */
  get logits(): FloatArray {
    return this.z as FloatArray
  }

  forwardBatch(x: Activations): Activations {
    const { inputs: D, units: K } = this
    const rows = rowsOf(x.plan)
    const { W, b } = this.weights()
    const y = this.buffer('y', rows * K)
    kernels.fillRows(y, 0, b.data, 0, rows, K)
    kernels.gemm(y, 0, K, x.data, 0, D, false, W.data, 0, K, false, rows, K, D, 1, 1)
    if (this.activation === 'softmax') {
      this.z = this.buffer('z', rows * K)
      this.z.set(y)
    }
    activate(this.activation, y, rows, K)
    this.x = x
    this.y = y
    return { data: y, cols: K, plan: x.plan }
  }

  backwardBatch(dy: FloatArray, wantInput: boolean, direct?: FloatArray): FloatArray | null {
    const { rows } = this
    const dz = this.buffer('dz', rows * this.units)
    this.dy = dy
    activateBackward(this.activation, dz, dy, this.y as FloatArray, rows, this.units)
    addTo(dz, direct)
    return this.backwardLogits(dz, wantInput)
  }

  /** As `backwardBatch`, from the gradient by the logits x W + b. @internal */
  backwardLogits(dz: FloatArray, wantInput: boolean): FloatArray | null {
    const { inputs: D, units: K } = this
    const x = this.x as Activations
    const rows = rowsOf(x.plan)
    const { W, b } = this.weights()
    this.dz = dz
    kernels.gemm(W.gradient, 0, K, x.data, 0, D, true, dz, 0, K, false, D, K, rows, 1, 1)
    kernels.addColumnSums(b.gradient, 0, dz, 0, rows, K)
    if (!wantInput) return null
    const dx = this.buffer('dx', rows * D)
    kernels.gemm(dx, 0, D, dz, 0, K, false, W.data, 0, K, true, rows, D, K, 1, 0)
    return dx
  }

  /** @internal */
  override tangentBatch(xDot: FloatArray | null, wDot: FloatArray): FloatArray {
    const yDot = this.tangentLogits(xDot, wDot)
    if (this.activation === 'softmax') {
      this.zDot = this.buffer('zDot', yDot.length)
      this.zDot.set(yDot)
    }
    activateBackward(this.activation, yDot, yDot, this.y as FloatArray, this.rows, this.units)
    return yDot
  }

  /** The tangent of `logits` in the last `tangentBatch`; only for softmax. @internal */
  get logitsTangent(): FloatArray {
    return this.zDot as FloatArray
  }

  /** As `tangentBatch`, but the tangent of the logits x W + b: x W. + b. + x. W. @internal */
  tangentLogits(xDot: FloatArray | null, wDot: FloatArray): FloatArray {
    const { inputs: D, units: K, rows } = this
    const yDot = this.buffer('yDot', rows * K)
    const [WDot, bDot] = this.tangents(wDot)
    kernels.fillRows(yDot, 0, bDot, 0, rows, K)
    kernels.gemm(yDot, 0, K, (this.x as Activations).data, 0, D, false, WDot, 0, K, false, rows, K, D, 1, 1)
    if (xDot !== null) {
      kernels.gemm(yDot, 0, K, xDot, 0, D, false, this.weights().W.data, 0, K, false, rows, K, D, 1, 1)
    }
    this.xDot = xDot
    this.yDot = yDot
    return yDot
  }

  /** @internal */
  override get hasHessian(): boolean {
    return true
  }

  /** @internal */
  override backwardTangentBatch(
    dyDot: FloatArray,
    wDot: FloatArray,
    wantInput: boolean,
    directDot?: FloatArray,
  ): FloatArray | null {
    const { rows, units: K } = this
    const dzDot = this.buffer('dzDot', rows * K)
    const [y, yDot, dy] = [this.y, this.yDot, this.dy] as FloatArray[]
    activateBackwardTangent(this.activation, dzDot, { dy, dyDot, y, yDot }, rows, K)
    addTo(dzDot, directDot)
    return this.backwardTangentLogits(dzDot, wDot, wantInput)
  }

  /** As `backwardTangentBatch`, from the tangent of the gradient by the logits. @internal */
  backwardTangentLogits(dzDot: FloatArray, wDot: FloatArray, wantInput: boolean): FloatArray | null {
    const { inputs: D, units: K, rows, xDot } = this
    const { W, b } = this.weights()
    const dz = this.dz as FloatArray
    const x = (this.x as Activations).data
    kernels.gemm(W.gradient, 0, K, x, 0, D, true, dzDot, 0, K, false, D, K, rows, 1, 1)
    if (xDot !== null) kernels.gemm(W.gradient, 0, K, xDot, 0, D, true, dz, 0, K, false, D, K, rows, 1, 1)
    kernels.addColumnSums(b.gradient, 0, dzDot, 0, rows, K)
    if (!wantInput) return null
    const dxDot = this.buffer('dxDot', rows * D)
    kernels.gemm(dxDot, 0, D, dzDot, 0, K, false, W.data, 0, K, true, rows, D, K, 1, 0)
    kernels.gemm(dxDot, 0, D, dz, 0, K, false, this.tangents(wDot)[0], 0, K, true, rows, D, K, 1, 1)
    return dxDot
  }

  /** Rows of the last batch. */
  private get rows(): number {
    return rowsOf((this.x as Activations).plan)
  }

  private tangents(wDot: FloatArray): [WDot: FloatArray, bDot: FloatArray] {
    const { inputs, units } = this
    return [this.parameterSet.part(wDot, 'W', inputs * units), this.parameterSet.part(wDot, 'b', units)]
  }

  private weights(): Record<'W' | 'b', { data: FloatArray; gradient: FloatArray }> {
    const set = this.parameterSet
    return { W: set.block('W', this.inputs * this.units), b: set.block('b', this.units) }
  }
}

function addTo(sum: FloatArray, values: FloatArray | undefined): void {
  if (values !== undefined) for (let i = 0; i < values.length; i++) sum[i] += values[i]
}
