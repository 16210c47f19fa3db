import { fitTable, NO_BREAK } from '../core/text-table.ts'
import { percent, range } from '../evaluation/confusion-table.ts'
import type { CorpusRates } from '../experiments/corpus-rates.ts'

/** Rates of corpora as rows; narrow tables have the interval on a line of its own. */
function corpusRows(corpora: readonly CorpusRates[]): string[][] {
  const rate = (share: number, interval: { low: number; high: number }): string =>
    [percent(share), `(${range(interval)})`].map((part) => part.replaceAll(' ', NO_BREAK)).join(' ')
  return corpora.map(({ corpus, recordings, speakers, ...rates }) => [
    corpus,
    `${recordings} of ${speakers}`,
    rate(rates.accuracy, rates.accuracyInterval),
    rate(rates.unweightedRecall, rates.unweightedRecallInterval),
  ])
}

/** A table of rates by corpus, with the means of several. */
export function corpusTable(corpora: readonly CorpusRates[], width: number): string {
  const head = ['corpus', 'recordings of speakers', 'WAR (95 % over speakers)', 'UAR (95 % over speakers)']
  const mean = (of: 'accuracy' | 'unweightedRecall'): string =>
    percent(corpora.reduce((sum, one) => sum + one[of], 0) / corpora.length).replaceAll(' ', NO_BREAK)
  const last = corpora.length > 1 ? [['mean of corpora', '', mean('accuracy'), mean('unweightedRecall')]] : []
  return fitTable([head, ...corpusRows(corpora), ...last], width).join('\n')
}
