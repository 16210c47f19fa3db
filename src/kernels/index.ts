import * as activations from './activations.ts'
import * as blas from './blas.ts'
import { bernoulli, createContrastiveDivergence, createLayers } from './boltzmann.ts'
import { createGemm } from './gemm.ts'
import { createGruBackward, createGruForward } from './gru.ts'
import { createGruTangent } from './gru-tangent.ts'
import { createLstmBackward, createLstmForward } from './lstm.ts'
import { createLstmTangent } from './lstm-tangent.ts'
import { createLstmVariantBackward, createLstmVariantForward } from './lstm-variant.ts'
import { createLstmVariantTangent } from './lstm-variant-tangent.ts'
import { createRnnBackward, createRnnForward } from './rnn.ts'
import { createRnnTangent } from './rnn-tangent.ts'
import type { Kernels } from './types.ts'

/** The typed-array kernels: the reference, and the float64 path. */
export function createKernels(): Kernels {
  const gemm = createGemm()
  const layers = createLayers({ gemm, fillRows: blas.fillRows })
  return {
    name: 'js',
    gemm,
    gemv: blas.gemv,
    ger: blas.ger,
    axpy: blas.axpy,
    dot: blas.dot,
    fillRows: blas.fillRows,
    addColumnSums: blas.addColumnSums,
    sigmoid: activations.sigmoid,
    tanh: activations.tanh,
    relu: activations.relu,
    leakyRelu: activations.leakyRelu,
    softplus: activations.softplus,
    hardSigmoid: activations.hardSigmoid,
    sigmoidBackward: activations.sigmoidBackward,
    tanhBackward: activations.tanhBackward,
    reluBackward: activations.reluBackward,
    leakyReluBackward: activations.leakyReluBackward,
    softplusBackward: activations.softplusBackward,
    hardSigmoidBackward: activations.hardSigmoidBackward,
    softmax: activations.softmax,
    logSoftmax: activations.logSoftmax,
    softmaxBackward: activations.softmaxBackward,
    logSumExp: activations.logSumExp,
    bernoulli,
    ...layers,
    contrastiveDivergence: createContrastiveDivergence({ gemm, sigmoid: activations.sigmoid }, layers),
    rnnForward: createRnnForward({ gemm, fillRows: blas.fillRows }),
    rnnBackward: createRnnBackward({ gemm, axpy: blas.axpy, addColumnSums: blas.addColumnSums }),
    rnnTangent: createRnnTangent({ gemm, fillRows: blas.fillRows }),
    lstmForward: createLstmForward(gemm, blas.fillRows),
    lstmBackward: createLstmBackward(gemm, blas.addColumnSums),
    lstmTangent: createLstmTangent({ gemm, fillRows: blas.fillRows }),
    lstmVariantForward: createLstmVariantForward({ gemm, fillRows: blas.fillRows }),
    lstmVariantBackward: createLstmVariantBackward({ gemm, addColumnSums: blas.addColumnSums }),
    lstmVariantTangent: createLstmVariantTangent({ gemm, fillRows: blas.fillRows }),
    gruForward: createGruForward({ gemm, fillRows: blas.fillRows }),
    gruBackward: createGruBackward({ gemm, addColumnSums: blas.addColumnSums }),
    gruTangent: createGruTangent({ gemm, fillRows: blas.fillRows }),
  }
}

/** The record in use. */
export const kernels: Kernels = createKernels()
