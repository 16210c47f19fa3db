/** What an MLP is made of, and what its `fit` and `pretrain` take. */
import { checkDtype } from '../core/array.ts'
import { checkArray, checkInteger, checkNumber, checkOneOf, checkOptions } from '../core/check.ts'
import type { Dtype, MatrixLike, VectorLike } from '../core/types.ts'
import type { DBNOptions } from '../energy/dbn.ts'
import type { StackFitOptions } from '../energy/energy-stack.ts'
import { type ActivationName, activationNames } from '../layers/activation.ts'
import { checkSeed, type Seed } from '../numerics/random.ts'
import { type FitOptions, type LossOptions, type ResolvedFit, resolveFit } from '../training/fit-options.ts'
import type { LossKind } from '../training/loss.ts'

/** Options of {@link MLP}. */
export interface MLPOptions {
  /** Units from the input to the output, as `[429, 256, 256, 4]`. */
  layers: number[]
  /** phi of the hidden layers. Default `sigmoid`. */
  activation?: Exclude<ActivationName, 'softmax'>
  /**
   * phi of the output layer. Default: what belongs to the loss, and without a loss `softmax`, for a single output
   * `sigmoid`.
   */
  output?: ActivationName
  /**
   * `crossEntropy` on a softmax, `binaryCrossEntropy` on sigmoids, `squaredError` on anything. Default: what belongs to
   * the output, which for all but softmax and sigmoid is `squaredError`.
   */
  loss?: LossKind
  /** lambda of lambda/2 sum_l ||W_l||^2; biases are spared. Default 0. */
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
   * Names of the classes, in the order of the outputs; of a single output those of 0 and 1. Default: those that the first `fit`
   * with names for labels finds.
   */
  classes?: readonly string[]
}

/** The options with their defaults, less the names of the classes, which `fit` may find. */
export type ResolvedMLPOptions = Required<Omit<MLPOptions, 'classes'>>

/**
 * Class indices, one a row, or one-hot rows [n, K], which mean the same; other rows [n, K] of targets.
 * For a single output [n] numbers, which with a sigmoid are classes 0 and 1 or probabilities. Names of classes, such as
 * `['joy', 'anger']`, may stand for class indices.
 */
export type RowLabels = VectorLike | MatrixLike | readonly string[]

/** Options that concern the labels. */
export interface RowLossOptions {
  /** Share of the target's probability spread over all classes; for labels of one class a row. Default 0. */
  labelSmoothing?: number
  /** Weight of each class: `[1, 2]`, `{ joy: 1, anger: 2 }` where classes have names, or `balanced`. Default: all 1. */
  classWeights?: FitOptions['classWeights']
}

/** Options of {@link MLP.fit}: those of every network's `fit`, with rows for sequences. */
export interface MLPFitOptions
  extends Omit<FitOptions, keyof LossOptions | 'augment' | 'chunkLength' | 'validation' | 'workers' | 'parts'>,
    RowLossOptions {
  /** Rows an update. Default 128; with LBFGS and HessianFree all. */
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
const losses = ['crossEntropy', 'binaryCrossEntropy', 'squaredError'] as const

/** The output that belongs to a loss. */
const outputOf = { crossEntropy: 'softmax', binaryCrossEntropy: 'sigmoid', squaredError: 'linear' } as const

function lossOf(output: ActivationName): LossKind {
  if (output === 'softmax') return 'crossEntropy'
  return output === 'sigmoid' ? 'binaryCrossEntropy' : 'squaredError'
}

function resolveOutput(options: MLPOptions, outputs: number): { output: ActivationName; loss: LossKind } {
  const { loss } = options
  if (loss !== undefined) checkOneOf('MLP', 'loss', loss, losses)
  const standard = loss === undefined ? (outputs === 1 ? 'sigmoid' : 'softmax') : outputOf[loss]
  const output = checkOneOf('MLP', 'output', options.output ?? standard, activationNames)
  if (loss !== undefined && loss !== 'squaredError' && output !== outputOf[loss]) {
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
    checkInteger(where, `layers[${i}]`, n, { min: 1 }),
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

/** Checks {@link MLPFitOptions}, less what concerns the data. */
export function resolveMLPFit(where: string, options: MLPFitOptions, seed: Seed): ResolvedFit {
  checkOptions(where, options, fitOptionNames)
  const { validation, ...rest } = options
  if (validation !== undefined) checkOptions(`${where} validation`, validation, ['x', 'labels'])
  // What stands for the held-out data only says that there are some.
  const held = validation && { sequences: [], labels: [] }
  return resolveFit(where, { ...rest, validation: held }, seed, DEFAULT_BATCH_SIZE)
}
