/** Assembles the results of an experiment from its folds. */

import { combineRuns } from './combinations.ts'
import { type Baseline, compareRuns } from './comparisons.ts'
import { type FoldGroups, type FoldPlan, foldsOf } from './folds.ts'
import { type FinishedFold, type FoldJob, systemOf } from './jobs.ts'
import { peopleOf } from './people.ts'
import type { ExperimentPlan, PlannedSystem } from './plan.ts'
import { summarizeRuns } from './rate-summary.ts'
import {
  type ExperimentCorpus,
  type ExperimentResults,
  type ExperimentRun,
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
  const { name, classes, utterances, problems, warnings, features } = corpus
  const groups = groupsOf(utterances)
  const speakers = [...new Set(groups.speakers)].sort()
  const names = folds === undefined ? {} : { folds: foldsOf(folds, groups).map((fold) => fold.name) }
  const several = groups.corpora === undefined ? {} : { corpora: [...new Set(groups.corpora)] }
  const given = features === undefined ? {} : { features }
  const people = peopleOf(utterances)
  const known = { ...several, ...(people.length === 0 ? {} : { people }) }
  return { name, classes, utterances: utterances.length, speakers, ...names, ...known, problems, warnings, ...given }
}

/** Whether two jobs are folds of one run. */
export function sameRun(a: FoldJob, b: FoldJob): boolean {
  return a.name === b.name && a.protocol === b.protocol && a.seed === b.seed
}

/** The run of the jobs of one system, seed and protocol; `finished` has the folds by the jobs' ids. */
export function runOf(
  jobs: readonly FoldJob[],
  finished: ReadonlyMap<string, FinishedFold>,
  classes: readonly string[],
): RunResults {
  const [{ protocol, seed, folds: _, ...planned }] = jobs
  const { name, settings } = systemOf(planned)
  const done = jobs.flatMap(({ id }) => finished.get(id) ?? [])
  const seconds = done.reduce((sum, one) => sum + one.seconds, 0)
  const identity = { name: planned.name, system: { name, settings }, seed, protocol, seconds }
  return runResults(
    identity,
    classes,
    done.map(({ fold }) => fold),
  )
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

/** The complete results of a finished experiment. */
export function assembleResults({ plan, corpus, jobs, finished, baselines, study, run }: Assembly): ExperimentResults {
  const { classes } = corpus
  const first = jobs.filter((job, i) => i === 0 || !sameRun(job, jobs[i - 1]))
  const trained = first.map((job) =>
    runOf(
      jobs.filter((other) => sameRun(job, other)),
      finished,
      classes,
    ),
  )
  const runs = [...trained, ...combineRuns(plan, trained)]
  const summary = summarizeRuns(runs, classes, corpus.people)
  const comparisons = compareRuns(runs, baselines)
  const told = { ...run, commits: [...new Set(jobs.map(({ id }) => finished.get(id)?.commit ?? null))] }
  const beside = study ? { study } : {}
  return { format: 'ser-core/results', version: 2, corpus, plan, runs, summary, comparisons, ...beside, run: told }
}

/** The distinct front ends of the systems, by {@link frontEndKey}. */
export function frontEndsOf(systems: readonly PlannedSystem[]): Map<string, ReturnType<typeof systemOf>['frontEnd']> {
  return new Map(systems.map((planned) => [frontEndKey(planned), systemOf(planned).frontEnd]))
}

/** A key that is equal for systems with the same features. */
export function frontEndKey(planned: PlannedSystem): string {
  return JSON.stringify(systemOf(planned).frontEnd)
}
