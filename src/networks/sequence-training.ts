/** Labelled sequences and the layers of a `Sequential`: their checks, their loss as one batch, and training on them. */
import { dtypeOf, type Matrix } from '../core/array.ts'
import { checkArray, checkObject } from '../core/check.ts'
import { toSequence } from '../core/sequence.ts'
import type { FloatArray, MatrixLike, VectorLike } from '../core/types.ts'
import { INFERENCE_BATCH } from '../layers/batch.ts'
import type { Random, Seed } from '../numerics/random.ts'
import { augmented, packAugmented } from '../training/augment.ts'
import type { BatchView, DatasetLoss } from '../training/batch-loss.ts'
import { type Dataset, everyMember, resolveDataset } from '../training/dataset.ts'
import {
  checkLossOptions,
  type FitOptions,
  type LossOptions,
  type ResolvedFit,
  type ResolvedLoss,
  resolveFit,
  resolveLoss,
} from '../training/fit-options.ts'
import type { History } from '../training/history.ts'
import type { OutputClasses } from '../training/output-classes.ts'
import type { NetworkCore } from '../training/output-loss.ts'
import { trainOnThreads } from '../training/parallel.ts'
import type { Labels } from '../training/targets.ts'
import { likeliestClasses } from './outputs.ts'
import { NetworkTrainer } from './trainer.ts'
import { type ProductKind, vectorProduct } from './vector-product.ts'

/** Checked options of a training, and the network's classes from the first update on. */
export interface FitChecks {
  resolved: ResolvedFit
  loss: ResolvedLoss
  classes: OutputClasses
}

/** A data set as its caller gives it. */
export interface LabelledSequences {
  sequences: unknown
  labels: unknown
  frameWeights?: LossOptions['frameWeights']
}

/** Trains and measures the layers of a `Sequential`. */
export class SequenceTraining {
  readonly trainer: NetworkTrainer
  private readonly core: NetworkCore

  constructor(core: NetworkCore, classes: OutputClasses) {
    const { layers, output } = core.chain
    this.core = core
    this.trainer = new NetworkTrainer(core, classes, {
      classifies: output !== 'values',
      classCount: layers[layers.length - 1].outputs,
      batchSize: INFERENCE_BATCH,
      classesOf: (last) => likeliestClasses(core, last),
      accuracyNeeds: 'validation labels of one class a sequence, and a softmax',
    })
  }

  /** One sequence [T, D], or a list of several, as matrices. */
  take(where: string, name: 'sequence' | 'sequences', sequences: unknown): Matrix[] {
    const { chain, parameters } = this.core
    const { inputs } = chain.layers[0]
    return checkArray(where, name, sequences, 1).map((sequence, i) =>
      toSequence(where, name === 'sequence' ? name : `${name}[${i}]`, sequence, inputs, dtypeOf(parameters.values)),
    )
  }

  /** Checks sequences and labels against the layers. */
  dataset(
    where: string,
    { sequences, labels, frameWeights }: LabelledSequences,
    { labelSmoothing }: ResolvedLoss,
    classes: OutputClasses = this.trainer.classes,
  ): Dataset {
    const { chain, parameters } = this.core
    const taken = this.take(where, 'sequences', sequences)
    const { outputs } = chain.layers[chain.layers.length - 1]
    const outputLength = (steps: number): number => chain.outputLength(steps)
    const shape = { outputLength, outputs, dtype: dtypeOf(parameters.values), labelSmoothing }
    return resolveDataset(where, taken, classes.encode(where, labels), shape, frameWeights)
  }

  /** The loss of all sequences as one batch, dropout off. */
  private oneBatch(
    where: string,
    sequences: readonly MatrixLike[],
    labels: Labels,
    options: LossOptions,
  ): { loss: DatasetLoss; members: Int32Array; truncation: number } {
    checkLossOptions(where, options)
    const { classWeights, frameWeights } = options
    const resolved = resolveLoss(where, options, this.core.chain.output)
    const { truncation, loss } = resolved
    const data = this.dataset(where, { sequences, labels, frameWeights }, resolved)
    return {
      loss: this.trainer.lossOf(where, data, { loss, classWeights }, truncation),
      members: everyMember(data.inputs),
      truncation,
    }
  }

  /** The loss of the sequences as one batch; leaves its gradient in `parameters.gradient`. */
  lossAndGradient(where: string, sequences: readonly MatrixLike[], labels: Labels, options: LossOptions): number {
    const { loss, members } = this.oneBatch(where, sequences, labels, options)
    return loss.lossAndGradient(members, null)
  }

  /** The product of a vector with a matrix of second derivatives of that loss. */
  product(
    where: string,
    kind: ProductKind,
    [sequences, labels, options]: [readonly MatrixLike[], Labels, LossOptions],
    vector: VectorLike,
  ): FloatArray {
    const { loss, members, truncation } = this.oneBatch(where, sequences, labels, options)
    if (truncation > 0) throw new RangeError(`${where}: "truncation" expected 0, got ${truncation}`)
    return vectorProduct(where, kind, loss, members, vector)
  }

  /** The checks of `fit` that need no sequences. */
  checkFit(where: string, labels: Labels, options: FitOptions, seed: Seed): FitChecks {
    const { chain } = this.core
    const resolved = resolveFit(where, options, seed)
    const loss = resolveLoss(where, options, chain.output)
    chain.checkResumable(where, options.resume)
    if (resolved.chunkLength > 0) chain.checkCuttable(where)
    const before = this.trainer.classes.resuming(where, options.resume?.classes)
    return { resolved, loss, classes: before.learning(where, labels, options.classes) }
  }

  /** Trains the layers. */
  fit(where: string, given: LabelledSequences, options: FitOptions, checks: FitChecks): Promise<History> {
    const { resolved, loss, classes } = checks
    const { augment, classWeights, validation } = options
    const { chain } = this.core
    const data = this.dataset(where, given, loss, classes)
    const view: BatchView = {
      training: true,
      truncation: loss.truncation,
      ...(augment && {
        sequences: (members, draws) => augmented(data, members, augment, draws as Random),
        packed: (workspace, members, draws) => packAugmented(workspace, data, members, augment, draws as Random),
      }),
      chunkLength: resolved.chunkLength,
    }
    return this.trainer.fit(where, {
      ...{ data, loss: loss.loss, classWeights, resolved, hooks: options, classes, view },
      held:
        (validation ?? null) === null
          ? undefined
          : () => this.dataset(`${where} validation`, heldOut(where, validation), loss, classes),
      train: (setup, settings) => trainOnThreads(setup, { chain, dataset: data, settings, view }),
    })
  }
}

/** Held-out data have no weights of frames. */
function heldOut(where: string, given: FitOptions['validation']): LabelledSequences {
  const { sequences, labels } = checkObject<LabelledSequences>(where, 'validation', given)
  return { sequences, labels }
}
