/** Runners of jobs in this thread and on several threads. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads'
import type { Tinypool } from 'tinypool'
import { checkInteger, checkObject, checkOptions } from '../core/check.ts'
import { describe, expectation, StateError } from '../core/errors.ts'
import { limits } from '../core/limits.ts'
import { importUnbundled } from '../core/optional.ts'
import { frontEndKey } from '../experiments/assemble.ts'
import { type FinishedFold, type FoldData, type FoldJob, runFoldJob } from '../experiments/jobs.ts'
import type { JobRunner } from '../experiments/run-jobs.ts'
import { kernelsChoice } from '../kernels/index.ts'
import type { TrainingHooks, TrainingProgress } from '../pipelines/system.ts'
import type { FeatureStore } from './feature-store.ts'
import type { FoldTask, OpeningTask } from './fold-worker.ts'
import { findOwnScript } from './own-file.ts'
import {
  type Opened,
  type Opening,
  type OpeningHooks,
  type OpeningMessage,
  receivedData,
  receiver,
} from './queue/opening.ts'
import { type SharedFoldData, shareData } from './shared-data.ts'

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
  throw new TypeError(expectation(where, 'data', 'a Map of the data of each front end', data))
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

/** Messages that have arrived at a port but have not been received. */
function* waitingAt<M>(port: MessagePort): Generator<M> {
  for (let found = receiveMessageOnPort(port); found; found = receiveMessageOnPort(port)) yield found.message
}

/**
 * Garbage of a thread that is collected together, MB; V8's default is 48. What a fold makes is arrays outside of that heap, which wait
 * for its collection: two threads take 50 MB less by it, and no more time (docs/decisions/feature-memory.md).
 */
const YOUNG_MEGABYTES = 4

/** A task of a thread but for the port, and its result. */
type Task<R> = R extends FinishedFold ? Omit<FoldTask, 'port'> : Omit<OpeningTask, 'port'>

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
    return await this.send<FinishedFold, TrainingProgress>({ job, data, ...kernelsChoice() }, onMessage, signal)
  }

  /** Opens recordings in an idle thread; the features are in the store afterwards. */
  async open(opening: Opening, hooks: OpeningHooks, store: FeatureStore): Promise<Map<string, FoldData>> {
    const task = { opening, ...kernelsChoice() }
    const opened = await this.send<[string, Opened][], OpeningMessage>(task, receiver(store, hooks), hooks.signal)
    return receivedData(opened, store)
  }

  private async send<R, M>(task: Task<R>, onMessage: (message: M) => void, signal?: AbortSignal): Promise<R> {
    const { port1, port2 } = new MessageChannel()
    // An error of a listener must not reach the port's event handling.
    const refusal = new Promise<never>((_, reject) => {
      port1.on('message', (message: M) => {
        try {
          onMessage(message)
        } catch (error) {
          reject(error)
        }
      })
    })
    // tinypool does not notice a thread that exits, but the other end of its port does.
    const death = new Promise<never>((_, reject) => {
      port1.once('close', () => reject(new StateError('its thread has ended')))
    })
    try {
      const running: Promise<R> = this.pool.run({ ...task, port: port2 }, { signal, transferList: [port2] })
      const finished = await Promise.race([running, death, refusal])
      // The result arrives at another port and may overtake the last messages.
      for (const message of waitingAt<M>(port1)) onMessage(message)
      return finished
    } finally {
      port1.close()
    }
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

/** The URL of the given script, or of the one next to the running file. */
function scriptUrl(given: string | URL | undefined): string {
  const url = String(given ?? findOwnScript('fold-worker') ?? '')
  const isThere = url.startsWith('file:') ? existsSync(fileURLToPath(url)) : url !== ''
  if (isThere) return url
  throw new StateError(
    `no ${url === '' ? 'fold-worker.js beside the file that runs' : `"${url}"`} to start threads on; in a bundle, give ` +
      '"script", the URL of a file made of ser-core/fold-worker (docs/guide/bundlers.md of ser-core)',
  )
}

/** Loads tinypool at run time, since it starts threads on a file of its own, which bundles do not contain. */
async function loadTinypool(): Promise<typeof import('tinypool')> {
  try {
    return await importUnbundled('tinypool')
  } catch (cause) {
    throw new StateError('the threads of folds need the package tinypool beside the bundle: npm install tinypool', {
      cause,
    })
  }
}

/**
 * Starts threads for `workers` jobs at the same time.
 *
 * @throws StateError where their script is missing
 */
export async function startThreads({ workers = 1, script }: JobRunnerOptions): Promise<FoldThreads> {
  const filename = scriptUrl(script)
  const { Tinypool } = await loadTinypool()
  // Threads are reused, since a warm one has compiled code. Flags of the process, such as `--input-type`, are not for
  // their script. Deno
  // cannot end a thread that sleeps in `Atomics.wait`, and jobs of seconds gain nothing by it.
  const pool = new Tinypool({
    ...{ runtime: 'worker_threads', filename, execArgv: [] },
    ...{ minThreads: workers, maxThreads: workers, concurrentTasksPerWorker: 1, useAtomics: false },
    resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MEGABYTES },
  })
  // A thread that dies rejects its job; tinypool reports it a second time.
  pool.on('error', () => {})
  return new FoldThreads(pool)
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
