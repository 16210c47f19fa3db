/**
 * Attention pooling over time: a weighted mean of the rows x_1..x_T of a sequence for each of the heads h = 1..R,
 *
 *   a_t = V' tanh(W' x_t + b)     alpha_t,h = exp(a_t,h) / sum_s exp(a_s,h)
 *   y = [sum_t alpha_t,1 x_t, ..., sum_t alpha_t,R x_t]
 *
 * with W [D, U], b [U], V [U, R]. Bahdanau, Cho & Bengio (2015), with a learned query instead of the decoder's state;
 * several heads as in Lin et al. (2017). The softmax is computed online: its sums are rescaled whenever a new largest
 * score arrives (Milakov & Gimelshein 2018), so that a stream gives the y of the frames so far.
 */

import { matrixView } from '../core/array.ts'
import { checkInteger, checkOptions } from '../core/check.ts'
import { exp, log } from '../core/elementary.ts'
import { StateError } from '../core/errors.ts'
import { limits } from '../core/limits.ts'
import type { FloatArray, FloatNdArray, Json, MatrixLike } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { constant, glorotUniform } from '../numerics/initialisers.ts'
import type { ParameterSpec } from '../numerics/parameters.ts'
import { type Activations, pooledPlan, rowsOf, unpack } from './batch.ts'
import { Layer, type LayerOptions, type LayerState, type LogWeights, layerOptions, type PassContext } from './layer.ts'

/** Options of {@link AttentionPool}. */
export interface AttentionPoolOptions extends LayerOptions {
  /** U, the hidden units that score a row. Default `inputs`. */
  units?: number
  /** R, number of heads, whose weighted means stand side by side in the output. Default 1. */
  heads?: number
}

interface Running {
  /** [B, R] largest score and sum of exp(score - largest) so far. */
  largest: FloatArray
  sum: FloatArray
  /** [B, R, D] sum of exp(score - largest) x. */
  weighted: FloatArray
}

function startRunning(sequences: number, heads: number, columns: number): Running {
  return {
    largest: new Float64Array(sequences * heads),
    sum: new Float64Array(sequences * heads),
    weighted: new Float64Array(sequences * heads * columns),
  }
}

/** Adds the row x[at .. at + D) with the given score to the sums at `k`. */
function update(
  { largest, sum, weighted }: Running,
  k: number,
  score: number,
  x: FloatArray,
  at: number,
  D: number,
): void {
  const first = sum[k] === 0
  const top = first || score > largest[k] ? score : largest[k]
  const kept = first ? 0 : exp(largest[k] - top)
  const weight = exp(score - top)
  largest[k] = top
  sum[k] = kept * sum[k] + weight
  for (let j = 0; j < D; j++) weighted[k * D + j] = kept * weighted[k * D + j] + weight * x[at + j]
}

/** Attention pooling: [T, D] to [1, heads D]. Weights start uniform by Glorot & Bengio (2010), biases at zero. */
export class AttentionPool extends Layer {
  readonly type = 'attentionPool'
  readonly heads: number
  private readonly ownUnits: number | undefined
  private x: Activations | undefined
  private y: FloatArray | undefined
  /** [rows, U] tanh(W' x + b) and [rows, R] scores. */
  private hidden: FloatArray | undefined
  private scores: FloatArray | undefined
  private running: Running = startRunning(0, 0, 0)
  /** [rows, R] tangent of the scores in the last `tangentBatch`. */
  private scoresDot: FloatArray | undefined

  constructor(options: AttentionPoolOptions = {}) {
    checkOptions('AttentionPool', options, ['units', 'heads', ...layerOptions])
    super('AttentionPool', options)
    if (options.units !== undefined)
      this.ownUnits = checkInteger('AttentionPool', 'units', options.units, { min: 1, limit: limits.units })
    this.heads = checkInteger('AttentionPool', 'heads', options.heads ?? 1, { min: 1, limit: limits.units })
  }

  /** Hidden units that score a row. */
  get units(): number {
    return this.ownUnits ?? this.inputs
  }

  get outputs(): number {
    return this.heads * this.inputs
  }

  override get pools(): boolean {
    return true
  }

  /** @internal */
  override get words(): string {
    return this.heads === 1 ? '' : `${this.heads} heads`
  }

  options(): { [key: string]: Json } {
    return { inputs: this.inputs, units: this.units, heads: this.heads }
  }

  /** @internal */
  override parameterSpecs(): ParameterSpec[] {
    const { inputs: D, units: U, heads: R } = this
    return [
      { name: 'W', shape: [D, U], decay: true, initialise: glorotUniform(D, U) },
      { name: 'b', shape: [U], decay: false, initialise: constant(0) },
      { name: 'V', shape: [U, R], decay: true, initialise: glorotUniform(U, R) },
    ]
  }

  /** @internal */
  override createState(sequences = 1): LayerState {
    return { ...startRunning(sequences, this.heads, this.inputs) }
  }

  /** The weights alpha [T, heads] for a sequence [T, inputs] of this layer's input; each column sums to 1. */
  weights(sequence: MatrixLike): FloatNdArray {
    this.forward(sequence)
    return this.lastWeights()[0]
  }

  /**
   * The attention weights [T, heads] of the last forward pass, one array for each of its sequences. After
   * `network.forward(list)` these are the last sequences only, since it processes lists in batches of 32. In a stream
   * they are those of the frames of the last call.
   *
   * @throws StateError before the first pass
   */
  lastWeights(): FloatNdArray[] {
    if (this.x === undefined) throw new StateError('attentionPool: no weights yet; call forward first')
    return unpack({ data: this.alphas(), cols: this.heads, plan: this.x.plan }).map(matrixView)
  }

  forwardBatch(x: Activations, { state }: PassContext): Activations {
    const { inputs: D, heads: R } = this
    const { lengths, offsets } = x.plan
    this.score(x)
    const scores = this.scores as FloatArray
    const running = state === null ? startRunning(lengths.length, R, D) : (state as unknown as Running)
    const y = this.buffer('y', lengths.length * R * D)
    for (let b = 0; b < lengths.length; b++) {
      for (let t = 0; t < lengths[b]; t++) {
        const row = offsets[t] + b
        for (let h = 0; h < R; h++) update(running, b * R + h, scores[row * R + h], x.data, row * D, D)
      }
    }
    for (let i = 0; i < y.length; i++) y[i] = running.weighted[i] / running.sum[Math.floor(i / D)]
    this.x = x
    this.y = y
    this.running = running
    return { data: y, cols: R * D, plan: pooledPlan(x.plan) }
  }

  /**
   * With da_t,h = alpha_t,h (dy_h'x_t - dy_h'y_h), the derivative of the softmax: dx_t = W du_t + sum_h alpha_t,h dy_h.
   */
  backwardBatch(dy: FloatArray, wantInput: boolean, direct?: FloatArray): FloatArray | null {
    const { inputs: D, heads: R, units: U } = this
    const { data, plan } = this.x as Activations
    const rows = rowsOf(plan)
    const hidden = this.hidden as FloatArray
    const alpha = this.alphas()
    const dScores = this.buffer('dScores', rows * R)
    const dHidden = this.buffer('dHidden', rows * U)
    const dx = wantInput ? this.buffer('dx', rows * D).fill(0) : null
    this.eachWeight((k, row, at) => {
      dScores[k] = alpha[k] * this.beside(dy, at, row)
      if (dx !== null) kernels.axpy(dx, row * D, alpha[k], dy, at, D)
    })
    if (direct !== undefined) this.addThroughWeights(dScores, direct, alpha)
    const { W, V } = this.parts(this.parameterSet.values)
    const gradient = this.parts(this.parameterSet.gradient)
    kernels.gemm(gradient.V, 0, R, hidden, 0, U, true, dScores, 0, R, false, U, R, rows, 1, 1)
    kernels.gemm(dHidden, 0, U, dScores, 0, R, false, V, 0, R, true, rows, U, R, 1, 0)
    kernels.tanhBackward(dHidden, 0, dHidden, 0, hidden, 0, rows * U)
    kernels.gemm(gradient.W, 0, U, data, 0, D, true, dHidden, 0, U, false, D, U, rows, 1, 1)
    kernels.addColumnSums(gradient.b, 0, dHidden, 0, rows, U)
    if (dx !== null) kernels.gemm(dx, 0, D, dHidden, 0, U, false, W, 0, U, true, rows, D, U, 1, 1)
    return dx
  }

  /** y_h. = sum_t alpha_t,h (x_t. + a_t,h. (x_t - y_h)). @internal */
  override tangentBatch(xDot: FloatArray | null, wDot: FloatArray): FloatArray {
    const { inputs: D, outputs } = this
    const { data: x, plan } = this.x as Activations
    const y = this.y as FloatArray
    const alpha = this.alphas()
    const scoresDot = this.scoresTangent(xDot, wDot)
    this.scoresDot = scoresDot
    const yDot = this.buffer('yDot', plan.lengths.length * outputs).fill(0)
    this.eachWeight((k, row, at) => {
      kernels.axpy(yDot, at, alpha[k] * scoresDot[k], x, row * D, D)
      kernels.axpy(yDot, at, -alpha[k] * scoresDot[k], y, at, D)
      if (xDot !== null) kernels.axpy(yDot, at, alpha[k], xDot, row * D, D)
    })
    return yDot
  }

  /** ln alpha [rows] of a single head. @internal */
  logWeights(): LogWeights {
    const { plan } = this.x as Activations
    const { largest, sum } = this.running
    const scores = this.scores as FloatArray
    const logWeights = new Float64Array(rowsOf(plan))
    this.eachWeight((k, row, at) => {
      const b = Math.floor(at / this.inputs)
      logWeights[row] = scores[k] - largest[b] - log(sum[b])
    })
    return { plan, logWeights }
  }

  /** (ln alpha_t). = a_t. - sum_s alpha_s a_s. of a single head, after `tangentBatch`. @internal */
  logWeightsTangent(): FloatArray {
    const scoresDot = (this.scoresDot as FloatArray).slice()
    const alpha = this.alphas()
    const means = this.sumsOverTime((k) => alpha[k] * scoresDot[k])
    this.eachWeight((k, _, at) => {
      scoresDot[k] -= means[Math.floor(at / this.inputs)]
    })
    return scoresDot
  }

  /** Adds da_t = d ln alpha_t - alpha_t sum_s d ln alpha_s; for a single head. */
  private addThroughWeights(dScores: FloatArray, dLogWeights: FloatArray, alpha: FloatArray): void {
    const sums = this.sumsOverTime((k) => dLogWeights[k])
    this.eachWeight((k, _, at) => {
      dScores[k] += dLogWeights[k] - alpha[k] * sums[Math.floor(at / this.inputs)]
    })
  }

  /** Sums of `termOf` over the rows of each sequence, for each head: [B, R]. */
  private sumsOverTime(termOf: (k: number) => number): Float64Array {
    const sums = new Float64Array(this.running.sum.length)
    this.eachWeight((k, _, at) => {
      sums[Math.floor(at / this.inputs)] += termOf(k)
    })
    return sums
  }

  private score({ data, plan }: Activations): void {
    const { inputs: D, units: U, heads: R } = this
    const rows = rowsOf(plan)
    const { W, b, V } = this.parts(this.parameterSet.values)
    const hidden = this.buffer('hidden', rows * U)
    const scores = this.buffer('scores', rows * R)
    kernels.fillRows(hidden, 0, b, 0, rows, U)
    kernels.gemm(hidden, 0, U, data, 0, D, false, W, 0, U, false, rows, U, D, 1, 1)
    kernels.tanh(hidden, 0, hidden, 0, rows * U)
    kernels.gemm(scores, 0, R, hidden, 0, U, false, V, 0, R, false, rows, R, U, 1, 0)
    this.hidden = hidden
    this.scores = scores
  }

  /** a. = V' u. + V.' u with u. = (1 - u^2) (W' x. + W.' x + b.). */
  private scoresTangent(xDot: FloatArray | null, wDot: FloatArray): FloatArray {
    const { inputs: D, units: U, heads: R } = this
    const { data, plan } = this.x as Activations
    const rows = rowsOf(plan)
    const hidden = this.hidden as FloatArray
    const { W, V } = this.parts(this.parameterSet.values)
    const dot = this.parts(wDot)
    const hiddenDot = this.buffer('hiddenDot', rows * U)
    const scoresDot = this.buffer('scoresDot', rows * R)
    kernels.fillRows(hiddenDot, 0, dot.b, 0, rows, U)
    kernels.gemm(hiddenDot, 0, U, data, 0, D, false, dot.W, 0, U, false, rows, U, D, 1, 1)
    if (xDot !== null) kernels.gemm(hiddenDot, 0, U, xDot, 0, D, false, W, 0, U, false, rows, U, D, 1, 1)
    kernels.tanhBackward(hiddenDot, 0, hiddenDot, 0, hidden, 0, rows * U)
    kernels.gemm(scoresDot, 0, R, hiddenDot, 0, U, false, V, 0, R, false, rows, R, U, 1, 0)
    kernels.gemm(scoresDot, 0, R, hidden, 0, U, false, dot.V, 0, R, false, rows, R, U, 1, 1)
    return scoresDot
  }

  /** [rows, R] weights of the last batch. */
  private alphas(): FloatArray {
    const { largest, sum } = this.running
    const scores = this.scores as FloatArray
    const alpha = this.buffer('alpha', scores.length)
    const { inputs: D } = this
    this.eachWeight((k, _, at) => {
      const head = Math.floor(at / D)
      alpha[k] = exp(scores[k] - largest[head]) / sum[head]
    })
    return alpha
  }

  /** Visits the weight of each row and head: its index, the row, and the index at which the head's part of y starts. */
  private eachWeight(visit: (k: number, row: number, at: number) => void): void {
    const { heads: R, inputs: D } = this
    const { lengths, offsets } = (this.x as Activations).plan
    for (let b = 0; b < lengths.length; b++) {
      for (let t = 0; t < lengths[b]; t++) {
        const row = offsets[t] + b
        for (let h = 0; h < R; h++) visit(row * R + h, row, (b * R + h) * D)
      }
    }
  }

  /** dy_h'(x_t - y_h), with y_h the head's part of y, which starts at `at`. */
  private beside(dy: FloatArray, at: number, row: number): number {
    const { inputs: D } = this
    const { data } = this.x as Activations
    return kernels.dot(dy, at, data, row * D, D) - kernels.dot(dy, at, this.y as FloatArray, at, D)
  }

  private parts(vector: FloatArray): Record<'W' | 'b' | 'V', FloatArray> {
    const { inputs: D, units: U, heads: R } = this
    const part = (name: string, length: number): FloatArray => this.parameterSet.part(vector, name, length)
    return { W: part('W', D * U), b: part('b', U), V: part('V', U * R) }
  }
}
