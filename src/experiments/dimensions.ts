/** Results of experiments with targets, such as arousal, in place of classes, from the folds up to the summary. */
import type { Interval } from '../evaluation/intervals.ts'
import type { RegressionIntervals, RegressionScores } from '../evaluation/regression.ts'
import type { Seed } from '../numerics/random.ts'
import type { CorpusReference } from './corpora.ts'
import type { ExperimentPlan, Protocol } from './plan.ts'
import type { ExperimentResults, ExperimentRun, FoldFacts, RunIdentity } from './results.ts'

/** The plan of an experiment with targets, whose corpus names them. */
export interface DimensionPlan extends ExperimentPlan {
  corpus: CorpusReference & { targets: string[] }
}

/** Whether a plan is one of targets. */
export function hasTargets(plan: Pick<ExperimentPlan, 'corpus'>): plan is DimensionPlan {
  return plan.corpus.targets !== undefined
}

/** Predicted numbers for a recording. */
export interface DimensionPrediction {
  path: string
  /** The speaker, where folds are not by speaker. */
  speaker?: string
  /** The corpus, where there are several. */
  corpus?: string
  /** The numbers of the corpus [M], in the order of the targets. */
  given: number[]
  /** The predicted ones [M]. */
  said: number[]
}

/** A fold in the results. */
export interface DimensionFold extends FoldFacts {
  predictions: DimensionPrediction[]
  /** CCC of each target over the fold's recordings; null where nothing varies. */
  concordance: (number | null)[]
}

/** Scores of one target over the recordings of all folds. */
export interface DimensionScores extends RegressionScores {
  target: string
  recordings: number
  speakers: number
  /** 95 % bootstrap intervals over speakers. */
  intervals: RegressionIntervals
}

/** Scores of each target in one corpus. */
export interface CorpusScores {
  /** Its name; '' where all recordings are of one corpus. */
  corpus: string
  scores: DimensionScores[]
}

/** All folds of one system with one seed under one protocol. */
export interface DimensionRun extends RunIdentity {
  /** In the order of the targets. */
  scores: DimensionScores[]
  corpora: CorpusScores[]
  folds: DimensionFold[]
}

/** Recordings with about the same prediction. */
export interface CalibrationGroup {
  recordings: number
  /** Mean of what was predicted, and of what the corpus gives. */
  said: number
  given: number
}

/** A system under one protocol, over its seeds: means of their scores. */
export interface DimensionSummary {
  name: string
  protocol: Protocol
  seeds: number
  scores: (DimensionScores & {
    /** The least and the greatest CCC of the seeds. */
    range: Interval
    /** Ten groups of recordings by their prediction, mean over the seeds: a calibrated system gives what it says. */
    calibration: CalibrationGroup[]
  })[]
  corpora: CorpusScores[]
  /** Number of recordings of each speaker, and the scores of each target; numbers are null where nothing varies. */
  speakers: { speaker: string; n: number; scores: { [K in keyof RegressionScores]: number | null }[] }[]
}

/** Facts that the corpus gives for a target. */
export interface TargetFacts {
  target: string
  mean: number
  standardDeviation: number
  low: number
  high: number
}

/** The complete results of an experiment with targets, as plain JSON. */
export interface DimensionResults {
  format: 'ser-core/dimension-results'
  version: 1
  corpus: ExperimentResults['corpus']
  plan: ExperimentPlan
  targets: TargetFacts[]
  runs: DimensionRun[]
  summary: DimensionSummary[]
  run: ExperimentRun
}

/** The seed of bootstrap samples, the same for every system so that they meet the same speakers. */
export const SAMPLES: Seed = 'dimensions'
