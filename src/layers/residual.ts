/**
 * A residual connection (He et al. 2016): with f the composition of the inner layers,
 *
 *   y_t = x_t + f(x)_t, or y_t = P' x_t + f(x)_t with P [inputs, outputs] where f changes the number of columns
 */

import { checkArray, checkOneOf, checkOptions } from '../core/check.ts'
import { checkInstance } from '../core/copies.ts'
import { StateError } from '../core/errors.ts'
import type { Dtype, FloatArray, Json } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { glorotUniform } from '../numerics/initialisers.ts'
import type { ParameterSet, ParameterSpec } from '../numerics/parameters.ts'
import { type Activations, rowsOf } from './batch.ts'
import type { GateStatistics } from './gate-statistics.ts'
import {
  Layer,
  type LayerOptions,
  type LayerState,
  layerOptions,
  type PassContext,
  prefixedStatistics,
} from './layer.ts'

/** Map of the skip connection: the identity, or a linear projection. */
export type ResidualProjection = 'none' | 'linear'

const projections: readonly ResidualProjection[] = ['none', 'linear']

/** Options of {@link Residual}. */
export interface ResidualOptions extends LayerOptions {
  /** Map of the skip connection. Default `none` where the layers keep the number of columns, else `linear`. */
  projection?: ResidualProjection
}

/** Checks the inner layers: each a layer, not in use elsewhere, that keeps the number of time steps. */
function checkInner(layers: unknown, dtype: Dtype | undefined): Layer[] {
  const list = checkArray('Residual', 'layers', layers, 1)
  list.forEach((item, i) => {
    const layer = checkInstance('Residual', `layers[${i}]`, item, Layer, 'a layer such as new LSTM({...})')
    const where = `Residual: "layers[${i}]"`
    layer.checkFree(where, dtype)
    if (list.indexOf(layer) !== i) {
      throw new StateError(`${where} (${layer.type}) is used twice; make a new layer`)
    }
    if (layer.outputLength(2) !== 2) {
      throw new RangeError(`${where} (${layer.type}) changes the number of time steps, which the sum needs as they are`)
    }
  })
  return [...list] as Layer[]
}

/**
 * Layers with a skip connection around them: [T, inputs] to [T, outputs]. `params` has `layers.i.*` and, if any,
 * `projection`.
 */
export class Residual extends Layer {
  readonly type = 'residual'
  readonly layers: readonly Layer[]
  private readonly asked: ResidualProjection | undefined
  private x: Activations | undefined

  constructor(layers: readonly Layer[], options: ResidualOptions = {}) {
    checkOptions('Residual', options, ['projection', ...layerOptions])
    const inner = Array.isArray(layers) ? layers.filter((layer) => layer instanceof Layer) : []
    const { inputs = inner[0]?.knownInputs, dtype = inner.find(({ ownDtype }) => ownDtype)?.ownDtype } = options
    super('Residual', { ...options, inputs, dtype })
    const { projection } = options
    if (projection !== undefined) this.asked = checkOneOf('Residual', 'projection', projection, projections)
    this.layers = checkInner(layers, dtype)
    if (inputs !== undefined) this.connect(inputs, 'Residual')
    this.layers.forEach((layer, i) => {
      layer.claim(`Residual: "layers[${i}]"`)
    })
  }

  get outputs(): number {
    return this.layers[this.layers.length - 1].outputs
  }

  /** Map of the skip connection: the identity, or a linear projection. */
  get projection(): ResidualProjection {
    return this.asked ?? (this.inputs === this.outputs ? 'none' : 'linear')
  }

  /** @internal */
  override get inner(): readonly Layer[] {
    return this.layers
  }

  options(): { [key: string]: Json } {
    const layers = this.layers.map((layer) => ({ type: layer.type, options: layer.options() }))
    return { layers, inputs: this.inputs, projection: this.projection }
  }

  /** @internal */
  override get rowwise(): boolean {
    return this.layers.every((layer) => layer.rowwise)
  }

  /** @internal */
  override get draws(): boolean {
    return this.layers.some((layer) => layer.draws)
  }

  /** @internal */
  override gateStatistics(): Record<string, GateStatistics> {
    return prefixedStatistics(this.layers.map((layer, i) => [`layers.${i}`, layer]))
  }

  /** @internal */
  override connect(inputs: number, where: string): void {
    super.connect(inputs, where)
    this.layers.forEach((layer, i) => {
      layer.connect(i === 0 ? inputs : this.layers[i - 1].outputs, `${where}: "layers[${i}]"`)
    })
    if (this.asked === 'none' && this.outputs !== inputs) {
      throw new RangeError(
        `${where}: "projection" expected "linear" where the layers make ${this.outputs} columns of ${inputs}, got "none"`,
      )
    }
  }

  /** @internal */
  override parameterSpecs(): ParameterSpec[] {
    const { inputs: D, outputs: K } = this
    const specs = this.layers.flatMap((layer, i) => layer.specsWithin(`layers.${i}.`))
    if (this.projection === 'none') return specs
    return [...specs, { name: 'projection', shape: [D, K], decay: true, initialise: glorotUniform(D, K) }]
  }

  /** @internal */
  override createState(sequences = 1): LayerState | null {
    this.ensureParameters()
    const entries = this.layers.flatMap((layer, i) =>
      Object.entries(layer.createState(sequences) ?? {}).map(([name, array]) => [`${i}.${name}`, array] as const),
    )
    return entries.length === 0 ? null : Object.fromEntries(entries)
  }

  forwardBatch(x: Activations, context: PassContext): Activations {
    this.ensureParameters()
    let f = x
    this.layers.forEach((layer, i) => {
      const random = context.random?.substream(i) ?? null
      f = layer.forwardBatch(f, { ...context, random, state: stateOf(context.state, i) })
    })
    const y = this.buffer('y', rowsOf(x.plan) * this.outputs)
    this.skip(y, x.data, this.parameterSet.values)
    kernels.axpy(y, 0, 1, f.data, 0, y.length)
    this.x = x
    return { data: y, cols: this.outputs, plan: x.plan }
  }

  backwardBatch(dy: FloatArray, wantInput: boolean): FloatArray | null {
    const { inputs: D, outputs: K } = this
    const { data: x, plan } = this.x as Activations
    const rows = rowsOf(plan)
    let df: FloatArray | null = dy
    for (let i = this.layers.length - 1; i >= 0 && df !== null; i--) {
      df = this.layers[i].backwardBatch(df, wantInput || i > 0)
    }
    if (this.projection === 'linear') {
      const P = this.parameterSet.block('projection', D * K)
      kernels.gemm(P.gradient, 0, K, x, 0, D, true, dy, 0, K, false, D, K, rows, 1, 1)
    }
    if (!wantInput) return null
    const dx = this.buffer('dx', rows * D)
    if (this.projection === 'none') dx.set(dy.subarray(0, rows * D))
    else {
      const P = this.parameterSet.block('projection', D * K)
      kernels.gemm(dx, 0, D, dy, 0, K, false, P.data, 0, K, true, rows, D, K, 1, 0)
    }
    kernels.axpy(dx, 0, 1, df as FloatArray, 0, dx.length)
    return dx
  }

  /** @internal */
  override tangentBatch(xDot: FloatArray | null, wDot: FloatArray): FloatArray | null {
    const { inputs: D, outputs: K } = this
    const { data: x, plan } = this.x as Activations
    const rows = rowsOf(plan)
    const fDot = this.innerTangent(xDot, wDot)
    const projects = this.projection === 'linear'
    if (fDot === null && xDot === null && !projects) return null
    const yDot = this.buffer('yDot', rows * K).fill(0)
    if (xDot !== null) this.skip(yDot, xDot, this.parameterSet.values)
    if (projects) {
      const PDot = this.parameterSet.part(wDot, 'projection', D * K)
      kernels.gemm(yDot, 0, K, x, 0, D, false, PDot, 0, K, false, rows, K, D, 1, 1)
    }
    if (fDot !== null) kernels.axpy(yDot, 0, 1, fDot, 0, yDot.length)
    return yDot
  }

  protected override shared(parameters: ParameterSet, dtype: Dtype): void {
    let first = 0
    this.layers.forEach((layer, i) => {
      const last = first + layer.parameterSpecs().length
      layer.share(parameters.slice(first, last, `layers.${i}.`), dtype)
      first = last
    })
  }

  private innerTangent(xDot: FloatArray | null, wDot: FloatArray): FloatArray | null {
    let tangent = xDot
    let from = 0
    for (const layer of this.layers) {
      const end = from + layer.parameterCount
      tangent = layer.tangentBatch(tangent, wDot.subarray(from, end))
      from = end
    }
    return tangent
  }

  /** y = x, or y = x P with P in a vector laid out as the parameters. */
  private skip(y: FloatArray, x: FloatArray, vector: FloatArray): void {
    const { inputs: D, outputs: K } = this
    if (this.projection === 'none') y.set(x.subarray(0, y.length))
    else {
      const P = this.parameterSet.part(vector, 'projection', D * K)
      kernels.gemm(y, 0, K, x, 0, D, false, P, 0, K, false, y.length / K, K, D, 1, 0)
    }
  }
}

/** The state of inner layer i, under the layer's own names. */
function stateOf(state: LayerState | null, i: number): LayerState | null {
  if (state === null) return null
  const prefix = `${i}.`
  const own = Object.entries(state).filter(([name]) => name.startsWith(prefix))
  return own.length === 0 ? null : Object.fromEntries(own.map(([name, array]) => [name.slice(prefix.length), array]))
}
