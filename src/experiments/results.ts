import type { Json } from '../core/types.ts'
import type { ConfusionMatrixJson } from '../evaluation/confusion-matrix.ts'
import type { Interval } from '../evaluation/intervals.ts'
import type { Seed } from '../numerics/random.ts'
import type { System } from '../pipelines/system.ts'
import type { CrossValidation, FoldResult } from './cross-validation.ts'

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

/** A fold as it is written down. */
export interface FoldRecord extends Omit<FoldResult, 'predictions'> {
  predictions: { path: string; label: string; said: string; posterior: number[] }[]
}

/** Everything about a finished experiment, as plain JSON. */
export interface ExperimentResults {
  format: 'ser-core/results'
  version: 1
  corpus: {
    name: string
    classes: string[]
    utterances: number
    speakers: string[]
    problems: ExperimentCorpus['problems']
    warnings: ExperimentCorpus['warnings']
  }
  protocol: { split: 'leave-one-speaker-out'; statistics: 'training speakers' }
  system: { name: string; settings: { [key: string]: Json } }
  seed: Seed
  accuracy: number
  accuracyInterval: Interval
  unweightedRecall: number
  recall: Record<string, number>
  confusion: ConfusionMatrixJson
  folds: FoldRecord[]
}

/** Puts together what an experiment found. */
export function summarize(
  corpus: ExperimentCorpus,
  system: System,
  seed: Seed,
  { folds, confusion }: CrossValidation,
): ExperimentResults {
  const { name, classes, utterances, problems, warnings } = corpus
  return {
    format: 'ser-core/results',
    version: 1,
    corpus: {
      name,
      classes,
      utterances: utterances.length,
      speakers: folds.map(({ speaker }) => speaker),
      problems,
      warnings,
    },
    protocol: { split: 'leave-one-speaker-out', statistics: 'training speakers' },
    system: { name: system.name, settings: system.settings },
    seed,
    accuracy: confusion.accuracy,
    accuracyInterval: confusion.accuracyInterval,
    unweightedRecall: confusion.unweightedRecall,
    recall: confusion.recall,
    confusion: confusion.toJSON(),
    folds: folds.map(({ predictions, ...fold }) => ({
      ...fold,
      predictions: predictions.map(({ index, said, posterior }) => ({
        path: utterances[index].path,
        label: utterances[index].label,
        said: classes[said],
        posterior,
      })),
    })),
  }
}
