/** Results of an experiment as plain JSON, from the folds up to the comparisons. */
import { checkArray, checkObject, checkString } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { Json } from '../core/types.ts'
import { ConfusionMatrix, type ConfusionMatrixJson } from '../evaluation/confusion-matrix.ts'
import type { GroupComparison } from '../evaluation/group-comparison.ts'
import type { Interval } from '../evaluation/intervals.ts'
import type { Seed } from '../numerics/random.ts'
import type { EpochRecord } from '../training/history.ts'
import type { CorpusPerson } from './corpus-person.ts'
import { attributed, type CorpusRates, judgedFolds, ratesByCorpus, type TransferCell } from './corpus-rates.ts'
import type { GivenRecord } from './given-features.ts'
import type { ExperimentPlan, Protocol } from './plan.ts'

/** A recording of an experiment. */
export interface ExperimentUtterance {
  path: string
  speaker: string
  label: string
  text?: string
  corpus?: string
  /** Facts about the speaker; nothing learns from them. */
  gender?: string
  /** Years. */
  age?: number
  language?: string
}

/** The corpus of an experiment. */
export interface ExperimentCorpus {
  name: string
  classes: string[]
  utterances: ExperimentUtterance[]
  /** Names of the numbers that are learned in place of classes. */
  targets?: string[]
  /** Recordings that were left out, and why. */
  problems: { path: string; reason: string }[]
  /** Defects of recordings that were used nevertheless, such as a truncated end. */
  warnings: { path: string; reason: string }[]
  /** Features that were given instead of computed. */
  features?: GivenRecord
}

/** Prediction for a recording. */
export interface PredictionRecord {
  path: string
  /** The speaker, where folds are not by speaker. */
  speaker?: string
  /** The corpus, where there are several. */
  corpus?: string
  /** The true class. */
  label: string
  said: string
  /** Posterior [K], in the order of the classes. */
  posterior: number[]
}

/** Posteriors over sliding windows of an utterance: windows of 1 s, every 0.1 s. */
export interface Timeline {
  path: string
  /** The middle of each window, s. */
  seconds: number[]
  /** Posterior of each window, [windows][K]. */
  posteriors: number[][]
}

/** Facts about a fold, whatever it predicts. */
export interface FoldFacts {
  /** The test speaker; of other folds the fold's name. */
  speaker: string
  /** The training set in words, where folds are not by speaker. */
  training?: string
  /** Epoch whose weights are used; 0 where nothing was trained. */
  bestEpoch: number
  /** Options chosen on held-out training speakers, by name. */
  chosen?: { [option: string]: Json }
  epochs: EpochRecord[]
}

/** A fold in the results. */
export interface FoldRecord extends FoldFacts {
  predictions: PredictionRecord[]
  accuracy: number
  /** Timeline of the fold's first test utterance. */
  timeline?: Timeline
}

/** All folds of one system with one seed under one protocol. */
export interface RunResults {
  /** Name of the planned system or combination. */
  name: string
  system: { name: string; settings: { [key: string]: Json } }
  seed: Seed
  protocol: Protocol
  accuracy: number
  /** Wilson's 95 % interval. */
  accuracyInterval: Interval
  unweightedRecall: number
  /** Recall of each class; null in JSON for a class that never occurs. */
  recall: Record<string, number>
  confusion: ConfusionMatrixJson
  /** Rates by corpus, with intervals over speakers; absent from results of 0.1.0. */
  corpora?: CorpusRates[]
  folds: FoldRecord[]
  /** Sum of the folds' training times. */
  seconds: number
}

/** A mean with the least and the greatest of its values. */
export interface MeanAndRange extends Interval {
  mean: number
}

/** A system under one protocol, over its seeds. */
export interface SystemSummary {
  name: string
  protocol: Protocol
  /** Number of seeds. */
  seeds: number
  accuracy: MeanAndRange
  /** Wilson's 95 % interval of the mean accuracy as a share of the corpus' recordings. */
  accuracyInterval: Interval
  unweightedRecall: MeanAndRange
  /** Recall of each class, means over the seeds. */
  recall: Record<string, number>
  /** Number of recordings and mean accuracy over the seeds, by speaker. */
  speakers: { speaker: string; n: number; accuracy: number }[]
  /** Mean counts over the seeds. */
  confusion: ConfusionMatrixJson
  /** Rates by corpus, means over the seeds, with intervals over speakers; absent from results of 0.1.0. */
  corpora?: CorpusRates[]
  /**
   * Rates by gender, age group, language and corpus, as far as the corpus tells them, means over the seeds; absent where it tells
   * none, and from results of 0.1.0.
   */
  groups?: GroupComparison[]
  /** Rates by training set and test corpus, where there are several corpora. */
  transfer?: TransferCell[]
}

/** Two systems, or a system and a baseline, recording by recording. */
export interface Comparison {
  protocol: Protocol
  first: string
  /** A system's name, or a baseline's, such as `study: lstm`. */
  second: string
  /** Recordings with a prediction by both. */
  n: number
  /** Recordings that the first alone got right. */
  onlyFirst: number
  /** Recordings that the second alone got right. */
  onlySecond: number
  /** McNemar's exact test, two-sided. */
  p: number
  /** Seed of the predictions; `all`: log posteriors averaged over the seeds. */
  seed: Seed | 'all'
}

/** A start of an experiment, after which it finished folds. */
export interface ExperimentStart {
  /** ISO 8601. */
  started: string
  /** Elapsed time, s, until its last fold or its end. */
  seconds: number
  /** Number of folds that it finished. */
  folds: number
}

/** Circumstances of an experiment: versions, kernels, times. */
export interface ExperimentRun {
  command: string
  versions: Record<string, string>
  /** The kernels in use, see `kernels()`. */
  kernels: string
  /** Commit of the checkout that it ran from, if it was one. */
  commit: string | null
  /** Distinct commits of the folds; a continued experiment may have several. */
  commits?: (string | null)[]
  /** Time of the first start, and of the last fold or the end; ISO 8601. */
  started: string
  finished: string
  /** Elapsed time, s, over all recorded starts; in results of 0.1.0 since the last start only. */
  seconds: number
  /** Starts after which folds were finished, without folds of 0.1.0; absent from results of 0.1.0. */
  starts?: ExperimentStart[]
}

/** The complete results of an experiment, as plain JSON. */
export interface ExperimentResults {
  format: 'ser-core/results'
  version: 2
  corpus: {
    name: string
    classes: string[]
    /** Names of the numbers that are learned in place of classes, in an experiment with targets. */
    targets?: string[]
    /** Number of utterances used. */
    utterances: number
    speakers: string[]
    /** Names of the folds, where speakers are not left out one by one. */
    folds?: string[]
    /** Names of several corpora. */
    corpora?: string[]
    /** Facts about the speakers, for rates by groups; absent where nothing is known. */
    people?: CorpusPerson[]
    problems: ExperimentCorpus['problems']
    warnings: ExperimentCorpus['warnings']
    /** Features that were given instead of computed. */
    features?: GivenRecord
  }
  plan: ExperimentPlan
  /** Runs of trained systems, then of combinations. */
  runs: RunResults[]
  summary: SystemSummary[]
  comparisons: Comparison[]
  /** Whether reports show the study's published numbers beside these. Default false. */
  study?: boolean
  run: ExperimentRun
}

/** Checks that the value is the results of an experiment. */
export function checkResults(where: string, value: unknown): ExperimentResults {
  const results = checkObject<ExperimentResults>(where, 'results', value)
  if (results.format !== 'ser-core/results' || results.version !== 2) {
    throw new TypeError(
      expectation(where, 'results', 'results of an experiment, such as of runPlan or readResults', value),
    )
  }
  checkParts(where, results)
  return results
}

/** Throws unless the parts are of the kinds that reports go through. */
function checkParts(where: string, { plan, corpus, run, ...lists }: ExperimentResults): void {
  const planned = checkObject<ExperimentPlan>(where, 'plan', plan)
  for (const name of ['systems', 'seeds', 'protocols', 'combinations'] as const) {
    checkArray(where, `plan.${name}`, planned[name])
  }
  checkString(where, 'corpus.name', checkObject<typeof corpus>(where, 'corpus', corpus).name)
  for (const name of ['classes', 'speakers', 'problems', 'warnings'] as const) {
    checkArray(where, `corpus.${name}`, corpus[name])
  }
  checkObject(where, 'run.versions', checkObject<ExperimentRun>(where, 'run', run).versions)
  for (const name of ['runs', 'summary', 'comparisons'] as const) {
    for (const [i, one] of checkArray<object>(where, name, lists[name]).entries())
      checkObject(where, `${name}[${i}]`, one)
  }
}

/** Name, settings and duration of a run. */
export type RunIdentity = Pick<RunResults, 'name' | 'system' | 'seed' | 'protocol' | 'seconds'>

/** Makes a run of its folds and computes its rates. */
export function runResults(identity: RunIdentity, classes: readonly string[], folds: FoldRecord[]): RunResults {
  const confusion = new ConfusionMatrix(classes)
  const judged = attributed(judgedFolds(folds))
  for (const { label, said } of judged) confusion.add(label, said)
  const { name, system, seed, protocol, seconds } = identity
  return {
    name,
    system,
    seed,
    protocol,
    accuracy: confusion.accuracy,
    accuracyInterval: confusion.accuracyInterval,
    unweightedRecall: confusion.unweightedRecall,
    recall: confusion.recall,
    confusion: confusion.toJSON(),
    corpora: ratesByCorpus([judged], classes),
    folds,
    seconds,
  }
}
