/**
 * Pooling over time: one row for each sequence. With x_1..x_T the rows of a sequence, column by column:
 *
 *   mean = 1/T sum x_t     max = max x_t     sd = sqrt(1/T sum (x_t - mean)^2 + 1e-6)
 *
 * The small term keeps the gradient of sd finite where all rows are equal. Where a sequence comes in chunks, the
 * statistics are those of all frames so far, and gradients reach only the frames of the last chunk.
 */
import { checkArray, checkOneOf, checkOptions } from '../core/check.ts'
import { log } from '../core/elementary.ts'
import type { FloatArray, Json } from '../core/types.ts'
import { Workspace } from '../numerics/workspace.ts'
import { type Activations, type BatchPlan, pooledPlan, rowsOf } from './batch.ts'
import { Layer, type LayerOptions, type LayerState, type LogWeights, layerOptions, type PassContext } from './layer.ts'
import {
  type PoolStatistic,
  poolStatistics,
  type Running,
  startRunning,
  takeSequenceIn,
  type Wanted,
  wantedFor,
} from './running-statistics.ts'

const SD_EPSILON = 1e-6

/** Options of {@link StatisticsPool}. */
export interface StatisticsPoolOptions extends LayerOptions {
  /** The statistics, in the order in which they stand in the output. Default mean, max, sd. */
  statistics?: readonly PoolStatistic[]
}

/** Any of mean, max and standard deviation over time, side by side: [T, D] to [1, D * statistics]. */
export class StatisticsPool extends Layer {
  readonly type: string = 'statisticsPool'
  readonly statistics: readonly PoolStatistic[]
  private x: Activations | undefined
  private y: FloatArray | undefined
  private readonly exact = new Workspace('float64')
  private readonly wanted: Wanted
  private own: Running = startRunning(0, 0)
  private running: Running = this.own
  /** [B, D] rows of the maxima, if needed; -1 for maxima of an earlier chunk. */
  private argmax: Int32Array = new Int32Array(0)

  constructor(options: StatisticsPoolOptions = {}, where = 'StatisticsPool') {
    checkOptions(where, options, ['statistics', ...layerOptions])
    super(where, options)
    const list = checkArray(where, 'statistics', options.statistics ?? poolStatistics, 1)
    this.statistics = list.map((name, i) => checkOneOf(where, `statistics[${i}]`, name, poolStatistics))
    this.wanted = wantedFor(this.statistics)
  }

  get outputs(): number {
    return this.inputs * this.statistics.length
  }

  override get pools(): boolean {
    return true
  }

  /** @internal */
  override get words(): string {
    return this.type === 'statisticsPool' ? this.statistics.join(', ') : ''
  }

  options(): { [key: string]: Json } {
    return { inputs: this.inputs, statistics: [...this.statistics] }
  }

  /** The plan of the last batch. @internal */
  protected get plan(): BatchPlan {
    return (this.x as Activations).plan
  }

  /** @internal */
  override createState(sequences = 1): LayerState {
    return { ...startRunning(sequences, this.inputs) }
  }

  forwardBatch(x: Activations, { state }: PassContext): Activations {
    const { inputs: D, outputs } = this
    const B = x.plan.lengths.length
    const y = this.buffer('y', B * outputs)
    const running = state === null ? this.fresh(B) : (state as unknown as Running)
    const moments = this.exact.take('moments', 2 * D) as Float64Array
    if (this.wanted.max) this.forgetMaxima(B * D)
    for (let b = 0; b < B; b++) {
      takeSequenceIn(running, this.wanted, b, x, this.argmax, moments)
      this.write(y, b, running)
    }
    this.running = running
    this.x = x
    this.y = y
    return { data: y, cols: outputs, plan: pooledPlan(x.plan) }
  }

  backwardBatch(dy: FloatArray): FloatArray {
    const { data, plan } = this.x as Activations
    const { inputs: D } = this
    const dx = this.buffer('dx', rowsOf(plan) * D).fill(0)
    const shares = this.exact.take('shares', D) as Float64Array
    const terms = this.exact.take('terms', 3 * D) as Float64Array
    this.statistics.forEach((statistic, s) => {
      for (let b = 0; b < plan.lengths.length; b++) {
        const at = b * this.outputs + s * D
        if (statistic === 'mean') this.meanBackward(dx, dy, at, plan, b, shares)
        else if (statistic === 'max') this.maxBackward(dx, dy, at, b)
        else this.deviationBackward(dx, dy, at, plan, b, data, terms)
      }
    })
    return dx
  }

  /** @internal */
  override tangentBatch(xDot: FloatArray | null): FloatArray | null {
    if (xDot === null) return null
    const { plan, data } = this.x as Activations
    const { inputs: D, outputs } = this
    const yDot = this.buffer('yDot', plan.lengths.length * outputs).fill(0)
    this.statistics.forEach((statistic, s) => {
      for (let b = 0; b < plan.lengths.length; b++) {
        const at = b * outputs + s * D
        if (statistic === 'mean') this.meanTangent(yDot, xDot, at, plan, b)
        else if (statistic === 'max') this.maxTangent(yDot, xDot, at, b)
        else this.deviationTangent(yDot, xDot, at, plan, b, data)
      }
    })
    return yDot
  }

  private meanTangent(
    yDot: FloatArray,
    xDot: FloatArray,
    at: number,
    { lengths, offsets }: BatchPlan,
    b: number,
  ): void {
    const { inputs: D } = this
    for (let t = 0; t < lengths[b]; t++) {
      const row = (offsets[t] + b) * D
      for (let j = 0; j < D; j++) yDot[at + j] += xDot[row + j] / this.running.count[b]
    }
  }

  private maxTangent(yDot: FloatArray, xDot: FloatArray, at: number, b: number): void {
    const { inputs: D } = this
    for (let j = 0; j < D; j++) {
      const row = this.argmax[b * D + j]
      yDot[at + j] = row < 0 ? 0 : xDot[row * D + j]
    }
  }

  /** sd. = sum_t (x_t - mean) x_t. / (T sd): the mean's own tangent cancels. */
  private deviationTangent(
    yDot: FloatArray,
    xDot: FloatArray,
    at: number,
    { lengths, offsets }: BatchPlan,
    b: number,
    x: FloatArray,
  ): void {
    const { inputs: D } = this
    const { count, mean } = this.running
    const sd = this.y as FloatArray
    for (let t = 0; t < lengths[b]; t++) {
      const row = (offsets[t] + b) * D
      for (let j = 0; j < D; j++) {
        yDot[at + j] += ((x[row + j] - mean[b * D + j]) * xDot[row + j]) / (count[b] * sd[at + j])
      }
    }
  }

  /** Statistics of no frames, in the arrays of the last whole batch where they fit. */
  private fresh(sequences: number): Running {
    const { count, mean, deviations, max } = this.own
    if (count.length !== sequences) this.own = startRunning(sequences, this.inputs, this.wanted)
    else for (const array of [count, mean, deviations, max]) array.fill(0)
    return this.own
  }

  private forgetMaxima(columns: number): void {
    if (this.argmax.length < columns) this.argmax = new Int32Array(columns)
    this.argmax.fill(-1)
  }

  private write(y: FloatArray, b: number, { count, mean, deviations, max }: Running): void {
    const { inputs: D, outputs } = this
    this.statistics.forEach((statistic, s) => {
      const at = b * outputs + s * D
      for (let j = 0, k = b * D; j < D; j++, k++) {
        if (statistic === 'sd') y[at + j] = Math.sqrt(deviations[k] / count[b] + SD_EPSILON)
        else y[at + j] = statistic === 'mean' ? mean[k] : max[k]
      }
    })
  }

  private meanBackward(
    dx: FloatArray,
    dy: FloatArray,
    at: number,
    { lengths, offsets }: BatchPlan,
    b: number,
    share: Float64Array,
  ): void {
    const count = this.running.count[b]
    for (let j = 0; j < share.length; j++) share[j] = dy[at + j] / count
    for (let t = 0; t < lengths[b]; t++) addRow(dx, (offsets[t] + b) * share.length, share)
  }

  private maxBackward(dx: FloatArray, dy: FloatArray, at: number, b: number): void {
    const { inputs: D } = this
    for (let j = 0; j < D; j++) {
      const row = this.argmax[b * D + j]
      if (row >= 0) dx[row * D + j] += dy[at + j]
    }
  }

  /** d sd / d x_t = (x_t - mean) / (T sd). */
  private deviationBackward(
    dx: FloatArray,
    dy: FloatArray,
    at: number,
    { lengths, offsets }: BatchPlan,
    b: number,
    x: FloatArray,
    terms: Float64Array,
  ): void {
    const { inputs: D } = this
    const { count, mean } = this.running
    const sd = this.y as FloatArray
    for (let j = 0; j < D; j++) {
      terms[3 * j] = dy[at + j]
      terms[3 * j + 1] = mean[b * D + j]
      terms[3 * j + 2] = count[b] * sd[at + j]
    }
    for (let t = 0; t < lengths[b]; t++) addDeviations(dx, x, (offsets[t] + b) * D, D, terms)
  }
}

/** out [D] += dy (x - mean) / divisor, at a place, with `terms` [D, 3]. Three arrays: with five it took twice as long. */
function addDeviations(out: FloatArray, x: FloatArray, at: number, D: number, terms: Float64Array): void {
  for (let j = 0, k = 0; j < D; j++, k += 3) out[at + j] += (terms[k] * (x[at + j] - terms[k + 1])) / terms[k + 2]
}

/** out [D] += row, at a place; a function of its own is compiled for the types of its few arrays alone. */
function addRow(out: FloatArray, at: number, row: Float64Array): void {
  for (let j = 0; j < row.length; j++) out[at + j] += row[j]
}

/** Mean over time. */
export class MeanPool extends StatisticsPool {
  override readonly type = 'meanPool'

  constructor(options: LayerOptions = {}) {
    checkOptions('MeanPool', options, layerOptions)
    super({ ...options, statistics: ['mean'] }, 'MeanPool')
  }

  override options(): { [key: string]: Json } {
    return { inputs: this.inputs }
  }

  /** ln 1/T for each row. @internal */
  logWeights(): LogWeights {
    const { lengths, offsets } = this.plan
    const logWeights = new Float64Array(rowsOf(this.plan))
    for (let b = 0; b < lengths.length; b++) {
      for (let t = 0; t < lengths[b]; t++) logWeights[offsets[t] + b] = -log(lengths[b])
    }
    return { plan: this.plan, logWeights }
  }

  /** Null: the weights are constant. @internal */
  logWeightsTangent(): null {
    return null
  }
}

/** Maximum over time. */
export class MaxPool extends StatisticsPool {
  override readonly type = 'maxPool'

  constructor(options: LayerOptions = {}) {
    checkOptions('MaxPool', options, layerOptions)
    super({ ...options, statistics: ['max'] }, 'MaxPool')
  }

  override options(): { [key: string]: Json } {
    return { inputs: this.inputs }
  }
}

/** Standard deviation over time. */
export class StandardDeviationPool extends StatisticsPool {
  override readonly type = 'standardDeviationPool'

  constructor(options: LayerOptions = {}) {
    checkOptions('StandardDeviationPool', options, layerOptions)
    super({ ...options, statistics: ['sd'] }, 'StandardDeviationPool')
  }

  override options(): { [key: string]: Json } {
    return { inputs: this.inputs }
  }
}
