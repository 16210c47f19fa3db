import type { FloatArray } from '../core/types.ts'
import type { ParameterSet } from './parameters.ts'

/**
 * Adds lambda theta to the gradient of every parameter with decay, and returns the penalty lambda/2 ||theta||^2 of
 * these parameters; biases are exempt.
 */
export function addWeightDecay({ slots, values, gradient }: ParameterSet, lambda: number): number {
  if (lambda === 0) return 0
  let sum = 0
  for (const { offset, size, decay } of slots) {
    if (!decay) continue
    for (let i = offset; i < offset + size; i++) {
      sum += values[i] * values[i]
      gradient[i] += lambda * values[i]
    }
  }
  return (lambda / 2) * sum
}

/** Adds to `out` the product of v with the Hessian of that penalty: lambda v, 0 for biases. */
export function addWeightDecayProduct({ slots }: ParameterSet, lambda: number, v: FloatArray, out: FloatArray): void {
  for (const { offset, size, decay } of slots) {
    if (decay) for (let i = offset; i < offset + size; i++) out[i] += lambda * v[i]
  }
}
