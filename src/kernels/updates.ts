/** Parameter updates of optimisers on a contiguous range. */
import type { Kernels } from './types.ts'

/** Polyak (1964), with weight decay. */
export const momentumStep: Kernels['momentumStep'] = (w, velocity, gradient, offset, n, rate, momentum, decay) => {
  let largest = 0
  for (let i = offset; i < offset + n; i++) {
    velocity[i] = momentum * velocity[i] + rate * (gradient[i] - decay * w[i])
    w[i] += velocity[i]
    largest = Math.max(largest, Math.abs(w[i]))
  }
  return largest
}

export const sgdStep: Kernels['sgdStep'] = (w, velocity, gradient, offset, n, rate, momentum, decay, nesterov) => {
  for (let i = offset; i < offset + n; i++) {
    const g = gradient[i] + decay * w[i]
    const v = momentum * velocity[i] + g
    velocity[i] = v
    w[i] -= rate * (nesterov ? g + momentum * v : v)
  }
}

export const adamStep: Kernels['adamStep'] = (w, first, second, gradient, offset, n, settings) => {
  const { rate, beta1, beta2, correction1, correction2, epsilon, coupledDecay, decoupledDecay } = settings
  const shrink = 1 - rate * decoupledDecay
  for (let i = offset; i < offset + n; i++) {
    const g = gradient[i] + coupledDecay * w[i]
    const m = beta1 * first[i] + (1 - beta1) * g
    const v = beta2 * second[i] + (1 - beta2) * g * g
    first[i] = m
    second[i] = v
    w[i] = shrink * w[i] - (rate * (m / correction1)) / (Math.sqrt(v / correction2) + epsilon)
  }
}

/** All kernels of this file; a further one is listed here. */
export function updateKernels(): Pick<Kernels, 'momentumStep' | 'sgdStep' | 'adamStep'> {
  return { momentumStep, sgdStep, adamStep }
}
