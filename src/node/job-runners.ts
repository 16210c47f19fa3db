/** Runners of jobs in this thread and on several threads. */
import type { Tinypool } from 'tinypool'
import { checkInteger, checkObject, checkOptions } from '../core/check.ts'
import { describe, expectation, StateError } from '../core/errors.ts'
import { limits } from '../core/limits.ts'
import { frontEndKey } from '../experiments/assemble.ts'
import { type FinishedFold, type FoldData, type FoldJob, runFoldJob } from '../experiments/jobs.ts'
import type { JobRunner } from '../experiments/run-jobs.ts'
import { kernelsChoice } from '../kernels/index.ts'
import type { TrainingHooks, TrainingProgress } from '../pipelines/system.ts'
import type { FeatureStore } from './feature-store.ts'
import type { FoldTask, OpeningTask } from './fold-worker.ts'
import {
  type Opened,
  type Opening,
  type OpeningHooks,
  type OpeningMessage,
  receivedData,
  receiver,
} from './queue/opening.ts'
import { type SharedFoldData, shareData } from './shared-data.ts'
import { send, startPool } from './thread-pool.ts'

const runs = 'JobRunner.run'

/** The data of a job's front end. */
export function dataOf<D>(data: ReadonlyMap<string, D>, job: FoldJob): D {
  checkObject(runs, 'job', job)
  const found = data.get(frontEndKey(job))
  if (found === undefined) throw new StateError(`${runs}: no features for the front end of ${describe(job.name)}`)
  return found
}

/** Throws unless the value is a Map, of any realm. */
export function checkFoldData(where: string, data: ReadonlyMap<string, FoldData>): void {
  if (typeof data?.get === 'function' && typeof data.entries === 'function') return
  throw foldDataError(where, data)
}

/** The error of data that are no Map, or an empty one. */
export function foldDataError(where: string, data: unknown): TypeError {
  return new TypeError(expectation(where, 'data', 'a Map of the data of each front end', data))
}

/** Runs one job after the other in this thread. */
class LocalRunner implements JobRunner {
  readonly size: number = 1
  private readonly data: ReadonlyMap<string, FoldData>

  constructor(data: ReadonlyMap<string, FoldData>) {
    this.data = data
  }

  async run(job: FoldJob, hooks: TrainingHooks): Promise<FinishedFold> {
    return await runFoldJob(job, dataOf(this.data, job), { ...hooks, clock: () => performance.now() / 1000 })
  }

  async close(): Promise<void> {}
}

/** Threads that run jobs. */
export class FoldThreads {
  private readonly pool: Tinypool

  constructor(pool: Tinypool) {
    this.pool = pool
  }

  /** Runs a job in an idle thread, as soon as there is one. */
  async run(job: FoldJob, data: SharedFoldData, { signal, onEpoch }: TrainingHooks): Promise<FinishedFold> {
    const onMessage = (progress: TrainingProgress): void => {
      onEpoch?.(progress)
    }
    const task: Omit<FoldTask, 'port'> = { job, data, ...kernelsChoice() }
    return await send<FinishedFold, TrainingProgress>(this.pool, task, onMessage, signal)
  }

  /** Opens recordings in an idle thread; the features are in the store afterwards. */
  async open(opening: Opening, hooks: OpeningHooks, store: FeatureStore): Promise<Map<string, FoldData>> {
    const task: Omit<OpeningTask, 'port'> = { opening, ...kernelsChoice() }
    const onMessage = receiver(store, hooks)
    const opened = await send<[string, Opened][], OpeningMessage>(this.pool, task, onMessage, hooks.signal)
    return receivedData(opened, store)
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await this.pool.destroy()
  }
}

/** Runs each job in a thread of its own. */
class ThreadRunner implements JobRunner {
  readonly size: number
  private readonly data: ReadonlyMap<string, SharedFoldData>
  private readonly threads: FoldThreads

  constructor(data: ReadonlyMap<string, FoldData>, threads: FoldThreads, size: number) {
    this.data = new Map(Array.from(data, ([key, one]) => [key, shareData(one)]))
    this.threads = threads
    this.size = size
  }

  async run(job: FoldJob, hooks: TrainingHooks): Promise<FinishedFold> {
    return await this.threads.run(job, dataOf(this.data, job), hooks)
  }

  async close(): Promise<void> {
    await this.threads.close()
  }
}

/** Options of {@link createJobRunner}. */
export interface JobRunnerOptions {
  /** Number of jobs at the same time: 1 (default) runs in this thread, more run in threads of their own. */
  workers?: number
  /**
   * Script of the threads. Default: the package's `ser-core/fold-worker`, next to the running file (`fold-worker.js`,
   * `.mjs` or `.cjs`).
   */
  script?: string | URL
}

/**
 * Starts threads for `workers` jobs at the same time.
 *
 * @throws StateError where their script is missing
 */
export async function startThreads({ workers = 1, script }: JobRunnerOptions): Promise<FoldThreads> {
  return new FoldThreads(await startPool(workers, script))
}

/**
 * Makes a runner of jobs on this machine.
 *
 * @throws StateError where the script of the threads is not there
 * @example
 * ```ts
 * const plan = checkPlan({
 *   ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['strict'], combinations: [] },
 *   corpus: { kind: 'synthetic', synthetic: { speakers: 2, sentences: 1 } },
 *   systems: [{ system: 'functionals-mlp', options: { epochs: 2 } }],
 * })
 * const createRunner: typeof createJobRunner = (data) => createJobRunner(data, { workers: 2 }) // what workers: 2 does
 * const { missing } = await runPlan(plan, { folder: 'threads', createRunner, fresh: true })
 * missing.length // 0
 * ```
 */
export async function createJobRunner(
  data: ReadonlyMap<string, FoldData>,
  options: JobRunnerOptions = {},
): Promise<JobRunner> {
  const where = 'createJobRunner'
  checkFoldData(where, data)
  checkOptions(where, options, ['workers', 'script'])
  const { workers = 1, script } = options
  checkInteger(where, 'workers', workers, { min: 1, limit: limits.workers })
  if (script !== undefined && typeof script !== 'string' && typeof (script as URL | null)?.href !== 'string') {
    throw new TypeError(expectation(where, 'script', 'a path or a URL', script))
  }
  return workers === 1 ? new LocalRunner(data) : new ThreadRunner(data, await startThreads(options), workers)
}
