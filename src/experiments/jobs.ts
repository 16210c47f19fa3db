/** The folds of a plan as independent jobs, for threads, processes or other machines. */

import { checkArray, checkInteger, checkObject, checkString, checkStrings } from '../core/check.ts'
import { groupsLeftOut } from '../evaluation/splits.ts'
import { checkHooks } from '../numerics/loop.ts'
import { checkSeed, type Seed } from '../numerics/random.ts'
import { checkLabelled } from '../pipelines/check-training.ts'
import type { System, TrainingHooks, TrainingStart } from '../pipelines/system.ts'
import { createSystem, type SystemName } from '../pipelines/systems.ts'
import { checkPlanLists } from './check-runs.ts'
import { choosingSystem, trainingsOf } from './choice.ts'
import { type FoldResult, runFold } from './cross-validation.ts'
import { featuresOf, runDimensionFold } from './dimension-folds.ts'
import type { DimensionFold } from './dimensions.ts'
import { fileNames } from './file-names.ts'
import type { FoldData, NumberTargets } from './fold-data.ts'
import { type Fold, type FoldPlan, foldsOf } from './folds.ts'
import type { ExperimentPlan, PlannedSystem, Protocol } from './plan.ts'
import { placelessSystem, startKey } from './pretraining.ts'
import type { FoldRecord } from './results.ts'

export type { FoldData } from './fold-data.ts'

/** One fold of one system from one seed under one protocol, as plain JSON. */
export interface FoldJob extends PlannedSystem {
  /** Unique in the plan, and a relative path: `NAME/PROTOCOL/seed-SEED/SPEAKER`. */
  id: string
  protocol: Protocol
  seed: Seed
  /** The test speaker, who is left out of training; of other folds the fold's name. */
  speaker: string
  /** The plan's folds, where speakers are not left out one by one. */
  folds?: FoldPlan
}

/** Result of a job, as plain JSON. */
export interface FinishedFold<Fold = FoldRecord> {
  fold: Fold
  /** Time taken, s; 0 without a clock. */
  seconds: number
  /** Commit of the checkout that wrote it, if known. */
  commit?: string | null
}

/** Progress reports, cancellation and clock of a job. */
export interface FoldHooks extends TrainingHooks {
  /** A clock, s. */
  clock?: () => number
}

/**
 * Measured seconds of an epoch over ten folds of EmoDB, roughly. Used only to order the jobs and to weigh their
 * progress.
 */
const secondsAnEpoch: Partial<Record<SystemName, number>> = {
  'crbm-dnn': 2,
  'crbm-lstm': 3,
  lstm: 5,
  'lstm-rectifier': 5.5,
  'stacked-crbm-lstm': 3,
  blstm: 9,
  'blstm-rectifier': 10,
  'functionals-mlp': 0.5,
  'dnn-hf': 2,
  svm: 1.2,
  logistic: 0.003,
  ridge: 0.3,
}

/** For a system that was not measured. */
const USUAL_SECONDS = 4

/** Converts a fold to its record in the results. */
export function toFoldRecord(
  { predictions, timeline, ...fold }: FoldResult,
  data: FoldData,
  split?: Pick<Fold, 'training'>,
): FoldRecord {
  const { classes, labels, paths, speakers, corpora } = data
  return {
    ...fold,
    ...(split === undefined ? {} : { training: split.training }),
    predictions: predictions.map(({ index, said, posterior }) => ({
      path: paths[index],
      ...(split === undefined ? {} : { speaker: speakers[index] }),
      ...(corpora === undefined ? {} : { corpus: corpora[index] }),
      label: classes[labels[index]],
      said: classes[said],
      posterior,
    })),
    ...(timeline && { timeline: { path: paths[predictions[0].index], ...timeline } }),
  }
}

/** Makes the system of a job or of a planned system. */
export function systemOf({ system, options, choices }: PlannedSystem): System {
  const made = (choice: PlannedSystem['options']): System =>
    createSystem<SystemName>(system, { ...options, ...choice } as never)
  return choices === undefined ? made({}) : choosingSystem(choices.map((choice) => ({ choice, system: made(choice) })))
}

/**
 * The jobs of a plan: by system, protocol, seed and fold, the speakers in the order of leave-one-speaker-out.
 *
 * @param speakers - the speakers of the utterances, repetitions do not matter; for a plan with `folds` their names
 */
export function foldJobs(plan: ExperimentPlan, speakers: readonly string[]): FoldJob[] {
  const { systems, protocols, seeds, folds } = checkPlanLists('foldJobs', plan)
  checkStrings('foldJobs', 'speakers', speakers)
  const left = folds === undefined ? groupsLeftOut(speakers) : speakers
  const files = { systems: fileNames(systems.map(({ name }) => name)), speakers: fileNames(left) }
  const seedFiles = fileNames(seeds.map(String))
  return systems.map(placelessSystem).flatMap((system, s) =>
    protocols.flatMap((protocol) =>
      seeds.flatMap((seed, k) =>
        left.map((speaker, i) => {
          const id = `${files.systems[s]}/${protocol}/seed-${seedFiles[k]}/${files.speakers[i]}`
          return { id, ...system, protocol, seed, speaker, ...(folds === undefined ? {} : { folds }) }
        }),
      ),
    ),
  )
}

/** Estimated relative cost of a job. */
export function costOf(job: FoldJob): number {
  return systemOf(job).epochs * trainingsOf(job.choices) * (secondsAnEpoch[job.system] ?? USUAL_SECONDS)
}

/** Sorts the jobs by decreasing cost, so that all workers finish at about the same time. */
export function longestFirst(jobs: readonly FoldJob[]): FoldJob[] {
  const costs = new Map(jobs.map((job) => [job, costOf(job)]))
  return [...jobs].sort((a, b) => (costs.get(b) as number) - (costs.get(a) as number))
}

/**
 * The jobs of part `index` (counted from 1) of `count`: every `count`-th job by decreasing cost, so that each part has
 * its share of every system. Each job is in exactly one part.
 */
export function shardOf(jobs: readonly FoldJob[], index: number, count: number): FoldJob[] {
  for (const [i, job] of checkArray('shardOf', 'jobs', jobs).entries()) checkObject('shardOf', `jobs[${i}]`, job)
  checkInteger('shardOf', 'count', count, { min: 1 })
  checkInteger('shardOf', 'index', index, { min: 1, max: count })
  return longestFirst(jobs).filter((_, i) => i % count === index - 1)
}

/** Where the training of a job starts. */
function startOf(job: FoldJob, { starts }: FoldData): { start?: TrainingStart } {
  if (job.pretrain === undefined) return {}
  const start = starts?.[startKey(job)]
  if (start !== undefined) return { start }
  throw new RangeError(`runFoldJob: "data" has no trained start for "${job.name}", seed ${job.seed}`)
}

/**
 * Runs a job: trains its system on the training part of its fold and tests it on the other. The same job and data give the same
 * fold on every machine, bit for bit as long as the kernels are the same and not `relaxed`.
 *
 * @param data - features of the front end of the job's system
 * @throws RangeError where the data lack the speaker or have no other; errors of the training
 */
export async function runFoldJob(
  job: FoldJob,
  data: FoldData & { dimensions: NumberTargets },
  hooks?: FoldHooks,
): Promise<FinishedFold<DimensionFold>>
export async function runFoldJob(job: FoldJob, data: FoldData, hooks?: FoldHooks): Promise<FinishedFold>
export async function runFoldJob(
  job: FoldJob,
  data: FoldData,
  hooks: FoldHooks = {},
): Promise<FinishedFold<FoldRecord | DimensionFold>> {
  const where = 'runFoldJob'
  checkString(where, 'job.speaker', checkObject<FoldJob>(where, 'job', job).speaker)
  checkSeed(where, job.seed)
  checkLabelled(where, featuresOf(checkObject(where, 'data', data)))
  const classes = checkStrings(where, 'data.classes', data.classes).length
  const { clock = () => 0, ...training } = checkObject<FoldHooks>(where, 'hooks', hooks)
  checkHooks(where, hooks, ['clock', 'onEpoch'])
  const split = foldsOf(job.folds, data).find(({ name }) => name === job.speaker)
  if (split === undefined) {
    const what = job.folds === undefined ? 'utterance of speaker' : 'fold'
    throw new RangeError(`runFoldJob: "data" has no ${what} "${job.speaker}"`)
  }
  const { protocol, seed } = job
  const settings = { classes, seed, protocol }
  const options = { ...training, ...startOf(job, data) }
  if (checkStrings(where, 'data.paths', data.paths).length !== data.speakers.length) {
    throw new RangeError(`${where}: "data.paths" expected ${data.speakers.length} paths, got ${data.paths.length}`)
  }
  const began = clock()
  const told = job.folds === undefined ? undefined : split
  const place = { ...split, group: split.name }
  const { dimensions } = data
  if (dimensions !== undefined) {
    const fold = await runDimensionFold(systemOf(job), { ...data, dimensions }, place, settings, options, told)
    return { fold, seconds: clock() - began }
  }
  const result = await runFold(systemOf(job), featuresOf(data), place, settings, options)
  return { fold: toFoldRecord(result, data, told), seconds: clock() - began }
}
