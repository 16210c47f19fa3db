import * as activations from './activations.ts'
import * as blas from './blas.ts'
import { bernoulli, createContrastiveDivergence, createLayers } from './boltzmann.ts'
import { createGemm } from './gemm.ts'
import { createLstmBackward, createLstmForward } from './lstm.ts'
import { createRnnBackward, createRnnForward } from './rnn.ts'
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
    softplus: activations.softplus,
    sigmoidBackward: activations.sigmoidBackward,
    tanhBackward: activations.tanhBackward,
    reluBackward: activations.reluBackward,
    softmax: activations.softmax,
    logSoftmax: activations.logSoftmax,
    softmaxBackward: activations.softmaxBackward,
    logSumExp: activations.logSumExp,
    bernoulli,
    ...layers,
    contrastiveDivergence: createContrastiveDivergence({ gemm, sigmoid: activations.sigmoid }, layers),
    rnnForward: createRnnForward({ gemm, fillRows: blas.fillRows }),
    rnnBackward: createRnnBackward({ gemm, axpy: blas.axpy, addColumnSums: blas.addColumnSums }),
    lstmForward: createLstmForward(gemm, blas.fillRows),
    lstmBackward: createLstmBackward(gemm, blas.addColumnSums),
  }
}

/** The record in use. */
export const kernels: Kernels = createKernels()
