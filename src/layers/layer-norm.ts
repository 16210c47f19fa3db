/**
 * Layer normalisation: every row x [D] to mean 0 and variance 1 over its columns, then gain and bias,
 *
 *   y = g (x - m) / s + b     m = 1/D sum_j x_j     s = sqrt(1/D sum_j (x_j - m)^2 + epsilon)
 *
 * with g, b [D]. Rows do not depend on each other, so that streams and batches agree. Ba, Kiros & Hinton (2016).
 */
import { checkNumber, checkOptions } from '../core/check.ts'
import { square } from '../core/power.ts'
import type { FloatArray, Json } from '../core/types.ts'
import { constant } from '../numerics/initialisers.ts'
import type { ParameterSpec } from '../numerics/parameters.ts'
import { type Activations, rowsOf } from './batch.ts'
import { Layer, type LayerOptions, layerOptions } from './layer.ts'

/** Options of {@link LayerNorm}. */
export interface LayerNormOptions extends LayerOptions {
  /** Added to the variance, so that a row of equal numbers gives the bias. Default 1e-5. */
  epsilon?: number
}

/** Layer normalisation: [T, D] to [T, D]. Gains start at 1, biases at 0; weight decay spares both. */
export class LayerNorm extends Layer {
  readonly type = 'layerNorm'
  readonly epsilon: number
  /** [rows, D] (x - m) / s and [rows] s of the last batch. */
  private normal: FloatArray | undefined
  private deviation: FloatArray | undefined

  constructor(options: LayerNormOptions = {}) {
    checkOptions('LayerNorm', options, ['epsilon', ...layerOptions])
    super('LayerNorm', options)
    this.epsilon = checkNumber('LayerNorm', 'epsilon', options.epsilon ?? 1e-5, { above: 0 })
  }

  get outputs(): number {
    return this.inputs
  }

  /** @internal */
  override get rowwise(): boolean {
    return true
  }

  options(): { [key: string]: Json } {
    return { inputs: this.inputs, epsilon: this.epsilon }
  }

  /** @internal */
  override parameterSpecs(): ParameterSpec[] {
    const { inputs: D } = this
    return [
      { name: 'g', shape: [D], decay: false, initialise: constant(1) },
      { name: 'b', shape: [D], decay: false, initialise: constant(0) },
    ]
  }

  forwardBatch(x: Activations): Activations {
    const { inputs: D } = this
    const rows = rowsOf(x.plan)
    const y = this.buffer('y', rows * D)
    this.normal = this.buffer('normal', rows * D)
    this.deviation = this.buffer('deviation', rows)
    const [g, b] = this.parts(this.parameterSet.values)
    for (let row = 0; row < rows; row++) this.normalise(x.data, row)
    for (let i = 0; i < rows * D; i++) y[i] = g[i % D] * this.normal[i] + b[i % D]
    return { data: y, cols: D, plan: x.plan }
  }

  backwardBatch(dy: FloatArray, wantInput: boolean): FloatArray | null {
    const { inputs: D } = this
    const normal = this.normal as FloatArray
    const [g] = this.parts(this.parameterSet.values)
    const [dg, db] = this.parts(this.parameterSet.gradient)
    for (let j = 0; j < D; j++) {
      let gain = 0
      let bias = 0
      for (let i = j; i < normal.length; i += D) {
        gain += dy[i] * normal[i]
        bias += dy[i]
      }
      dg[j] += gain
      db[j] += bias
    }
    if (!wantInput) return null
    const dx = this.buffer('dx', normal.length)
    for (let i = 0; i < normal.length; i++) dx[i] = g[i % D] * dy[i]
    return this.project(dx)
  }

  /** @internal */
  override tangentBatch(xDot: FloatArray | null, wDot: FloatArray): FloatArray {
    const { inputs: D } = this
    const normal = this.normal as FloatArray
    const [g] = this.parts(this.parameterSet.values)
    const [gDot, bDot] = this.parts(wDot)
    const yDot = this.buffer('yDot', normal.length)
    if (xDot === null) yDot.fill(0)
    else {
      yDot.set(xDot.subarray(0, normal.length))
      this.project(yDot)
    }
    for (let i = 0; i < normal.length; i++) {
      yDot[i] = g[i % D] * yDot[i] + gDot[i % D] * normal[i] + bDot[i % D]
    }
    return yDot
  }

  private normalise(x: FloatArray, row: number): void {
    const { inputs: D } = this
    const from = row * D
    let sum = 0
    for (let i = from; i < from + D; i++) sum += x[i]
    const mean = sum / D
    let squares = 0
    for (let i = from; i < from + D; i++) squares += square(x[i] - mean)
    const s = Math.sqrt(squares / D + this.epsilon)
    const normal = this.normal as FloatArray
    for (let i = from; i < from + D; i++) normal[i] = (x[i] - mean) / s
    ;(this.deviation as FloatArray)[row] = s
  }

  /**
   * v := (v - mean(v) - n mean(n v)) / s, row by row, with n the normalised row. This is the Jacobian of n by x, which
   * is symmetric and so serves gradients and tangents.
   */
  private project(v: FloatArray): FloatArray {
    const { inputs: D } = this
    const normal = this.normal as FloatArray
    const deviation = this.deviation as FloatArray
    for (let from = 0; from < v.length; from += D) {
      let sum = 0
      let product = 0
      for (let i = from; i < from + D; i++) {
        sum += v[i]
        product += normal[i] * v[i]
      }
      const s = deviation[from / D]
      for (let i = from; i < from + D; i++) v[i] = (v[i] - sum / D - (normal[i] * product) / D) / s
    }
    return v
  }

  /** g and b in a vector laid out as the parameters. */
  private parts(vector: FloatArray): [g: FloatArray, b: FloatArray] {
    const { inputs: D } = this
    return [this.parameterSet.part(vector, 'g', D), this.parameterSet.part(vector, 'b', D)]
  }
}
