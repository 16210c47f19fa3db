/**
 * The chain of our layers that a Keras model becomes. Maps a + b x of single columns (BatchNormalization, Normalization) have no layer
 * of their own: they go into the linear layer below, or into the input weights of the layer above, computed in float64.
 */
import type { FloatNdArray } from '../../core/types.ts'
import type { ActivationName } from '../../layers/activation.ts'
import type { Layer } from '../../layers/layer.ts'
import { fail } from './config.ts'

/** Input weights [inputs, columns] and biases, of which the first `columns` are added to the products. */
export interface Product {
  kernel: Float64Array
  bias: Float64Array
  inputs: number
  columns: number
}

/** A dense layer in the making. */
export interface DenseStep extends Product {
  kind: 'dense'
  activation: ActivationName
  text: string
}

/** Any other layer, and what writes its weights. */
export interface LayerStep {
  kind: 'layer'
  layer: Layer
  /** Writes the weights to the layer's parameters. */
  fill?(params: Readonly<Record<string, FloatNdArray>>): void
}

export type Step = DenseStep | LayerStep

/** A map scale x + shift of each column. */
interface ColumnMap {
  text: string
  scale: Float64Array
  shift: Float64Array
}

/** Most elements of the matrices that stand for maps of columns: a small file must not ask for much memory. */
const MOST_DIAGONAL = 2 ** 24

/** Goes through the columns of a map before a product: x -> scale x + shift. */
function takeIn({ kernel, bias, inputs, columns }: Product, { scale, shift }: ColumnMap): void {
  for (let i = 0; i < inputs; i++) {
    for (let j = 0; j < columns; j++) {
      bias[j] += shift[i] * kernel[i * columns + j]
      kernel[i * columns + j] *= scale[i]
    }
  }
}

/** Builds the chain from the input up. */
export class Chain {
  readonly steps: Step[] = []
  /** Columns of the top layer's output, and of the input; undefined before the first layer that tells. */
  columns: number | undefined
  inputs: number | undefined
  /** Dimensions of the top layer's output in Keras, the batch among them. */
  rank: number
  /** Whether the input is rows, not sequences. */
  readonly rows: boolean
  private pending: ColumnMap | undefined
  private diagonal = 0

  constructor(rank: number, inputs: number | undefined) {
    this.rank = rank
    this.rows = rank === 2
    this.inputs = inputs
    this.columns = inputs
  }

  /** Throws unless a layer of so many inputs fits. */
  fits(text: string, inputs: number): void {
    if (this.columns !== undefined && this.columns !== inputs) {
      fail(`${text} has ${inputs} inputs, the layer below gives ${this.columns}`)
    }
    this.columns = inputs
    // Layers below that tell no number have as many outputs as inputs.
    this.inputs ??= inputs
  }

  dense(step: Omit<DenseStep, 'kind'>): void {
    this.fits(step.text, step.inputs)
    this.absorb([step])
    this.push({ kind: 'dense', ...step }, step.columns)
  }

  /** A layer whose inputs go into products alone. */
  products(text: string, inputs: number, parts: readonly Product[], step: Omit<LayerStep, 'kind'>): void {
    this.fits(text, inputs)
    this.absorb(parts)
    this.push({ kind: 'layer', ...step }, step.layer.outputs)
  }

  /** A layer with as many outputs as inputs. */
  layer(step: Omit<LayerStep, 'kind'>): void {
    this.finish()
    this.push({ kind: 'layer', ...step }, this.columns)
  }

  /** x -> scale x + shift, column by column. */
  map(text: string, scale: Float64Array, shift: Float64Array): void {
    this.fits(text, scale.length)
    const { pending } = this
    const below = this.steps[this.steps.length - 1]
    if (pending !== undefined) {
      for (let j = 0; j < scale.length; j++) {
        pending.scale[j] *= scale[j]
        pending.shift[j] = scale[j] * pending.shift[j] + shift[j]
      }
    } else if (below?.kind === 'dense' && below.activation === 'linear') {
      const { kernel, bias, columns } = below
      for (let k = 0; k < kernel.length; k++) kernel[k] *= scale[k % columns]
      for (let j = 0; j < columns; j++) bias[j] = scale[j] * bias[j] + shift[j]
    } else this.pending = { text, scale: scale.slice(), shift: shift.slice() }
  }

  /** An activation by itself: that of the linear layer below, or of a dense layer that changes nothing else. */
  activation(text: string, activation: ActivationName): void {
    if (activation === 'linear') return
    this.finish()
    const below = this.steps[this.steps.length - 1]
    if (below?.kind === 'dense' && below.activation === 'linear') below.activation = activation
    else {
      const ones = new Float64Array(this.known(text)).fill(1)
      this.pushDiagonal({ text, scale: ones, shift: new Float64Array(ones.length) }, activation)
    }
  }

  /** Makes a dense layer of a map that no layer has taken in. */
  finish(): void {
    const { pending } = this
    this.pending = undefined
    if (pending !== undefined) this.pushDiagonal(pending, 'linear')
  }

  /** Columns of the top layer's output. */
  known(text: string): number {
    return this.columns ?? fail(`${text} stands before any layer that tells the number of columns`)
  }

  private absorb(parts: readonly Product[]): void {
    const { pending } = this
    this.pending = undefined
    if (pending !== undefined) for (const part of parts) takeIn(part, pending)
  }

  private pushDiagonal({ text, scale, shift }: ColumnMap, activation: ActivationName): void {
    const n = scale.length
    this.diagonal += n * n
    if (this.diagonal > MOST_DIAGONAL) {
      fail(`${text} of ${n} columns fits into no layer beside it, and is too large for a dense layer of its own`)
    }
    const kernel = new Float64Array(n * n)
    for (let j = 0; j < n; j++) kernel[j * n + j] = scale[j]
    this.steps.push({ kind: 'dense', kernel, bias: shift, inputs: n, columns: n, activation, text })
  }

  private push(step: Step, columns: number | undefined): void {
    this.steps.push(step)
    this.columns = columns
  }
}
