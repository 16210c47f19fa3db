import { type Matrix, matrixView } from '../../core/array.ts'
import type { Dtype, FloatArray } from '../../core/types.ts'
import { kernels } from '../../kernels/index.ts'
import type { ParameterSet } from '../../numerics/parameters.ts'
import { Workspace } from '../../numerics/workspace.ts'
import { type Activations, packInto, planBatch, rowsOf, unpack } from '../batch.ts'
import type { LayerStack, StackPass } from '../stack.ts'
import { crossEntropyOnLogits, crossEntropyOnProbabilities, type LossName, squaredError } from './loss.ts'
import { type Targets, writeRowWeights, writeTargets } from './targets.ts'

/** A data set ready for training. */
export interface Dataset {
  sequences: readonly Matrix[]
  targets: Targets
}

/** What the loss is and how classes count. */
export interface LossSettings {
  loss: LossName
  classWeights: Float64Array | null
}

const inference: StackPass = { training: false, truncation: 0, random: null }

/** Sends batches through a stack of layers; the buffers are kept from call to call. */
export class BatchRunner {
  private readonly stack: LayerStack
  private readonly parameters: ParameterSet
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

  private logPosteriorsOf(output: Activations): Matrix[] | null {
    if (this.stack.output === 'values') return null
    const rows = rowsOf(output.plan)
    const data = this.workspace.take('log', rows * output.cols)
    if (this.stack.output === 'softmax') kernels.logSoftmax(data, 0, this.stack.logits, 0, rows, output.cols)
    else for (let k = 0; k < data.length; k++) data[k] = Math.log(output.data[k])
    return unpack({ ...output, data })
  }

  /** The loss of a batch; leaves its gradient by the parameters in `parameters.gradient`. */
  lossAndGradient(dataset: Dataset, members: ArrayLike<number>, settings: LossSettings, pass: StackPass): number {
    const { loss, dOutput } = this.lossOf(dataset, members, settings, pass)
    this.parameters.gradient.fill(0)
    this.stack.backward(dOutput)
    return loss
  }

  /** The loss of a batch without its gradient, and the log posteriors of its sequences as `logPosteriors` gives them. */
  measure(
    dataset: Dataset,
    members: ArrayLike<number>,
    settings: LossSettings,
  ): { loss: number; logPosteriors: Matrix[] | null } {
    const { loss, output } = this.lossOf(dataset, members, settings, inference)
    return { loss, logPosteriors: this.logPosteriorsOf(output) }
  }

  private lossOf(
    { sequences, targets }: Dataset,
    members: ArrayLike<number>,
    { loss, classWeights }: LossSettings,
    pass: StackPass,
  ): { loss: number; dOutput: FloatArray; output: Activations } {
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
    writeRowWeights(this.rowWeights, targets, plan, members, classWeights)
    const losses = { targets: wanted, weights: this.rowWeights, rows, cols }
    if (loss === 'squaredError') return { loss: this.squaredError(dOutput, output, losses), dOutput, output }
    if (this.stack.output === 'softmax') {
      return { loss: crossEntropyOnLogits(dOutput, this.stack.logits, losses), dOutput, output }
    }
    return { loss: crossEntropyOnProbabilities(dOutput, output.data, losses), dOutput, output }
  }

  /** The stack's backward starts at the logits of a softmax output: go through the softmax first. */
  private squaredError(dOutput: FloatArray, output: Activations, losses: Parameters<typeof squaredError>[2]): number {
    const { rows, cols } = losses
    const loss = squaredError(dOutput, output.data, losses)
    if (this.stack.output === 'softmax') kernels.softmaxBackward(dOutput, 0, dOutput, 0, output.data, 0, rows, cols)
    return loss
  }
}
