/** Layers in the making, with their weights by the names of their parameters. */
import type { FloatArray, Json } from '../../core/types.ts'

/** A layer as its type, options and parameters. */
export interface Draft {
  type: string
  options: { [key: string]: Json }
  params: Record<string, FloatArray>
  /** Columns of the input and of the output. */
  inputs: number
  outputs: number
  /** Layers within this one. */
  inner?: readonly Draft[]
}

/** Whether a layer maps every row by itself. */
export function isRowwise({ type, inner }: Pick<Draft, 'type' | 'inner'>): boolean {
  if (type === 'residual') return inner?.every(isRowwise) ?? false
  return type === 'dense' || type === 'layerNorm' || type === 'dropout'
}

/** Whether a pool above the layers would take the final states of both directions instead of a frame. */
export function endsInBoth(layers: readonly Draft[]): boolean {
  for (let i = layers.length - 1; i >= 0; i--) if (!isRowwise(layers[i])) return layers[i].type === 'bidirectional'
  return false
}

/** A dense layer. */
export function dense(
  W: FloatArray,
  b: FloatArray | null,
  inputs: number,
  units: number,
  activation: string = 'linear',
): Draft {
  return {
    type: 'dense',
    options: { inputs, units, activation },
    params: { W, b: b ?? new Float32Array(units) },
    inputs,
    outputs: units,
  }
}

/** A scale and a shift of each column. */
export interface Affine {
  scale: FloatArray | null
  shift: FloatArray | null
}

/** Two of them, one behind the other. */
export function composed(first: Affine, then: Affine): Affine {
  const scale = product(first.scale, then.scale)
  return { scale, shift: sum(scaledShift(first.shift, then.scale), then.shift) }
}

/** a b, number by number, where nothing is 1; exact where one of them is nothing. */
export function product(a: FloatArray | null, b: FloatArray | null): FloatArray | null {
  if (a === null || b === null) return a ?? b
  return Float64Array.from(a, (value, i) => value * b[i])
}

/** a + b, where nothing is 0. */
export function sum(a: FloatArray | null, b: FloatArray | null): FloatArray | null {
  if (a === null || b === null) return a ?? b
  return Float64Array.from(a, (value, i) => value + b[i])
}

/** shift of a product: nothing times a scale is nothing. */
function scaledShift(shift: FloatArray | null, scale: FloatArray | null): FloatArray | null {
  return shift === null ? null : product(shift, scale)
}

/** A dense layer with a scale and a shift of its input taken in. */
export function below(
  affine: Affine,
  { W }: { W: FloatArray },
  inputs: number,
  units: number,
): { W: FloatArray; b: FloatArray | null } {
  const { scale, shift } = affine
  const wide = scale === null ? W : Float64Array.from(W, (w, at) => w * scale[Math.floor(at / units)])
  if (shift === null) return { W: wide, b: null }
  const b = new Float64Array(units)
  for (let i = 0; i < inputs; i++) for (let j = 0; j < units; j++) b[j] += shift[i] * W[i * units + j]
  return { W: wide, b }
}

/** A dense layer without activation with a scale and a shift of its output taken in. */
export function above(draft: Draft, { scale, shift }: Affine, hasBias: boolean): void {
  const { W, b } = draft.params
  const units = draft.outputs
  if (scale !== null) draft.params.W = Float64Array.from(W, (w, at) => w * scale[at % units])
  draft.params.b = sum(scaledShift(hasBias ? b : null, scale), shift) ?? b
}

/** A layer normalisation with a scale and a shift of its output taken in. */
export function aboveNorm(draft: Draft, { scale, shift }: Affine, known: { g: boolean; b: boolean }): void {
  const { g, b } = draft.params
  draft.params.g = product(known.g ? g : null, scale) ?? g
  draft.params.b = sum(scaledShift(known.b ? b : null, scale), shift) ?? b
}
