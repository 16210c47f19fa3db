import { type Matrix, matrixView } from '../core/array.ts'
import { log } from '../core/elementary.ts'
import type { Dtype, FloatArray } from '../core/types.ts'
import { kernels } from '../kernels/index.ts'
import { type Activations, packInto, planBatch, rowsOf, unpack } from '../layers/batch.ts'
import type { GateStatistics } from '../layers/gate-statistics.ts'
import type { LayerStates } from '../layers/layer.ts'
import type { LayerStack, StackPass } from '../layers/stack.ts'
import { centralDifferences } from '../numerics/hessian-product.ts'
import type { MatrixProduct } from '../numerics/optimizer.ts'
import type { ParameterSet } from '../numerics/parameters.ts'
import { Workspace } from '../numerics/workspace.ts'
import { exactCurvature, gaussNewtonCurvature, type LossPoint } from './curvature.ts'
import type { Dataset } from './dataset.ts'
import {
  binaryCrossEntropyOnLogits,
  crossEntropyOnLogits,
  crossEntropyOnProbabilities,
  type LossKind,
  type LossOfLogs,
  squaredError,
} from './loss.ts'
import { writeRowWeights, writeTargets } from './targets.ts'

/** What the loss is and how classes count. */
export interface LossSettings {
  loss: LossKind
  classWeights: Float64Array | null
  /** Sequences that the loss is a mean of, where the batch is a part of a larger one. Default: its own. */
  batchSize?: number
}

/** A batch of a data set, its loss, and how it passes through the layers. */
export type BatchArguments = [dataset: Dataset, members: ArrayLike<number>, settings: LossSettings, pass: StackPass]

const inference: StackPass = { training: false, truncation: 0, random: null }

/** Sends batches through a stack of layers; the buffers are kept from call to call. */
export class BatchRunner {
  readonly parameters: ParameterSet
  private readonly stack: LayerStack
  private readonly workspace: Workspace
  private rowWeights: Float64Array = new Float64Array(0)

  constructor(stack: LayerStack, parameters: ParameterSet, dtype: Dtype) {
    this.stack = stack
    this.parameters = parameters
    this.workspace = new Workspace(dtype)
  }

  /** The packed output for some sequences; valid until the next call. */
  forward(sequences: readonly Matrix[], pass: StackPass = inference): Activations {
    const plan = planBatch(sequences.map(({ rows }) => rows))
    const { cols } = sequences[0]
    const data = this.workspace.take('x', rowsOf(plan) * cols)
    packInto(data, plan, sequences)
    return this.stack.forward({ data, cols, plan }, pass)
  }

  /** The outputs of some sequences, each its own copy, in their order. */
  outputs(sequences: readonly Matrix[]): ReturnType<typeof matrixView>[] {
    return unpack(this.forward(sequences)).map(matrixView)
  }

  /** Log posteriors of some sequences; for outputs that are no probabilities, null. */
  logPosteriors(sequences: readonly Matrix[]): Matrix[] | null {
    return this.stack.output === 'values' ? null : this.logPosteriorsOf(this.forward(sequences))
  }

  /** As `logPosteriors`, from the output of the last forward pass. */
  logPosteriorsOf(output: Activations): Matrix[] | null {
    if (this.stack.output === 'values') return null
    const rows = rowsOf(output.plan)
    const data = this.workspace.take('log', rows * output.cols)
    if (this.stack.output === 'softmax') kernels.logSoftmax(data, 0, this.stack.logits, 0, rows, output.cols)
    else for (let k = 0; k < data.length; k++) data[k] = log(output.data[k])
    return unpack({ ...output, data })
  }

  /** The loss of a batch; leaves its gradient by the parameters in `parameters.gradient`. */
  lossAndGradient(...batch: BatchArguments): number {
    const { loss, dOutput, dLogs } = this.lossOf(...batch)
    this.parameters.gradient.fill(0)
    this.stack.backward(dOutput, dLogs)
    return loss
  }

  /** The loss of a batch without its gradient, and its packed output, valid until the next call. */
  measure(
    dataset: Dataset,
    members: ArrayLike<number>,
    settings: LossSettings,
    pass: StackPass = inference,
  ): { loss: number; output: Activations } {
    const { loss, output } = this.lossOf(dataset, members, settings, pass)
    return { loss, output }
  }

  /** States for the layers of so many sequences, longest first. */
  createStates(sequences: number): LayerStates {
    return this.stack.createStates(sequences)
  }

  /** How open gates stood in the last pass. */
  gateStatistics(): Record<string, GateStatistics> {
    return this.stack.gateStatistics()
  }

  /** Whether a pass in training depends on random draws. */
  get draws(): boolean {
    return this.stack.draws
  }

  /**
   * Products of a vector with the Gauss-Newton matrix J' H J of a batch's loss: J the Jacobian of the stack's output by
   * the parameters, H the Hessian of the loss by that output. Both are taken at the logits of a softmax output, else at the
   * output itself. Valid until the next call of the runner; each product overwrites `parameters.gradient`.
   */
  gaussNewton(...batch: BatchArguments): MatrixProduct {
    const point = this.lossOf(...batch)
    const { gradient } = this.parameters
    return (v, out) => {
      const wDot = this.workspace.take('direction', v.length)
      wDot.set(v)
      const tangent = this.stack.tangent(wDot)
      gradient.fill(0)
      if (tangent !== null) {
        gaussNewtonCurvature(point.dOutput, tangent, point)
        this.stack.backward(point.dOutput, point.dLogs && this.logCurvature(point.dLogs))
      }
      out.set(gradient)
    }
  }

  /** w t v, with v the tangent of ln y and dL/d ln y = -w t, where the loss was taken by ln y. */
  private logCurvature(dLogs: Float64Array): Float64Array {
    const tangent = this.stack.logOutputTangent()
    return dLogs.map((d, k) => (d === 0 ? 0 : -d * tangent[k]))
  }

  /** As `gaussNewton` with the Hessian of the loss itself, by central differences where a layer has no exact ones. */
  hessian(...batch: BatchArguments): MatrixProduct {
    if (this.stack.hasHessian) return this.exactHessian(...batch)
    const { parameters } = this
    return centralDifferences(parameters, () => {
      this.lossAndGradient(...batch)
      return parameters.gradient
    })
  }

  private exactHessian(...batch: BatchArguments): MatrixProduct {
    const point = this.lossOf(...batch)
    const { gradient } = this.parameters
    this.stack.backward(point.dOutput, point.dLogs)
    const curved = this.workspace.take('curved', point.dOutput.length)
    return (v, out) => {
      const wDot = this.workspace.take('direction', v.length)
      wDot.set(v)
      const tangent = this.stack.tangent(wDot)
      gradient.fill(0)
      if (tangent !== null) {
        exactCurvature(curved, tangent, point)
        this.stack.backwardTangent(curved, wDot, point.dLogs)
      }
      out.set(gradient)
    }
  }

  private lossOf(
    { sequences, targets, frameWeights }: Dataset,
    members: ArrayLike<number>,
    { loss, classWeights, batchSize }: LossSettings,
    pass: StackPass,
  ): LossPoint & LossOfLogs & { dOutput: FloatArray } {
    const output = this.forward(
      Array.from(members, (i) => sequences[i]),
      pass,
    )
    const { plan, cols } = output
    const rows = rowsOf(plan)
    if (this.rowWeights.length < rows) this.rowWeights = new Float64Array(rows)
    const wanted = this.workspace.take('targets', rows * cols)
    const dOutput = this.workspace.take('dOutput', rows * cols)
    writeTargets(wanted, targets, plan, members, cols)
    writeRowWeights(this.rowWeights, targets, plan, members, { classWeights, frameWeights, batchSize })
    const losses = { targets: wanted, weights: this.rowWeights, rows, cols }
    const point = { kind: loss, outputKind: this.stack.output, output, losses, dOutput }
    return { ...point, ...this.lossAt(point) }
  }

  /** The loss at an output; writes its gradient, by the logits of a softmax output, to `dOutput`. */
  private lossAt({ kind, output, losses, dOutput }: LossPoint & { dOutput: FloatArray }): LossOfLogs {
    if (kind === 'crossEntropy' && this.stack.output !== 'softmax') {
      return crossEntropyOnProbabilities(dOutput, output.data, losses, () => this.stack.logOutput())
    }
    const lossOf = (): number => {
      if (kind === 'squaredError') return this.squaredError(dOutput, output, losses)
      if (kind === 'binaryCrossEntropy') return binaryCrossEntropyOnLogits(dOutput, output.data, losses)
      return crossEntropyOnLogits(dOutput, this.stack.logits, losses)
    }
    return { loss: lossOf(), dLogs: null }
  }

  /** The stack's backward starts at the logits of a softmax output: go through the softmax first. */
  private squaredError(dOutput: FloatArray, output: Activations, losses: Parameters<typeof squaredError>[2]): number {
    const { rows, cols } = losses
    const loss = squaredError(dOutput, output.data, losses)
    if (this.stack.output === 'softmax') kernels.softmaxBackward(dOutput, 0, dOutput, 0, output.data, 0, rows, cols)
    return loss
  }
}
