/** Rates by training set and test corpus as a heat map. */
import type { TransferCell } from '../experiments/corpus-rates.ts'
import type { SystemSummary } from '../experiments/results.ts'
import { nameLabels } from './axis-labels.ts'
import { type Chart, type ChartPart, chart, rounded } from './chart.ts'
import { percentage, percentages } from './facts.ts'
import { heatCells, heatText } from './heat.ts'

const CELL = 62
const LINE = 16
/** Longest name of a corpus, in letters, that fits the width of a cell. */
const LONG_NAME = 9

/** Training sets and corpora of cells, in their order: sets of other corpora last. */
export function transferAxes(cells: readonly TransferCell[]): { trainings: string[]; corpora: string[] } {
  const corpora = [...new Set(cells.map(({ corpus }) => corpus))]
  const all = [...new Set(cells.map(({ training }) => training))]
  const isCorpus = (name: string): boolean => corpora.includes(name)
  return { trainings: [...all.filter(isCorpus), ...all.filter((name) => !isCorpus(name))], corpora }
}

/** The greater part of the shades is for rates above chance. */
function domainOf(classes: number): [number, number] {
  return [rounded(1 / classes), 1]
}

/**
 * Unweighted recall by training set (rows) and test corpus (columns), shaded from chance to 1; in each cell the rate and
 * its interval over speakers, percent. Null without several corpora.
 */
export function transferSpec({ name, protocol, seeds, transfer, confusion }: SystemSummary): Chart | null {
  if (transfer === undefined || transfer.length === 0) return null
  const { trainings, corpora } = transferAxes(transfer)
  const values: ChartPart[] = transfer.map(({ training, corpus, unweightedRecall, unweightedRecallInterval }) => {
    // JSON has null for the rate of nothing, which stays without a shade.
    const share = Number.isFinite(unweightedRecall) ? rounded(unweightedRecall) : null
    return { training, corpus, share, percent: percentage(share), interval: percentages(unweightedRecallInterval) }
  })
  const told = transfer.map((one) => `trained on ${one.training}, ${one.corpus} ${percentage(one.unweightedRecall)}`)
  const axis = { domain: false, ticks: false, grid: false, labelFontSize: 11, labelOverlap: false }
  const heat: [string, [number, number]] = ['share', domainOf(confusion.classes.length)]
  const mean = seeds > 1 ? `, mean of ${seeds} seeds` : ''
  const labelAngle = corpora.some((one) => one.length > LONG_NAME) ? -40 : 0
  return chart(`Unweighted recall of ${name}, ${protocol}, percent: ${told.join('; ')}.`, {
    title: { text: name, subtitle: [`${protocol}${mean}: UAR in percent, 95 % over speakers`] },
    data: { values },
    width: { step: CELL },
    height: { step: CELL },
    encoding: {
      x: {
        field: 'corpus',
        type: 'nominal',
        sort: corpora,
        title: 'tested on',
        axis: { ...axis, ...nameLabels(corpora, LINE, 'above'), labelAngle, orient: 'top' },
      },
      y: {
        field: 'training',
        type: 'nominal',
        sort: trainings,
        title: 'trained on',
        axis: { ...axis, ...nameLabels(trainings, LINE) },
      },
    },
    layer: [
      heatCells(...heat, 2),
      heatText('percent', { fontSize: 14, dy: -6 }, ...heat),
      heatText('interval', { fontSize: 9, dy: 11 }, ...heat),
    ],
  })
}
