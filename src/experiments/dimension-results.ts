/** Assembles the results of an experiment with targets from its folds. */
import { grouped, positionsBy } from '../core/groups.ts'
import { meanScores, scoreIntervalsOf, scoresOf } from '../evaluation/regression.ts'
import { attributed, judgedFolds } from './corpus-rates.ts'
import {
  type CalibrationGroup,
  type CorpusScores,
  type DimensionFold,
  type DimensionPrediction,
  type DimensionResults,
  type DimensionRun,
  type DimensionScores,
  type DimensionSummary,
  SAMPLES,
  type TargetFacts,
} from './dimensions.ts'
import { groupRuns } from './rate-summary.ts'
import type { RunIdentity } from './results.ts'

/** A prediction with its speaker. */
type Spoken = DimensionPrediction & { speaker: string }

/** Groups of a calibration. */
const GROUPS = 10

/** The predictions by which a run is judged, with their speakers. */
export function judgedPredictions(folds: readonly DimensionFold[]): Spoken[] {
  return attributed(judgedFolds(folds))
}

/** Scores of each target; of several runs (seeds), which have the same recordings, means. */
function scoresOfRuns(runs: readonly (readonly Spoken[])[], targets: readonly string[]): DimensionScores[] {
  const [first] = runs
  const speakers = first.map(({ speaker }) => speaker)
  return targets.map((target, k) => {
    const given = first.map((one) => one.given[k])
    const said = runs.map((run) => run.map((one) => one.said[k]))
    return {
      target,
      recordings: first.length,
      speakers: new Set(speakers).size,
      ...meanScores(said.map((values) => scoresOf(given, values))),
      intervals: scoreIntervalsOf(given, said, speakers, { seed: SAMPLES }),
    }
  })
}

/** Scores by corpus, in the order of first occurrence. */
function scoresByCorpus(runs: readonly (readonly Spoken[])[], targets: readonly string[]): CorpusScores[] {
  const names = [...new Set(runs[0].map(({ corpus = '' }) => corpus))]
  return names.map((corpus) => {
    const own = runs.map((run) => run.filter((one) => (one.corpus ?? '') === corpus))
    return { corpus, scores: scoresOfRuns(own, targets) }
  })
}

/** Makes a run of its folds and computes its scores. */
export function dimensionRun(identity: RunIdentity, targets: readonly string[], folds: DimensionFold[]): DimensionRun {
  const judged = [judgedPredictions(folds)]
  const { name, system, seed, protocol, seconds } = identity
  const parts = { scores: scoresOfRuns(judged, targets), corpora: scoresByCorpus(judged, targets) }
  return { ...{ name, system, seed, protocol }, ...parts, folds, seconds }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

/** Groups of equally many recordings by what is said of them, mean over the runs, in ascending order. */
function calibrationOf(runs: readonly (readonly Spoken[])[], k: number): CalibrationGroup[] {
  const pairs = runs[0].map(({ given }, i) => ({ given: given[k], said: mean(runs.map((run) => run[i].said[k])) }))
  const order = [...pairs].sort((a, b) => a.said - b.said)
  const place = (i: number): number => Math.floor((i * GROUPS) / order.length)
  return [
    ...grouped(
      order,
      order.map((_, i) => place(i)),
    ).values(),
  ].map((own) => {
    return {
      recordings: own.length,
      said: mean(own.map(({ said }) => said)),
      given: mean(own.map(({ given }) => given)),
    }
  })
}

function known(value: number): number | null {
  return Number.isNaN(value) ? null : value
}

/** Scores of each speaker, means over the runs, by name. */
function speakersOf(runs: readonly (readonly Spoken[])[], targets: readonly string[]): DimensionSummary['speakers'] {
  const members = positionsBy(runs[0].map(({ speaker }) => speaker))
  return [...members.keys()].sort().map((speaker) => {
    const at = members.get(speaker) as number[]
    const scores = targets.map((_, k) => {
      const own = runs.map((run) => at.map((i) => run[i]))
      const { concordance, correlation, rmse } = meanScores(
        own.map((some) =>
          scoresOf(
            some.map(({ given }) => given[k]),
            some.map(({ said }) => said[k]),
          ),
        ),
      )
      return { concordance: known(concordance), correlation: known(correlation), rmse: known(rmse) }
    })
    return { speaker, n: at.length, scores }
  })
}

/** Summarises each system under each protocol over its seeds, in the order of the runs. */
export function summarizeDimensions(runs: readonly DimensionRun[], targets: readonly string[]): DimensionSummary[] {
  return groupRuns(runs).map(({ name, protocol, runs: group }) => {
    const judged = group.map(({ folds }) => judgedPredictions(folds))
    const scores = scoresOfRuns(judged, targets).map((one, k) => {
      const each = group.map((run) => run.scores[k].concordance)
      const range = { low: Math.min(...each), high: Math.max(...each) }
      return { ...one, range, calibration: calibrationOf(judged, k) }
    })
    const speakers = speakersOf(judged, targets)
    return { name, protocol, seeds: group.length, scores, corpora: scoresByCorpus(judged, targets), speakers }
  })
}

/** Mean, spread and range of the given numbers, each recording once. */
function factsOf([{ folds }]: readonly DimensionRun[], targets: readonly string[]): TargetFacts[] {
  const all = new Map(folds.flatMap(({ predictions }) => predictions.map(({ path, given }) => [path, given] as const)))
  return targets.map((target, k) => {
    const values = Array.from(all.values(), (given) => given[k])
    const middle = mean(values)
    const variance = mean(values.map((value) => (value - middle) * (value - middle)))
    return {
      ...{ target, mean: middle, standardDeviation: Math.sqrt(variance) },
      low: values.reduce((a, b) => Math.min(a, b)),
      high: values.reduce((a, b) => Math.max(a, b)),
    }
  })
}

/** The complete results of a finished experiment with targets. */
export function dimensionResults({
  plan,
  corpus,
  runs,
  run,
}: Pick<DimensionResults, 'plan' | 'corpus' | 'runs' | 'run'>): DimensionResults {
  const { targets = [] } = corpus
  return {
    ...{ format: 'ser-core/dimension-results', version: 1, corpus, plan },
    ...{ targets: factsOf(runs, targets), runs, summary: summarizeDimensions(runs, targets), run },
  }
}
