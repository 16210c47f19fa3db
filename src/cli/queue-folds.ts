/** Folds of `ser experiment` on a queue. */
import { InvalidArgumentError } from 'commander'
import { partsOf, SEVERAL } from '../experiments/corpora.ts'
import type { FoldJob } from '../experiments/jobs.ts'
import type { ExperimentPlan } from '../experiments/plan.ts'
import { withoutPassword } from '../node/queue/address.ts'
import { checkQueue } from '../node/queue/link.ts'
import { createQueueRunner } from '../node/queue/queue-runner.ts'
import type { RunPlanOptions } from '../node/run-plan.ts'
import { shellWords } from './command-line.ts'
import { queueAddress } from './experiment-arguments.ts'
import { readSecret } from './secret.ts'
import { terminal } from './terminal.ts'

/** Flags of the queue. */
export interface QueueFlags {
  queue?: string
  fresh: boolean
  secretFile?: string
  longest?: number
}

/** Refusals on a queue that are told one by one; somebody who disturbs it may cause any number. */
const MOST_TOLD = 50

/** The command of a worker that can do the folds of a plan; paths are those of its own machine. */
export function workerCommand(plan: ExperimentPlan, url: string, secretFile: string | undefined): string {
  const parts = partsOf(plan.corpus)
  const recorded = parts.filter(({ kind }) => kind !== 'synthetic')
  const speaker = parts.find((part) => part.speaker !== undefined)?.speaker
  // One corpus may be elsewhere on the worker's machine; tables of votes and the parts of several are named by the job.
  const alone =
    recorded.length === 1 &&
    plan.corpus.kind !== SEVERAL &&
    recorded[0].votes === undefined &&
    recorded[0].features === undefined
  const made = recorded.length === 0 && parts.every(({ features }) => features === undefined)
  const recordings = made ? ['--allow'] : alone ? ['--data', 'PATH'] : ['--allow', 'FOLDER']
  return shellWords([
    ...['ser', 'worker', '--queue', withoutPassword(url), ...recordings],
    ...(speaker === undefined ? [] : ['--speaker', speaker]),
    ...(secretFile === undefined ? [] : ['--secret-file', secretFile]),
  ])
}

/** A runner that puts folds on the queue, once the queue answers; undefined without a queue. */
export async function queueRunner(
  plan: ExperimentPlan,
  { queue, fresh, secretFile, longest: longestSeconds }: QueueFlags,
): Promise<RunPlanOptions['createRunner']> {
  if (queue === undefined) {
    if (secretFile !== undefined) throw new InvalidArgumentError('--secret-file signs the folds of a --queue')
    if (longestSeconds !== undefined) throw new InvalidArgumentError('--longest is for the folds of a --queue')
    return undefined
  }
  const secret = secretFile === undefined ? undefined : await readSecret(secretFile)
  const url = queueAddress(queue)
  terminal.line(`queue     connecting to ${withoutPassword(url)}`)
  await checkQueue(url)
  const onStalled = ({ id }: FoldJob): void => terminal.line(`stalled   ${id}: its worker is gone, another does it`)
  let refused = 0
  const onRefused = ({ id }: FoldJob, worker: string, reason: string): void => {
    if (++refused > MOST_TOLD) return
    terminal.line(`refused   ${id}: ${reason} (worker ${worker}); the fold is done again`)
    if (refused === MOST_TOLD) terminal.line('refused   somebody disturbs the queue; no more of this is told')
  }
  const onUnable = (_: FoldJob, worker: string, reason: string): void => {
    terminal.line(`unable    worker ${worker}: ${reason}; its folds go to others`)
  }
  return async (data) => {
    const hooks = { onStalled, onRefused, onUnable }
    const runner = await createQueueRunner(data, { url, plan, fresh, secret, longestSeconds, ...hooks })
    terminal.line(`queue     the folds wait for workers: ${workerCommand(plan, url, secretFile)}`)
    return runner
  }
}
