import { type BaseKernels, composeKernels } from '../compose.ts'
import type { Kernels } from '../types.ts'
import { createSimdElementwise } from './elementwise.ts'
import { createSimdFrameFeatures } from './frames.ts'
import { createSimdGemm } from './gemm.ts'
import { createSimdLstmBackward, createSimdLstmForward } from './lstm.ts'
import { createAccelerator, type Flavour } from './module.ts'
import { createSimdRnnBackward, createSimdRnnForward } from './rnn.ts'

/**
 * The record in WebAssembly SIMD, for float32 and for features of frames: what else there is goes to the functions of
 * `base`. Null where the build does not run.
 */
export function createSimdKernels(flavour: Flavour, base: BaseKernels): Kernels | null {
  const accelerator = createAccelerator(flavour)
  if (accelerator === null) return null
  const composed = composeKernels(flavour, {
    ...base,
    gemm: createSimdGemm(accelerator, base.gemm),
    sigmoid: createSimdElementwise(accelerator, 'sigmoid', base.sigmoid),
    tanh: createSimdElementwise(accelerator, 'tanh', base.tanh),
    frameFeatures: createSimdFrameFeatures(base.frameFeatures),
  })
  return {
    ...composed,
    rnnForward: createSimdRnnForward(accelerator, composed.rnnForward),
    rnnBackward: createSimdRnnBackward(accelerator, composed),
    lstmForward: createSimdLstmForward(accelerator, composed.lstmForward),
    lstmBackward: createSimdLstmBackward(accelerator, composed.lstmBackward),
  }
}
