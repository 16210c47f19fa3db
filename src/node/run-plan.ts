/** Experiments with many systems, seeds and protocols, on several threads, that go on where they were stopped. */
import { checkArray, checkBoolean, checkInteger, checkOptions, checkString } from '../core/check.ts'
import { messageOf, StateError } from '../core/errors.ts'
import { assembleResults, corpusSummary, frontEndsOf, runOf, sameRun } from '../experiments/assemble.ts'
import { type Baseline, checkBaseline } from '../experiments/comparisons.ts'
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
import { checkPath } from './files.ts'
import { checkEnough, digestsOf, type ExperimentData, type ExtractionOptions, extractData } from './fold-data.ts'
import { type DataRecord, FoldStore } from './fold-store.ts'
import { createJobRunner, type JobRunnerOptions } from './job-runners.ts'
import { describeRun, findCommit, software } from './provenance.ts'
import { type ExperimentSource, openSource } from './source.ts'
import { StartClock } from './start-clock.ts'

/** One of several parts of an experiment, counted from 1. */
export interface Shard {
  index: number
  count: number
}

/** How the folds of {@link runPlan} get on. */
export interface PlanListener extends JobListener {
  /** Before the first: the jobs to do, and those of this part that were there already. */
  onJobs?: (jobs: readonly FoldJob[], done: readonly FoldJob[]) => void
  /** A run whose last fold has just been done. */
  onRun?: (run: RunResults) => void
  /** The results, before they are written. */
  onResults?: (results: ExperimentResults) => void
}

/** Options of {@link runPlan}. */
export interface RunPlanOptions extends ExtractionOptions, JobRunnerOptions, PlanListener {
  /** Where plan, folds and results go; finished folds that are there already are not done again. */
  folder: string
  /** The recordings; by default those that the plan refers to. */
  source?: ExperimentSource
  /** Called after each recording of the plan's own corpus that is looked at, before features are taken. */
  onRecording?: (done: number, all: number) => void
  /** Removes what an experiment has left in the folder. Default false. */
  fresh?: boolean
  /** Does one part of the folds and writes no results. */
  shard?: Shard
  /** Makes the runner of the jobs; by default `workers` of this machine. */
  createRunner?: (data: ReadonlyMap<string, FoldData>) => Promise<JobRunner>
  /** Answers to compare with. */
  baselines?: readonly Baseline[]
  /** Whether reports show the numbers that the study printed beside the results. Default false. */
  study?: boolean
  /** The command that repeats it, for the results. Default `runPlan`. */
  command?: string
}

const optionNames = [
  ...[
    'folder',
    'source',
    'fresh',
    'shard',
    'createRunner',
    'baselines',
    'study',
    'command',
    'workers',
    'script',
    'cache',
    'signal',
  ],
  ...['onRecording', 'onFeatures', 'onProblem', 'onJobs', 'onStart', 'onEpoch', 'onFold', 'onRun', 'onResults'],
] as const

/** Results of {@link runPlan}, and what is left to do. */
export interface PlanOutcome {
  /** Null after a part. */
  results: ExperimentResults | null
  /** Folds that the experiment still lacks. */
  missing: FoldJob[]
}

/** The folds that are in a folder, by the ids of their jobs. */
export async function readFinished(store: FoldStore, jobs: readonly FoldJob[]): Promise<Map<string, FinishedFold>> {
  const finished = new Map<string, FinishedFold>()
  for (const job of jobs) {
    const found = await store.read(job)
    if (found !== null) finished.set(job.id, found)
  }
  return finished
}

function checkRunOptions(where: string, options: RunPlanOptions): void {
  checkOptions(where, options, optionNames)
  checkPath(where, 'folder', options.folder)
  checkInteger(where, 'workers', options.workers ?? 1, { min: 1 })
  checkArray(where, 'baselines', options.baselines ?? [])
  checkBoolean(where, 'study', options.study ?? false)
  checkString(where, 'command', options.command ?? where)
  if (options.shard === undefined) return
  checkOptions(`${where}: shard`, options.shard, ['index', 'count'])
  const { index, count } = options.shard
  checkInteger(where, 'shard.index', index, { min: 1, max: checkInteger(where, 'shard.count', count, { min: 1 }) })
}

/** Does the jobs that are not finished; each fold is kept as soon as it is done. `keep` gives it as it was kept. */
async function doJobs(
  jobs: readonly FoldJob[],
  finished: Map<string, FinishedFold>,
  keep: (job: FoldJob, given: FinishedFold) => Promise<FinishedFold>,
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
    if (run.every(({ id }) => finished.has(id))) options.onRun?.(runOf(run, finished, corpus.classes))
  }
  const workers = Math.min(options.workers ?? 1, todo.length)
  const runner = await (options.createRunner?.(data) ?? createJobRunner(data, { workers, script: options.script }))
  try {
    await runJobs(todo, runner, { signal, onStart, onEpoch, onFold })
  } finally {
    await runner.close()
  }
}

/** Throws for what would end the experiment only after features were taken. */
function checkBeforehand(
  where: string,
  plan: ExperimentPlan,
  { utterances, classes }: ExperimentSource,
  baselines: readonly Baseline[],
): void {
  checkEnough(where, utterances)
  for (const one of baselines) checkBaseline(one, utterances, classes)
  const speakers = utterances.map(({ speaker }) => speaker).filter((speaker) => speaker !== '')
  const jobs = foldJobs(plan, speakers)
  // The first fold of each system: all others have as many speakers.
  for (const job of jobs.filter(({ name }, i) => jobs.findIndex((other) => other.name === name) === i)) {
    try {
      systemOf(job).checkSpeakers?.(speakers.filter((speaker) => speaker !== job.speaker))
    } catch (cause) {
      throw new FoldError(job, cause)
    }
  }
}

/**
 * Does what a plan says: leave-one-speaker-out of all its systems from all its seeds under all its protocols. Every fold is
 * written into the folder when it is done; stopped at any moment and called again, it goes on with those that are missing. The
 * folds, and with them the results but for times, have the same bits however often it was stopped and whatever the number of
 * workers. The last thing written is `results.json`.
 *
 * @throws RangeError for a baseline, or the study, of other recordings or classes; StateError where the folder holds what this plan
 * has not, or folds of other recordings or of another version, or cannot be written to; FoldError for a fold that fails; the
 * signal's reason once it is aborted. Folds that are finished stay. What can be known before features are taken is thrown then.
 */
export async function runPlan(given: ExperimentPlan, options: RunPlanOptions): Promise<PlanOutcome> {
  const where = 'runPlan'
  const started = new Date()
  const plan = checkPlan(given)
  checkRunOptions(where, options)
  const { fresh = false, shard, command = where, study = false } = options
  const baselines = options.baselines ?? []
  const store = new FoldStore(options.folder)
  await (fresh ? store.checkClearable() : store.check(plan))
  const source =
    options.source ?? (await openSource(plan.corpus, { onRecording: options.onRecording, signal: options.signal }))
  if (study) checkStudyTask(where, source)
  checkBeforehand(where, plan, source, baselines)
  await store.checkWritable()
  const extracted = await extractData(where, source, frontEndsOf(plan.systems), options)
  const corpus = corpusSummary(extracted.corpus)
  for (const one of baselines) checkBaseline(one, extracted.corpus.utterances, corpus.classes)
  const record: DataRecord = {
    ...{ format: 'ser-core/data', version: 1, software: software() },
    ...{ recordings: digestsOf(extracted.data), corpus },
  }
  if (fresh) await store.clear()
  await store.claim(plan, record)
  const jobs = foldJobs(plan, corpus.speakers)
  const finished = await readFinished(store, jobs)
  const commit = await findCommit()
  const clock = new StartClock(store, started)
  await doJobs(jobs, finished, (job, given) => clock.keep(job, { ...given, commit }), extracted, options)
  await clock.end()
  const missing = jobs.filter(({ id }) => !finished.has(id))
  if (shard !== undefined) return { results: null, missing }
  const run = describeRun(command, started, commit, [...(await store.starts()).values()])
  const results = assembleResults({ plan, corpus, jobs, finished, baselines, study, run })
  options.onResults?.(results)
  await store.writeResults(results)
  return { results, missing }
}
