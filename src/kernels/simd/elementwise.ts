/** Activations in WebAssembly. */
import { isFloat32 } from '../../core/realm.ts'
import type { ElementwiseKernel, Kernels } from '../types.ts'
import type { Accelerator } from './module.ts'
import { copyIn, copyOut } from './transfer.ts'

/** Elements copied per call. */
const BLOCK = 16384

/** Creates a kernel for float32 arrays, also those in the module's memory; others go to `fallback`. */
function createElementwise(
  { wasm, memory }: Accelerator,
  name: 'sigmoid' | 'softplus' | 'tanh',
  fallback: ElementwiseKernel,
): ElementwiseKernel {
  return (out, outOffset, x, xOffset, n) => {
    if (!(isFloat32(out) && isFloat32(x))) fallback(out, outOffset, x, xOffset, n)
    else if (out === memory.floats && x === out) wasm[name](4 * outOffset, 4 * xOffset, n)
    else {
      for (let i = 0; i < n; i += BLOCK) {
        const length = Math.min(BLOCK, n - i)
        memory.clear()
        const at = copyIn(memory, x, xOffset + i, length)
        wasm[name](at, at, length)
        copyOut(out, outOffset + i, memory, at, length)
      }
    }
  }
}

/** Creates the kernels of this file; arrays of float64 go to those of `base`. */
export function createSimdActivations(
  accelerator: Accelerator,
  base: Pick<Kernels, 'sigmoid' | 'softplus' | 'tanh'>,
): Pick<Kernels, 'sigmoid' | 'softplus' | 'tanh'> {
  return {
    sigmoid: createElementwise(accelerator, 'sigmoid', base.sigmoid),
    softplus: createElementwise(accelerator, 'softplus', base.softplus),
    tanh: createElementwise(accelerator, 'tanh', base.tanh),
  }
}
