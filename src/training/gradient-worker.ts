/** The worker's side of a parallel `fit`: a copy of the network and of the data, and gradients of parts of batches. */
import type { Matrix } from '../core/array.ts'
import { StateError } from '../core/errors.ts'
import type { Dtype, FloatArray } from '../core/types.ts'
import { type KernelsName, kernelsInUse, useKernels } from '../kernels/index.ts'
import { checkLayers, joinLayers } from '../layers/assembly.ts'
import type { GateStatistics } from '../layers/gate-statistics.ts'
import { createLayer, type LayerConfig } from '../layers/registry.ts'
import { LayerStack } from '../layers/stack.ts'
import type { ParameterSet } from '../numerics/parameters.ts'
import { Random } from '../numerics/random.ts'
import type { Tasks } from '../threads/calls.ts'
import { BatchRunner, type LossSettings } from './batch-runner.ts'
import type { Dataset } from './dataset.ts'
import { type PackedDataset, unpackDataset } from './packed-dataset.ts'

/** Memory of a session that all its workers see. */
export interface SharedSlots {
  /** [n] parameters of the update under way. */
  parameters: FloatArray
  /** [parts, n] gradients of the parts. */
  gradients: FloatArray
  /** Workers that see this memory, counted by themselves. */
  seenBy: Int32Array
}

/** What a session begins with. */
export interface GradientSession {
  session: number
  layers: LayerConfig[]
  dtype: Dtype
  data: PackedDataset
  settings: LossSettings
  truncation: number
  statistics: boolean
  /** Absent where no memory is shared: parameters and gradients then travel with the messages. */
  slots?: SharedSlots
}

/** The gradient of a part of a batch. */
export interface PartJob {
  session: number
  part: number
  kernels: KernelsName
  members: Int32Array
  /** Sequences of the whole batch, which the loss is the mean of. */
  batchSize: number
  /** Seed of the part's random stream. */
  draws: string
  /** What `augment` made of the members. */
  sequences?: Matrix[]
  parameters?: FloatArray
}

/** What comes back. */
export interface PartResult {
  loss: number
  gradient?: FloatArray
  gates?: Record<string, GateStatistics>
}

/** The tasks by name. */
export const gradientTask = { open: 'gradient.open', part: 'gradient.part', close: 'gradient.close' } as const

class GradientWorker {
  private readonly setup: GradientSession
  private readonly runner: BatchRunner
  private readonly parameters: ParameterSet
  private readonly dataset: Dataset

  constructor(setup: GradientSession) {
    const layers = checkLayers(setup.layers.map(createLayer), setup.dtype)
    this.setup = setup
    this.parameters = joinLayers(layers, setup.dtype, null)
    this.runner = new BatchRunner(new LayerStack(layers), this.parameters, setup.dtype)
    this.dataset = unpackDataset(setup.data)
    if (setup.slots !== undefined) Atomics.add(setup.slots.seenBy, 0, 1)
  }

  compute({ part, members, batchSize, draws, sequences, parameters }: PartJob): PartResult {
    const { settings, truncation, statistics, slots } = this.setup
    const { data, gradient } = this.parameters
    data.set((slots?.parameters ?? parameters) as FloatArray)
    const loss = this.runner.lossAndGradient(
      sequences === undefined ? this.dataset : replaced(this.dataset, members, sequences),
      members,
      { ...settings, batchSize },
      { training: true, truncation, random: new Random(draws) },
    )
    slots?.gradients.set(gradient, part * gradient.length)
    return {
      loss,
      ...(slots === undefined && { gradient: gradient.slice() }),
      ...(statistics && { gates: this.runner.gateStatistics() }),
    }
  }
}

function replaced(dataset: Dataset, members: Int32Array, changed: readonly Matrix[]): Dataset {
  const sequences = [...dataset.sequences]
  members.forEach((i, m) => {
    sequences[i] = changed[m]
  })
  return { ...dataset, sequences }
}

/** Tasks of a worker that serves any number of sessions. */
export function gradientTasks(): Tasks {
  const sessions = new Map<number, GradientWorker>()
  return {
    [gradientTask.open]: (argument) => {
      const setup = argument as GradientSession
      sessions.set(setup.session, new GradientWorker(setup))
    },
    [gradientTask.part]: (argument) => {
      const job = argument as PartJob
      if (kernelsInUse() !== job.kernels) useKernels(job.kernels)
      const worker = sessions.get(job.session)
      if (worker === undefined) throw new StateError(`worker: no training of session ${job.session} is open`)
      return worker.compute(job)
    },
    [gradientTask.close]: (argument) => {
      sessions.delete(argument as number)
    },
  }
}
