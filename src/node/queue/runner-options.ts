/** Options of experiments on queues, and their checks. */
import { checkBoolean, checkNumber, checkOptions } from '../../core/check.ts'
import type { FoldData, FoldJob } from '../../experiments/jobs.ts'
import { checkPlan, type ExperimentPlan } from '../../experiments/plan.ts'
import { checkFoldData, foldDataError } from '../job-runners.ts'
import { checkAddress } from './address.ts'
import { checkSecret } from './permitted.ts'

/** Seconds in the work of one worker after which a fold goes to another by default. */
export const LONGEST_WAIT_SECONDS = 172_800
const optionNames = [
  ...(['url', 'plan', 'fresh', 'secret', 'longestSeconds', 'onStalled', 'onRefused', 'onUnable'] as const),
] as const

/** Options of `createQueueRunner`. */
export interface QueueRunnerOptions {
  /** Address of Redis: `redis://[user:password@]host[:port][/db]`, or `rediss:` for TLS. */
  url: string
  /** The plan whose jobs are run. */
  plan: ExperimentPlan
  /** Ignores results that an earlier run has left on the queue. Default false. */
  fresh?: boolean
  /**
   * Secret of 16 characters or more that the workers have too: jobs are signed by it, for workers that take no others, and
   * answers that are not are refused. Default: none, whoever reaches the queue can answer.
   */
  secret?: string
  /** Seconds in work after which a fold is requested from other workers. Default 172800, two days. */
  longestSeconds?: number
  /** Called when a worker is gone and its fold goes to another. */
  onStalled?: (job: FoldJob) => void
  /** Called when an answer is refused and its fold is done again, with its worker and the reason. */
  onRefused?: (job: FoldJob, worker: string, reason: string) => void
  /** Called when a worker says for the first time that it cannot do the folds, which go to others. */
  onUnable?: (job: FoldJob, worker: string, reason: string) => void
}

/** Checks options, and returns the plan among them. */
export function checkRunnerOptions(
  where: string,
  data: ReadonlyMap<string, FoldData>,
  options: QueueRunnerOptions,
): ExperimentPlan {
  checkFoldData(where, data)
  checkOptions(where, options, optionNames)
  checkAddress(where, 'url', options.url)
  const plan = checkPlan(options.plan)
  if (options.fresh !== undefined) checkBoolean(where, 'fresh', options.fresh)
  checkNumber(where, 'longestSeconds', options.longestSeconds ?? LONGEST_WAIT_SECONDS, { above: 0 })
  checkSecret(where, options.secret)
  const pretrained = plan.systems.find(({ pretrain }) => pretrain !== undefined)
  if (pretrained !== undefined) {
    throw new RangeError(
      `${where}: "${pretrained.name}" has a pre-training, which workers of a queue lack; use "workers"`,
    )
  }
  if (!(data.size > 0)) throw foldDataError(where, data)
  return plan
}
