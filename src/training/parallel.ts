/**
 * Training on several threads. The gradient of a mini-batch of B sequences is the sum, in a fixed order, of those of
 * fixed parts of it:
 *
 *   g = sum_p g_p,   g_p = sum over the sequences b of part p of d/dtheta [1 / (B T_b) sum_t l_bt]
 *
 * so that the result depends on the number of parts but not on the number of workers. Each part has its own random
 * stream for dropout.
 */
import { allocate, dtypeOf, type Matrix } from '../core/array.ts'
import type { Dtype, FloatArray } from '../core/types.ts'
import { kernelsChoice } from '../kernels/index.ts'
import type { GateStatistics } from '../layers/gate-statistics.ts'
import type { LayerChain } from '../layers/layer-chain.ts'
import { configOf } from '../layers/registry.ts'
import type { Random } from '../numerics/random.ts'
import { createWorkerPool, type WorkerPool } from '../threads/pool.ts'
import type { BatchView, LossSettings } from './batch-loss.ts'
import { byMember, type Dataset, sequencesOf } from './dataset.ts'
import { type TrainingSetup, trainNetwork } from './fit.ts'
import {
  type GradientSession,
  gradientTask,
  type PartJob,
  type PartResult,
  type SharedSlots,
} from './gradient-worker.ts'
import type { History } from './history.ts'
import { allocateFor, packDataset } from './packed-dataset.ts'
import { dealParts, type GradientInParts } from './parts.ts'
import { meanGates } from './statistics.ts'

/** The data and settings that workers get. */
export interface ParallelSource {
  chain: LayerChain
  dataset: Dataset
  settings: LossSettings
  view: BatchView
}

/** Trains on the threads of the option `workers`; threads that it starts itself end with the training. */
export async function trainOnThreads(setup: TrainingSetup, source: ParallelSource): Promise<History> {
  const { workers } = setup.resolved
  if (workers === null) return trainNetwork(setup)
  const pool =
    typeof workers === 'number' ? createWorkerPool({ workers: Math.min(workers, setup.resolved.parts) }) : workers
  const inParts = new PooledGradient(pool, setup, source)
  try {
    await inParts.open()
    return await trainNetwork({ ...setup, inParts })
  } finally {
    await (pool === workers ? inParts.close() : pool.close())
  }
}

function createSlots(parts: number, n: number, dtype: Dtype): SharedSlots {
  const shared = { sharesMemory: true }
  return {
    parameters: allocateFor(shared, n, dtype),
    gradients: allocateFor(shared, parts * n, dtype),
    seenBy: new Int32Array(new SharedArrayBuffer(4)),
  }
}

/** A copy without the rest of the caller's buffer, which a message would carry along. */
function copied({ data, rows, cols }: Matrix): Matrix {
  return { data: data.slice(0, rows * cols), rows, cols }
}

/** Sums vectors in their order; up to four, the usual number, in a loop of its own, for which all workers wait. */
function sumInto(out: FloatArray, vectors: readonly FloatArray[], zeros: FloatArray): void {
  if (vectors.length <= 4) {
    const [a, b = zeros, c = zeros, d = zeros] = vectors
    for (let k = 0; k < out.length; k++) out[k] = 0 + a[k] + b[k] + c[k] + d[k]
    return
  }
  for (let k = 0; k < out.length; k++) {
    let sum = 0
    for (const vector of vectors) sum += vector[k]
    out[k] = sum
  }
}

/** Gradients of mini-batches from the workers of a pool. */
class PooledGradient implements GradientInParts {
  private readonly pool: WorkerPool
  private readonly setup: TrainingSetup
  private readonly source: ParallelSource
  private readonly session: number
  private slots: SharedSlots | undefined
  private gates: Record<string, GateStatistics> = {}
  private zeros: FloatArray | undefined

  constructor(pool: WorkerPool, setup: TrainingSetup, source: ParallelSource) {
    this.pool = pool
    this.setup = setup
    this.source = source
    this.session = pool.ticket()
  }

  /** Sends every worker the network and the data. Where a host copies shared memory, opens again without it. */
  async open(sharesMemory: boolean = this.pool.sharesMemory): Promise<void> {
    const { resolved } = this.setup
    const { parameters } = this.setup.loss
    const dtype = dtypeOf(parameters.values)
    const slots = sharesMemory ? createSlots(resolved.parts, parameters.values.length, dtype) : undefined
    await this.pool.broadcast(gradientTask.open, this.describe(dtype, slots))
    if (slots !== undefined && slots.seenBy[0] !== this.pool.size) return this.open(false)
    this.slots = slots
  }

  private describe(dtype: Dtype, slots: SharedSlots | undefined): GradientSession {
    const { chain, dataset, settings, view } = this.source
    const { layers } = chain
    const outputLength = (steps: number): number => chain.outputLength(steps)
    const { outputs } = layers[layers.length - 1]
    return {
      session: this.session,
      layers: layers.map(configOf),
      dtype,
      data: packDataset(dataset, { outputLength, outputs, dtype, sharesMemory: slots !== undefined }),
      settings,
      truncation: view.truncation,
      statistics: this.setup.resolved.statistics,
      ...(slots && { slots }),
    }
  }

  async start(members: Int32Array, draws: Random): Promise<() => number> {
    const { dataset, view } = this.source
    const { values } = this.setup.loss.parameters
    const changed = view.sequences?.(members, draws)
    const sequenceOf = byMember(members, changed ?? sequencesOf(dataset.inputs, members))
    const framesOf = (i: number): number => sequenceOf(i).rows
    const parts = dealParts(members, framesOf, this.setup.resolved.parts)
    const parameters = this.slots === undefined ? values.slice() : undefined
    this.slots?.parameters.set(values)
    const jobs = parts.map(
      (part, p): PartJob => ({
        session: this.session,
        part: p,
        ...kernelsChoice(),
        members: part,
        batchSize: members.length,
        draws: draws.substream('part').substream(p).state().path,
        ...(parameters && { parameters }),
        ...(changed && { sequences: Array.from(part, (i) => copied(sequenceOf(i))) }),
      }),
    )
    const results = (await this.pool.map(gradientTask.part, jobs)) as PartResult[]
    return () => {
      const frames = parts.map((part) => part.reduce((sum, i) => sum + framesOf(i), 0))
      this.gates = meanGates(
        results.map(({ gates }) => gates ?? {}),
        frames,
      )
      this.addUp(results)
      return results.reduce((sum, { loss }) => sum + loss, 0)
    }
  }

  /** Sums the gradients of the parts in float64 and rounds once. */
  private addUp(results: readonly PartResult[]): void {
    const { gradient } = this.setup.loss.parameters
    const n = gradient.length
    const slots = this.slots?.gradients
    const parts = results.map((result, p) => slots?.subarray(p * n, (p + 1) * n) ?? (result.gradient as FloatArray))
    this.zeros ??= allocate(n, dtypeOf(gradient))
    sumInto(gradient, parts, this.zeros)
  }

  gateStatistics(): Record<string, GateStatistics> {
    return this.gates
  }

  /** Ends the session on all workers. Errors are ignored: the call in which a pool fails has already thrown. */
  async close(): Promise<void> {
    await this.pool.broadcast(gradientTask.close, this.session).catch(() => {})
  }
}
