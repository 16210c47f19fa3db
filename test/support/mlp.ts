/** The multi-layer perceptron in plain loops, from its definition. */
import type { NdArray } from 'ndarray'
import type { MLP } from '../../src/networks/mlp.ts'

export type Activation = MLP['options']['output']

const elementwise: Record<Exclude<Activation, 'softmax'>, (z: number) => number> = {
  linear: (z) => z,
  sigmoid: (z) => 1 / (1 + Math.exp(-z)),
  tanh: Math.tanh,
  relu: (z) => Math.max(z, 0),
  leakyRelu: (z) => (z > 0 ? z : 0.01 * z),
  softplus: (z) => Math.log(1 + Math.exp(z)),
}

export const activations = Object.keys(elementwise) as (keyof typeof elementwise)[]

export function activated(name: Activation, z: number[]): number[] {
  if (name !== 'softmax') return z.map(elementwise[name])
  const powers = z.map(Math.exp)
  const sum = powers.reduce((a, b) => a + b)
  return powers.map((p) => p / sum)
}

/** The inputs z_l of every layer for one row of x, and the outputs. */
export function naiveForward({ layers, options }: MLP, row: number[]): { z: number[][]; y: number[] } {
  const z: number[][] = []
  let a = row
  layers.forEach(({ params: { W, b } }, l) => {
    const inputs = Array.from({ length: b.shape[0] }, (_, j) =>
      a.reduce((sum, v, i) => sum + v * W.get(i, j), b.get(j)),
    )
    z.push(inputs)
    a = activated(l === layers.length - 1 ? options.output : options.activation, inputs)
  })
  return { z, y: a }
}

export function rowsOf(x: NdArray<Float64Array>): number[][] {
  const [n, d] = x.shape
  return Array.from({ length: n }, (_, i) => Array.from({ length: d }, (_, j) => x.get(i, j)))
}
