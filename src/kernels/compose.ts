import { activationKernels } from './activations.ts'
import { blasKernels } from './blas.ts'
import { bernoulli, createContrastiveDivergence, createLayers } from './boltzmann.ts'
import { dropout } from './dropout.ts'
import { createGemm } from './gemm.ts'
import { createGruBackward, createGruForward } from './gru.ts'
import { createGruTangent } from './gru-tangent.ts'
import { createLstmBackward, createLstmForward } from './lstm.ts'
import { createLstmTangent } from './lstm-tangent.ts'
import { createLstmVariantBackward, createLstmVariantForward } from './lstm-variant.ts'
import { createLstmVariantTangent } from './lstm-variant-tangent.ts'
import { createRnnBackward, createRnnForward } from './rnn.ts'
import { createRnnTangent } from './rnn-tangent.ts'
import { createRooms } from './room.ts'
import type { Kernels } from './types.ts'
import { uniforms } from './uniforms.ts'
import { updateKernels } from './updates.ts'

/** Kernels composed of others. */
type Composed =
  | 'conditionalBiases'
  | 'hiddenInputs'
  | 'visibleInputs'
  | 'contrastiveDivergence'
  | 'room'
  | `${'rnn' | 'lstm' | 'lstmVariant' | 'gru'}${'Forward' | 'Backward' | 'Tangent'}`

/** Elementary kernels, of which the others are composed. */
export type BaseKernels = Omit<Kernels, 'name' | Composed>

/** Elementary kernels in typed arrays: the reference, and the float64 path. */
export function createBase(): BaseKernels {
  return {
    gemm: createGemm(),
    bernoulli,
    dropout,
    uniforms,
    ...activationKernels(),
    ...blasKernels(),
    ...updateKernels(),
  }
}

/** Completes a kernel set: composes the remaining kernels from the elementary ones. */
export function composeKernels(name: string, base: BaseKernels): Kernels {
  const layers = createLayers(base)
  const contrastiveDivergence = createContrastiveDivergence(base, layers)
  const { momentumStep, norm, uniforms } = base
  return {
    name,
    ...base,
    ...layers,
    contrastiveDivergence,
    room: createRooms({ contrastiveDivergence, momentumStep, norm, uniforms }),
    rnnForward: createRnnForward(base),
    rnnBackward: createRnnBackward(base),
    rnnTangent: createRnnTangent(base),
    lstmForward: createLstmForward(base.gemm, base.fillRows),
    lstmBackward: createLstmBackward(base.gemm, base.addColumnSums),
    lstmTangent: createLstmTangent(base),
    lstmVariantForward: createLstmVariantForward(base),
    lstmVariantBackward: createLstmVariantBackward(base),
    lstmVariantTangent: createLstmVariantTangent(base),
    gruForward: createGruForward(base),
    gruBackward: createGruBackward(base),
    gruTangent: createGruTangent(base),
  }
}
