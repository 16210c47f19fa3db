import { type BaseKernels, composeKernels } from '../compose.ts'
import type { Kernels } from '../types.ts'
import { createSimdContrastiveDivergence } from './boltzmann.ts'
import { relaxed, simd } from './bytes.ts'
import { createSimdDraws } from './draws.ts'
import { createSimdActivations } from './elementwise.ts'
import { createSimdGemm } from './gemm.ts'
import { createSimdGruBackward, createSimdGruForward } from './gru.ts'
import { createSimdLstmBackward, createSimdLstmForward } from './lstm.ts'
import { compileModule, createAccelerator, type Flavour } from './module.ts'
import { createSimdRnnBackward, createSimdRnnForward } from './rnn.ts'
import { createSimdRooms } from './room.ts'
import { createSimdSoftmax } from './softmax.ts'
import { createSimdUpdates } from './updates.ts'

/**
 * A kernel set in WebAssembly SIMD for float32; float64 arrays go to the functions of `base`. Null where the module
 * cannot run.
 *
 * @param wide - the module of `wide`, which the root of the package does not carry
 */
export function createSimdKernels(
  flavour: Flavour,
  base: BaseKernels,
  wide: WebAssembly.Module | null = null,
): Kernels | null {
  const module = flavour === 'wide' ? wide : compileModule({ simd, relaxed }[flavour])
  const accelerator = module && createAccelerator(module)
  if (accelerator === null) return null
  const composed = composeKernels(flavour, {
    ...base,
    gemm: createSimdGemm(accelerator, base.gemm),
    ...createSimdActivations(accelerator, base),
    ...createSimdSoftmax(accelerator, base),
    ...createSimdUpdates(accelerator, base),
    ...createSimdDraws(accelerator, base),
  })
  const record = {
    ...composed,
    contrastiveDivergence: createSimdContrastiveDivergence(accelerator, composed.contrastiveDivergence),
    rnnForward: createSimdRnnForward(accelerator, composed.rnnForward),
    rnnBackward: createSimdRnnBackward(accelerator, composed),
    lstmForward: createSimdLstmForward(accelerator, composed.lstmForward),
    lstmBackward: createSimdLstmBackward(accelerator, composed.lstmBackward),
    gruForward: createSimdGruForward(accelerator, composed.gruForward),
    gruBackward: createSimdGruBackward(accelerator, composed.gruBackward),
  }
  return { ...record, room: createSimdRooms(accelerator, record) }
}
