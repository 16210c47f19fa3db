import type { Json } from '../core/types.ts'
import type { ConfusionMatrixJson } from '../evaluation/confusion-matrix.ts'
import type { Interval } from '../evaluation/intervals.ts'
import type { Seed } from '../numerics/random.ts'
import type { System } from '../pipelines/system.ts'
import type { CrossValidation } from './cross-validation.ts'
import type { ExperimentCorpus, FoldRecord } from './results.ts'

/** Everything about one run of one system, as plain JSON. */
export interface SingleResults {
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
): SingleResults {
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
