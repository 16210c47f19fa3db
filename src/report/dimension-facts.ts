/** Facts and texts of both forms of the report on experiments with targets. */
import type { Interval } from '../evaluation/intervals.ts'
import type { DimensionResults, DimensionScores, DimensionSummary } from '../experiments/dimensions.ts'

/** Either kind of results is one of targets by its format. */
export function areDimensions(results: unknown): results is DimensionResults {
  return (results as Partial<DimensionResults> | null)?.format === 'ser-core/dimension-results'
}

/** A score with three decimals; `-` for none. */
export function scoreText(value: number | null, digits = 3): string {
  return value === null || !Number.isFinite(value) ? '-' : value.toFixed(digits)
}

/** A number of the corpus, with four significant digits. */
export function numberText(value: number | null): string {
  return value === null || !Number.isFinite(value) ? '-' : String(Number(value.toPrecision(4)))
}

function within({ low, high }: Interval, text: (value: number) => string): string {
  return `${text(low)} to ${text(high)}`
}

/** Names of the columns of {@link scoreCells}. */
export const scoreColumns: readonly string[] = [
  ...['system', 'protocol', 'target', 'CCC (95 % over speakers)', 'range (seeds)', "Pearson's r (95 %)", 'RMSE (95 %)'],
]

function cellsOf({ concordance, correlation, rmse, intervals }: DimensionScores): [string, string, string] {
  return [
    `${scoreText(concordance)} (${within(intervals.concordance, scoreText)})`,
    `${scoreText(correlation)} (${within(intervals.correlation, scoreText)})`,
    `${numberText(rmse)} (${within(intervals.rmse, numberText)})`,
  ]
}

/** Scores of each system and target. */
export function scoreCells({ summary }: DimensionResults): string[][] {
  return summary.flatMap(({ name, protocol, seeds, scores }) =>
    scores.map((one) => {
      const [ccc, r, rmse] = cellsOf(one)
      const range = seeds > 1 ? `${within(one.range, scoreText)} (${seeds})` : '(1)'
      return [name, protocol, one.target, ccc, range, r, rmse]
    }),
  )
}

/** Names of the columns of {@link corpusScoreCells}. */
export const corpusScoreColumns: readonly string[] = [
  ...['system', 'protocol', 'corpus', 'target', 'recordings of speakers'],
  ...['CCC (95 % over speakers)', "Pearson's r (95 %)", 'RMSE (95 %)'],
]

/** Scores of each corpus, where there are several. */
export function corpusScoreCells({ summary }: DimensionResults): string[][] {
  return summary.flatMap(({ name, protocol, corpora }) =>
    corpora.length < 2
      ? []
      : corpora.flatMap(({ corpus, scores }) =>
          scores.map((one) => {
            return [name, protocol, corpus, one.target, `${one.recordings} of ${one.speakers}`, ...cellsOf(one)]
          }),
        ),
  )
}

/** The best system under each protocol for the mean CCC over the targets. */
export function bestDimensions({ summary }: DimensionResults): DimensionSummary[] {
  const meanOf = ({ scores }: DimensionSummary): number =>
    scores.reduce((sum, { concordance }) => sum + concordance, 0) / scores.length
  return [...new Set(summary.map(({ protocol }) => protocol))].map(
    (protocol) => summary.filter((one) => one.protocol === protocol).sort((a, b) => meanOf(b) - meanOf(a))[0],
  )
}

/** Explanations of scores and figures. */
export const dimensionText: Readonly<Record<'scores' | 'given' | 'calibration' | 'speakers', string>> = {
  scores:
    'CCC is the concordance correlation coefficient (Lin 1989): 1 where every prediction is the given number, 0 where predictions do not ' +
    'vary with it. RMSE is in the unit of the target. Means over the seeds; intervals are percentiles of 1000 bootstrap samples of whole ' +
    'speakers (seeded).',
  given: 'A system that always predicts the mean has CCC 0 and the standard deviation as its RMSE.',
  calibration:
    'Ten groups of equally many recordings by what is predicted: the means of what is predicted and given. On the diagonal a prediction ' +
    'can be taken at its word.',
  speakers: 'CCC over the recordings of each speaker, mean over the seeds.',
}
