/** The worker's side of a parallel `fit`: a copy of the network and of the data, and gradients of parts of batches. */
import type { Matrix } from '../core/array.ts'
import { StateError } from '../core/errors.ts'
import type { Dtype, FloatArray } from '../core/types.ts'
import { followKernels, type KernelsChoice } from '../kernels/index.ts'
import { checkLayers, joinLayers } from '../layers/assembly.ts'
import type { GateStatistics } from '../layers/gate-statistics.ts'
import { LayerChain } from '../layers/layer-chain.ts'
import { createLayer, type LayerConfig } from '../layers/registry.ts'
import { Random } from '../numerics/random.ts'
import type { Tasks } from '../threads/calls.ts'
import { DatasetLoss, type LossSettings } from './batch-loss.ts'
import type { Dataset } from './dataset.ts'
import { NetworkCore } from './output-loss.ts'
import { type PackedDataset, unpackDataset } from './packed-dataset.ts'

/** Memory that a session shares with all its workers. */
export interface SharedSlots {
  /** [n] parameters of the current update. */
  parameters: FloatArray
  /** [parts, n] gradients of the parts. */
  gradients: FloatArray
  /** Number of workers that see this memory; each adds one, which shows whether memory is really shared. */
  seenBy: Int32Array
}

/** First message of a session: the network and its data. */
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

/** A request for the gradient of a part of a batch. */
export interface PartJob extends KernelsChoice {
  session: number
  part: number
  members: Int32Array
  /** Sequences of the whole batch, over which the loss is averaged. */
  batchSize: number
  /** Seed of the part's random stream. */
  draws: string
  /** The members' sequences after `augment`. */
  sequences?: Matrix[]
  parameters?: FloatArray
}

/** Answer to a {@link PartJob}. */
export interface PartResult {
  loss: number
  gradient?: FloatArray
  gates?: Record<string, GateStatistics>
}

/** Names of the tasks. */
export const gradientTask = { open: 'gradient.open', part: 'gradient.part', close: 'gradient.close' } as const

class GradientWorker {
  private readonly setup: GradientSession
  private readonly network: NetworkCore
  private readonly dataset: Dataset

  constructor(setup: GradientSession) {
    const layers = checkLayers(setup.layers.map(createLayer), setup.dtype)
    this.setup = setup
    const parameters = joinLayers(layers, setup.dtype, null)
    this.network = new NetworkCore(new LayerChain(layers), parameters, setup.dtype)
    this.dataset = unpackDataset(setup.data)
    if (setup.slots !== undefined) Atomics.add(setup.slots.seenBy, 0, 1)
  }

  compute({ part, members, batchSize, draws, sequences, parameters }: PartJob): PartResult {
    const { settings, truncation, statistics, slots } = this.setup
    const { gradient } = this.network.parameters
    this.network.parameters.forWriting().set((slots?.parameters ?? parameters) as FloatArray)
    const view = { training: true, truncation, sequences: sequences && (() => sequences) }
    const loss = new DatasetLoss(this.network, this.dataset, { ...settings, batchSize }, view)
    const result = { loss: loss.lossAndGradient(members, new Random(draws)) }
    slots?.gradients.set(gradient, part * gradient.length)
    return {
      ...result,
      ...(slots === undefined && { gradient: gradient.slice() }),
      ...(statistics && { gates: loss.gateStatistics() }),
    }
  }
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
      followKernels(job)
      const worker = sessions.get(job.session)
      if (worker === undefined) throw new StateError(`worker: no training of session ${job.session} is open`)
      return worker.compute(job)
    },
    [gradientTask.close]: (argument) => {
      sessions.delete(argument as number)
    },
  }
}
