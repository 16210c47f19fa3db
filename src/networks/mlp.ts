/**
 * The multi-layer perceptron: dense layers from a row of numbers to classes or values.
 *
 *   a_0 = x,  z_l = W_l' a_{l-1} + b_l,  a_l = phi(z_l),  y = phi_out(z_L)
 *   J(W, b) = mean over rows of loss(t, y) + lambda/2 sum_l ||W_l||_F^2
 *   squaredError        1/2 sum_k (t_k - y_k)^2
 *   concordance         1 - mean_k CCC_k of the batch, in place of the mean over rows; Lin (1989)
 *   crossEntropy        -sum_k t_k ln softmax(z_L)_k
 *   binaryCrossEntropy  -sum_k t_k ln sigm(z_Lk) + (1 - t_k) ln(1 - sigm(z_Lk))
 *
 * Shapes: x [n, D], y [n, K], W_l [inputs, units], b_l [units]. Rumelhart, Hinton & Williams (1986); the greedy start
 * from RBMs is that of Hinton & Salakhutdinov (2006).
 */

import { floatView, type Matrix } from '../core/array.ts'
import { checkOptions } from '../core/check.ts'
import { FormatError } from '../core/errors.ts'
import { checkFormat } from '../core/saved.ts'
import { toSequence } from '../core/sequence.ts'
import type { FloatArray, FloatNdArray, MatrixLike } from '../core/types.ts'
import type { DBN } from '../energy/dbn.ts'
import type { EnergyHistory } from '../energy/energy-history.ts'
import { kernels } from '../kernels/index.ts'
import { checkSavedCount, joinLayers } from '../layers/assembly.ts'
import { rowsOf } from '../layers/batch.ts'
import type { Dense } from '../layers/dense.ts'
import { LayerChain } from '../layers/layer-chain.ts'
import { Network, type NetworkWords } from '../layers/summary.ts'
import { norm } from '../numerics/clip.ts'
import type { ParameterSet } from '../numerics/parameters.ts'
import { Random } from '../numerics/random.ts'
import { restoredVector, savedCount } from '../numerics/restored.ts'
import { isUndrawn, undrawn } from '../numerics/undrawn.ts'
import { type Dataset, everyMember } from '../training/dataset.ts'
import { withWeightDecay } from '../training/decayed-loss.ts'
import type { TrainingFacts } from '../training/facts.ts'
import { trainNetwork } from '../training/fit.ts'
import type { History } from '../training/history.ts'
import { OutputClasses } from '../training/output-classes.ts'
import { NetworkCore } from '../training/output-loss.ts'
import { INFERENCE_ROWS, makeLayers, outputOfRows, withDropout } from './mlp-layers.ts'
import {
  checkLabelSmoothing,
  type MLPFitOptions,
  type MLPOptions,
  type MLPPretrainOptions,
  type ResolvedMLPOptions,
  type RowLabels,
  type RowLossOptions,
  resolveMLPFit,
  resolveMLPOptions,
} from './mlp-options.ts'
import { pretraining } from './mlp-pretraining.ts'
import { classesOf, rSquared } from './mlp-scores.ts'
import { resolveRowTargets } from './mlp-targets.ts'
import { copyStack } from './pretrained.ts'
import { NetworkTrainer } from './trainer.ts'

/** An MLP as plain data: JSON but for the parameters. */
export interface MLPState {
  format: 'ser-core/mlp'
  version: 1
  options: ResolvedMLPOptions
  /** Names of the classes, where they have any. */
  classes?: string[]
  parameters: FloatArray
}

/** A feed-forward network with `fit`, `pretrain`, `forward` and `predict`. A row is a case: a frame or an utterance. */
export class MLP extends Network {
  /** The options with their defaults. */
  readonly options: Readonly<ResolvedMLPOptions>
  /** The weight layers from the input up. */
  readonly layers: readonly Dense[]
  /** All parameters as one flat vector with named views `layers.0.W`, `layers.0.b`, `layers.1.W`, ... */
  readonly parameters: ParameterSet
  private readonly core: NetworkCore
  private readonly trainer: NetworkTrainer

  constructor(options: MLPOptions) {
    super()
    this.options = resolveMLPOptions(options)
    const { dtype, seed } = this.options
    this.layers = makeLayers(this.options)
    this.parameters = joinLayers(this.layers, dtype, isUndrawn(options) ? null : new Random(seed))
    this.core = new NetworkCore(new LayerChain(withDropout(this.layers, this.options)), this.parameters, dtype)
    const { outputs, classifies } = this
    const count = outputs > 1 ? outputs : classifies ? 2 : 0
    this.trainer = new NetworkTrainer(this.core, new OutputClasses('MLP', options.classes, count), {
      classifies,
      classCount: Math.max(outputs, 2),
      batchSize: INFERENCE_ROWS,
      classesOf: ({ data, cols, plan }) => this.classesOf({ data, rows: rowsOf(plan), cols }),
      accuracyNeeds: 'outputs and validation labels that are classes',
    })
  }

  /** Facts about the last `fit`, which files of `saveModel` keep; null for a network that has not been trained. */
  get trained(): TrainingFacts | null {
    return this.trainer.facts
  }

  /** Takes the facts that a file states. @internal */
  restoreTrained(facts: TrainingFacts | null): void {
    this.trainer.facts = facts
  }

  /** Names of the classes, in the order of the outputs: null until labels or an option give them. */
  get classes(): readonly string[] | null {
    return this.trainer.classes.names
  }

  /** D, columns of the input. */
  get inputs(): number {
    return this.options.layers[0]
  }

  /** K, columns of the output. */
  get outputs(): number {
    return this.options.layers[this.options.layers.length - 1]
  }

  /** @internal */
  protected described(): NetworkWords {
    const { loss, dtype } = this.options
    return { name: 'MLP', rows: 'n', more: [loss, dtype] }
  }

  /**
   * The outputs [n, K] for the rows of x [n, D].
   *
   * @throws RangeError where x or the parameters are so large that an output is not finite
   */
  forward(x: MatrixLike): FloatNdArray {
    const { data, rows, cols } = outputOfRows('MLP.forward', this.core, this.take('MLP.forward', x))
    if (this.options.loss === 'binaryCrossEntropy') kernels.sigmoid(data, 0, data, 0, data.length)
    return floatView(data, [rows, cols])
  }

  /**
   * The class of each row of x [n, D]: the largest output; for a single output 1 above 1/2, else 0. For several outputs
   * that do not exclude each other (multi-label), use `forward`.
   *
   * @throws RangeError where outputs are not probabilities, or not finite
   */
  predict(x: MatrixLike): Int32Array {
    if (!this.classifies) {
      const { output } = this.options
      throw new RangeError(`MLP.predict: "${output}" outputs are values, not classes; call forward`)
    }
    return this.classesOf(outputOfRows('MLP.predict', this.core, this.take('MLP.predict', x)))
  }

  /**
   * The name of the class of each row of x [n, D] by {@link MLP.predict}.
   *
   * @throws StateError where the classes have no names
   */
  predictLabels(x: MatrixLike): string[] {
    const names = this.trainer.classes.known('MLP.predictLabels')
    return Array.from(this.predict(x), (k) => names[k])
  }

  private get classifies(): boolean {
    return this.options.output === 'softmax' || this.options.output === 'sigmoid'
  }

  private classesOf(output: Matrix): Int32Array {
    return classesOf(output, this.options.loss === 'binaryCrossEntropy' ? 0 : 0.5)
  }

  /**
   * Accuracy, the share of rows whose class is right, where outputs are probabilities and labels name one class per
   * row; else R^2, the mean over the outputs of 1 - sum (t - y)^2 / sum (t - mean t)^2.
   */
  score(x: MatrixLike, labels: RowLabels): number {
    const { targets } = this.dataset('MLP.score', x, labels, 0)
    if (this.classifies && targets.classes !== null) return this.evaluate(x, labels).accuracy
    const { data, shape } = this.forward(x)
    return rSquared({ data, rows: shape[0], cols: shape[1] }, targets)
  }

  /**
   * The mean loss of the rows, without weight decay and class weights, and the accuracy, which is NaN where labels are
   * not one class per row or outputs are not probabilities.
   */
  evaluate(
    x: MatrixLike,
    labels: RowLabels,
    options: Pick<RowLossOptions, 'labelSmoothing'> = {},
  ): { loss: number; accuracy: number } {
    const where = 'MLP.evaluate'
    checkOptions(where, options, ['labelSmoothing'])
    return this.trainer.measure(this.dataset(where, x, labels, checkLabelSmoothing(where, options)), this.options.loss)
  }

  /** J(W, b) of the rows as one batch, with weight decay, and its gradient by `parameters.values`; dropout is off. */
  lossAndGradient(
    x: MatrixLike,
    labels: RowLabels,
    options: RowLossOptions = {},
  ): { loss: number; gradient: FloatArray } {
    const where = 'MLP.lossAndGradient'
    checkOptions(where, options, ['labelSmoothing', 'classWeights'])
    const data = this.dataset(where, x, labels, checkLabelSmoothing(where, options))
    const plan = { loss: this.options.loss, classWeights: options.classWeights }
    const whole = withWeightDecay(this.trainer.lossOf(where, data, plan), this.options.weightDecay)
    const loss = whole.lossAndGradient(everyMember(data.inputs), null)
    return { loss, gradient: this.parameters.gradient.slice() }
  }

  /** Gradient norms ||dJ/dW_l|| of the layers from the input up, which show vanishing gradients. */
  layerGradientNorms(x: MatrixLike, labels: RowLabels): Float64Array {
    const { gradient } = this.lossAndGradient(x, labels)
    const weights = this.parameters.slots.filter(({ decay }) => decay)
    return Float64Array.from(weights, ({ offset, size }) => norm(gradient.subarray(offset, offset + size)))
  }

  /**
   * Trains the network to lower J(W, b). The event loop stays alive between updates; the result depends on the seed
   * alone. Labels may be names: the network then keeps them as its `classes`.
   *
   * @throws RangeError for a name that is none of the classes, or more or fewer classes than outputs
   * @throws NonFiniteError where loss, gradient or a parameter stops being finite
   */
  async fit(x: MatrixLike, labels: RowLabels, options: MLPFitOptions): Promise<History> {
    const where = 'MLP.fit'
    const resolved = resolveMLPFit(where, options, this.options.seed)
    const labelSmoothing = checkLabelSmoothing(where, options)
    const before = this.trainer.classes.resuming(where, options.resume?.classes)
    const classes = before.learning(where, labels, options.classes)
    const { loss, weightDecay } = this.options
    const { classWeights, validation } = options
    return this.trainer.fit(where, {
      ...{ loss, classWeights, weightDecay, resolved, hooks: options, classes },
      data: this.dataset(where, x, labels, labelSmoothing, classes),
      held:
        validation &&
        (() => this.dataset(`${where} validation`, validation.x, validation.labels, labelSmoothing, classes)),
      view: { training: true, truncation: 0 },
      train: trainNetwork,
    })
  }

  /**
   * Pretrains the hidden layers as RBMs, greedily from the bottom up, on the rows of x [n, D]; the lowest RBM has
   * Gaussian visible units where data lie outside [0, 1]. The output layer stays as it is. Returns one history per
   * layer.
   *
   * @throws DivergenceError where the training of an RBM diverges; the network is then as it was before the call
   */
  async pretrain(x: MatrixLike, options: MLPPretrainOptions = {}): Promise<EnergyHistory[]> {
    const where = 'MLP.pretrain'
    const rows = this.take(where, x)
    return this.trainer.run(where, pretraining(where, this.hiddenLayers(where), this.options, rows, options))
  }

  /**
   * Copies the weights W and hidden biases c of a stack of RBMs to the hidden layers, from the bottom up (W_i / s_i
   * where the standard deviations s of visible units are learned). Layers above the top of the stack stay as they are.
   */
  initialiseFrom(stack: DBN): void {
    const where = 'MLP.initialiseFrom'
    this.trainer.check(where)
    copyStack(where, this.hiddenLayers(where), stack)
  }

  private hiddenLayers(where: string): Dense[] {
    if (this.layers.length > 1) return this.layers.slice(0, -1)
    throw new RangeError(`${where}: the network has no hidden layer that RBMs could start`)
  }

  /** The network as plain data; {@link MLP.fromState} makes it again, bit for bit. */
  state(): MLPState {
    const { layers } = this.options
    const options = { ...this.options, layers: [...layers] }
    const classes = this.classes && { classes: [...this.classes] }
    return { format: 'ser-core/mlp', version: 1, options, ...classes, parameters: this.parameters.values.slice() }
  }

  /** The network that a state describes. */
  static fromState(state: MLPState): MLP {
    const where = 'MLP.fromState'
    checkFormat(where, state, 'mlp', 'MLP')
    if (typeof state.options !== 'object' || typeof state.parameters?.length !== 'number') {
      throw new FormatError(`${where}: the state lacks "options" or "parameters"`)
    }
    const saved = savedCount(where, 'parameters', state.parameters)
    checkSavedCount(where, makeLayers(resolveMLPOptions(state.options)), saved)
    const network = new MLP(undrawn({ ...state.options, classes: state.classes }))
    const { parameters } = network
    parameters.forWriting().set(restoredVector(where, 'parameters', state.parameters, parameters.values))
    return network
  }

  private take(where: string, x: unknown): Matrix {
    return toSequence(where, 'x', x, this.inputs, this.options.dtype, 'n')
  }

  private dataset(
    where: string,
    x: unknown,
    labels: unknown,
    labelSmoothing: number,
    classes: OutputClasses = this.trainer.classes,
  ): Dataset {
    const inputs = this.take(where, x)
    const { dtype, loss } = this.options
    const shape = { rows: inputs.rows, outputs: this.outputs, dtype, loss, classifies: this.classifies, labelSmoothing }
    return { inputs, targets: resolveRowTargets(where, classes.encode(where, labels), shape) }
  }
}
