/** Assembles the results of an experiment from its folds. */

import { combineRuns } from './combinations.ts'
import { type Baseline, compareRuns } from './comparisons.ts'
import { dimensionResults, dimensionRun } from './dimension-results.ts'
import type { DimensionFold, DimensionResults, DimensionRun } from './dimensions.ts'
import { type FoldGroups, type FoldPlan, foldsOf } from './folds.ts'
import { type FinishedFold, type FoldJob, systemOf } from './jobs.ts'
import { peopleOf } from './people.ts'
import type { ExperimentPlan, PlannedSystem } from './plan.ts'
import { summarizeRuns } from './rate-summary.ts'
import {
  type ExperimentCorpus,
  type ExperimentResults,
  type ExperimentRun,
  type RunIdentity,
  type RunResults,
  runResults,
} from './results.ts'

/** Groups of utterances for folds. */
export function groupsOf(utterances: ExperimentCorpus['utterances']): FoldGroups {
  const has = (key: 'corpus' | 'text'): boolean => utterances.some((one) => one[key] !== undefined)
  return {
    speakers: utterances.map(({ speaker }) => speaker),
    ...(has('corpus') ? { corpora: utterances.map(({ corpus = '' }) => corpus) } : {}),
    // Texts of two corpora may have the same number.
    ...(has('text')
      ? { texts: utterances.map(({ corpus = '', text = '' }) => (corpus ? `${corpus}/${text}` : text)) }
      : {}),
  }
}

/** The results' description of the corpus; speakers in the order of the folds. */
export function corpusSummary(corpus: ExperimentCorpus, folds?: FoldPlan): ExperimentResults['corpus'] {
  const { name, classes, utterances, problems, warnings, features, targets } = corpus
  const groups = groupsOf(utterances)
  const speakers = [...new Set(groups.speakers)].sort()
  const names = folds === undefined ? {} : { folds: foldsOf(folds, groups).map((fold) => fold.name) }
  const several = groups.corpora === undefined ? {} : { corpora: [...new Set(groups.corpora)] }
  const given = features === undefined ? {} : { features }
  const people = peopleOf(utterances)
  const known = { ...several, ...(people.length === 0 ? {} : { people }) }
  const numbers = targets === undefined ? {} : { targets: [...targets] }
  const facts = { name, classes, ...numbers, utterances: utterances.length, speakers }
  return { ...facts, ...names, ...known, problems, warnings, ...given }
}

/** Whether two jobs are folds of one run. */
export function sameRun(a: FoldJob, b: FoldJob): boolean {
  return a.name === b.name && a.protocol === b.protocol && a.seed === b.seed
}

/** Name, settings and time of the run of the jobs, and its folds in their order. */
function partsOfRun<Fold>(
  jobs: readonly FoldJob[],
  finished: ReadonlyMap<string, FinishedFold<Fold>>,
): { identity: RunIdentity; folds: Fold[] } {
  const [{ protocol, seed, folds: _, ...planned }] = jobs
  const { name, settings } = systemOf(planned)
  const done = jobs.flatMap(({ id }) => finished.get(id) ?? [])
  const seconds = done.reduce((sum, one) => sum + one.seconds, 0)
  const identity = { name: planned.name, system: { name, settings }, seed, protocol, seconds }
  return { identity, folds: done.map(({ fold }) => fold) }
}

/** The run of the jobs of one system, seed and protocol; `finished` has the folds by the jobs' ids. */
export function runOf(
  jobs: readonly FoldJob[],
  finished: ReadonlyMap<string, FinishedFold>,
  classes: readonly string[],
): RunResults {
  const { identity, folds } = partsOfRun(jobs, finished)
  return runResults(identity, classes, folds)
}

/** {@link runOf} of an experiment with targets. */
export function dimensionRunOf(
  jobs: readonly FoldJob[],
  finished: ReadonlyMap<string, FinishedFold<DimensionFold>>,
  targets: readonly string[],
): DimensionRun {
  const { identity, folds } = partsOfRun(jobs, finished)
  return dimensionRun(identity, targets, folds)
}

/** The jobs of each run. */
function byRun(jobs: readonly FoldJob[]): FoldJob[][] {
  const first = jobs.filter((job, i) => i === 0 || !sameRun(job, jobs[i - 1]))
  return first.map((job) => jobs.filter((other) => sameRun(job, other)))
}

/** Arguments of {@link assembleResults}. */
export interface Assembly {
  plan: ExperimentPlan
  corpus: ExperimentResults['corpus']
  /** All jobs, in the order of the plan. */
  jobs: readonly FoldJob[]
  /** All folds, by the jobs' ids. */
  finished: ReadonlyMap<string, FinishedFold>
  baselines: readonly Baseline[]
  /** Whether reports show the study's numbers. */
  study: boolean
  run: ExperimentRun
}

/** Arguments of {@link assembleDimensions}. */
export interface DimensionAssembly extends Pick<Assembly, 'plan' | 'corpus' | 'jobs' | 'run'> {
  finished: ReadonlyMap<string, FinishedFold<DimensionFold>>
}

/** The complete results of a finished experiment. */
export function assembleResults({ plan, corpus, jobs, finished, baselines, study, run }: Assembly): ExperimentResults {
  const { classes } = corpus
  const trained = byRun(jobs).map((own) => runOf(own, finished, classes))
  const runs = [...trained, ...combineRuns(plan, trained)]
  const summary = summarizeRuns(runs, classes, corpus.people)
  const comparisons = compareRuns(runs, baselines)
  const told = withCommits(run, jobs, finished)
  const beside = study ? { study } : {}
  return { format: 'ser-core/results', version: 2, corpus, plan, runs, summary, comparisons, ...beside, run: told }
}

function withCommits<Fold>(
  run: ExperimentRun,
  jobs: readonly FoldJob[],
  finished: ReadonlyMap<string, FinishedFold<Fold>>,
): ExperimentRun {
  return { ...run, commits: [...new Set(jobs.map(({ id }) => finished.get(id)?.commit ?? null))] }
}

/** {@link assembleResults} of an experiment with targets. */
export function assembleDimensions({ plan, corpus, jobs, finished, run }: DimensionAssembly): DimensionResults {
  const { targets = [] } = corpus
  const runs = byRun(jobs).map((own) => dimensionRunOf(own, finished, targets))
  return dimensionResults({ plan, corpus, runs, run: withCommits(run, jobs, finished) })
}

/** The distinct front ends of the systems, by {@link frontEndKey}. */
export function frontEndsOf(systems: readonly PlannedSystem[]): Map<string, ReturnType<typeof systemOf>['frontEnd']> {
  return new Map(systems.map((planned) => [frontEndKey(planned), systemOf(planned).frontEnd]))
}

/** A key that is equal for systems with the same features. */
export function frontEndKey(planned: PlannedSystem): string {
  return JSON.stringify(systemOf(planned).frontEnd)
}
