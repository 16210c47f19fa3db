/** A worker of a queue, which runs folds of any experiment. */
import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import type { Queue, Worker } from 'bullmq'
import { checkArray, checkBoolean, checkInteger, checkNumber, checkOptions, checkString } from '../../core/check.ts'
import { messageOf, StateError } from '../../core/errors.ts'
import { isError, isErrorNamed, throwIfAborted } from '../../core/realm.ts'
import type { FinishedFold, FoldJob } from '../../experiments/jobs.ts'
import type { TrainingProgress } from '../../pipelines/system.ts'
import { dataOf, type FoldThreads, startThreads } from '../job-runners.ts'
import type { SharedFoldData } from '../shared-data.ts'
import { checkAddress } from './address.ts'
import { type Bull, type Failure, type SignedFold, signed } from './answers.ts'
import { type FoldRequest, queueName, queuePrefix, requestId } from './fold-request.ts'
import { FoldSources, type FoldSourcesOptions, LONGEST_WORK_SECONDS } from './fold-sources.ts'
import { connect, type Link } from './link.ts'
import { checkRequest, checkSecret } from './permitted.ts'
import { isForbidden } from './upkeep.ts'

/** Callbacks of {@link serveQueue}. */
export interface ServeListener {
  /** Called when folds can be taken, with this worker's name in errors. */
  onReady?: (name: string) => void
  onStart?: (job: FoldJob) => void
  /** Called when the result of a fold is on the queue. */
  onFold?: (job: FoldJob, finished: FinishedFold) => void
  /**
   * Called when a fold has failed, and with it the experiment, or cannot be done by this worker, of which the experiment is
   * told; the reason may say more than the queue is told.
   */
  onFail?: (job: FoldJob, reason: string) => void
  /** Called when a fold is given back for another worker. */
  onReturn?: (job: FoldJob) => void
  /** Called when Redis answers with an error, with its words, unless it is the same as the last. */
  onTrouble?: (reason: string) => void
}

/** Options of {@link serveQueue}. */
export interface ServeQueueOptions extends FoldSourcesOptions, ServeListener {
  /** Address of Redis: `redis://[user:password@]host[:port][/db]`, or `rediss:` for TLS. */
  url: string
  /** Number of folds at the same time, each in a thread of its own. Default 1. */
  workers?: number
  /**
   * Script of the threads. Default: the package's `ser-core/fold-worker`, `fold-worker.js` next to the running file.
   */
  script?: string | URL
  /** Whether to end when no fold is waiting or in progress anywhere. Default false: waits for more. */
  once?: boolean
  /** Seconds without a sign of life after which a worker's folds go to others. Default 15. */
  lockSeconds?: number
}

/** The result of {@link serveQueue}. */
export interface Served {
  done: number
  failed: number
}

const optionNames = [
  ...['url', 'data', 'cache', 'featureMemory', 'signal', 'workers', 'script', 'once', 'lockSeconds'],
  ...['allow', 'speaker', 'secret', 'longestSeconds'],
  ...['onReady', 'onStart', 'onFold', 'onFail', 'onReturn', 'onProblem', 'onTrouble'],
] as const
const LOCK_SECONDS = 15
/** Number of lost workers after which a fold fails; its experiment asks again a few times. */
const MOST_STALLED = 7
const PROGRESS_MS = 500
const LOOK_MS = 500

/** Reports progress to the experiment at intervals. */
function progressOf(bull: Bull): (progress: TrainingProgress) => void {
  let last = Number.NEGATIVE_INFINITY
  return ({ epoch, epochs, loss }) => {
    const now = performance.now()
    if (now - last < PROGRESS_MS && epoch < epochs) return
    last = now
    bull.updateProgress({ epoch, epochs, loss }).catch(() => {}) // no news, no harm
  }
}

/** Servers in this process, whose names must differ. */
let servers = 0

class FoldServer {
  private readonly link: Link
  private readonly threads: FoldThreads
  private readonly options: ServeQueueOptions
  private readonly sources: FoldSources
  private readonly stop = new AbortController()
  private readonly name = `${hostname()}-${process.pid}${++servers === 1 ? '' : `-${servers}`}`
  private trouble = ''
  /** Why folds failed, with what the queue is not told, by their ids. */
  private readonly reasons = new Map<string, string>()
  private readonly served: Served = { done: 0, failed: 0 }

  constructor(link: Link, threads: FoldThreads, options: ServeQueueOptions) {
    const { data, allow, speaker, cache, featureMemory, longestSeconds, onProblem } = options
    this.link = link
    this.threads = threads
    this.options = options
    this.sources = new FoldSources(
      { data, allow, speaker, cache, featureMemory, longestSeconds, onProblem, signal: this.stop.signal },
      (opening, hooks, store) => threads.open(opening, hooks, store),
    )
  }

  /** Serves until it is stopped, the queue is empty or the connection is lost. */
  async serve(): Promise<Served> {
    const { signal, once = false, onReady } = this.options
    const settings = { connection: this.link.client, prefix: queuePrefix }
    const queue = new this.link.bullmq.Queue<FoldRequest, SignedFold>(queueName, settings)
    queue.on('error', () => {})
    await Promise.race([queue.waitUntilReady(), this.link.lost])
    const worker = this.start()
    const forbidden = new Promise<never>((_, reject) => {
      worker.on('error', (error) => {
        if (isForbidden(error)) reject(new StateError(`Redis does not permit what a worker needs: ${messageOf(error)}`))
      })
    })
    forbidden.catch(() => {})
    let forced = true
    try {
      await Promise.race([worker.waitUntilReady(), this.link.lost, forbidden])
      onReady?.(this.name)
      await Promise.race([this.link.lost, forbidden, aborted(signal), ...(once ? [this.emptied(queue)] : [])])
      forced = false
    } finally {
      await this.end(worker, queue, forced)
    }
    throwIfAborted(signal)
    return this.served
  }

  private start(): Worker<FoldRequest, SignedFold> {
    const { workers = 1, lockSeconds = LOCK_SECONDS, onFold, onFail } = this.options
    const lockDuration = Math.round(1000 * lockSeconds)
    const process = (bull: Bull, token?: string): Promise<SignedFold> => this.process(bull, token ?? '')
    const worker = new this.link.bullmq.Worker<FoldRequest, SignedFold>(queueName, process, {
      ...{ connection: this.link.client, prefix: queuePrefix, name: this.name, concurrency: workers },
      ...{ lockDuration, stalledInterval: Math.ceil(lockDuration / 3), maxStalledCount: MOST_STALLED },
    })
    worker.on('completed', ({ data }, finished) => {
      this.served.done++
      onFold?.(data.job, finished)
    })
    worker.on('failed', (bull, { message }) => {
      this.served.failed++
      const reason = this.reasons.get(bull?.id ?? '') ?? message
      this.reasons.delete(bull?.id ?? '')
      // A request that is none has no job to tell of.
      if (typeof bull?.data?.job?.id === 'string') onFail?.(bull.data.job, reason)
    })
    // The link watches the connections; a fold that another worker has taken over needs no action here.
    worker.on('error', (error) => this.onTrouble(error))
    return worker
  }

  /** Tells of errors of Redis; those of connections are the link's. */
  private onTrouble(error: unknown): void {
    const text = messageOf(error)
    if (!isErrorNamed(error, 'ReplyError', 'SyntaxError') || text === this.trouble) return
    this.trouble = text
    this.options.onTrouble?.(text)
  }

  private async process(bull: Bull, token: string): Promise<SignedFold> {
    const { WaitingError, UnrecoverableError } = this.link.bullmq
    const { secret } = this.options
    const id = String(bull.id)
    let final = false
    try {
      const request = checkRequest(bull.data, this.options)
      // Else an answer to other options would be taken for that of the experiment's request.
      if (requestId(request) !== bull.id) throw new StateError('the request on the queue was changed')
      this.options.onStart?.(request.job)
      const work = async (data: ReadonlyMap<string, SharedFoldData>): Promise<FinishedFold> => {
        final = true
        return await this.train(bull, data, () => {
          final = false
        })
      }
      return signed(id, await this.sources.use(request, work), secret)
    } catch (error) {
      const reason = messageOf(error)
      const inner = isError(error) && error.cause !== undefined ? `: ${messageOf(error.cause)}` : ''
      if (!this.stop.signal.aborted) {
        this.reasons.set(id, `worker ${this.name}: ${reason}${inner}`)
        const failure: Failure = { worker: this.name, reason, final }
        // Not retried here, where it would fail again; the experiment gives what is not final to others.
        throw new UnrecoverableError(JSON.stringify(signed(id, failure, secret)))
      }
      await bull.moveToWait(token)
      if (typeof bull.data?.job?.id === 'string') this.options.onReturn?.(bull.data.job)
      throw new WaitingError()
    }
  }

  /** Runs the fold in a thread, which is ended where it takes too long here, though perhaps not elsewhere. */
  private async train(
    bull: Bull,
    data: ReadonlyMap<string, SharedFoldData>,
    onSlow: () => void,
  ): Promise<FinishedFold> {
    const { longestSeconds = LONGEST_WORK_SECONDS } = this.options
    const { job } = bull.data
    const watchdog = AbortSignal.timeout(1000 * longestSeconds)
    const signal = AbortSignal.any([this.stop.signal, watchdog])
    try {
      return await this.threads.run(job, dataOf(data, job), { signal, onEpoch: progressOf(bull) })
    } catch (error) {
      if (!watchdog.aborted || this.stop.signal.aborted) throw error
      onSlow()
      throw new StateError(`the fold took longer than ${longestSeconds} s and was ended`)
    }
  }

  /** Resolves when no fold is waiting or in progress; folds of a lost worker return to the queue. */
  private async emptied(queue: Queue): Promise<void> {
    const count = async (): Promise<number> => queue.getJobCountByTypes('wait', 'active', 'delayed', 'prioritized')
    while ((await count()) > 0) await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }

  /** Takes no more folds and gives back those in progress. */
  private async end(worker: Worker, queue: Queue, forced: boolean): Promise<void> {
    const closed = worker.close(forced)
    this.stop.abort(new DOMException('interrupted', 'AbortError'))
    await Promise.race([closed, this.link.lost]).catch(() => {})
    await Promise.race([queue.close(), this.link.lost]).catch(() => {})
    this.sources.close()
  }
}

function aborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }))
}

function checkServeOptions(where: string, options: ServeQueueOptions): void {
  checkOptions(where, options, optionNames)
  checkAddress(where, 'url', options.url)
  checkInteger(where, 'workers', options.workers ?? 1, { min: 1 })
  checkNumber(where, 'lockSeconds', options.lockSeconds ?? LOCK_SECONDS, { min: 0.5 })
  checkBoolean(where, 'once', options.once ?? false)
  checkNumber(where, 'longestSeconds', options.longestSeconds ?? LONGEST_WORK_SECONDS, { above: 0, max: 2_000_000 })
  checkSecret(where, options.secret)
  for (const name of ['data', 'speaker'] as const) {
    if (options[name] !== undefined) checkString(where, name, options[name])
  }
  const { data, allow } = options
  if (allow !== undefined) for (const path of checkArray(where, 'allow', allow)) checkString(where, 'allow', path)
  if (data === undefined && allow === undefined) {
    throw new TypeError(
      `${where}: "data" or "allow" expected the recordings that jobs may use; "allow": [] for synthetic voices alone`,
    )
  }
}

/** Throws where nothing has a path, which each job would be told only when it is taken. */
async function checkPaths(where: string, { data, allow = [] }: ServeQueueOptions): Promise<void> {
  const paths: ['data' | 'allow', string][] = allow.map((path) => ['allow', path])
  if (data !== undefined) paths.push(['data', data])
  for (const [name, path] of paths) {
    await stat(path).catch((cause: unknown) => {
      throw new StateError(`${where}: "${name}" expected recordings that are there, got ${messageOf(cause)}`, { cause })
    })
  }
}

/**
 * Runs the folds that experiments put on a queue. Folds run in other threads, so that this one keeps its lock in Redis
 * alive. A fold whose worker is lost goes to another, and so does one that this worker cannot do: of other software,
 * recordings or secret, of which the experiment is told with a list of the differences. Needs the optional packages
 * `bullmq` and `ioredis`.
 *
 * @throws StateError where a package or a path is missing, Redis cannot be reached, permits too little or is gone for a
 * minute; the signal's reason once it is aborted: folds in work have been given back then
 */
export async function serveQueue(options: ServeQueueOptions): Promise<Served> {
  checkServeOptions('serveQueue', options)
  await checkPaths('serveQueue', options)
  throwIfAborted(options.signal)
  const { url, workers, script } = options
  const threads = await startThreads({ workers, script })
  try {
    const link = await connect(url, options.signal)
    try {
      return await new FoldServer(link, threads, options).serve()
    } finally {
      link.close()
    }
  } finally {
    await threads.close()
  }
}
