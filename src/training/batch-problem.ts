import type { FloatArray } from '../core/types.ts'
import type { GateStatistics } from '../layers/gate-statistics.ts'
import type { BatchProblem, MatrixProduct } from '../numerics/optimizer.ts'
import type { ParameterSet } from '../numerics/parameters.ts'
import type { Random } from '../numerics/random.ts'

/** The loss of some training cases. A stream of draws that is given twice draws the same twice. */
export interface BatchLoss {
  parameters: ParameterSet
  /**
   * The loss of some of the cases, in training mode; leaves its gradient in `parameters.gradient`. Of cases cut along
   * time, the loss of a chunk, to be asked for in their order.
   */
  lossAndGradient: (members: Int32Array, draws: Random, chunk?: number) => number
  /**
   * Cuts some of the cases along time, each chunk to make an update, and tells the chunks' shares of the frames; absent
   * where cases stay whole.
   */
  chunks?: (members: Int32Array, draws: Random) => readonly number[]
  /** The same without the gradient. By default `lossAndGradient`. */
  loss?: (members: Int32Array, draws: Random) => number
  /** Products with the Gauss-Newton matrix of some of the cases; where absent there are none. */
  gaussNewton?: (members: Int32Array, draws: Random) => MatrixProduct
  /** Whether the loss does not depend on the draws. Default false. */
  deterministic?: boolean
  /** How open gates stood in the last pass. */
  gateStatistics?: () => Record<string, GateStatistics>
}

/** Gradients of batches that are computed elsewhere while the event loop goes on. */
export interface GradientInParts {
  /**
   * Reads the parameters before it first waits. The function that it resolves to leaves the gradient in
   * `parameters.gradient` and tells the loss.
   */
  start(members: Int32Array, draws: Random): Promise<() => number>
  /** How open gates stood in the last pass, where statistics are asked for. */
  gateStatistics(): Record<string, GateStatistics>
}

function equal(x: FloatArray, y: FloatArray): boolean {
  return x.every((value, i) => value === y[i])
}

/**
 * The loss of the batch at hand as a function of the parameters. The last evaluation is kept: an iteration begins where
 * the one before ended, and on the same full batch that point is known already.
 */
export class CurrentBatch implements BatchProblem {
  readonly parameters: ParameterSet
  private readonly source: BatchLoss
  private members: Int32Array = new Int32Array(0)
  private draws: Random | undefined
  private kept: { data: FloatArray; gradient: FloatArray; loss: number } | null = null

  constructor(source: BatchLoss) {
    this.source = source
    this.parameters = source.parameters
  }

  /** Goes over to a batch; the very same array of members is the same batch. */
  use(members: Int32Array, draws: Random): void {
    if (!(this.source.deterministic && members === this.members)) this.kept = null
    this.members = members
    this.draws = draws
  }

  evaluate(): number {
    const { data, gradient } = this.parameters
    if (this.kept !== null && equal(this.kept.data, data)) {
      gradient.set(this.kept.gradient)
      return this.kept.loss
    }
    const loss = this.compute()
    this.kept = { data: data.slice(), gradient: gradient.slice(), loss }
    return loss
  }

  /** The loss, and its gradient in `parameters.gradient`, computed anew and not kept. */
  compute(chunk = 0): number {
    return this.source.lossAndGradient(this.members, this.draws as Random, chunk)
  }

  /** Shares of the chunks that the batch is cut into; one for a batch that stays whole. */
  chunks(): readonly number[] {
    return this.source.chunks?.(this.members, this.draws as Random) ?? [1]
  }

  loss(): number {
    const { loss } = this.source
    return loss === undefined ? this.evaluate() : loss(this.members, this.draws as Random)
  }

  gaussNewton(share: number): MatrixProduct {
    const { gaussNewton } = this.source
    if (gaussNewton === undefined) throw new RangeError('fit: this model has no Gauss-Newton products; take LBFGS')
    return gaussNewton(this.sample(share), this.draws as Random)
  }

  /** Some of the batch, others in each iteration: data often come sorted by class or speaker. */
  private sample(share: number): Int32Array {
    const { members, draws } = this
    const count = Math.max(1, Math.round(share * members.length))
    if (count === members.length) return members
    const order = (draws as Random).substream('curvature').permutation(members.length)
    return order.subarray(0, count).map((i) => members[i])
  }
}
