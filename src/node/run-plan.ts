/** Resumable experiments with many systems, seeds and protocols, on several threads. */
import { checkArray, checkBoolean, checkInteger, checkOptions, checkString } from '../core/check.ts'
import { expectation, messageOf, StateError } from '../core/errors.ts'
import { corpusSummary, frontEndsOf, groupsOf, sameRun } from '../experiments/assemble.ts'
import { type Baseline, checkBaseline } from '../experiments/comparisons.ts'
import { hasTargets } from '../experiments/dimensions.ts'
import { type ExpectedFold, expectedFolds } from '../experiments/fold-check.ts'
import { foldsOf } from '../experiments/folds.ts'
import {
  type FinishedFold,
  type FoldData,
  type FoldJob,
  foldJobs,
  longestFirst,
  shardOf,
  systemOf,
} from '../experiments/jobs.ts'
import { checkPlan, type ExperimentPlan } from '../experiments/plan.ts'
import type { ExperimentResults, RunResults } from '../experiments/results.ts'
import { FoldError, type JobListener, type JobRunner, runJobs } from '../experiments/run-jobs.ts'
import { checkStudyTask } from '../experiments/study.ts'
import { checkHooks } from '../numerics/loop.ts'
import { anyResultsOf, anyRunOf } from './any-results.ts'
import { checkCorpus } from './corpus.ts'
import { type DataIdentity, identify } from './data-record.ts'
import { withFeatureStore } from './feature-store.ts'
import { checkPath } from './files.ts'
import { foldsAlone, type RedoListener, readFinished } from './finished-folds.ts'
import { checkEnough, type ExperimentData, type ExtractionOptions, extractData } from './fold-data.ts'
import { FoldStore } from './fold-store.ts'
import { createJobRunner, type JobRunnerOptions } from './job-runners.ts'
import { openPretraining, type PretrainingListener, readPretraining, startsOf } from './pretraining.ts'
import { describeRun, findCommit } from './provenance.ts'
import { checkUnlabelled } from './same-speakers.ts'
import { type ExperimentSource, openSource } from './source.ts'
import { StartClock } from './start-clock.ts'

/** One of several parts of an experiment, counted from 1. */
export interface Shard {
  index: number
  count: number
}

/** Callbacks of {@link runPlan}. */
export interface PlanListener extends JobListener, PretrainingListener, RedoListener {
  /** Called before the first fold, with the jobs to run and those of this part that are finished. */
  onJobs?: (jobs: readonly FoldJob[], done: readonly FoldJob[]) => void
  /** Called after the last fold of each run. */
  onRun?: (run: RunResults) => void
  /** Called with the results before they are written. */
  onResults?: (results: ExperimentResults) => void
}

/** Options of {@link runPlan}. */
export interface RunPlanOptions extends ExtractionOptions, JobRunnerOptions, PlanListener {
  /** Folder of plan, folds and results; folds that are finished there are not run again. */
  folder: string
  /** The recordings. Default: those of the plan. */
  source?: ExperimentSource
  /** Called after each recording of the plan's corpora that is inspected, before features are extracted. */
  onRecording?: (done: number, all: number) => void
  /** Removes the files of an earlier experiment from the folder. Default false. */
  fresh?: boolean
  /**
   * Does folds of the folder again that cannot be verified as those of these recordings; otherwise they are refused.
   * Default false.
   */
  redo?: boolean
  /** Runs one part of the folds and writes no results. */
  shard?: Shard
  /** Makes the runner of the jobs. Default: `workers` threads of this machine. */
  createRunner?: (data: ReadonlyMap<string, FoldData>) => Promise<JobRunner>
  /** Predictions to compare with. */
  baselines?: readonly Baseline[]
  /** Whether reports show the study's published numbers beside the results. Default false. */
  study?: boolean
  /** Command to repeat the experiment, for the results. Default `runPlan`. */
  command?: string
}

const optionNames = [
  ...[
    'folder',
    'source',
    'fresh',
    'redo',
    'shard',
    'createRunner',
    'baselines',
    'study',
    'command',
    'workers',
    'script',
    'cache',
    'featureMemory',
    'signal',
  ],
  ...[
    'onRecording',
    'onFeatures',
    'onProblem',
    'onJobs',
    'onRedo',
    'onPretraining',
    'onStart',
    'onEpoch',
    'onFold',
    'onRun',
    'onResults',
  ],
] as const

/** Results of {@link runPlan} and the missing folds. */
export interface PlanOutcome<Results = ExperimentResults> {
  /** Null after a part (`shard`). */
  results: Results | null
  /** Folds that the experiment still lacks. */
  missing: FoldJob[]
}

function checkRunOptions(where: string, options: RunPlanOptions): void {
  checkOptions(where, options, optionNames)
  checkHooks(where, options, ['createRunner', ...optionNames.filter((name) => name.startsWith('on'))])
  if (options.source !== undefined) checkCorpus(where, 'source', options.source)
  checkPath(where, 'folder', options.folder)
  checkInteger(where, 'workers', options.workers ?? 1, { min: 1 })
  checkArray(where, 'baselines', options.baselines ?? [])
  for (const name of ['study', 'fresh', 'redo'] as const) checkBoolean(where, name, options[name] ?? false)
  checkString(where, 'command', options.command ?? where)
  if (options.shard === undefined) return
  checkOptions(`${where}: shard`, options.shard, ['index', 'count'])
  const { index, count } = options.shard
  checkInteger(where, 'shard.index', index, { min: 1, max: checkInteger(where, 'shard.count', count, { min: 1 }) })
}

/** Runs the unfinished jobs; saves each fold as soon as it is finished. `keep` returns it as saved. */
async function doJobs(
  jobs: readonly FoldJob[],
  finished: Map<string, FinishedFold>,
  keep: (job: FoldJob, given: FinishedFold) => Promise<FinishedFold>,
  starts: (todo: readonly FoldJob[]) => Promise<FoldData['starts']>,
  { data, corpus }: ExperimentData,
  options: RunPlanOptions,
): Promise<void> {
  const { shard, signal, onStart, onEpoch } = options
  const mine = shard === undefined ? longestFirst(jobs) : shardOf(jobs, shard.index, shard.count)
  const todo = mine.filter(({ id }) => !finished.has(id))
  options.onJobs?.(
    todo,
    mine.filter(({ id }) => finished.has(id)),
  )
  if (todo.length === 0) return
  const onFold = async (job: FoldJob, given: FinishedFold): Promise<void> => {
    const kept = await keep(job, given).catch((cause: unknown) => {
      throw new StateError(`fold ${job.id} is done and lost: ${messageOf(cause)}`, { cause })
    })
    finished.set(job.id, kept)
    await options.onFold?.(job, kept)
    const run = jobs.filter((other) => sameRun(other, job))
    if (run.every(({ id }) => finished.has(id))) options.onRun?.(anyRunOf(run, finished, corpus))
  }
  const workers = Math.min(options.workers ?? 1, todo.length)
  const begin = await starts(todo)
  const ready = new Map(Array.from(data, ([key, one]) => [key, { ...one, starts: begin }]))
  const runner = await (options.createRunner?.(ready) ?? createJobRunner(ready, { workers, script: options.script }))
  if (typeof (runner as Partial<JobRunner> | undefined)?.run !== 'function') {
    throw new TypeError(expectation('runPlan', 'createRunner', 'a function that makes a runner of jobs', runner))
  }
  try {
    await runJobs(todo, runner, { signal, onStart, onEpoch, onFold })
  } finally {
    await runner.close()
  }
}

/** Claims the folder for the experiment; returns the folds that it has already. */
async function openFolder(
  store: FoldStore,
  plan: ExperimentPlan,
  jobs: readonly FoldJob[],
  { record }: DataIdentity,
  { data }: ExperimentData,
  { fresh = false, redo, onRedo }: RunPlanOptions,
): Promise<Map<string, FinishedFold>> {
  if (fresh) await store.clear()
  const [any] = data.values()
  const expected = expectedFolds(plan.folds, any)
  const known = {
    record,
    agreed: await store.agrees(plan, record),
    expectedOf: ({ speaker }: FoldJob) => expected.get(speaker) as ExpectedFold,
  }
  // Before the folder is claimed, since its plan and data record vouch for folds without digests from then on.
  const again: Parameters<NonNullable<typeof onRedo>>[] = []
  const stored = await readFinished(store, jobs, known, { redo, onRedo: (...one) => again.push(one) })
  for (const job of jobs) if (!stored.has(job.id)) await store.checkPlace(job)
  // Only then, since a file that is not the experiment's own is refused, and not done again.
  for (const one of again) onRedo?.(...one)
  await store.claim(plan, record)
  return foldsAlone(stored)
}

/** Throws where a source has other targets than the plan. */
function checkSameTargets(where: string, { corpus }: ExperimentPlan, { targets }: ExperimentSource): void {
  const [wanted, got] = [corpus.targets, targets].map((names) => JSON.stringify(names ?? []))
  if (wanted !== got) throw new RangeError(`${where}: "source" expected the targets of the plan, ${wanted}, got ${got}`)
}

/** Throws errors that would otherwise end the experiment only after features are extracted. */
function checkBeforehand(
  where: string,
  plan: ExperimentPlan,
  { utterances, classes, targets }: ExperimentSource,
  baselines: readonly Baseline[],
): void {
  checkEnough(where, utterances, plan.folds, targets)
  for (const one of baselines) checkBaseline(one, utterances, classes)
  const groups = groupsOf(utterances.filter(({ speaker }) => speaker !== ''))
  // Only the first fold of each system, since all others have about as many speakers.
  const [first] = foldsOf(plan.folds, groups)
  const speakers = Array.from(first.train, (i) => groups.speakers[i])
  for (const job of foldJobs({ ...plan, folds: plan.folds ?? {} }, [first.name])) {
    try {
      systemOf(job).checkSpeakers?.(speakers)
    } catch (cause) {
      throw new FoldError(job, cause)
    }
  }
}

/**
 * Runs a plan: all folds (leave-one-speaker-out by default) of all its systems with all its seeds under all its protocols. Every finished fold
 * is written into the folder; after an interruption at any moment, another call continues with the missing folds. The
 * folds, and the results except for times, have the same bits for any interruptions and any number of workers.
 * `results.json` is written last.
 *
 * @throws RangeError for a baseline, or the study, of other recordings or classes; StateError where the folder has
 * parts that this plan lacks, or folds of other recordings or another version, or cannot be written to; FoldError for a
 * failed fold; the signal's reason once it is aborted. Finished folds are kept. Where possible, errors are thrown
 * before features are extracted.
 */
export async function runPlan(plan: ExperimentPlan, options: RunPlanOptions): Promise<PlanOutcome> {
  const checked = checkPlan(plan)
  if (hasTargets(checked)) throw new RangeError('runPlan: "plan" expected classes, got targets; call runDimensionPlan')
  return await runAnyPlan('runPlan', checked, options)
}

/** {@link runPlan} of a checked plan, with classes or with targets; listeners and outcome are of the same kind. */
export async function runAnyPlan(where: string, plan: ExperimentPlan, options: RunPlanOptions): Promise<PlanOutcome> {
  const started = new Date()
  checkRunOptions(where, options)
  const { fresh = false, shard, command = where, study = false } = options
  const baselines = options.baselines ?? []
  const store = new FoldStore(options.folder)
  await store.checkOwn()
  if (!fresh) await store.check(plan)
  const source =
    options.source ?? (await openSource(plan.corpus, { onRecording: options.onRecording, signal: options.signal }))
  checkSameTargets(where, plan, source)
  if (study) checkStudyTask(where, source)
  checkBeforehand(where, plan, source, baselines)
  checkUnlabelled(where, source, plan.folds)
  const opened = await openPretraining(where, plan, source, {
    onRecording: options.onRecording,
    signal: options.signal,
  })
  await store.checkWritable()
  return await withFeatureStore(where, options, async (features) => {
    const extracted = await extractData(where, source, frontEndsOf(plan.systems), options, plan.folds, features)
    const sets = await readPretraining(where, plan, extracted.data, opened, options, features)
    const corpus = corpusSummary(extracted.corpus, plan.folds)
    for (const one of baselines) checkBaseline(one, extracted.corpus.utterances, corpus.classes)
    const identity = identify(corpus, extracted.data, sets)
    const jobs = foldJobs(plan, corpus.folds ?? corpus.speakers)
    const finished = await openFolder(store, plan, jobs, identity, extracted, options)
    const commit = await findCommit()
    const clock = new StartClock(store, started)
    const keep = (job: FoldJob, given: FinishedFold): Promise<FinishedFold> =>
      clock.keep(job, { ...given, commit }, identity.computedFrom(job))
    const hooks = { classes: corpus.classes, signal: options.signal, onPretraining: options.onPretraining }
    const starts = (todo: readonly FoldJob[]) => startsOf(where, plan, todo, sets, store, hooks)
    await doJobs(jobs, finished, keep, starts, extracted, options)
    await clock.end()
    const missing = jobs.filter(({ id }) => !finished.has(id))
    if (shard !== undefined) return { results: null, missing }
    const run = describeRun(command, started, commit, [...(await store.starts()).values()])
    const results = anyResultsOf({ plan, corpus, jobs, finished, baselines, study, run })
    options.onResults?.(results)
    await store.writeResults(results)
    return { results, missing }
  })
}
