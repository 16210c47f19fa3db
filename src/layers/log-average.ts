/**
 * The logarithm of an average of softmaxes, accurate where the average itself underflows. For a sequence with logits
 * z_t, their softmax p_t, the pool's weights w_t (1 / T, the attention alpha_t, or 1 for the last row alone) and
 * dropout's factors m below and M above the pool,
 *
 *   y_k = M_k sum_t w_t m_tk p_tk     ln y_k = ln M_k + ln sum_t exp(ln w_t + ln m_tk + ln p_tk)
 *   r_tk = M_k w_t m_tk p_tk / y_k    d ln y_k / d z_tj = r_tk ([k = j] - p_tj)     d ln y_k / d ln w_t = r_tk
 *
 * with r_tk the share of row t in y_k. Where y_k underflows to 0, ln y_k and the shares are still accurate, so that a
 * network that is confident in a wrong class can learn. All in float64.
 */
import { exp, log } from '../core/elementary.ts'
import type { FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { AttentionPool } from './attention-pool.ts'
import { type BatchPlan, rowsOf } from './batch.ts'
import { Dense } from './dense.ts'
import { Dropout } from './dropout.ts'
import { LastPool } from './last-pool.ts'
import type { Layer } from './layer.ts'
import { MeanPool } from './pool.ts'

/** A layer whose output is a weighted mean of its rows, or the last row: probabilities where the rows are. */
type AveragingLayer = MeanPool | LastPool | AttentionPool

function averages(layer: Layer | undefined): layer is AveragingLayer {
  return layer instanceof MeanPool || layer instanceof LastPool || (layer instanceof AttentionPool && layer.heads === 1)
}

/** Whether the layer is a softmax of known logits. */
export function isSoftmax(layer: Layer | undefined): layer is Dense {
  return layer instanceof Dense && layer.activation === 'softmax'
}

/** Gradients that bypass the outputs, by the index of the layer whose `backwardBatch` takes them as `direct`. */
type DirectGradients = ReadonlyMap<number, FloatArray>

/** Values of the last batch: [rows, K] p and r, [B, K] ln y. */
interface Shares {
  plan: BatchPlan
  p: Float64Array
  shares: Float64Array
  logs: Float64Array
}

/** Adds the log-sum-exp of the terms over time, [B, K], to `logs`. */
function sumOverTime(logs: Float64Array, terms: Float64Array, { lengths, offsets }: BatchPlan, K: number): void {
  const column = new Float64Array(lengths[0])
  for (let b = 0; b < lengths.length; b++) {
    for (let k = 0; k < K; k++) {
      for (let t = 0; t < lengths[b]; t++) column[t] = terms[(offsets[t] + b) * K + k]
      logs[b * K + k] += kernels.logSumExp(column, 0, lengths[b])
    }
  }
}

/** Visits every element of every row, with the index of its element in the sequence's output. */
function eachElement(
  { lengths, offsets }: BatchPlan,
  K: number,
  visit: (at: number, to: number, row: number) => void,
): void {
  for (let b = 0; b < lengths.length; b++) {
    for (let t = 0; t < lengths[b]; t++) {
      const row = offsets[t] + b
      for (let k = 0; k < K; k++) visit(row * K + k, b * K + k, row)
    }
  }
}

/** The softmax and the pool at the end of a stack, with the dropout between and above them, in the log domain. */
export class LogAverage {
  private readonly softmax: { at: number; layer: Dense }
  private readonly pool: { at: number; layer: AveragingLayer }
  private readonly dropouts: { below: Dropout[]; above: Dropout[] }
  private last: Shares | undefined

  private constructor(layers: readonly Layer[], softmax: LogAverage['softmax'], pool: LogAverage['pool']) {
    this.softmax = softmax
    this.pool = pool
    const between = (from: number, to: number): Dropout[] => layers.slice(from, to) as Dropout[]
    this.dropouts = { below: between(softmax.at + 1, pool.at), above: between(pool.at + 1, layers.length) }
  }

  /** For layers that end with a softmax and an averaging layer above it, with or without dropout; else null. */
  static of(layers: readonly Layer[]): LogAverage | null {
    const tail = layers.map((layer, at) => ({ layer, at })).filter(({ layer }) => !(layer instanceof Dropout))
    const [pool, softmax] = tail.reverse()
    if (!isSoftmax(softmax?.layer) || !averages(pool.layer)) return null
    return new LogAverage(layers, { ...softmax, layer: softmax.layer }, { ...pool, layer: pool.layer })
  }

  /** ln y [B, K] of the last forward pass; -Infinity where dropout leaves nothing. */
  values(): Float64Array {
    const { layer: dense } = this.softmax
    const { layer: pool } = this.pool
    const { plan, logWeights } = pool.logWeights()
    const { units: K } = dense
    const terms = Float64Array.from(dense.logits.subarray(0, rowsOf(plan) * K))
    kernels.logSoftmax(terms, 0, terms, 0, rowsOf(plan), K)
    const p = terms.map((value) => exp(value))
    addLogScales(terms, this.dropouts.below)
    eachElement(plan, K, (at, _, row) => {
      terms[at] += logWeights[row]
    })
    const logs = new Float64Array(plan.lengths.length * K)
    addLogScales(logs, this.dropouts.above)
    const scales = logs.slice()
    sumOverTime(logs, terms, plan, K)
    const shares = terms
    eachElement(plan, K, (at, to) => {
      shares[at] = logs[to] === Number.NEGATIVE_INFINITY ? 0 : exp(terms[at] + scales[to] - logs[to])
    })
    this.last = { plan, p, shares, logs }
    return logs
  }

  /** dL/d logits and dL/d ln w from dL/d ln y [B, K]; call `values` first. */
  gradients(dLogs: Float64Array): DirectGradients {
    const { units: K } = this.softmax.layer
    const { plan, p, shares } = this.last as Shares
    const dLogits = new Float64Array(p.length)
    const dLogWeights = this.sumsOverClasses(dLogs)
    eachElement(plan, K, (at, to, row) => {
      dLogits[at] = dLogs[to] * shares[at] - p[at] * dLogWeights[row]
    })
    return new Map([
      [this.softmax.at, dLogits],
      [this.pool.at, dLogWeights],
    ])
  }

  /** The tangent of ln y [B, K]; compute that of the layers first. */
  tangent(): Float64Array {
    const { plan, p, shares, logs } = this.last as Shares
    const { units: K, logitsTangent: zDot } = this.softmax.layer
    const weightsDot = this.pool.layer.logWeightsTangent()
    const means = this.rowMeans(p, zDot)
    const logsDot = new Float64Array(logs.length)
    eachElement(plan, K, (at, to, row) => {
      logsDot[to] += shares[at] * (zDot[at] - means[row] + (weightsDot?.[row] ?? 0))
    })
    return logsDot
  }

  /**
   * The tangent of `gradients` at the same dL/d ln y; compute that of the layers first. Treats the shares as constant,
   * which holds for `LastPool`; the other pools have no exact Hessian.
   */
  gradientsTangent(dLogs: Float64Array): DirectGradients {
    const { plan, p } = this.last as Shares
    const { units: K, logitsTangent: zDot } = this.softmax.layer
    const sums = this.sumsOverClasses(dLogs)
    const means = this.rowMeans(p, zDot)
    const dLogitsDot = new Float64Array(p.length)
    eachElement(plan, K, (at, _, row) => {
      dLogitsDot[at] = -p[at] * (zDot[at] - means[row]) * sums[row]
    })
    return new Map([[this.softmax.at, dLogitsDot]])
  }

  /** sum_k (dL/d ln y_k) r_tk of each row. */
  private sumsOverClasses(dLogs: Float64Array): Float64Array {
    const { plan, shares } = this.last as Shares
    const sums = new Float64Array(rowsOf(plan))
    eachElement(plan, this.softmax.layer.units, (at, to, row) => {
      sums[row] += dLogs[to] * shares[at]
    })
    return sums
  }

  /** sum_k p_tk v_tk of each row. */
  private rowMeans(p: Float64Array, v: FloatArray): Float64Array {
    const { units: K } = this.softmax.layer
    const means = new Float64Array(p.length / K)
    for (let at = 0; at < p.length; at++) means[Math.floor(at / K)] += p[at] * v[at]
    return means
  }
}

/** Adds ln of the factors by which dropout scaled the elements in the last pass. */
function addLogScales(logs: Float64Array, dropouts: readonly Dropout[]): void {
  for (const { scales } of dropouts)
    if (scales !== null) for (let i = 0; i < logs.length; i++) logs[i] += log(scales[i])
}
