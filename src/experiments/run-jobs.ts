/** Runs jobs on any runner: this thread, several threads, other machines. */

import { checkObject, checkString } from '../core/check.ts'
import { messageOf } from '../core/errors.ts'
import { throwIfAborted } from '../core/realm.ts'
import type { TrainingHooks, TrainingProgress } from '../pipelines/system.ts'
import type { FinishedFold, FoldJob } from './jobs.ts'

/** A runner of jobs. */
export interface JobRunner {
  /** Number of jobs that it runs at the same time. */
  readonly size: number
  /** Runs a job; rejects soon after the signal is aborted. */
  run(job: FoldJob, hooks: TrainingHooks): Promise<FinishedFold>
  /** Releases its threads or connections. */
  close(): Promise<void>
}

/** Callbacks while jobs run. */
export interface JobListener {
  onStart?: (job: FoldJob) => void
  onEpoch?: (job: FoldJob, progress: TrainingProgress) => void
  /** Called after each job; awaited before the runner's slot takes the next one. */
  onFold?: (job: FoldJob, finished: FinishedFold) => unknown
}

/** The error of a failed job; `cause` is the original error. */
export class FoldError extends Error {
  override readonly name: string = 'FoldError'
  readonly job: FoldJob

  constructor(job: FoldJob, cause: unknown) {
    const { id } = checkObject<FoldJob>('FoldError', 'job', job, 'the job of a fold')
    super(`fold ${checkString('FoldError', 'job.id', id)}: ${messageOf(cause)}`, { cause })
    this.job = job
  }
}

async function runJob(job: FoldJob, runner: JobRunner, listener: JobListener, signal: AbortSignal): Promise<void> {
  listener.onStart?.(job)
  const onEpoch = (progress: TrainingProgress): void => listener.onEpoch?.(job, progress)
  const finished = await runner.run(job, { signal, onEpoch }).catch((cause: unknown) => {
    throw new FoldError(job, cause)
  })
  await listener.onFold?.(job, finished)
}

/**
 * Runs the jobs in their order, as many at a time as the runner can. The results do not depend on which of them end
 * first. The first failure stops the others.
 *
 * @throws FoldError that names the job that failed; the signal's reason once it is aborted
 */
export async function runJobs(
  jobs: readonly FoldJob[],
  runner: JobRunner,
  { signal, ...listener }: JobListener & { signal?: AbortSignal } = {},
): Promise<void> {
  throwIfAborted(signal)
  const stop = new AbortController()
  const forward = (): void => stop.abort(signal?.reason)
  signal?.addEventListener('abort', forward)
  let next = 0
  const work = async (): Promise<void> => {
    while (next < jobs.length && !stop.signal.aborted) await runJob(jobs[next++], runner, listener, stop.signal)
  }
  let failure: { error: unknown } | null = null
  const workUntilFailure = (): Promise<void> =>
    work().catch((error: unknown) => {
      failure ??= { error }
      stop.abort(error)
    })
  await Promise.all(Array.from({ length: Math.min(runner.size, jobs.length) }, workUntilFailure))
  signal?.removeEventListener('abort', forward)
  throwIfAborted(signal)
  if (failure !== null) throw (failure as { error: unknown }).error
}
