/** The loss of a batch as a function of the parameters: value, gradient and curvature. */
import type { Matrix } from '../core/array.ts'
import type { FloatArray } from '../core/types.ts'
import { type Activations, rowsOf } from '../layers/batch.ts'
import type { GateStatistics } from '../layers/gate-statistics.ts'
import type { LayerStates } from '../layers/layer.ts'
import type { ChainPass } from '../layers/layer-chain.ts'
import { centralDifferences } from '../numerics/hessian-product.ts'
import type { BatchProblem, MatrixProduct } from '../numerics/optimizer.ts'
import type { ParameterSet } from '../numerics/parameters.ts'
import type { Random } from '../numerics/random.ts'
import type { Workspace } from '../numerics/workspace.ts'
import { type Chunk, cutBatch } from './chunks.ts'
import { type Dataset, packInputs, packSequences, sequencesOf } from './dataset.ts'
import type { LossKind } from './loss.ts'
import { lossOfOutput, type NetworkCore, type OutputLoss } from './output-loss.ts'
import { gaussNewtonProduct, hessianProduct } from './second-order.ts'
import { writeRowWeights, writeTargets } from './targets.ts'

/**
 * The loss of some training cases. The same random stream, given again, draws the same numbers; null switches dropout
 * off.
 */
export interface BatchLoss {
  parameters: ParameterSet
  /**
   * The loss of some of the cases; leaves its gradient in `parameters.gradient`. Where `chunks` cuts
   * the cases along time, the loss of one chunk; chunks must be evaluated in their order.
   */
  lossAndGradient: (members: Int32Array, draws: Random | null, chunk?: number) => number
  /**
   * Cuts some of the cases along time, so that each chunk makes an update; returns each chunk's share of the frames. By
   * default cases stay whole.
   */
  chunks?: (members: Int32Array, draws: Random | null) => readonly number[]
  /** The loss without its gradient. By default `lossAndGradient` serves. */
  loss?: (members: Int32Array, draws: Random | null) => number
  /** Products with the Gauss-Newton matrix of some of the cases; absent where the model has none. */
  gaussNewton?: (members: Int32Array, draws: Random | null) => MatrixProduct
  /** Whether the loss does not depend on the draws. Default false. */
  deterministic?: boolean
  /** Statistics of the gate activations in the last pass, by gate. */
  gateStatistics?: () => Record<string, GateStatistics>
}

/** The kind of the loss and the weight of each class. */
export interface LossSettings {
  loss: LossKind
  classWeights: Float64Array | null
  /** B, the number of sequences the loss is averaged over; larger than the batch where that is part of a mini-batch. */
  batchSize?: number
}

/** Changes to the sequences of a batch before they pass through the layers. */
export interface BatchView {
  training: boolean
  truncation: number
  /** Sequences that replace those of the data set, one for each member. */
  sequences?: (members: ArrayLike<number>, draws: Random | null) => readonly Matrix[]
  /** The same as a packed batch in the buffer `x` of the workspace. By default `sequences` are packed. */
  packed?: (workspace: Workspace, members: ArrayLike<number>, draws: Random | null) => Activations
  /** Time steps of a chunk; 0 (default) keeps sequences whole. */
  chunkLength?: number
}

/** A batch that is ready for the layers. */
interface ReadyBatch {
  x: Activations
  members: ArrayLike<number>
  /** Time step of the data set's sequences at which the batch begins. */
  from: number
  pass: ChainPass
}

/** The loss of a network on batches of a data set. Arrays that it returns are valid until the network's next pass. */
export class DatasetLoss implements BatchLoss {
  readonly parameters: ParameterSet
  private readonly network: NetworkCore
  private readonly dataset: Dataset
  private readonly settings: LossSettings
  private readonly view: BatchView
  private cut: readonly Chunk[] = []
  private states: LayerStates = []

  constructor(network: NetworkCore, dataset: Dataset, settings: LossSettings, view: BatchView) {
    this.parameters = network.parameters
    this.network = network
    this.dataset = dataset
    this.settings = settings
    this.view = view
  }

  lossAndGradient(members: ArrayLike<number>, draws: Random | null, chunk = 0): number {
    const { chain } = this.network
    const batch = this.ready(members, draws, chunk)
    const { loss, dOutput, dLogs } = this.lossAt(batch, chain.forward(batch.x, batch.pass))
    this.parameters.gradient.fill(0)
    chain.backward(dOutput, dLogs)
    return loss
  }

  /** The loss of a batch without its gradient, and its packed output. */
  measure(members: ArrayLike<number>, draws: Random | null): OutputLoss {
    const batch = this.ready(members, draws)
    return this.lossAt(batch, this.network.chain.forward(batch.x, batch.pass))
  }

  loss(members: ArrayLike<number>, draws: Random | null): number {
    return this.measure(members, draws).loss
  }

  gaussNewton(members: ArrayLike<number>, draws: Random | null): MatrixProduct {
    const { network } = this
    const { chain } = network
    if (this.settings.loss === 'concordance') {
      throw new RangeError('the loss "concordance" has no Gauss-Newton matrix; take LBFGS, or the loss "squaredError"')
    }
    let product = gaussNewtonProduct(network, this.measure(members, draws))
    let { passes } = chain
    return (v, out) => {
      if (chain.passes !== passes) {
        // Someone used the network while the event loop turned.
        product = gaussNewtonProduct(network, this.measure(members, draws))
        passes = chain.passes
      }
      product(v, out)
    }
  }

  /** Products with the Hessian, by central differences of the gradient where a layer has no exact ones. */
  hessian(members: ArrayLike<number>, draws: Random | null): MatrixProduct {
    const { network, parameters } = this
    const exact = network.chain.hasHessian && this.settings.loss !== 'concordance'
    if (exact) return hessianProduct(network, this.measure(members, draws))
    return centralDifferences(parameters, () => {
      this.lossAndGradient(members, draws)
      return parameters.gradient
    })
  }

  /** The layers' states are carried from chunk to chunk. */
  chunks(members: ArrayLike<number>, draws: Random | null): readonly number[] {
    const { chunkLength = 0 } = this.view
    if (chunkLength === 0) return [1]
    this.cut = cutBatch(members, this.sequences(members, draws), chunkLength)
    this.states = this.network.chain.createStates(members.length)
    return this.cut.map(({ share }) => share)
  }

  get deterministic(): boolean {
    return this.view.sequences === undefined && !this.network.chain.draws
  }

  gateStatistics(): Record<string, GateStatistics> {
    return this.network.chain.gateStatistics()
  }

  private sequences(members: ArrayLike<number>, draws: Random | null): readonly Matrix[] {
    return this.view.sequences?.(members, draws) ?? sequencesOf(this.dataset.inputs, members)
  }

  private ready(members: ArrayLike<number>, draws: Random | null, chunk = 0): ReadyBatch {
    const { training, truncation, packed, sequences, chunkLength = 0 } = this.view
    const { workspace } = this.network
    if (chunkLength > 0) {
      const part = this.cut[chunk]
      const random = draws?.substream('chunk').substream(chunk) ?? null
      const pass = { training, truncation, random, states: this.states }
      return { ...part, x: packSequences(workspace, part.sequences), pass }
    }
    const pass = { training, truncation, random: draws }
    if (packed !== undefined) return { x: packed(workspace, members, draws), members, from: 0, pass }
    const x =
      sequences === undefined
        ? packInputs(workspace, this.dataset.inputs, members)
        : packSequences(workspace, sequences(members, draws))
    return { x, members, from: 0, pass }
  }

  private lossAt({ members, from }: ReadyBatch, output: Activations): OutputLoss {
    const { chain, workspace, exact } = this.network
    const { targets, frameWeights } = this.dataset
    const { loss, classWeights, batchSize } = this.settings
    const { plan, cols } = output
    const rows = rowsOf(plan)
    const wanted = workspace.take('targets', rows * cols)
    const weights = exact.take('weights', rows) as Float64Array
    writeTargets(wanted, targets, plan, { members, from }, cols)
    writeRowWeights(weights, targets, plan, { members, from }, { classWeights, frameWeights, batchSize })
    const losses = { targets: wanted, weights, rows, cols }
    return lossOfOutput(chain, output, loss, losses, workspace.take('dOutput', rows * cols))
  }
}

function equal(x: FloatArray, y: FloatArray): boolean {
  return x.every((value, i) => value === y[i])
}

/**
 * The loss of the current batch, for optimisers that evaluate it themselves. The last evaluation is kept: an iteration
 * starts where the previous one ended, so that on the same full batch the first evaluation is free.
 */
export class CurrentBatch implements BatchProblem {
  readonly parameters: ParameterSet
  private readonly source: BatchLoss
  private members: Int32Array = new Int32Array(0)
  private draws: Random | null = null
  private kept: { values: FloatArray; gradient: FloatArray; loss: number } | null = null

  constructor(source: BatchLoss) {
    this.source = source
    this.parameters = source.parameters
  }

  /** Switches to a batch. Batches are compared by identity: the same array object is the same batch. */
  use(members: Int32Array, draws: Random): void {
    if (!(this.source.deterministic && members === this.members)) this.kept = null
    this.members = members
    this.draws = draws
  }

  evaluate(): number {
    const { values, gradient } = this.parameters
    if (this.kept !== null && equal(this.kept.values, values)) {
      gradient.set(this.kept.gradient)
      return this.kept.loss
    }
    const loss = this.source.lossAndGradient(this.members, this.draws)
    this.kept = { values: values.slice(), gradient: gradient.slice(), loss }
    return loss
  }

  loss(): number {
    return this.source.loss?.(this.members, this.draws) ?? this.evaluate()
  }

  gaussNewton(share: number): MatrixProduct {
    const product = this.source.gaussNewton?.(this.sample(share), this.draws)
    if (product !== undefined) return product
    throw new RangeError('fit: this model has no Gauss-Newton products; take LBFGS')
  }

  /** A random share of the batch, drawn anew in each iteration, because data often come sorted by class or speaker. */
  private sample(share: number): Int32Array {
    const { members, draws } = this
    const count = Math.max(1, Math.round(share * members.length))
    if (count === members.length || draws === null) return members
    const order = draws.substream('curvature').permutation(members.length)
    return order.subarray(0, count).map((i) => members[i])
  }
}
