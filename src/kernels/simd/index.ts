import { type BaseKernels, composeKernels } from '../compose.ts'
import type { Kernels } from '../types.ts'
import { createSimdContrastiveDivergence } from './boltzmann.ts'
import { createSimdElementwise } from './elementwise.ts'
import { createSimdFrameFeatures } from './frames.ts'
import { createSimdGemm } from './gemm.ts'
import { createSimdGruBackward, createSimdGruForward } from './gru.ts'
import { createSimdLstmBackward, createSimdLstmForward } from './lstm.ts'
import { compileModule, createAccelerator, type Flavour } from './module.ts'
import { createSimdMomentumStep } from './momentum.ts'
import { createSimdRnnBackward, createSimdRnnForward } from './rnn.ts'

/**
 * The record in WebAssembly SIMD, for float32 and for features of frames: what else there is goes to the functions of
 * `base`. Null where the build does not run.
 */
export function createSimdKernels(flavour: Flavour, base: BaseKernels): Kernels | null {
  const module = compileModule(flavour)
  const accelerator = module && createAccelerator(module)
  if (accelerator === null) return null
  const composed = composeKernels(flavour, {
    ...base,
    gemm: createSimdGemm(accelerator, base.gemm),
    momentumStep: createSimdMomentumStep(accelerator, base.momentumStep),
    sigmoid: createSimdElementwise(accelerator, 'sigmoid', base.sigmoid),
    softplus: createSimdElementwise(accelerator, 'softplus', base.softplus),
    tanh: createSimdElementwise(accelerator, 'tanh', base.tanh),
    frameFeatures: createSimdFrameFeatures(base.frameFeatures),
  })
  return {
    ...composed,
    contrastiveDivergence: createSimdContrastiveDivergence(accelerator, composed.contrastiveDivergence),
    rnnForward: createSimdRnnForward(accelerator, composed.rnnForward),
    rnnBackward: createSimdRnnBackward(accelerator, composed),
    lstmForward: createSimdLstmForward(accelerator, composed.lstmForward),
    lstmBackward: createSimdLstmBackward(accelerator, composed.lstmBackward),
    gruForward: createSimdGruForward(accelerator, composed.gruForward),
    gruBackward: createSimdGruBackward(accelerator, composed.gruBackward),
  }
}
