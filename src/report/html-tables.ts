/** The tables of the report. */
import type { Comparison, ExperimentResults, SystemSummary } from '../experiments/results.ts'
import { studyOf } from '../experiments/study.ts'
import {
  bestSummaries,
  duration,
  isCombination,
  percentage,
  percentages,
  plural,
  probability,
  protocolsOf,
  readingText,
  splitComparisons,
  trainingTimes,
} from './facts.ts'
import { html, type Markup, type MarkupValue } from './markup.ts'

/** A table whose first `words` columns hold words, the others numbers. */
function table(header: readonly string[], rows: readonly Markup[], words: number): Markup {
  const heads = header.map((name, i) => html`<th scope="col" class="${i < words ? 'word' : ''}">${name}</th>`)
  return html`<div class="scroll"><table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table></div>
`
}

function row(cells: readonly MarkupValue[], words: number, className: string = ''): Markup {
  const body = cells.map((cell, i) => {
    if (i === 0) return html`<th scope="row" class="word">${cell}</th>`
    return html`<td class="${i < words ? 'word' : ''}">${cell}</td>`
  })
  return html`<tr class="${className}">${body}</tr>`
}

function studyCell(results: ExperimentResults, name: string): string {
  const found = studyOf(results, name)
  return found === undefined ? '-' : percentage(found.printed, 2)
}

function rateCells(results: ExperimentResults, one: SystemSummary): string[] {
  return [
    isCombination(results, one.name) ? `${one.name} (combination)` : one.name,
    one.protocol,
    String(one.seeds),
    percentage(one.accuracy.mean),
    one.seeds > 1 ? percentages(one.accuracy) : '-',
    percentages(one.accuracyInterval),
    percentage(one.unweightedRecall.mean),
    ...results.corpus.classes.map((name) => percentage(one.recall[name])),
  ]
}

/** Rates and recalls of all systems, the study's rate behind them where it has one. */
export function ratesTable(results: ExperimentResults): Markup {
  const best = bestSummaries(results)
  const hasStudy = results.summary.some(({ name }) => studyOf(results, name) !== undefined)
  const rows = results.summary.map((one) => {
    const cells = rateCells(results, one)
    return row(hasStudy ? [...cells, studyCell(results, one.name)] : cells, 2, best.includes(one) ? 'best' : '')
  })
  const { classes } = results.corpus
  const header = ['system', 'protocol', 'seeds', 'WAR', 'range', '95 % interval', 'UAR', ...classes]
  return table(hasStudy ? [...header, 'study'] : header, rows, 2)
}

/** The share of each speaker's recordings recognised rightly, by system. */
export function speakersTable(results: ExperimentResults): Markup {
  return html`<details><summary>The numbers</summary>${protocolsOf(results).map((protocol) => {
    const systems = results.summary.filter((one) => one.protocol === protocol)
    const rows = systems[0].speakers.map(({ speaker, n }) => {
      const rates = systems.map(({ speakers }) => speakers.find((one) => one.speaker === speaker)?.accuracy ?? null)
      return row([speaker, n, ...rates.map((rate) => percentage(rate))], 1)
    })
    return html`<h3>${protocol}</h3>${table(['speaker', 'n', ...systems.map(({ name }) => name)], rows, 1)}`
  })}</details>`
}

function comparisonsTable(list: readonly Comparison[]): Markup {
  const rows = list.map(({ first, second, protocol, seed, n, onlyFirst, onlySecond, p }) =>
    row([first, second, protocol, String(seed), n, onlyFirst, onlySecond, probability(p)], 3, p < 0.05 ? 'best' : ''),
  )
  return table(['first', 'second', 'protocol', 'seed', 'n', 'only first', 'only second', 'p'], rows, 3)
}

/** McNemar's tests, those with baselines first; null where there are none. */
export function comparisonsSection(results: ExperimentResults): Markup | null {
  const { systems, baselines } = splitComparisons(results)
  if (systems.length + baselines.length === 0) return null
  const all = baselines.filter(({ seed }) => seed === 'all')
  const bySeed = baselines.filter(({ seed }) => seed !== 'all')
  const folded = (title: string, list: readonly Comparison[]): Markup | null =>
    list.length === 0 ? null : html`<details><summary>${title}</summary>${comparisonsTable(list)}</details>`
  return html`<h2>Comparisons, recording by recording</h2>
<p class="note">${readingText.tests} Bold: p below 0.05.</p>
${all.length === 0 ? null : html`<h3>Against others</h3>${comparisonsTable(all)}`}
${folded(`Seed by seed (${plural(bySeed.length, 'test')})`, bySeed)}
${folded(`One another (${plural(systems.length, 'test')})`, systems)}`
}

/** How long each system trained, by seed. */
export function timesTable(results: ExperimentResults): Markup {
  const rows = trainingTimes(results).flatMap(({ name, protocol, runs }) =>
    runs.map(({ seed, seconds }) => row([name, protocol, String(seed), duration(seconds)], 2)),
  )
  return table(['system', 'protocol', 'seed', 'training, all folds'], rows, 2)
}
