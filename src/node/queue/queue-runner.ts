/** Puts the folds of an experiment on a queue, from which `ser worker` takes them. */
import { setMaxListeners } from 'node:events'
import type { Queue, QueueEvents } from 'bullmq'
import { describe, messageOf, StateError } from '../../core/errors.ts'
import { type ExpectedFold, expectedFolds } from '../../experiments/fold-check.ts'
import type { FinishedFold, FoldData, FoldJob } from '../../experiments/jobs.ts'
import type { JobRunner } from '../../experiments/run-jobs.ts'
import type { TrainingHooks, TrainingProgress } from '../../pipelines/system.ts'
import { type Bull, isProgress, judge, type SignedFold, type Verdict, workerName } from './answers.ts'
import { Attempts, Tries } from './attempts.ts'
import { type FoldRequest, originOf, queueName, queuePrefix, requestId, requestsOf } from './fold-request.ts'
import { connect, type Link } from './link.ts'
import { signatureOf } from './permitted.ts'
import { checkRunnerOptions, LONGEST_WAIT_SECONDS, type QueueRunnerOptions } from './runner-options.ts'
import {
  isDamage,
  isForbidden,
  mendQueue,
  type Places,
  placesOf,
  removeWholly,
  resetQueue,
  workersOf,
} from './upkeep.ts'

interface Pending {
  request: FoldRequest
  tries: Tries
  /** The last look at the queue; looks follow each other, since one that refuses an answer changes the queue. */
  looked: Promise<void>
  /** Whether the request was put on the queue. */
  added: boolean
  /** Looks, one after the other, that have found it where no worker does. */
  odd: number
  /** Time from which it is requested again, ms. */
  from: number
  /** Time since which a worker has it, ms. */
  held?: number
  onEpoch?: (progress: TrainingProgress) => void
  resolve: (finished: FinishedFold) => void
  reject: (error: unknown) => void
}

const MOST_AT_ONCE = 100_000
/** Time for which results that nobody has fetched are kept, s. */
const KEPT_SECONDS = 14 * 24 * 3600
/** Polling interval, ms, in case an event gets lost, for example when Redis restarts. */
const LOOK_MS = 10_000
/** Number of looks at which Redis answers with errors, one after the other, before the experiment ends. */
const MOST_TROUBLED = 6

/** Looks, one after the other, that find a fold nowhere: one may come between two places. */
const MOST_ODD = 2

class QueueRunner implements JobRunner {
  readonly size: number = MOST_AT_ONCE
  private readonly link: Link
  private readonly queue: Queue<FoldRequest, SignedFold>
  private readonly events: QueueEvents
  private readonly requestOf: (job: FoldJob) => FoldRequest
  private readonly expected: ReadonlyMap<string, ExpectedFold>
  private readonly options: QueueRunnerOptions
  private readonly attempts: Attempts
  private readonly pending = new Map<string, Pending>()
  private readonly delivered: string[] = []
  private readonly timer: NodeJS.Timeout
  private tending = false
  /** The last error of Redis since the last look, and the number of looks since the last without one. */
  private trouble: string | null = null
  private troubled = 0

  constructor(
    link: Link,
    queue: Queue<FoldRequest, SignedFold>,
    events: QueueEvents,
    requestOf: (job: FoldJob) => FoldRequest,
    expected: ReadonlyMap<string, ExpectedFold>,
    options: QueueRunnerOptions,
    lookMs: number,
  ) {
    this.link = link
    this.queue = queue
    this.events = events
    this.requestOf = requestOf
    this.expected = expected
    this.options = options
    this.attempts = new Attempts(() => workersOf(() => queue.getWorkers()), lookMs / 10)
    const look = ({ jobId }: { jobId: string }): Promise<void> => this.look(jobId)
    events.on('completed', look).on('failed', look).on('removed', look)
    events.on('progress', ({ jobId, data }) => {
      if (isProgress(data)) this.pending.get(jobId)?.onEpoch?.(data)
    })
    events.on('stalled', ({ jobId }) => {
      const stalled = this.pending.get(jobId)
      if (stalled !== undefined) options.onStalled?.(stalled.request.job)
    })
    this.timer = setInterval(() => this.tend(), lookMs)
  }

  async run(job: FoldJob, { signal, onEpoch }: TrainingHooks): Promise<FinishedFold> {
    const request = this.requestOf(job)
    const id = requestId(request)
    const answer = new Promise<FinishedFold>((resolve, reject) => {
      const looked = Promise.resolve()
      this.pending.set(id, {
        request,
        tries: new Tries(),
        looked,
        added: false,
        odd: 0,
        from: 0,
        onEpoch,
        resolve,
        reject,
      })
    })
    answer.catch(() => {}) // while the request is put there
    const stop = (): void => this.pending.get(id)?.reject(signal?.reason)
    // Each job adds a listener, of which Node would warn as a leak.
    if (signal !== undefined) setMaxListeners(0, signal)
    signal?.addEventListener('abort', stop)
    if (signal?.aborted) stop()
    // The queue may already have the result of this fold.
    const put = this.put(id, request).then(() => this.look(id))
    put.catch(() => {})
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

  private readonly key = (name: string): string => this.queue.toKey(name)

  /** Adds a request, unless the queue has it and it has not failed. */
  private async put(id: string, request: FoldRequest): Promise<void> {
    try {
      const there = await this.queue.getJob(id)
      const failed = Boolean(there?.failedReason)
      if (there !== undefined && (failed || this.options.fresh)) await this.queue.remove(id)
      await this.add(id, request)
    } catch (error) {
      await this.onDamage(id, error)
    }
  }

  private async add(id: string, request: FoldRequest): Promise<void> {
    const kept = { age: KEPT_SECONDS }
    await this.queue.add('fold', request, { jobId: id, removeOnComplete: kept, removeOnFail: kept })
    const pending = this.pending.get(id)
    if (pending !== undefined) Object.assign(pending, { added: true, odd: 0, held: undefined })
  }

  /** Looks at the queue as a whole, then at each request. */
  private tend(): void {
    const { client } = this.link
    if (this.tending || this.pending.size === 0 || client.status !== 'ready') return
    this.tending = true
    const tend = async (): Promise<void> => {
      const { key } = this
      this.troubled = this.trouble === null ? 0 : this.troubled + 1
      if (this.troubled > MOST_TROUBLED) return this.rejectAll(`the queue cannot be used: ${this.trouble}`)
      await mendQueue(client, key, Date.now())
      if (this.troubled > 1) await resetQueue(client, key)
      this.trouble = null
      if (await this.queue.isPaused()) await this.queue.resume()
      const places = await placesOf(client, key)
      await Promise.all([...this.pending.keys()].map((id) => this.look(id, places)))
    }
    tend()
      .catch((error: unknown) => this.onTrouble(error))
      .finally(() => {
        this.tending = false
      })
  }

  /** Delivers the result if there is one; repeats the request if it has disappeared or its answer is none. */
  private look(id: string, places?: Places): Promise<void> {
    const pending = this.pending.get(id)
    if (pending === undefined) return Promise.resolve()
    const settle = async (): Promise<void> => {
      if (!this.pending.has(id) || performance.now() < pending.from) return
      const there = await this.queue.getJob(id)
      if (!this.pending.has(id)) return
      if (there === undefined) return await this.restore(id, pending)
      const { secret } = this.options
      const verdict = judge(id, there, this.expected.get(pending.request.job.speaker) as ExpectedFold, secret)
      if (verdict.kind !== 'none') return await this.settle(id, pending, verdict, there)
      if (places !== undefined) await this.checkPlace(id, pending, places)
    }
    pending.looked = pending.looked.then(settle).catch((error: unknown) => this.onDamage(id, error))
    return pending.looked
  }

  private async settle(
    id: string,
    pending: Pending,
    verdict: Exclude<Verdict, { kind: 'none' }>,
    there: Bull,
  ): Promise<void> {
    if (verdict.kind === 'failed') return pending.reject(new StateError(verdict.reason))
    if (verdict.kind === 'fold') {
      if (there.processedBy !== undefined) this.attempts.succeeded(there.processedBy)
      return pending.resolve(verdict.finished)
    }
    if (verdict.kind === 'unable') return await this.onUnable(id, pending, verdict)
    // A worker that has the fold in work keeps it; its answer is looked at.
    if (verdict.changed) await removeWholly(this.link.client, this.key, id)
    else if ((await this.queue.remove(id)) === 0) return
    await this.onRefused(id, pending, verdict)
  }

  /** Requests a fold again that a worker cannot do. */
  private async onUnable(
    id: string,
    pending: Pending,
    { worker, reason }: { worker: string; reason: string },
  ): Promise<void> {
    await this.queue.remove(id)
    if (this.attempts.isNew(worker, reason)) this.options.onUnable?.(pending.request.job, workerName(worker), reason)
    const { end, wait } = await this.attempts.unable(pending.tries, worker, reason)
    if (end !== undefined) pending.reject(new StateError(end))
    else await this.again(id, pending, wait)
  }

  /** Requests a fold again whose answer is none, or whose request was changed. */
  private async onRefused(
    id: string,
    pending: Pending,
    { worker, reason, lost }: { worker: string | null; reason: string; lost?: boolean },
  ): Promise<void> {
    const who = worker === null ? 'nobody knows' : describe(worker)
    this.options.onRefused?.(pending.request.job, who, reason)
    // By whoever has no secret it is said to be of this worker, which says nothing of it.
    const blamed = this.options.secret === undefined ? worker : null
    const { end, wait } = await this.attempts.refused(pending.tries, blamed, `worker ${who}: ${reason}`, lost)
    if (end !== undefined) pending.reject(new StateError(end))
    else await this.again(id, pending, wait)
  }

  private async again(id: string, pending: Pending, wait: number): Promise<void> {
    if (!this.pending.has(id)) return
    if (wait === 0) return await this.add(id, pending.request)
    pending.added = false
    pending.from = performance.now() + wait
    setTimeout(() => this.look(id), wait + 1).unref()
  }

  /** Puts a request there that is missing. */
  private async restore(id: string, pending: Pending): Promise<void> {
    if (!pending.added) return await this.add(id, pending.request)
    await this.onRefused(id, pending, { worker: null, reason: 'the request is gone from the queue' })
  }

  /** Requests a fold again that no worker can find, or that is kept from all of them. */
  private async checkPlace(id: string, pending: Pending, { waiting, active }: Places): Promise<void> {
    const { client } = this.link
    const ttl = active.has(id) ? await client.pttl(`${this.key(id)}:lock`) : 0
    pending.held = ttl > 0 ? (pending.held ?? performance.now()) : undefined
    if (!waiting.has(id) && ttl <= 0) pending.odd++
    else pending.odd = 0
    const { longestSeconds = LONGEST_WAIT_SECONDS } = this.options
    const long = pending.held !== undefined && performance.now() - pending.held > 1000 * longestSeconds
    if (!long && pending.odd < MOST_ODD) return
    await removeWholly(client, this.key, id)
    const reason = long ? `no answer for ${longestSeconds} s` : 'the request is where no worker finds it'
    await this.onRefused(id, pending, { worker: null, reason })
  }

  /** Removes what cannot be read under the id of a request, so that it is put there again. */
  private async onDamage(id: string, error: unknown): Promise<void> {
    this.onTrouble(error)
    if (!isDamage(error) || !this.pending.has(id)) return // a lost connection is told by the link
    await removeWholly(this.link.client, this.key, id).catch(() => {})
  }

  private onTrouble(error: unknown): void {
    if (isForbidden(error)) this.rejectAll(`Redis does not permit what a queue needs: ${messageOf(error)}`)
    else if (isDamage(error)) this.trouble = messageOf(error)
  }

  private rejectAll(reason: string): void {
    for (const { reject } of this.pending.values()) reject(new StateError(reason))
  }

  /** Removes a fold that no worker has begun; one in progress is finished for the next run. */
  private async takeBack(id: string): Promise<void> {
    if ((await this.queue.getJobState(id)) === 'waiting') await this.queue.remove(id)
  }
}

/** As {@link createQueueRunner}, with the time between looks at the queue, ms. */
export async function makeQueueRunner(
  data: ReadonlyMap<string, FoldData>,
  options: QueueRunnerOptions,
  lookMs: number = LOOK_MS,
): Promise<JobRunner> {
  const plan = checkRunnerOptions('createQueueRunner', data, options)
  const { secret } = options
  const unsigned = requestsOf(plan, originOf(data))
  const requestOf = (job: FoldJob): FoldRequest => {
    const request = unsigned(job)
    return secret === undefined ? request : { ...request, signature: signatureOf(request, secret) }
  }
  const link = await connect(options.url)
  const settings = { connection: link.client, prefix: queuePrefix }
  const queue = new link.bullmq.Queue<FoldRequest, SignedFold>(queueName, settings)
  queue.on('error', () => {})
  // Events are read from this point on, because a fold may finish before listening starts. Without, looks alone tell.
  const last = await link.client.xrevrange(queue.toKey('events'), '+', '-', 'COUNT', 1).catch(() => [])
  const events = new link.bullmq.QueueEvents(queueName, { ...settings, lastEventId: last[0]?.[0] ?? '0-0' })
  events.on('error', () => {})
  const [any] = data.values()
  return new QueueRunner(link, queue, events, requestOf, expectedFolds(plan.folds, any), options, lookMs)
}

/**
 * A runner for `createRunner` of {@link runPlan} whose jobs are run by the workers of a queue (`ser worker`), any
 * number of them on any machines. A fold that is already on the queue, or finished, is not added again. One that a worker
 * cannot do, or whose answer is none, goes to others; the experiment ends where no worker is able. Needs the
 * optional packages `bullmq` and `ioredis`.
 *
 * @param data - data of the plan's systems, by the keys of their front ends
 * @throws StateError where a package is missing or Redis cannot be reached
 */
export async function createQueueRunner(
  data: ReadonlyMap<string, FoldData>,
  options: QueueRunnerOptions,
): Promise<JobRunner> {
  return await makeQueueRunner(data, options)
}
