/** Puts the folds of an experiment on a queue, from which `ser worker` takes them. */
import { setMaxListeners } from 'node:events'
import type { Job, Queue, QueueEvents } from 'bullmq'
import { checkBoolean, checkOptions, checkString } from '../../core/check.ts'
import { describe, messageOf, StateError } from '../../core/errors.ts'
import { checkFinishedFold, type ExpectedFold, expectedFolds } from '../../experiments/fold-check.ts'
import type { FinishedFold, FoldData, FoldJob } from '../../experiments/jobs.ts'
import { checkPlan, type ExperimentPlan } from '../../experiments/plan.ts'
import type { JobRunner } from '../../experiments/run-jobs.ts'
import type { TrainingHooks, TrainingProgress } from '../../pipelines/system.ts'
import { checkAddress } from './address.ts'
import { type FoldRequest, originOf, queueName, queuePrefix, requestId, requestsOf } from './fold-request.ts'
import { connect, type Link } from './link.ts'
import { signatureOf } from './permitted.ts'

/** Options of {@link createQueueRunner}. */
export interface QueueRunnerOptions {
  /** Address of Redis: `redis://[user:password@]host[:port][/db]`. */
  url: string
  /** The plan whose jobs are run. */
  plan: ExperimentPlan
  /** Ignores results that an earlier run has left on the queue. Default false. */
  fresh?: boolean
  /** Secret by which jobs are signed, for workers that take no others. Default: they are not signed. */
  secret?: string
  /** Called when a worker is gone and its fold goes to another. */
  onStalled?: (job: FoldJob) => void
  /** Called when an answer is refused and its fold is done again, with its worker and the reason. */
  onRefused?: (job: FoldJob, worker: string, reason: string) => void
}

const MOST_AT_ONCE = 100_000
/** Time for which results that nobody has fetched are kept, s. */
const KEPT_SECONDS = 14 * 24 * 3600
/** Polling interval, ms, in case an event gets lost, for example when Redis restarts. */
const LOOK_MS = 10_000
/** Number of refused answers after which a fold is given up. */
const MOST_REFUSED = 20

type Bull = Job<FoldRequest, FinishedFold>

interface Pending {
  request: FoldRequest
  /** Number of refused answers. */
  refused: number
  /** The last look at the queue; looks follow each other, since one that refuses an answer changes the queue. */
  looked: Promise<void>
  onEpoch?: (progress: TrainingProgress) => void
  resolve: (finished: FinishedFold) => void
  reject: (error: unknown) => void
}

/** Whether it is progress, since whoever can write to the queue can send anything. */
function isProgress(value: unknown): value is TrainingProgress {
  const { epoch, epochs, loss } = (value ?? {}) as Partial<TrainingProgress>
  return Number.isSafeInteger(epoch) && Number.isSafeInteger(epochs) && typeof loss === 'number'
}

/** Why what the queue has under an id is neither this request nor its answer, or undefined. */
function faultOf(id: string, there: Bull, expected: ExpectedFold): string | undefined {
  try {
    if (requestId(there.data) !== id) return 'the request on the queue was changed'
    const answered = there.finishedOn !== undefined && !there.failedReason
    if (answered) checkFinishedFold(there.returnvalue, there.data.job, expected)
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

class QueueRunner implements JobRunner {
  readonly size: number = MOST_AT_ONCE
  private readonly link: Link
  private readonly queue: Queue<FoldRequest, FinishedFold>
  private readonly events: QueueEvents
  private readonly requestOf: (job: FoldJob) => FoldRequest
  private readonly expected: ReadonlyMap<string, ExpectedFold>
  private readonly fresh: boolean
  private readonly onRefused: QueueRunnerOptions['onRefused']
  private readonly pending = new Map<string, Pending>()
  private readonly delivered: string[] = []
  private readonly timer: NodeJS.Timeout

  constructor(
    link: Link,
    queue: Queue<FoldRequest, FinishedFold>,
    events: QueueEvents,
    requestOf: (job: FoldJob) => FoldRequest,
    expected: ReadonlyMap<string, ExpectedFold>,
    { fresh = false, onStalled, onRefused }: QueueRunnerOptions,
  ) {
    this.link = link
    this.queue = queue
    this.events = events
    this.requestOf = requestOf
    this.expected = expected
    this.fresh = fresh
    this.onRefused = onRefused
    const look = ({ jobId }: { jobId: string }): void => this.look(jobId)
    events.on('completed', look).on('failed', look).on('removed', look)
    events.on('progress', ({ jobId, data }) => {
      if (isProgress(data)) this.pending.get(jobId)?.onEpoch?.(data)
    })
    events.on('stalled', ({ jobId }) => {
      const stalled = this.pending.get(jobId)
      if (stalled !== undefined) onStalled?.(stalled.request.job)
    })
    this.timer = setInterval(() => {
      for (const id of this.pending.keys()) this.look(id)
    }, LOOK_MS)
  }

  async run(job: FoldJob, { signal, onEpoch }: TrainingHooks): Promise<FinishedFold> {
    const request = this.requestOf(job)
    const id = requestId(request)
    const answer = new Promise<FinishedFold>((resolve, reject) => {
      this.pending.set(id, { request, refused: 0, looked: Promise.resolve(), onEpoch, resolve, reject })
    })
    const stop = (): void => this.pending.get(id)?.reject(signal?.reason)
    // Each job adds a listener, of which Node would warn as a leak.
    if (signal !== undefined) setMaxListeners(0, signal)
    signal?.addEventListener('abort', stop)
    if (signal?.aborted) stop()
    // The queue may already have the result of this fold.
    const put = this.put(id, request).then(() => this.look(id))
    try {
      const answered = Promise.race([Promise.all([answer, put]), this.link.lost])
      // Deleted before it is taken back; otherwise it would be found missing and requested again.
      const [finished] = await answered.finally(() => this.pending.delete(id))
      this.delivered.push(id)
      return finished
    } catch (error) {
      if (signal?.aborted) await put.then(() => this.takeBack(id)).catch(() => {})
      throw error
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  /** Removes fetched results, which have been saved by now. */
  async close(): Promise<void> {
    clearInterval(this.timer)
    const ended = this.link.client.status === 'end'
    if (!ended) await Promise.allSettled(this.delivered.map((id) => this.queue.remove(id)))
    await Promise.allSettled([this.events.close(), this.queue.close()])
    this.link.close()
  }

  /** Adds a request, unless the queue has it and it has not failed. */
  private async put(id: string, request: FoldRequest): Promise<void> {
    const there = await this.queue.getJob(id)
    const failed = Boolean(there?.failedReason)
    if (there !== undefined && (failed || this.fresh)) await this.queue.remove(id)
    await this.add(id, request)
  }

  private async add(id: string, request: FoldRequest): Promise<void> {
    const kept = { age: KEPT_SECONDS }
    await this.queue.add('fold', request, { jobId: id, removeOnComplete: kept, removeOnFail: kept })
  }

  /** Delivers the result if there is one; repeats the request if it has disappeared or its answer is none. */
  private look(id: string): void {
    const pending = this.pending.get(id)
    if (pending === undefined) return
    const settle = async (): Promise<void> => {
      const there = await this.queue.getJob(id)
      if (!this.pending.has(id)) return
      if (there === undefined) return await this.add(id, pending.request)
      const fault = faultOf(id, there, this.expected.get(pending.request.job.speaker) as ExpectedFold)
      if (fault !== undefined) await this.refuse(id, there, pending, fault)
      else if (there.failedReason) pending.reject(new StateError(there.failedReason))
      else if (there.finishedOn !== undefined) pending.resolve(there.returnvalue)
    }
    pending.looked = pending.looked.then(settle).catch(() => {}) // a lost connection is told by the link
  }

  /** Requests a fold again whose answer is none. */
  private async refuse(id: string, there: Bull, pending: Pending, fault: string): Promise<void> {
    // A worker that has the fold in work keeps it; its answer is looked at.
    if ((await this.queue.remove(id)) === 0) return
    const worker = there.processedBy === undefined ? 'nobody knows' : describe(there.processedBy)
    this.onRefused?.(pending.request.job, worker, fault)
    if (++pending.refused < MOST_REFUSED) return await this.add(id, pending.request)
    pending.reject(new StateError(`${MOST_REFUSED} answers were refused, the last of worker ${worker}: ${fault}`))
  }

  /** Removes a fold that no worker has begun; one in progress is finished for the next run. */
  private async takeBack(id: string): Promise<void> {
    if ((await this.queue.getJobState(id)) === 'waiting') await this.queue.remove(id)
  }
}

/**
 * A runner for `createRunner` of {@link runPlan} whose jobs are run by the workers of a queue (`ser worker`), any
 * number of them on any machines. A fold that is already on the queue, or finished, is not added again. Needs the
 * optional packages `bullmq` and `ioredis`.
 *
 * @param data - data of the plan's systems, by the keys of their front ends
 * @throws StateError where a package is missing or Redis cannot be reached
 */
export async function createQueueRunner(
  data: ReadonlyMap<string, FoldData>,
  options: QueueRunnerOptions,
): Promise<JobRunner> {
  const where = 'createQueueRunner'
  checkOptions(where, options, ['url', 'plan', 'fresh', 'secret', 'onStalled', 'onRefused'])
  const url = checkAddress(where, 'url', options.url)
  const plan = checkPlan(options.plan)
  if (options.fresh !== undefined) checkBoolean(where, 'fresh', options.fresh)
  const pretrained = plan.systems.find(({ pretrain }) => pretrain !== undefined)
  if (pretrained !== undefined) {
    throw new RangeError(
      `${where}: "${pretrained.name}" has a pre-training, which workers of a queue lack; use "workers"`,
    )
  }
  const { secret } = options
  if (secret !== undefined) checkString(where, 'secret', secret)
  const unsigned = requestsOf(plan, originOf(data))
  const requestOf = (job: FoldJob): FoldRequest => {
    const request = unsigned(job)
    return secret === undefined ? request : { ...request, signature: signatureOf(request, secret) }
  }
  const link = await connect(url)
  const settings = { connection: link.client, prefix: queuePrefix }
  const queue = new link.bullmq.Queue<FoldRequest, FinishedFold>(queueName, settings)
  queue.on('error', () => {})
  // Events are read from this point on, because a fold may finish before listening starts.
  const [last] = await link.client.xrevrange(queue.toKey('events'), '+', '-', 'COUNT', 1)
  const events = new link.bullmq.QueueEvents(queueName, { ...settings, lastEventId: last?.[0] ?? '0-0' })
  events.on('error', () => {})
  const [any] = data.values()
  return new QueueRunner(link, queue, events, requestOf, expectedFolds(plan.folds, any), options)
}
