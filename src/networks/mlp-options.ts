/** Options of the MLP, of its `fit` and of its `pretrain`. */

import { checkDtype } from '../core/array.ts'
import { checkArray, checkInteger, checkNumber, checkOneOf, checkOptions } from '../core/check.ts'
import { limits } from '../core/limits.ts'
import type { Dtype, MatrixLike, VectorLike } from '../core/types.ts'
import type { DBNOptions } from '../energy/dbn.ts'
import type { StackFitOptions } from '../energy/energy-stack.ts'
import { type ActivationName, activationNames } from '../layers/activation.ts'
import { checkSeed, type Seed } from '../numerics/random.ts'
import { type FitOptions, type LossOptions, type ResolvedFit, resolveFit } from '../training/fit-options.ts'
import type { LossKind } from '../training/loss.ts'

/** Options of {@link MLP}. */
export interface MLPOptions {
  /** Units of each layer from the input to the output, such as `[429, 256, 256, 4]`. */
  layers: number[]
  /** Activation phi of the hidden layers. Default `sigmoid`. */
  activation?: Exclude<ActivationName, 'softmax'>
  /**
   * Activation of the output layer. Default: the one that matches the loss; without a loss `softmax`, or `sigmoid` for
   * a single output.
   */
  output?: ActivationName
  /**
   * `crossEntropy` on a softmax, `binaryCrossEntropy` on sigmoids, `squaredError` on anything, `concordance` (1 - CCC of each
   * batch, Lin 1989) on values. Default: the one that matches the output: `squaredError` for all but softmax and sigmoid.
   */
  loss?: LossKind
  /** lambda of the weight decay lambda/2 sum_l ||W_l||^2, which excludes biases. Default 0. */
  weightDecay?: number
  /** Share of each hidden layer's outputs that is set to zero in training. Default 0. */
  dropout?: number
  /** Share of the inputs that is set to zero in training. Default 0. */
  inputDropout?: number
  /** Seed of the starting weights and, unless given there, of `fit` and `pretrain`. Default 0. */
  seed?: Seed
  /** Element type of parameters and results. Default `float32`. */
  dtype?: Dtype
  /**
   * Names of the classes, in the order of the outputs; for a single output the names of 0 and 1. Default: the names
   * that occur in the labels of the first `fit` with named labels.
   */
  classes?: readonly string[]
}

/** The options with their defaults, without the names of the classes, which `fit` may find. */
export type ResolvedMLPOptions = Required<Omit<MLPOptions, 'classes'>>

/**
 * Class indices [n], or one-hot rows [n, K], which mean the same, or any other targets [n, K].
 * For a single output: numbers [n]; with a sigmoid, classes 0 and 1 or probabilities. Names of classes, such as
 * `['joy', 'anger']`, may replace class indices.
 */
export type RowLabels = VectorLike | MatrixLike | readonly string[]

/** Options that concern the labels. */
export interface RowLossOptions {
  /**
   * Label smoothing: share of the target's probability spread evenly over all classes; needs one class per row. Default
   * 0.
   */
  labelSmoothing?: number
  /** Weight of each class: `[1, 2]`, `{ joy: 1, anger: 2 }` where classes have names, or `balanced`. Default: all 1. */
  classWeights?: FitOptions['classWeights']
}

/** Options of {@link MLP.fit}: those of every network's `fit`, with rows for sequences. */
export interface MLPFitOptions
  extends Omit<FitOptions, keyof LossOptions | 'augment' | 'chunkLength' | 'validation' | 'workers' | 'parts'>,
    RowLossOptions {
  /** Rows per update. Default 128; all of them with LBFGS and HessianFree. */
  batchSize?: number
  /** Held-out data, measured after each epoch. */
  validation?: { x: MatrixLike; labels: RowLabels }
}

/** Options of {@link MLP.pretrain}: those of a {@link DBN} and of its `fit`. */
export interface MLPPretrainOptions extends StackFitOptions<MatrixLike> {
  /** Kind of the lowest layer's visible units. Default: `binary` where all of x lies in [0, 1], else `gaussian`. */
  visibles?: DBNOptions['visibles']
  /** Standard deviation of the RBMs' starting weights. Default 0.01. */
  weightScale?: number
}

const DEFAULT_BATCH_SIZE = 128

const optionNames = [
  ...['layers', 'activation', 'output', 'loss', 'weightDecay', 'dropout', 'inputDropout', 'seed', 'dtype', 'classes'],
] as const
const fitOptionNames = [
  ...['optimizer', 'epochs', 'batchSize', 'shuffle', 'seed', 'clipNorm', 'clipValue', 'averaging', 'labelSmoothing'],
  ...['classWeights', 'validation', 'earlyStopping', 'signal', 'onEpoch', 'onBatch', 'resume'],
  ...['weightNoise', 'statistics', 'classes'],
] as const
const hiddenActivations = activationNames.filter((name) => name !== 'softmax')
const losses = ['crossEntropy', 'binaryCrossEntropy', 'squaredError', 'concordance'] as const

/** The output activation that matches a loss. */
const outputOf = {
  crossEntropy: 'softmax',
  binaryCrossEntropy: 'sigmoid',
  squaredError: 'linear',
  concordance: 'linear',
} as const

function lossOf(output: ActivationName): LossKind {
  if (output === 'softmax') return 'crossEntropy'
  return output === 'sigmoid' ? 'binaryCrossEntropy' : 'squaredError'
}

function resolveOutput(options: MLPOptions, outputs: number): { output: ActivationName; loss: LossKind } {
  const { loss } = options
  if (loss !== undefined) checkOneOf('MLP', 'loss', loss, losses)
  const standard = loss === undefined ? (outputs === 1 ? 'sigmoid' : 'softmax') : outputOf[loss]
  const output = checkOneOf('MLP', 'output', options.output ?? standard, activationNames)
  if (loss === 'concordance' && output === 'softmax') {
    throw new RangeError(`MLP: "output" expected values for the loss "concordance", got "softmax"; take "linear"`)
  }
  const ofValues = loss === undefined || loss === 'squaredError' || loss === 'concordance'
  if (!ofValues && output !== outputOf[loss]) {
    const remedy = `take "${outputOf[loss]}", or the loss "${lossOf(output)}"`
    throw new RangeError(
      `MLP: "output" expected "${outputOf[loss]}" for the loss "${loss}", got "${output}"; ${remedy}`,
    )
  }
  if (output === 'softmax' && outputs === 1) {
    throw new RangeError(
      'MLP: "layers" expected at least 2 outputs for a softmax, got 1; for two classes take 2, or one sigmoid with ' +
        'the loss "binaryCrossEntropy"',
    )
  }
  return { output, loss: loss ?? lossOf(output) }
}

/** Checks {@link MLPOptions} and fills in the defaults. */
export function resolveMLPOptions(options: MLPOptions): ResolvedMLPOptions {
  const where = 'MLP'
  checkOptions(where, options, optionNames)
  const layers = checkArray(where, 'layers', options.layers, 2).map((n, i) =>
    checkInteger(where, `layers[${i}]`, n, { min: 1, limit: limits.units }),
  )
  const rate = { min: 0, below: 1 }
  return {
    layers,
    activation: checkOneOf(where, 'activation', options.activation ?? 'sigmoid', hiddenActivations),
    ...resolveOutput(options, layers[layers.length - 1]),
    weightDecay: checkNumber(where, 'weightDecay', options.weightDecay ?? 0, { min: 0 }),
    dropout: checkNumber(where, 'dropout', options.dropout ?? 0, rate),
    inputDropout: checkNumber(where, 'inputDropout', options.inputDropout ?? 0, rate),
    seed: checkSeed(where, options.seed ?? 0),
    dtype: checkDtype(where, options.dtype ?? 'float32'),
  }
}

/** The share of the probability that is spread over all classes. */
export function checkLabelSmoothing(where: string, { labelSmoothing }: RowLossOptions): number {
  return checkNumber(where, 'labelSmoothing', labelSmoothing ?? 0, { min: 0, below: 1 })
}

/** Checks {@link MLPFitOptions}, without those of the data. */
export function resolveMLPFit(where: string, options: MLPFitOptions, seed: Seed): ResolvedFit {
  checkOptions(where, options, fitOptionNames)
  const { validation, ...rest } = options
  if (validation !== undefined) checkOptions(`${where} validation`, validation, ['x', 'labels'])
  // An empty placeholder: here it only matters whether there are held-out data.
  const held = validation && { sequences: [], labels: [] }
  return resolveFit(where, { ...rest, validation: held }, seed, DEFAULT_BATCH_SIZE)
}
