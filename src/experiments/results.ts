/** What an experiment leaves: plain JSON, from the folds up to the comparisons. */
import { checkObject } from '../core/check.ts'
import { expectation } from '../core/errors.ts'
import type { Json } from '../core/types.ts'
import { ConfusionMatrix, type ConfusionMatrixJson } from '../evaluation/confusion-matrix.ts'
import type { Interval } from '../evaluation/intervals.ts'
import type { Seed } from '../numerics/random.ts'
import type { EpochRecord } from '../training/history.ts'
import type { ExperimentPlan, Protocol } from './plan.ts'

/** What the data of an experiment are. */
export interface ExperimentCorpus {
  name: string
  classes: string[]
  utterances: { path: string; speaker: string; label: string }[]
  /** Recordings that were left out. */
  problems: { path: string; reason: string }[]
  /** What is odd about recordings that were used, such as a truncated end. */
  warnings: { path: string; reason: string }[]
}

/** What was said of a recording. */
export interface PredictionRecord {
  path: string
  /** The true class. */
  label: string
  said: string
  /** [K], in the order of the classes. */
  posterior: number[]
}

/** What a classifier said of an utterance bit by bit: asked of windows of 1 s, a window every 0.1 s. */
export interface Timeline {
  path: string
  /** The middle of each window, s. */
  seconds: number[]
  /** [windows][K]. */
  posteriors: number[][]
}

/** A fold as it is written down. */
export interface FoldRecord {
  /** The speaker left out. */
  speaker: string
  predictions: PredictionRecord[]
  accuracy: number
  /** Epoch whose weights were used; 0 where nothing was trained. */
  bestEpoch: number
  /** What held-out training speakers decided, by the name of the option. */
  chosen?: { [option: string]: Json }
  epochs: EpochRecord[]
  /** Of the fold's first test utterance. */
  timeline?: Timeline
}

/** One system from one seed under one protocol, all folds. */
export interface RunResults {
  /** The planned system's name or the combination's. */
  name: string
  system: { name: string; settings: { [key: string]: Json } }
  seed: Seed
  protocol: Protocol
  accuracy: number
  /** Wilson, 95 %. */
  accuracyInterval: Interval
  unweightedRecall: number
  /** By class; null in JSON for a class that never occurs. */
  recall: Record<string, number>
  confusion: ConfusionMatrixJson
  folds: FoldRecord[]
  /** Sum of the folds' training times. */
  seconds: number
}

/** A mean with the least and the greatest of what it was taken over. */
export interface MeanAndRange extends Interval {
  mean: number
}

/** A system under one protocol, over its seeds. */
export interface SystemSummary {
  name: string
  protocol: Protocol
  /** How many. */
  seeds: number
  accuracy: MeanAndRange
  /** Wilson, 95 %: of the mean accuracy, as a share of the corpus' recordings. */
  accuracyInterval: Interval
  unweightedRecall: MeanAndRange
  /** By class, means over the seeds. */
  recall: Record<string, number>
  /** `n` recordings each; mean accuracies over the seeds. */
  speakers: { speaker: string; n: number; accuracy: number }[]
  /** Mean counts. */
  confusion: ConfusionMatrixJson
}

/** Two systems, or a system and a baseline, recording by recording. */
export interface Comparison {
  protocol: Protocol
  first: string
  /** A system's name, or a baseline's, such as `study: lstm`. */
  second: string
  /** Recordings that both answered. */
  n: number
  /** Recordings that the first alone got right. */
  onlyFirst: number
  /** Recordings that the second alone got right. */
  onlySecond: number
  /** McNemar's exact test, two-sided. */
  p: number
  /** Which seed's answers; `all`: by log posteriors averaged over the seeds. */
  seed: Seed | 'all'
}

/** A time that an experiment was started and did folds. */
export interface ExperimentStart {
  /** ISO 8601. */
  started: string
  /** By the clock, from there to its last fold, or to its end. */
  seconds: number
  /** How many it did. */
  folds: number
}

/** How an experiment was run. */
export interface ExperimentRun {
  command: string
  versions: Record<string, string>
  /** The kernels in use, see `kernels()`. */
  kernels: string
  /** Of the checkout it ran from, if it was one. */
  commit: string | null
  /** Of the folds, each once: an experiment that went on later may have several. */
  commits?: (string | null)[]
  /** Of the first start and of the last fold or the end; ISO 8601. */
  started: string
  finished: string
  /** By the clock, over all starts that were kept; in results of 0.1.0 from the last start alone. */
  seconds: number
  /** Each time that it was started and did folds; missing in results of 0.1.0. Folds that 0.1.0 did are in none. */
  starts?: ExperimentStart[]
}

/** Everything about a finished experiment, as plain JSON. */
export interface ExperimentResults {
  format: 'ser-core/results'
  version: 2
  corpus: {
    name: string
    classes: string[]
    /** How many were used. */
    utterances: number
    speakers: string[]
    problems: ExperimentCorpus['problems']
    warnings: ExperimentCorpus['warnings']
  }
  plan: ExperimentPlan
  /** Trained ones, then combinations. */
  runs: RunResults[]
  summary: SystemSummary[]
  comparisons: Comparison[]
  /** Whether reports show the numbers that the study printed beside these. Default false. */
  study?: boolean
  run: ExperimentRun
}

/** The value if it is the results of an experiment. */
export function checkResults(where: string, value: unknown): ExperimentResults {
  const results = checkObject<ExperimentResults>(where, 'results', value)
  if (results.format === 'ser-core/results' && results.version === 2) return results
  throw new TypeError(
    expectation(where, 'results', 'results of an experiment, such as of runPlan or readResults', value),
  )
}

/** What a run is called by, and what it took. */
export type RunIdentity = Pick<RunResults, 'name' | 'system' | 'seed' | 'protocol' | 'seconds'>

/** The run that the folds make, with its rates. */
export function runResults(identity: RunIdentity, classes: readonly string[], folds: FoldRecord[]): RunResults {
  const confusion = new ConfusionMatrix(classes)
  for (const { label, said } of folds.flatMap(({ predictions }) => predictions)) confusion.add(label, said)
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
    folds,
    seconds,
  }
}
