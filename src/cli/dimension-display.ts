/** Results of experiments with targets as text for a terminal. */
import { fitTable } from '../core/text-table.ts'
import type { DimensionResults, DimensionRun } from '../experiments/dimensions.ts'
import { corpusScoreCells, corpusScoreColumns, scoreCells, scoreColumns, scoreText } from '../report/dimension-facts.ts'

/** `arousal CCC 0.512`, of each target. */
export function scoresText(targets: readonly string[], concordance: readonly (number | null)[]): string {
  return targets.map((target, k) => `${target} CCC ${scoreText(concordance[k])}`).join(', ')
}

/** The line of a finished run. */
export function dimensionRunText({ name, protocol, seed, scores }: DimensionRun): string {
  const text = scoresText(
    scores.map(({ target }) => target),
    scores.map(({ concordance }) => concordance),
  )
  return `run       ${name}, ${protocol}, seed ${seed}: ${text}`
}

/** Scores of each system and target, and of each corpus where there are several, as text of `width` columns. */
export function dimensionsText(results: DimensionResults, width: number): string {
  const corpora = corpusScoreCells(results)
  return [
    ...fitTable([[...scoreColumns], ...scoreCells(results)], width),
    ...(corpora.length === 0 ? [] : ['', ...fitTable([[...corpusScoreColumns], ...corpora], width)]),
  ].join('\n')
}
