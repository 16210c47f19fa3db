/**
 * A stack of layers from feature sequences to classes or values.
 *
 * Shapes: a sequence is [T, D]; the output is [T, K], or [1, K] with a pooling layer, [ceil(T / step), K] with a frame
 * stack. Loss and decision: the labels of an utterance apply to each row of its output, labels of frames are those of
 * the output; the loss of an utterance is the mean over its rows, of a batch the mean over its utterances; the
 * utterance's posterior is by default the renormalised exponential of the mean log posterior of its rows.
 */
import { checkDtype, sequenceList } from '../core/array.ts'
import { checkInteger, checkOneOf, checkOptions } from '../core/check.ts'
import { FormatError } from '../core/errors.ts'
import { checkFormat } from '../core/saved.ts'
import type { Dtype, FloatArray, FloatNdArray, MatrixLike, VectorLike } from '../core/types.ts'
import type { DBN } from '../energy/dbn.ts'
import { checkLayers, checkSavedCount, connectLayers, joinLayers } from '../layers/assembly.ts'
import { inBatches } from '../layers/batch.ts'
import type { Layer } from '../layers/layer.ts'
import { LayerChain } from '../layers/layer-chain.ts'
import { configOf, createLayers, type LayerConfig } from '../layers/registry.ts'
import { Network, type NetworkWords } from '../layers/summary.ts'
import type { ParameterSet } from '../numerics/parameters.ts'
import { checkSeed, Random, type Seed } from '../numerics/random.ts'
import { restoredVector, savedCount } from '../numerics/restored.ts'
import { isUndrawn, undrawn } from '../numerics/undrawn.ts'
import type { TrainingFacts } from '../training/facts.ts'
import {
  checkEvaluationOptions,
  type EvaluationOptions,
  type FitOptions,
  type LossOptions,
  resolveLoss,
} from '../training/fit-options.ts'
import type { History } from '../training/history.ts'
import { OutputClasses } from '../training/output-classes.ts'
import { NetworkCore } from '../training/output-loss.ts'
import type { Labels } from '../training/targets.ts'
import { argmax, type Decision, decisions } from './decision.ts'
import { outputsOf, posteriorsOf, posteriorsOfShared } from './outputs.ts'
import { copyStack, leadingDense } from './pretrained.ts'
import { type FitChecks, SequenceTraining } from './sequence-training.ts'
import { NetworkStream, type StreamOptions } from './stream.ts'

/** Options of {@link Sequential}. */
export interface SequentialOptions {
  /** Seed of the starting weights and, unless given there, of `fit`. Default 0. */
  seed?: Seed
  /** Element type of parameters and results. Default `float32`. */
  dtype?: Dtype
  /**
   * Names of the classes, in the order of the outputs. Default: those in the labels of the first `fit` with named
   * labels.
   */
  classes?: readonly string[]
}

/** A network as plain data: JSON but for the parameters. */
export interface SequentialState {
  format: 'ser-core/sequential'
  version: 1
  seed: Seed
  dtype: Dtype
  layers: LayerConfig[]
  /** Names of the classes, where they have any. */
  classes?: string[]
  parameters: FloatArray
}

/** A network of layers with `fit`, `forward`, `predict` and `stream`. */
export class Sequential extends Network {
  readonly layers: readonly Layer[]
  readonly seed: Seed
  readonly dtype: Dtype
  /** All parameters as one flat vector with named views `layers.i.name`. */
  readonly parameters: ParameterSet
  private readonly chain: LayerChain
  private readonly core: NetworkCore
  private readonly training: SequenceTraining

  constructor(layers: Layer[], options: SequentialOptions = {}) {
    super()
    checkOptions('Sequential', options, ['seed', 'dtype', 'classes'])
    this.dtype = checkDtype('Sequential', options.dtype ?? 'float32')
    this.layers = checkLayers(layers, this.dtype)
    this.seed = checkSeed('Sequential', options.seed ?? 0)
    // Names are checked before the network takes the layers, so that these can go into another network if this throws.
    const classes = new OutputClasses('Sequential', options.classes, connectLayers(this.layers))
    this.parameters = joinLayers(this.layers, this.dtype, isUndrawn(options) ? null : new Random(this.seed))
    this.chain = new LayerChain(this.layers)
    this.core = new NetworkCore(this.chain, this.parameters, this.dtype)
    this.training = new SequenceTraining(this.core, classes)
  }

  /** Facts about the last `fit`, which files of `saveModel` keep; null for a network that has not been trained. */
  get trained(): TrainingFacts | null {
    return this.training.trainer.facts
  }

  /** Takes the facts that a file states. @internal */
  restoreTrained(facts: TrainingFacts | null): void {
    this.training.trainer.facts = facts
  }

  /** Names of the classes, in the order of the outputs: null until labels or an option give them. */
  get classes(): readonly string[] | null {
    return this.training.trainer.classes.names
  }

  /** Columns of the input. */
  get inputs(): number {
    return this.layers[0].inputs
  }

  /** Whether outputs are class probabilities (a softmax, or an average of softmaxes) rather than values. */
  get classifies(): boolean {
    return this.chain.output !== 'values'
  }

  /** Columns of the output. */
  get outputs(): number {
    return this.layers[this.layers.length - 1].outputs
  }

  /** Rows of the output for a sequence of T frames: T, unless a layer pools or subsamples. */
  outputLength(frames: number): number {
    return this.chain.outputLength(checkInteger('Sequential.outputLength', 'frames', frames, { min: 1 }))
  }

  /** @internal */
  protected described(): NetworkWords {
    return { name: 'Sequential', rows: 'T', ending: this.chain.ending, more: [this.dtype] }
  }

  /**
   * The output [T, K] of a sequence [T, D], or of each of several. Rows of numbers such as `[[1, 2], [3, 4]]` are one
   * sequence of two frames; a list of these, or of ndarrays, is several sequences.
   *
   * @throws RangeError where numbers or parameters are so large that an output is not finite
   */
  forward(sequence: MatrixLike): FloatNdArray
  forward(sequences: readonly MatrixLike[]): FloatNdArray[]
  forward(input: MatrixLike | readonly MatrixLike[]): FloatNdArray | FloatNdArray[]
  forward(input: MatrixLike | readonly MatrixLike[]): FloatNdArray | FloatNdArray[] {
    const list = sequenceList(input)
    const where = 'Sequential.forward'
    if (list === null) return outputsOf(this.core, this.training.take(where, 'sequence', [input]))[0]
    return inBatches(this.training.take(where, 'sequences', list), (batch) => outputsOf(this.core, batch))
  }

  /**
   * The posterior [K] of an utterance, or of each of several; for a regression, the mean output over the frames.
   *
   * @throws RangeError as {@link Sequential.forward}
   */
  predict(sequence: MatrixLike, options?: { decision?: Decision }): FloatArray
  predict(sequences: readonly MatrixLike[], options?: { decision?: Decision }): FloatArray[]
  predict(input: MatrixLike | readonly MatrixLike[], options?: { decision?: Decision }): FloatArray | FloatArray[]
  predict(input: MatrixLike | readonly MatrixLike[], options: { decision?: Decision } = {}): FloatArray | FloatArray[] {
    const where = 'Sequential.predict'
    checkOptions(where, options, ['decision'])
    const decision = checkOneOf(where, 'decision', options.decision ?? 'meanLog', decisions)
    const list = sequenceList(input)
    const sequences = this.training.take(where, list === null ? 'sequence' : 'sequences', list ?? [input])
    const posteriors = inBatches(sequences, (batch) => posteriorsOf(this.core, batch, decision))
    return list === null ? posteriors[0] : posteriors
  }

  /** Posteriors of sequences of rows [N, D], each given by the indices of its rows. @internal */
  predictShared(rows: FloatNdArray, sequences: readonly Int32Array[]): FloatArray[] {
    const [shared] = this.training.take('Sequential.predict', 'sequence', [rows])
    return posteriorsOfShared(this.core, shared, sequences, 'meanLog')
  }

  /**
   * The name of the likeliest class of an utterance, or of each of several.
   *
   * @throws StateError where the classes have no names
   */
  predictLabels(sequence: MatrixLike, options?: { decision?: Decision }): string
  predictLabels(sequences: readonly MatrixLike[], options?: { decision?: Decision }): string[]
  predictLabels(input: MatrixLike | readonly MatrixLike[], options?: { decision?: Decision }): string | string[]
  predictLabels(input: MatrixLike | readonly MatrixLike[], options: { decision?: Decision } = {}): string | string[] {
    const names = this.training.trainer.classes.known('Sequential.predictLabels')
    const list = sequenceList(input)
    const labels = this.predict(list ?? [input as MatrixLike], options).map((posterior) => names[argmax(posterior)])
    return list === null ? labels[0] : labels
  }

  /**
   * The mean loss, without class weights, and the accuracy, which is NaN where labels are not one class per sequence or
   * outputs are not probabilities.
   */
  evaluate(
    sequences: readonly MatrixLike[],
    labels: Labels,
    options: EvaluationOptions = {},
  ): { loss: number; accuracy: number } {
    const where = 'Sequential.evaluate'
    checkEvaluationOptions(where, options)
    const resolved = resolveLoss(where, options, this.chain.output)
    return this.training.trainer.measure(this.training.dataset(where, { sequences, labels }, resolved), resolved.loss)
  }

  /**
   * The loss of the sequences as one batch and its gradient by `parameters.values`, a copy; dropout is off.
   */
  lossAndGradient(
    sequences: readonly MatrixLike[],
    labels: Labels,
    options: LossOptions = {},
  ): { loss: number; gradient: FloatArray } {
    const loss = this.training.lossAndGradient('Sequential.lossAndGradient', sequences, labels, options)
    return { loss, gradient: this.parameters.gradient.slice() }
  }

  /**
   * G v, the product of a vector laid out as `parameters.values` with the Gauss-Newton matrix G = J' H J of the loss of
   * the sequences as one batch: J is the Jacobian of the outputs by the parameters, H the Hessian of the loss by the
   * outputs, which are the logits where a softmax comes last. G is symmetric and, with targets >= 0, positive
   * semi-definite. Dropout is off.
   */
  gaussNewtonProduct(
    sequences: readonly MatrixLike[],
    labels: Labels,
    vector: VectorLike,
    options: LossOptions = {},
  ): FloatArray {
    const where = 'Sequential.gaussNewtonProduct'
    return this.training.product(where, 'gaussNewton', [sequences, labels, options], vector)
  }

  /**
   * H v with H the Hessian of the loss by `parameters.values`: exact (Pearlmutter 1994) where all layers are `Dense` or
   * `Dropout`, else by central differences of the gradient, which are accurate enough only in float64. Dropout is off.
   */
  hessianVectorProduct(
    sequences: readonly MatrixLike[],
    labels: Labels,
    vector: VectorLike,
    options: LossOptions = {},
  ): FloatArray {
    const where = 'Sequential.hessianVectorProduct'
    return this.training.product(where, 'hessian', [sequences, labels, options], vector)
  }

  /**
   * Trains the network. Batches may mix sequences of any lengths. The event loop stays alive between updates; the
   * result depends on the seed alone, and with `workers` on `parts`. Labels may be names: the network then keeps them
   * as its `classes`.
   *
   * @throws RangeError for a name that is none of the classes, or more or fewer classes than outputs
   * @throws NonFiniteError where loss, gradient or a parameter stops being finite
   */
  async fit(sequences: readonly MatrixLike[], labels: Labels, options: FitOptions): Promise<History> {
    const where = 'Sequential.fit'
    const checked = this.checkFit(where, labels, options)
    return this.training.fit(where, { sequences, labels, frameWeights: options.frameWeights }, options, checked)
  }

  /** The checks of `fit` that need no sequences. @internal */
  checkFit(where: string, labels: Labels, options: FitOptions): FitChecks {
    return this.training.checkFit(where, labels, options, this.seed)
  }

  /**
   * Copies the weights W and hidden biases c of a stack of RBMs to the leading dense layers, from the bottom up (W_i /
   * s_i where the standard deviations s of visible units are learned). The layers must be sigmoids of the stack's
   * sizes; dropout may stand between them, and layers above the top of the stack stay as they are. A `StackedCRBM` has
   * no dense counterpart, because its hidden units see past frames too: train the network on the output of its
   * `transform`.
   */
  initialiseFrom(stack: DBN): void {
    const where = 'Sequential.initialiseFrom'
    this.training.trainer.check(where)
    copyStack(where, leadingDense(this.layers), stack)
  }

  /**
   * The network, fed frame by frame or chunk by chunk. The stream shares the network's weights, and so follows later
   * changes to them; its memory is its own and starts empty or from a saved state. After writing to a view of the
   * parameters that you took before the last frame, take `params` or `parameters.forWriting()` anew: only then is the change
   * sure to reach the next frame.
   */
  stream(options: StreamOptions = {}): NetworkStream {
    return new NetworkStream(this.core, this.dtype, options)
  }

  /** The network as plain data; {@link Sequential.fromState} makes it again, bit for bit. */
  state(): SequentialState {
    return {
      format: 'ser-core/sequential',
      version: 1,
      seed: this.seed,
      dtype: this.dtype,
      layers: this.layers.map(configOf),
      ...(this.classes && { classes: [...this.classes] }),
      parameters: this.parameters.values.slice(),
    }
  }

  /** The network that a state describes. */
  static fromState(state: SequentialState): Sequential {
    const where = 'Sequential.fromState'
    checkFormat(where, state, 'sequential', 'Sequential')
    if (!Array.isArray(state.layers) || typeof state.parameters?.length !== 'number') {
      throw new FormatError(`${where}: the state lacks "layers" or "parameters"`)
    }
    const layers = createLayers(where, 'layers', state.layers)
    checkSavedCount(where, layers, savedCount(where, 'parameters', state.parameters))
    const { seed, dtype, classes } = state
    const network = new Sequential(layers, undrawn({ seed, dtype, classes }))
    const { parameters } = network
    parameters.forWriting().set(restoredVector(where, 'parameters', state.parameters, parameters.values))
    return network
  }
}
