import { exp } from '../core/elementary.ts'
import type { FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'

/** Activations of a dense layer; `leakyRelu` has the slope 0.01 below 0. */
export type ActivationName = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'leakyRelu' | 'softplus' | 'softmax'

/** All values of {@link ActivationName}. */
export const activationNames: readonly ActivationName[] = [
  'linear',
  'sigmoid',
  'tanh',
  'relu',
  'leakyRelu',
  'softplus',
  'softmax',
]

/** Applies the activation to x [rows, cols] in place. */
export function activate(name: ActivationName, x: FloatArray, rows: number, cols: number): void {
  if (name === 'softmax') kernels.softmax(x, 0, x, 0, rows, cols)
  else if (name !== 'linear') kernels[name](x, 0, x, 0, rows * cols)
}

/**
 * dz = dy * activation'(z), given y = activation(z). The Jacobian of a row is symmetric, so that the same
 * function maps the tangent of z to that of y. `dz` may be `dy`.
 */
export function activateBackward(
  name: ActivationName,
  dz: FloatArray,
  dy: FloatArray,
  y: FloatArray,
  rows: number,
  cols: number,
): void {
  const n = rows * cols
  if (name === 'linear') dz.set(dy.subarray(0, n))
  else if (name === 'softmax') kernels.softmaxBackward(dz, 0, dy, 0, y, 0, rows, cols)
  else kernels[`${name}Backward`](dz, 0, dy, 0, y, 0, n)
}

/** f'(y), with f(y) = activation'(z), for elementwise activations; 0 for piecewise linear ones. */
function factorSlope(name: ActivationName, y: number): number {
  if (name === 'sigmoid') return 1 - 2 * y
  if (name === 'tanh') return -2 * y
  return name === 'softplus' ? exp(-y) : 0
}

/**
 * The tangent of `activateBackward`'s result, given those of dy and y:
 *
 *   dz. = f(y) dy. + f'(y) y. dy, and for softmax y (dy. - y'dy. - y.'dy) + y. (dy - y'dy)
 */
export function activateBackwardTangent(
  name: ActivationName,
  dzDot: FloatArray,
  { dy, dyDot, y, yDot }: Record<'dy' | 'dyDot' | 'y' | 'yDot', FloatArray>,
  rows: number,
  cols: number,
): void {
  activateBackward(name, dzDot, dyDot, y, rows, cols)
  if (name !== 'softmax') {
    for (let i = 0; i < rows * cols; i++) dzDot[i] += factorSlope(name, y[i]) * yDot[i] * dy[i]
    return
  }
  for (let from = 0; from < rows * cols; from += cols) {
    const mean = kernels.dot(y, from, dy, from, cols)
    const meanDot = kernels.dot(yDot, from, dy, from, cols)
    for (let i = from; i < from + cols; i++) dzDot[i] += yDot[i] * (dy[i] - mean) - y[i] * meanDot
  }
}
