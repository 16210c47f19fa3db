import { checkBoolean, checkInteger, checkNumber, checkOneOf, checkOptions } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { FloatNdArray, MatrixLike, VectorLike } from '../core/types.ts'
import type { OutputKind } from '../layers/layer-chain.ts'
import {
  type EarlyStoppingOptions,
  type ResolvedEarlyStopping,
  resolveEarlyStopping,
} from '../numerics/early-stopping.ts'
import { checkHooks, type LoopHooks } from '../numerics/loop.ts'
import { type BatchOptimizer, isBatchOptimizer, type Optimizer } from '../numerics/optimizer.ts'
import { checkSeed, type Random, type Seed } from '../numerics/random.ts'
import type { WorkerPool } from '../threads/pool.ts'
import type { ClassWeights } from './class-weights.ts'
import type { Checkpoint, EpochRecord, UpdateReport } from './history.ts'
import type { LossName } from './loss.ts'
import type { Labels } from './targets.ts'

/** Options that define the loss. */
export interface LossOptions {
  /**
   * Default: `crossEntropy` where the output is a softmax, else `squaredError`. `concordance`, 1 - CCC (Lin 1989) over the rows of
   * each batch, mean over the columns, is for outputs that are values, and for batches that are not small.
   */
  loss?: LossName
  /**
   * Label smoothing: share of the target's probability spread evenly over all classes; needs class indices. Default 0.
   */
  labelSmoothing?: number
  /** Weight of each class: `[1, 2]`, `{ joy: 1, anger: 2 }` where classes have names, or `balanced`. Default: all 1. */
  classWeights?: ClassWeights
  /** Truncated BPTT: the backward pass is cut every this many time steps. Default 0, full BPTT. */
  truncation?: number
  /**
   * Weights >= 0 of each sequence's output rows, [T] each: the loss of a sequence is their weighted mean, 0 where all
   * are 0. Default: all 1.
   */
  frameWeights?: readonly VectorLike[]
}

/** Options of `fit`. */
export interface FitOptions extends LossOptions, LoopHooks<EpochRecord, UpdateReport, Checkpoint> {
  /**
   * Turns gradients into updates, for example `new Adam({ learningRate: 1e-3 })`, or evaluates the loss itself as
   * `new LBFGS()` does; its state is reset first. The latter make one iteration per batch and end the training
   * after an epoch in which no batch let them make a step.
   */
  optimizer: Optimizer | BatchOptimizer
  /**
   * Names of the classes in the order of the outputs, for a network that has none yet. Default: where labels are names,
   * those that occur, in ascending order.
   */
  classes?: readonly string[]
  /** Passes over the data. Default 10; with LBFGS and HessianFree their `maxIterations`. */
  epochs?: number
  /** Sequences per update. Default 16; all of them with LBFGS and HessianFree. */
  batchSize?: number
  /** Shuffles the data anew in each epoch; LBFGS and HessianFree keep the order of a full batch. Default true. */
  shuffle?: boolean
  /** Seed of shuffling and dropout. Default: the network's. */
  seed?: Seed
  /** Largest Euclidean norm of the gradient. Not with LBFGS and HessianFree, which need the gradient as it is. */
  clipNorm?: number
  /**
   * Largest absolute value of an element of the gradient, applied before `clipNorm`. Not with LBFGS and HessianFree.
   */
  clipValue?: number
  /**
   * Standard deviation of normal noise added to all weights but biases while a gradient is computed, drawn anew for
   * each update (Graves 2013 has 0.075). Default 0. Not with LBFGS and HessianFree.
   */
  weightNoise?: number
  /**
   * Truncated BPTT with state: a batch is cut along time into chunks of this many steps. Each chunk makes an update of
   * its own, starts from the layer states at the end of the previous one, and has its own dropout masks; its loss is
   * that of a batch made of its frames alone. Default 0: whole sequences. For networks without pooling and backward
   * directions; not with LBFGS and HessianFree.
   */
  chunkLength?: number
  /** Records each parameter's gradient norm and the mean activation of gates, epoch by epoch. Default false. */
  statistics?: boolean
  /** Decay of an exponential moving average of the weights, with which the network ends. Default 0: no averaging. */
  averaging?: number
  /**
   * Changes a training sequence [T, D] before each use, for example by noise; each use has a random stream of its own.
   * It returns a new [T', D] (T' = T where labels are given per frame) and must not write to its argument.
   */
  augment?: (sequence: FloatNdArray, random: Random) => MatrixLike
  /** Held-out data, measured after each epoch. */
  validation?: { sequences: readonly MatrixLike[]; labels: Labels }
  earlyStopping?: EarlyStoppingOptions
  /**
   * Splits every mini-batch over this many threads, or over those of a pool of `createWorkerPool`, which stays open.
   * The result does not depend on their number: gradients of `parts` are summed in a fixed order. Default: no threads.
   * Not with `chunkLength`, LBFGS and HessianFree.
   */
  workers?: number | WorkerPool
  /**
   * With `workers`: the number of parts, of about equally many frames, into which a mini-batch is split; no more
   * workers than parts can be busy. Another number changes rounding and dropout masks, and so the result. Default 4.
   */
  parts?: number
  /** Continues from a checkpoint of an `onEpoch` report, with the result of an uninterrupted training, bit for bit. */
  resume?: Checkpoint
}

const lossOptionNames = ['loss', 'labelSmoothing', 'classWeights', 'truncation', 'frameWeights'] as const
const fitOptionNames = [
  ...lossOptionNames,
  ...[
    'classes',
    'optimizer',
    'epochs',
    'batchSize',
    'shuffle',
    'seed',
    'clipNorm',
    'clipValue',
    'averaging',
    'augment',
  ],
  ...[
    'weightNoise',
    'chunkLength',
    'statistics',
    'validation',
    'earlyStopping',
    'signal',
    'onEpoch',
    'onBatch',
    'resume',
    'workers',
    'parts',
  ],
] as const

/** {@link LossOptions} with their defaults. */
export interface ResolvedLoss {
  loss: LossName
  labelSmoothing: number
  truncation: number
}

/** Checks {@link LossOptions}. */
export function resolveLoss(where: string, options: LossOptions, output: OutputKind): ResolvedLoss {
  const standard = output === 'values' ? 'squaredError' : 'crossEntropy'
  const loss = checkOneOf<LossName>(where, 'loss', options.loss ?? standard, [
    'crossEntropy',
    'squaredError',
    'concordance',
  ])
  if (loss === 'crossEntropy' && output === 'values') {
    throw new RangeError(
      `${where}: "loss" crossEntropy needs a softmax as the last layer, or MeanPool, LastPool or AttentionPool of one head above a softmax`,
    )
  }
  if (loss === 'concordance' && output !== 'values') {
    throw new RangeError(`${where}: "loss" concordance needs outputs that are values; leave out the softmax`)
  }
  return {
    loss,
    labelSmoothing: checkNumber(where, 'labelSmoothing', options.labelSmoothing ?? 0, { min: 0, below: 1 }),
    truncation: checkInteger(where, 'truncation', options.truncation ?? 0, { min: 0 }),
  }
}

/** Throws on an option of `lossAndGradient` that is not known. */
export function checkLossOptions(where: string, options: LossOptions): void {
  checkOptions(where, options, lossOptionNames)
}

/** Loss options of `evaluate`: there are no class weights, and no gradient to truncate. */
export type EvaluationOptions = Pick<LossOptions, 'loss' | 'labelSmoothing'>

/** Throws on an option of `evaluate` that is not known. */
export function checkEvaluationOptions(where: string, options: EvaluationOptions): void {
  checkOptions(where, options, ['loss', 'labelSmoothing'])
}

function isOptimizer(value: unknown): value is Optimizer | BatchOptimizer {
  if (typeof value !== 'object' || value === null) return false
  return typeof (value as Optimizer).step === 'function' || isBatchOptimizer(value as BatchOptimizer)
}

/** Refuses options that change the gradient: a line search needs the gradient of the very loss that it evaluates. */
function checkUnchangedGradient(where: string, options: FitOptions, kind: string): void {
  const changes = ['clipNorm', 'clipValue', 'truncation', 'weightNoise', 'chunkLength'] as const
  const changed = changes.find((name) => options[name] !== undefined && options[name] !== 0)
  if (changed === undefined) return
  throw new RangeError(
    `${where}: "${changed}" does not go with ${kind}, which needs the gradient as it is; leave it out`,
  )
}

function isWorkerPool(value: unknown): value is WorkerPool {
  return typeof value === 'object' && value !== null && typeof (value as WorkerPool).broadcast === 'function'
}

/** Refuses options that threads cannot serve: parts of a batch share neither layer states nor a line search. */
function resolveWorkers(where: string, options: FitOptions): Pick<ResolvedFit, 'workers' | 'parts'> {
  const { workers, parts, optimizer, chunkLength } = options
  if (workers === undefined) {
    if (parts !== undefined) throw new RangeError(`${where}: "parts" needs "workers"`)
    return { workers: null, parts: 0 }
  }
  const clash = isBatchOptimizer(optimizer) ? optimizer.kind : chunkLength ? '"chunkLength"' : null
  if (clash !== null) throw new RangeError(`${where}: "workers" does not go with ${clash}; leave it out`)
  return {
    workers: isWorkerPool(workers) ? workers : checkInteger(where, 'workers', workers, { min: 1 }),
    parts: checkInteger(where, 'parts', parts ?? 4, { min: 1 }),
  }
}

/** {@link FitOptions} with their defaults, without those of data and loss. */
export interface ResolvedFit {
  optimizer: Optimizer | BatchOptimizer
  epochs: number
  /** Infinity for all cases at once. */
  batchSize: number
  shuffle: boolean
  seed: Seed
  clipNorm: number
  clipValue: number
  averaging: number
  weightNoise: number
  chunkLength: number
  statistics: boolean
  workers: number | WorkerPool | null
  parts: number
  earlyStopping: ResolvedEarlyStopping<'loss' | 'accuracy'> | null
}

/** Checks {@link FitOptions}; `batchSize` is the default for first-order optimisers. */
export function resolveFit(where: string, options: FitOptions, seed: Seed, batchSize = 16): ResolvedFit {
  checkOptions(where, options, fitOptionNames)
  if (!isOptimizer(options.optimizer)) {
    throw new TypeError(expectation(where, 'optimizer', 'an optimiser such as new Adam()', options.optimizer))
  }
  checkHooks(where, options, ['augment', 'onEpoch', 'onBatch'])
  const limit = { above: 0 }
  const { optimizer } = options
  const whole = isBatchOptimizer(optimizer)
  if (whole) checkUnchangedGradient(where, options, optimizer.kind)
  const standard = whole ? Number.POSITIVE_INFINITY : batchSize
  return {
    optimizer,
    epochs: checkInteger(where, 'epochs', options.epochs ?? (whole ? optimizer.maxIterations : 10), { min: 1 }),
    batchSize:
      options.batchSize === undefined ? standard : checkInteger(where, 'batchSize', options.batchSize, { min: 1 }),
    shuffle: checkBoolean(where, 'shuffle', options.shuffle ?? true),
    seed: checkSeed(where, options.seed ?? seed),
    clipNorm: options.clipNorm === undefined ? 0 : checkNumber(where, 'clipNorm', options.clipNorm, limit),
    clipValue: options.clipValue === undefined ? 0 : checkNumber(where, 'clipValue', options.clipValue, limit),
    averaging: checkNumber(where, 'averaging', options.averaging ?? 0, { min: 0, below: 1 }),
    weightNoise: checkNumber(where, 'weightNoise', options.weightNoise ?? 0, { min: 0 }),
    chunkLength: checkInteger(where, 'chunkLength', options.chunkLength ?? 0, { min: 0 }),
    statistics: checkBoolean(where, 'statistics', options.statistics ?? false),
    ...resolveWorkers(where, options),
    earlyStopping: resolveEarlyStopping(where, options, ['loss', 'accuracy']),
  }
}
