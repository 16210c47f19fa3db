/** Merges the parts of an experiment. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { checkArray, checkBoolean, checkOptions } from '../core/check.ts'
import { StateError } from '../core/errors.ts'
import { type Baseline, checkBaseline } from '../experiments/comparisons.ts'
import type { DimensionResults } from '../experiments/dimensions.ts'
import { foldJobs } from '../experiments/jobs.ts'
import type { ExperimentPlan } from '../experiments/plan.ts'
import { planDifferences } from '../experiments/plan-differences.ts'
import type { ExperimentResults } from '../experiments/results.ts'
import { checkStudyTask } from '../experiments/study.ts'
import { anyResultsOf } from './any-results.ts'
import { type DataRecord, dataDifferences } from './data-record.ts'
import { checkPath } from './files.ts'
import { foldsAlone, readFinished } from './finished-folds.ts'
import type { StoredFold } from './fold-file.ts'
import { FoldStore, listed } from './fold-store.ts'
import { describeRun, findCommit } from './provenance.ts'

/** Options of {@link mergeFolders}. */
export interface MergeOptions {
  /** Output folder; may be one of the merged folders. */
  folder: string
  /** Predictions to compare with. */
  baselines?: readonly Baseline[]
  /** Whether reports show the study's published numbers beside the results. Default false. */
  study?: boolean
  /** Command to repeat the experiment, for the results. Default `mergeFolders`. */
  command?: string
}

interface Part {
  store: FoldStore
  plan: ExperimentPlan
  data: DataRecord
}

async function openPart(folder: string): Promise<Part> {
  const store = new FoldStore(folder)
  const plan = await store.plan()
  const missing = ['plan.json', 'data.json'].find((name) => !existsSync(join(folder, name)))
  if (plan !== null && missing === undefined) return { store, plan, data: await store.checkedData() }
  throw new StateError(`"${folder}" holds no part of an experiment: no ${missing ?? 'readable plan.json'}`)
}

function checkSame(first: Part, other: Part): void {
  const plans = planDifferences(first.plan, other.plan)
  const differences = plans.length > 0 ? plans : dataDifferences(first.data, other.data)
  if (differences.length === 0) return
  const what = plans.length > 0 ? 'plans' : 'recordings or software'
  const [there, here] = [first.store.folder, other.store.folder]
  throw new StateError(`"${there}" and "${here}" are of different ${what} (there, here):${listed(differences)}`)
}

/**
 * Collects the folds of an experiment's parts (`runPlan` with `shard`) in one folder and writes `results.json` there,
 * as an undivided run does.
 *
 * @throws StateError where the parts differ in plan or corpus, or folds are missing, which it lists
 * @example
 * ```ts
 * const plan = checkPlan({
 *   ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['strict'], combinations: [] },
 *   corpus: { kind: 'synthetic', synthetic: { speakers: 2, sentences: 1 } },
 *   systems: [{ system: 'functionals-mlp', options: { epochs: 2 } }],
 * })
 * for (const index of [1, 2]) await runPlan(plan, { folder: `part${index}`, shard: { index, count: 2 }, fresh: true })
 * const results = await mergeFolders(['part1', 'part2'], { folder: 'merged' })
 * results.runs[0].folds.length // 2
 * ```
 */
export async function mergeFolders(folders: readonly string[], options: MergeOptions): Promise<ExperimentResults> {
  return await merge('mergeFolders', folders, options, false)
}

/**
 * {@link mergeFolders} for parts of an experiment with targets (`runDimensionPlan` with `shard`).
 *
 * @throws StateError as {@link mergeFolders}, RangeError for parts with classes
 * @example
 * ```ts
 * const plan = checkPlan({
 *   ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['strict'], combinations: [] },
 *   corpus: { kind: 'synthetic', synthetic: { speakers: 2, sentences: 1 }, targets: ['arousal'] },
 *   systems: [{ system: 'functionals-mlp', options: { epochs: 2 } }],
 * })
 * for (const index of [1, 2]) {
 *   await runDimensionPlan(plan, { folder: `arousal${index}`, shard: { index, count: 2 }, fresh: true })
 * }
 * const results = await mergeDimensionFolders(['arousal1', 'arousal2'], { folder: 'arousal' })
 * results.runs[0].folds.length // 2
 * ```
 */
export async function mergeDimensionFolders(
  folders: readonly string[],
  options: Pick<MergeOptions, 'folder' | 'command'>,
): Promise<DimensionResults> {
  const where = 'mergeDimensionFolders'
  checkOptions(where, options, ['folder', 'command'])
  return (await merge(where, folders, options, true)) as unknown as DimensionResults
}

/**
 * Merges parts with classes or with targets.
 *
 * @throws RangeError for comparisons of an experiment with targets; else as {@link mergeFolders}
 */
export async function mergeAnyFolders(
  folders: readonly string[],
  options: MergeOptions,
): Promise<ExperimentResults | DimensionResults> {
  return await merge('mergeFolders', folders, options, null)
}

/** Merges parts with classes or with targets; those of the latter have results of the other kind. */
async function merge(
  where: string,
  folders: readonly string[],
  options: MergeOptions,
  ofTargets: boolean | null,
): Promise<ExperimentResults> {
  const started = new Date()
  checkOptions(where, options, ['folder', 'baselines', 'study', 'command'])
  const study = checkBoolean(where, 'study', options.study ?? false)
  const names = checkArray(where, 'folders', folders, 1).map((name) => checkPath(where, 'folders', name))
  const parts: Part[] = []
  for (const name of names) parts.push(await openPart(name))
  const [first, ...others] = parts
  for (const other of others) checkSame(first, other)
  const { plan, data } = first
  const { classes, targets } = data.corpus
  if (ofTargets !== null && (targets !== undefined) !== ofTargets) {
    const [found, other] = ofTargets ? ['classes', 'mergeFolders'] : ['targets', 'mergeDimensionFolders']
    throw new RangeError(`${where}: "${first.store.folder}" holds an experiment with ${found}; call ${other}`)
  }
  if (targets !== undefined && (study || (options.baselines ?? []).length > 0)) {
    throw new RangeError(`${where}: comparisons are of classes, and "${first.store.folder}" has targets`)
  }
  if (study) checkStudyTask(where, data.corpus)
  const target = new FoldStore(checkPath(where, 'folder', options.folder))
  await target.checkOwn()
  await target.checkWritable()
  const jobs = foldJobs(plan, data.corpus.folds ?? data.corpus.speakers)
  const known = { record: data, agreed: true, expectedOf: () => ({ classes, ...(targets && { targets }) }) }
  const stored = new Map<string, StoredFold>()
  for (const { store } of parts) for (const [id, one] of await readFinished(store, jobs, known)) stored.set(id, one)
  const finished = foldsAlone(stored)
  const missing = jobs.filter(({ id }) => !finished.has(id))
  if (missing.length > 0) {
    const ids = missing.map(({ id }) => id)
    throw new StateError(`${missing.length} of ${jobs.length} folds are missing:${listed(ids)}`)
  }
  const { baselines = [], command = where } = options
  const recordings = [...finished.values()].flatMap(({ fold }) => fold.predictions)
  for (const one of baselines) checkBaseline(one, recordings, classes)
  await target.claim(plan, data)
  for (const job of jobs) {
    const { finished, computedFrom } = stored.get(job.id) as StoredFold
    await target.write(job, finished, computedFrom)
  }
  for (const { store } of parts) {
    for (const [name, start] of await store.starts()) await target.writeStart(name, start)
  }
  const run = describeRun(command, started, await findCommit(), [...(await target.starts()).values()])
  const results = anyResultsOf({ plan, corpus: data.corpus, jobs, finished, baselines, study, run })
  await target.writeResults(results)
  return results
}
