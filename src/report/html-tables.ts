/** The tables of the HTML report. */
import type { Comparison, ExperimentResults, SystemSummary } from '../experiments/results.ts'
import { shownStudyOf, standsBesideStudy } from '../experiments/study.ts'
import {
  bestSummaries,
  type CommonResults,
  corpusRateCells,
  corpusRateColumns,
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
import { groupCells, groupColumns } from './group-cells.ts'
import { html, type Markup, type MarkupValue } from './markup.ts'

/** A named region that scrolls horizontally if its content is too wide, also by keyboard. */
export function scrolling(name: string, content: MarkupValue): Markup {
  return html`<div class="scroll" role="region" aria-label="${name}" tabindex="0">${content}</div>`
}

/** Kind of a column: names break anywhere, words do not break, the rest are right-aligned numbers. */
export type Kind = 'name' | 'word' | ''

/** A table in a region that scrolls; its first column names the rows. */
export function table(
  name: string,
  header: readonly string[],
  rows: readonly Markup[],
  kinds: readonly Kind[] = [],
): Markup {
  const heads = [...header.entries()].map(([i, title]) => {
    const stands = i === 0 || kinds[i - 1] ? 'word' : ''
    return html`<th scope="col" class="${stands}">${title}</th>`
  })
  return html`${scrolling(name, html`<table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`)}
`
}

/** Rates of each corpus; null for results of 0.1.0, which have none. */
export function corporaTable(results: ExperimentResults): Markup | null {
  const rows = corpusRateCells(results)
  const kinds: Kind[] = ['word', 'word', '', '', '']
  return rows.length === 0
    ? null
    : table(
        'Rates of each corpus',
        corpusRateColumns,
        rows.map((cells) => row(cells, kinds)),
        kinds,
      )
}

/** Rates of one system by groups of speakers. */
export function groupsTable({ name, protocol, groups = [], confusion: { classes } }: SystemSummary): Markup {
  const kinds: Kind[] = ['word', '', '', '']
  const rows = groupCells(groups, classes).map((cells) => row(cells, kinds))
  return table(`Rates by groups of speakers, ${name}, ${protocol}`, groupColumns(classes), rows, kinds)
}

/** A row; its first cell is its header. */
export function row(cells: readonly MarkupValue[], kinds: readonly Kind[] = [], className: string = ''): Markup {
  const [name, ...others] = cells
  const body = others.map((cell, i) => html`<td class="${kinds[i] ?? ''}">${cell}</td>`)
  return html`<tr class="${className}"><th scope="row" class="word">${name}</th>${body}</tr>`
}

function studyCell(results: ExperimentResults, name: string): string {
  const found = shownStudyOf(results, name)
  return found === undefined ? '-' : percentage(found.printed, 2)
}

/** Cells of the rates, which come first so that a phone shows them without scrolling. */
function rateCells(results: ExperimentResults, one: SystemSummary): string[] {
  return [
    isCombination(results, one.name) ? `${one.name} (combination)` : one.name,
    one.protocol,
    percentage(one.accuracy.mean),
    percentage(one.unweightedRecall.mean),
    percentages(one.accuracyInterval),
    one.seeds > 1 ? percentages(one.accuracy) : '-',
    String(one.seeds),
    ...results.corpus.classes.map((name) => percentage(one.recall[name])),
  ]
}

/** Rates and recalls of all systems, followed by the study's rate if there is one. */
export function ratesTable(results: ExperimentResults): Markup {
  const best = bestSummaries(results)
  const hasStudy = standsBesideStudy(results)
  const rows = results.summary.map((one) => {
    const cells = rateCells(results, one)
    return row(hasStudy ? [...cells, studyCell(results, one.name)] : cells, ['word'], best.includes(one) ? 'best' : '')
  })
  const { classes } = results.corpus
  const header = ['system', 'protocol', 'WAR', 'UAR', '95 % interval', 'range', 'seeds', ...classes]
  return table('Rates of all systems', hasStudy ? [...header, 'study'] : header, rows, ['word'])
}

/** Accuracy for each speaker, by system. */
export function speakersTable(results: ExperimentResults): Markup {
  return html`<details><summary>The numbers</summary>${protocolsOf(results).map((protocol) => {
    const systems = results.summary.filter((one) => one.protocol === protocol)
    const rows = systems[0].speakers.map(({ speaker, n }) => {
      const rates = systems.map(({ speakers }) => speakers.find((one) => one.speaker === speaker)?.accuracy ?? null)
      return row([speaker, n, ...rates.map((rate) => percentage(rate))])
    })
    const header = ['speaker', 'n', ...systems.map(({ name }) => name)]
    return html`<h3>${protocol}</h3>${table(`Rates by speaker, ${protocol}`, header, rows)}`
  })}</details>`
}

function comparisonsTable(title: string, list: readonly Comparison[]): Markup {
  const kinds: Kind[] = ['name', '', '', '', '', 'word']
  const rows = list.map(({ first, second, protocol, seed, n, onlyFirst, onlySecond, p }) => {
    const cells = [first, second, probability(p), onlyFirst, onlySecond, n, protocol, String(seed)]
    return row(cells, kinds, p < 0.05 ? 'best' : '')
  })
  return table(title, ['first', 'second', 'p', 'only first', 'only second', 'n', 'protocol', 'seed'], rows, kinds)
}

/** McNemar's tests, those with baselines first; null where there are none. */
export function comparisonsSection(results: ExperimentResults): Markup | null {
  const { systems, baselines } = splitComparisons(results)
  if (systems.length + baselines.length === 0) return null
  const all = baselines.filter(({ seed }) => seed === 'all')
  const bySeed = baselines.filter(({ seed }) => seed !== 'all')
  const folded = (title: string, list: readonly Comparison[]): Markup | null =>
    list.length === 0
      ? null
      : html`<details><summary>${title}</summary>${comparisonsTable(`Comparisons: ${title}`, list)}</details>`
  return html`<h2>Comparisons, recording by recording</h2>
<p class="note">${readingText.tests} Bold: p below 0.05.</p>
${all.length === 0 ? null : html`<h3>Against others</h3>${comparisonsTable('Comparisons: against others', all)}`}
${folded(`Seed by seed (${plural(bySeed.length, 'test')})`, bySeed)}
${folded(`One another (${plural(systems.length, 'test')})`, systems)}`
}

/** Training time of each system, by seed. */
export function timesTable(results: CommonResults): Markup {
  const rows = trainingTimes(results).flatMap(({ name, protocol, runs }) =>
    runs.map(({ seed, seconds }) => row([name, protocol, String(seed), duration(seconds)], ['word'])),
  )
  return table('Training times', ['system', 'protocol', 'seed', 'training, all folds'], rows, ['word'])
}
