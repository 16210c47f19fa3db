/** The folds of a plan as jobs, each of which can be done on its own: by a thread, a process, another machine. */
import { checkInteger } from '../core/check.ts'
import { leaveOneGroupOut } from '../evaluation/splits.ts'
import type { Seed } from '../numerics/random.ts'
import type { LabelledFeatures, System, TrainingHooks } from '../pipelines/system.ts'
import { createSystem, type SystemName } from '../pipelines/systems.ts'
import { type FoldResult, runFold } from './cross-validation.ts'
import { fileNames } from './file-names.ts'
import type { ExperimentPlan, PlannedSystem, Protocol } from './plan.ts'
import type { FoldRecord } from './results.ts'

/** One fold of one system from one seed under one protocol, as plain JSON. */
export interface FoldJob extends PlannedSystem {
  /** Unlike all others of the plan, and a relative path: `NAME/PROTOCOL/seed-SEED/SPEAKER`. */
  id: string
  protocol: Protocol
  seed: Seed
  /** The speaker left out. */
  speaker: string
}

/** Utterances as jobs need them: features of the job's front end, classes and paths by name. */
export interface FoldData extends LabelledFeatures {
  classes: string[]
  /** Of each utterance. */
  paths: string[]
}

/** What a job gives, as plain JSON. */
export interface FinishedFold {
  fold: FoldRecord
  /** What it took; 0 without a clock. */
  seconds: number
  /** Of the checkout that kept it, where that is known. */
  commit?: string | null
}

/** How a job reports and is stopped. */
export interface FoldHooks extends TrainingHooks {
  /** A clock, s. */
  clock?: () => number
}

/**
 * Roughly the seconds of an epoch over ten folds of EmoDB, measured: they only order the jobs and weigh the progress of one
 * against that of another.
 */
const secondsAnEpoch: Record<SystemName, number> = {
  'crbm-dnn': 2,
  'crbm-lstm': 3,
  lstm: 5,
  'lstm-rectifier': 5.5,
  'stacked-crbm-lstm': 3,
  blstm: 9,
  'blstm-rectifier': 10,
  'functionals-mlp': 0.5,
  'dnn-hf': 2,
  ensemble: 4,
}

/** The fold as it is written down. */
export function toFoldRecord({ predictions, timeline, ...fold }: FoldResult, data: FoldData): FoldRecord {
  const { classes, labels, paths } = data
  return {
    ...fold,
    predictions: predictions.map(({ index, said, posterior }) => ({
      path: paths[index],
      label: classes[labels[index]],
      said: classes[said],
      posterior,
    })),
    timeline: { path: paths[predictions[0].index], ...timeline },
  }
}

/** The system that a job or a plan names. */
export function systemOf({ system, options }: PlannedSystem): System {
  return createSystem<SystemName>(system, options as never)
}

/**
 * The jobs of a plan: system by system, protocol by protocol, seed by seed, speaker by speaker, these in the order that
 * leave-one-speaker-out has.
 *
 * @param speakers - of the utterances, each any number of times
 */
export function foldJobs({ systems, protocols, seeds }: ExperimentPlan, speakers: readonly string[]): FoldJob[] {
  const left = leaveOneGroupOut(speakers).map(({ group }) => group)
  const files = { systems: fileNames(systems.map(({ name }) => name)), speakers: fileNames(left) }
  const seedFiles = fileNames(seeds.map(String))
  return systems.flatMap((system, s) =>
    protocols.flatMap((protocol) =>
      seeds.flatMap((seed, k) =>
        left.map((speaker, i) => {
          const id = `${files.systems[s]}/${protocol}/seed-${seedFiles[k]}/${files.speakers[i]}`
          return { id, ...system, protocol, seed, speaker }
        }),
      ),
    ),
  )
}

/** How long a job takes beside others, in no unit. */
export function costOf(job: FoldJob): number {
  return systemOf(job).epochs * secondsAnEpoch[job.system]
}

/** The jobs with those that take longest first, so that at the end no worker has much left while the others wait. */
export function longestFirst(jobs: readonly FoldJob[]): FoldJob[] {
  const costs = new Map(jobs.map((job) => [job, costOf(job)]))
  return [...jobs].sort((a, b) => (costs.get(b) as number) - (costs.get(a) as number))
}

/**
 * The jobs of part `index` (counted from 1) of `count`: every `count`-th of the jobs with the longest first, so that each part
 * has its share of every system. All parts together are all jobs, no job is in two.
 */
export function shardOf(jobs: readonly FoldJob[], index: number, count: number): FoldJob[] {
  checkInteger('shardOf', 'count', count, { min: 1 })
  checkInteger('shardOf', 'index', index, { min: 1, max: count })
  return longestFirst(jobs).filter((_, i) => i % count === index - 1)
}

/**
 * Does a job: trains its system on all speakers but one and asks it of that one. The same job and data give the same fold, on
 * every machine and whatever was done before, to the last bit as long as the kernels are the same and not `relaxed`.
 *
 * @param data - of the front end that the job's system has
 * @throws RangeError where the data lack the speaker or have no other; what the training throws
 */
export async function runFoldJob(job: FoldJob, data: FoldData, hooks: FoldHooks = {}): Promise<FinishedFold> {
  const { clock = () => 0, ...training } = hooks
  const split = leaveOneGroupOut(data.speakers).find(({ group }) => group === job.speaker)
  if (split === undefined) throw new RangeError(`runFoldJob: "data" has no utterance of speaker "${job.speaker}"`)
  const { protocol, seed } = job
  const settings = { classes: data.classes.length, seed, protocol }
  const start = clock()
  const result = await runFold(systemOf(job), data, split, settings, training)
  return { fold: toFoldRecord(result, data), seconds: clock() - start }
}
