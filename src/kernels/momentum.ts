import type { Kernels } from './types.ts'

/** The update of a parameter vector with momentum: Polyak (1964), with weight decay. */
export const momentumStep: Kernels['momentumStep'] = (w, velocity, gradient, offset, n, rate, momentum, decay) => {
  let largest = 0
  for (let i = offset; i < offset + n; i++) {
    velocity[i] = momentum * velocity[i] + rate * (gradient[i] - decay * w[i])
    w[i] += velocity[i]
    largest = Math.max(largest, Math.abs(w[i]))
  }
  return largest
}
