import type * as library from '../../src/index.ts'

/** A model that maps frames to rows, and the names of its modules in PyTorch. */
export interface TorchModel {
  make(dtype: library.Dtype): (library.Sequential | library.MLP | library.LSTM) & {
    forward(x: library.MatrixLike): library.FloatNdArray
  }
  names: string[]
}

export declare function torchModels(ser: typeof library): Record<string, TorchModel>
export declare function flaxModels(ser: typeof library): Record<string, () => library.Sequential>
