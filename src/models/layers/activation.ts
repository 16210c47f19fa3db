import type { FloatArray } from '../../core/types.ts'
import { kernels } from '../../kernels/index.ts'

/** Activations of a dense layer. */
export type ActivationName = 'linear' | 'sigmoid' | 'tanh' | 'relu' | 'softmax'

/** The words of {@link ActivationName}. */
export const activationNames: readonly ActivationName[] = ['linear', 'sigmoid', 'tanh', 'relu', 'softmax']

/** Activates x [rows, cols] in place. */
export function activate(name: ActivationName, x: FloatArray, rows: number, cols: number): void {
  if (name === 'softmax') kernels.softmax(x, 0, x, 0, rows, cols)
  else if (name !== 'linear') kernels[name](x, 0, x, 0, rows * cols)
}

/** dz = dy * activation'(z), given y = activation(z). */
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
  else if (name === 'sigmoid') kernels.sigmoidBackward(dz, 0, dy, 0, y, 0, n)
  else if (name === 'tanh') kernels.tanhBackward(dz, 0, dy, 0, y, 0, n)
  else kernels.reluBackward(dz, 0, dy, 0, y, 0, n)
}
