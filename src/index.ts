export { toMono } from './audio/mono.ts'
export { resample } from './audio/resample.ts'
export type { SampleFormat, WavAudio } from './audio/wav.ts'
export { decodeWav } from './audio/wav-decode.ts'
export { type EncodeWavOptions, encodeWav, type WavSource } from './audio/wav-encode.ts'
export { FormatError, type NonFiniteDetails, NonFiniteError, StateError } from './core/errors.ts'
export type {
  ArrayView,
  Dtype,
  FloatArray,
  FloatNdArray,
  Json,
  MatrixLike,
  NumericData,
  VectorLike,
} from './core/types.ts'
export type { Decision } from './models/decision.ts'
export type { ActivationName } from './models/layers/activation.ts'
export { Dense, type DenseOptions } from './models/layers/dense.ts'
export { Dropout, type DropoutOptions } from './models/layers/dropout.ts'
export { Layer, type LayerOptions } from './models/layers/layer.ts'
export { LSTM, type LSTMOptions } from './models/layers/lstm.ts'
export {
  MaxPool,
  MeanPool,
  type PoolStatistic,
  StandardDeviationPool,
  StatisticsPool,
  type StatisticsPoolOptions,
} from './models/layers/pool.ts'
export type { LayerConfig } from './models/registry.ts'
export { Sequential, type SequentialOptions, type SequentialState } from './models/sequential.ts'
export { NetworkStream } from './models/stream.ts'
export type {
  BatchReport,
  BestWeights,
  Checkpoint,
  EpochRecord,
  EpochReport,
  History,
} from './models/training/history.ts'
export type { LossName } from './models/training/loss.ts'
export type { EarlyStoppingOptions, FitOptions, LossOptions } from './models/training/options.ts'
export type { Labels } from './models/training/targets.ts'
export {
  checkGradient,
  type GradientCheck,
  type GradientCheckOptions,
  type Objective,
} from './numerics/gradient-check.ts'
export type { Optimizer, OptimizerState } from './numerics/optimizer.ts'
export type { ParameterSet, ParameterSlot } from './numerics/parameters.ts'
export { Random, type RandomState, type Seed } from './numerics/random.ts'
export { Adam, type AdamOptions, AdamW } from './optim/adam.ts'
export {
  type CosineDecayOptions,
  cosineDecay,
  type LearningRate,
  type Schedule,
  type StepDecayOptions,
  stepDecay,
  warmUp,
} from './optim/schedules.ts'
export { SGD, type SGDOptions } from './optim/sgd.ts'
