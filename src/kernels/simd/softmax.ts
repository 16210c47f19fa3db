/** Softmax of rows and its cross-entropy in WebAssembly. */
import { isFloat32 } from '../../core/realm.ts'
import type { Kernels } from '../types.ts'
import type { Accelerator } from './module.ts'
import { copyIn, copyOut } from './transfer.ts'

/** Elements copied per call; rows are not split. */
const BLOCK = 16384

function rowsOfBlock(cols: number): number {
  return Math.max(1, Math.floor(BLOCK / Math.max(1, cols)))
}

/** Creates `softmax` for float32 arrays; others go to `fallback`. */
function createSoftmax({ wasm, memory }: Accelerator, fallback: Kernels['softmax']): Kernels['softmax'] {
  return function softmax(out, outOffset, x, xOffset, rows, cols): void {
    if (!(isFloat32(out) && isFloat32(x))) {
      fallback(out, outOffset, x, xOffset, rows, cols)
      return
    }
    const step = rowsOfBlock(cols)
    for (let i = 0; i < rows; i += step) {
      const height = Math.min(step, rows - i)
      memory.clear()
      const from = copyIn(memory, x, xOffset + i * cols, height * cols)
      const to = memory.take(height * cols + 4)
      wasm.softmax(to, from, height, cols)
      copyOut(out, outOffset + i * cols, memory, to, height * cols)
    }
  }
}

/** Creates `crossEntropy` for float32 arrays; others go to `fallback`. */
function createCrossEntropy({ wasm, memory }: Accelerator, fallback: Kernels['crossEntropy']): Kernels['crossEntropy'] {
  return function crossEntropy(dz, z, targets, weights, rows, cols): number {
    if (!(isFloat32(dz) && isFloat32(z) && isFloat32(targets))) {
      return fallback(dz, z, targets, weights, rows, cols)
    }
    const step = rowsOfBlock(cols)
    let loss = 0
    for (let i = 0; i < rows; i += step) {
      const height = Math.min(step, rows - i)
      memory.clear()
      const logits = copyIn(memory, z, i * cols, height * cols)
      const wanted = copyIn(memory, targets, i * cols, height * cols)
      const to = memory.take(height * cols + 4)
      const shares = memory.take(2 * height)
      new Float64Array(memory.floats.buffer, shares, height).set(weights.subarray(i, i + height))
      loss += wasm.crossEntropy(to, logits, wanted, shares, height, cols)
      copyOut(dz, i * cols, memory, to, height * cols)
    }
    return loss
  }
}

/** Creates the kernels of this file; arrays of float64 go to those of `base`. */
export function createSimdSoftmax(
  accelerator: Accelerator,
  base: Pick<Kernels, 'softmax' | 'crossEntropy'>,
): Pick<Kernels, 'softmax' | 'crossEntropy'> {
  return {
    softmax: createSoftmax(accelerator, base.softmax),
    crossEntropy: createCrossEntropy(accelerator, base.crossEntropy),
  }
}
