/** Rates of each corpus in the tests of a run, with intervals over its speakers. */
import { countGroups, type GroupCounts, intervalsOf, ratesOf } from '../evaluation/bootstrap.ts'
import type { Interval } from '../evaluation/intervals.ts'
import { ALONE } from './folds.ts'

/** Rates of one corpus. */
export interface CorpusRates {
  /** Its name; '' where all recordings are of one corpus. */
  corpus: string
  recordings: number
  speakers: number
  /** Weighted average recall (WAR). */
  accuracy: number
  /** 95 % bootstrap interval over speakers. */
  accuracyInterval: Interval
  /** Unweighted average recall (UAR). */
  unweightedRecall: number
  /** 95 % bootstrap interval over speakers. */
  unweightedRecallInterval: Interval
}

/** A prediction, and its corpus where there are several. */
interface Predicted {
  label: string
  said: string
  corpus?: string
  speaker?: string
}

/** A prediction with its speaker. */
export interface Attributed extends Predicted {
  speaker: string
}

/** A fold, as in results. */
interface JudgedFold<P = Predicted> {
  speaker: string
  training?: string
  predictions: readonly P[]
}

/** The folds by which a run is judged: of folds trained on one corpus alone and others, the others. */
export function judgedFolds<F extends JudgedFold<unknown>>(folds: readonly F[]): readonly F[] {
  const others = folds.filter(({ speaker, training }) => training === undefined || !speaker.endsWith(ALONE))
  return others.length === 0 ? folds : others
}

/** The predictions of folds with their speakers and corpora. */
export function attributed<P extends { speaker?: string }>(
  folds: readonly JudgedFold<P>[],
): (P & { speaker: string })[] {
  return folds.flatMap(({ speaker, predictions }) => predictions.map((one) => ({ speaker, ...one })))
}

/** Means of the counts of several runs with the same groups. */
function meanCounts(runs: readonly GroupCounts[]): GroupCounts {
  const mean = (of: 'all' | 'right'): number[] =>
    runs[0][of].map((_, k) => runs.reduce((sum, one) => sum + one[of][k], 0) / runs.length)
  return { all: mean('all'), right: mean('right') }
}

/**
 * Rates by corpus, in the order of first occurrence; of several runs (seeds) means.
 *
 * @param runs - predictions of each run, for the same recordings
 */
export function ratesByCorpus(runs: readonly (readonly Attributed[])[], classes: readonly string[]): CorpusRates[] {
  const corpora = [...new Set(runs[0].map(({ corpus = '' }) => corpus))]
  return corpora.map((name) => {
    const counted = runs.map((predictions) => {
      const own = predictions.filter(({ corpus = '' }) => corpus === name)
      const recordings = own.map(({ speaker, label, said }) => {
        return { group: speaker, label: classes.indexOf(label), right: label === said }
      })
      return countGroups(recordings, classes.length)
    })
    const groups = [...counted[0].keys()].map((speaker) => meanCounts(counted.flatMap((one) => one.get(speaker) ?? [])))
    const { accuracy, unweightedRecall } = ratesOf(groups)
    const intervals = intervalsOf(groups, { seed: `corpus ${name}` })
    return {
      corpus: name,
      recordings: groups.reduce((sum, { all }) => sum + all.reduce((n, count) => n + count, 0), 0),
      speakers: groups.length,
      ...{ accuracy, accuracyInterval: intervals.accuracy },
      ...{ unweightedRecall, unweightedRecallInterval: intervals.unweightedRecall },
    }
  })
}

/** Unweighted recall of a training set and a test corpus. */
export interface TransferCell {
  training: string
  corpus: string
  recordings: number
  unweightedRecall: number
  unweightedRecallInterval: Interval
}

/**
 * Rates by training set and test corpus, means over runs (seeds). Empty unless there are several corpora.
 *
 * @param runs - the folds of each run
 */
export function transferOf(runs: readonly (readonly JudgedFold[])[], classes: readonly string[]): TransferCell[] {
  const trainings = [...new Set(runs[0].flatMap(({ training }) => training ?? []))]
  return trainings.flatMap((training) => {
    const own = runs.map((folds) => attributed(folds.filter((fold) => fold.training === training)))
    return ratesByCorpus(own, classes)
      .filter(({ corpus }) => corpus !== '')
      .map(({ corpus, recordings, unweightedRecall, unweightedRecallInterval }) => {
        return { training, corpus, recordings, unweightedRecall, unweightedRecallInterval }
      })
  })
}
