/** The results as a Markdown page: facts, and how they were obtained. */
import { escapeHtml } from '../core/escape-html.ts'
import { withoutControls } from '../core/text.ts'
import { align } from '../core/text-table.ts'
import { foldsText } from '../experiments/folds.ts'
import type { Protocol } from '../experiments/plan.ts'
import { type Comparison, checkResults, type ExperimentResults, type SystemSummary } from '../experiments/results.ts'
import {
  type StudySystem,
  shownStudyOf,
  showsStudy,
  standsBesideStudy,
  studyAlone,
  studySource,
} from '../experiments/study.ts'
import {
  bestSummaries,
  type CommonResults,
  choiceTexts,
  classCounts,
  clockText,
  combinationTexts,
  commitText,
  corporaText,
  corpusRateCells,
  corpusRateColumns,
  countText,
  duration,
  featuresTexts,
  isCombination,
  percentage,
  percentages,
  plural,
  pretrainingTexts,
  probability,
  protocolsOf,
  protocolText,
  readingText,
  splitComparisons,
  splitText,
  syntheticText,
  trainingTimes,
} from './facts.ts'
import { groupCells, groupColumns, groupDifferences, groupNotes, groupsText } from './group-cells.ts'
import { countPaths, groupProblems, groupText } from './problems.ts'
import { transferAxes } from './transfer-chart.ts'

/** Escapes text for Markdown, also within a table. */
export function plain(text: string): string {
  return text
    .replace(/[\\|`*_~#[\]]/g, '\\$&')
    .replace(/<|&(?=#?\w+;)|^\s*>/g, escapeHtml)
    .replace(/\s+/g, ' ')
    .replace(/^[-+](?= )|(?<=^\d+)[.)](?= )/, '\\$&')
}

/** A table. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

/** Text in a fence long enough that none of its lines closes it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return `${fence}\n${text}\n${fence}`
}

function nameOf(results: ExperimentResults, name: string): string {
  return isCombination(results, name) ? `${plain(name)} (combination)` : plain(name)
}

function printedRate(found: StudySystem): string {
  const [printed, counted] = [percentage(found.printed, 2), percentage(found.accuracy, 2)]
  return printed === counted ? printed : `${printed} (its matrix: ${counted})`
}

function studyRate(results: ExperimentResults, name: string): string {
  const found = shownStudyOf(results, name)
  return found === undefined ? '-' : printedRate(found)
}

/** The source of the study's numbers, and the study's systems without a counterpart in the results. */
function studyPart(results: ExperimentResults): string[] {
  if (!showsStudy(results)) return []
  const source = `The study: ${studySource}; its normalisation was fitted over all speakers.`
  const alone = studyAlone(results)
  if (alone.length === 0) return [source]
  const { classes } = results.corpus
  const rows = alone.map((one) => {
    const recalls = classes.map((name) => {
      const row = one.confusion.classes.indexOf(name)
      return percentage(one.percent[row][row] / 100)
    })
    return [one.title, printedRate(one), percentage(one.unweightedRecall), ...recalls]
  })
  return [
    source,
    'Its systems that no system here stands for:',
    table(['system of the study', 'WAR', 'UAR', ...classes.map(plain)], rows),
  ]
}

function systemRow(results: ExperimentResults, one: SystemSummary): string[] {
  const range = one.seeds > 1 ? percentages(one.accuracy) : '-'
  return [
    nameOf(results, one.name),
    one.protocol,
    percentage(one.accuracy.mean),
    `${range} (${one.seeds})`,
    percentages(one.accuracyInterval),
    percentage(one.unweightedRecall.mean),
    ...results.corpus.classes.map((name) => percentage(one.recall[name])),
    ...(standsBesideStudy(results) ? [studyRate(results, one.name)] : []),
  ]
}

function systemsTable(results: ExperimentResults): string {
  const classes = results.corpus.classes.map(plain)
  const study = standsBesideStudy(results) ? ['WAR of the study'] : []
  const header = ['system', 'protocol', 'WAR', 'range (seeds)', '95 % interval', 'UAR', ...classes, ...study]
  return table(
    header,
    results.summary.map((one) => systemRow(results, one)),
  )
}

function speakersTable({ summary }: ExperimentResults, protocol: Protocol): string {
  const systems = summary.filter((one) => one.protocol === protocol)
  const rows = systems[0].speakers.map(({ speaker, n }) => [
    plain(speaker),
    String(n),
    ...systems.map(({ speakers }) => percentage(speakers.find((one) => one.speaker === speaker)?.accuracy ?? null)),
  ])
  return table(['speaker', 'n', ...systems.map(({ name }) => plain(name))], rows)
}

function comparisonRow({ protocol, first, second, seed, n, onlyFirst, onlySecond, p }: Comparison): string[] {
  const counts = [n, onlyFirst, onlySecond].map(String)
  return [plain(first), plain(second), protocol, plain(String(seed)), ...counts, probability(p)]
}

function comparisons(results: ExperimentResults): string[] {
  const { systems, baselines } = splitComparisons(results)
  const header = ['first', 'second', 'protocol', 'seed', 'n', 'only first right', 'only second right', 'p']
  const part = (title: string, list: Comparison[]): string[] =>
    list.length === 0 ? [] : [`### ${title}`, table(header, list.map(comparisonRow))]
  const parts = [...part('Against others', baselines), ...part('One another', systems)]
  return parts.length === 0 ? [] : ['## Comparisons, recording by recording', readingText.tests, ...parts]
}

/** Confusion matrix, rows true, columns predicted: mean counts with row percentages. */
function confusionBlock({ confusion: { classes, counts } }: SystemSummary): string {
  const rows = classes.map((name, i) => {
    const n = counts[i].reduce((sum, count) => sum + count, 0)
    const cells = counts[i].map((count) => `${countText(count)} ${percentage(count / n).padStart(5)} %`)
    return [name, ...cells, countText(n)]
  })
  return fenced(align([['true \\ said', ...classes, 'n'], ...rows]).join('\n'))
}

function confusions(results: ExperimentResults): string[] {
  const blocks = bestSummaries(results).flatMap((one) => [
    `${nameOf(results, one.name)}, ${one.protocol}, ${one.seeds > 1 ? `mean of ${one.seeds} seeds` : 'one seed'}:`,
    confusionBlock(one),
  ])
  return ['## Confusion matrices of the best', 'Rows true, columns said.', ...blocks]
}

function timesTable(results: CommonResults): string {
  const rows = trainingTimes(results).flatMap(({ name, protocol, runs }) =>
    runs.map(({ seed, seconds }) => [plain(name), protocol, plain(String(seed)), duration(seconds)]),
  )
  return table(['system', 'protocol', 'seed', 'training, all folds'], rows)
}

/** The command, versions and times. */
export function reproduction(results: CommonResults): string[] {
  const { command, versions, kernels, started, finished } = results.run
  const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const facts = [
    `- Seeds: ${results.plan.seeds.map((seed) => plain(String(seed))).join(', ')}`,
    `- Commit: ${plain(commitText(results))}`,
    `- Versions: ${plain(used.join(', '))}; kernels ${/^\w+$/.test(kernels) ? `\`${kernels}\`` : plain(kernels)}`,
    `- Run: ${plain(started)} to ${plain(finished)}, ${clockText(results)}`,
  ]
  return ['## To repeat it', fenced(command), facts.join('\n'), timesTable(results)]
}

function introduction(results: ExperimentResults): string[] {
  const { name, classes, utterances, speakers, problems, warnings } = results.corpus
  const title = `# ${plain(name)}, ${plural(classes.length, 'class')}: ${plain(foldsText(results.plan.folds))}`.replace(
    'classs',
    'classes',
  )
  const size = `${plural(utterances, 'recording')} of ${plural(speakers.length, 'speaker')} (${classCounts(results)})`
  const leftOut = problems.length === 0 ? '' : ` Left out: ${plural(problems.length, 'recording')}.`
  const odd = warnings.length === 0 ? '' : ` Something is odd about ${countPaths(warnings)} of them.`
  const synthetic = name === 'synthetic' ? [syntheticText] : []
  return [title, `${plain(size)}.${odd} ${plain(splitText(results))}${leftOut}`, ...synthetic]
}

/** Rates of each corpus, and by training set and corpus. */
function corpora(results: ExperimentResults): string[] {
  const rows = corpusRateCells(results)
  if (rows.length === 0) return []
  const matrices = results.summary.flatMap((one) => {
    if (one.transfer === undefined) return []
    const { trainings, corpora: columns } = transferAxes(one.transfer)
    const cells = trainings.map((training) => [
      plain(training),
      ...columns.map((corpus) => {
        const cell = one.transfer?.find((other) => other.training === training && other.corpus === corpus)
        return percentage(cell?.unweightedRecall ?? null)
      }),
    ])
    return [
      `${nameOf(results, one.name)}, ${one.protocol}: UAR, trained on (rows), tested on (columns)`,
      table(['', ...columns.map(plain)], cells),
    ]
  })
  const escaped = rows.map((row) => row.map(plain))
  return ['## Corpora', `Percent. ${corporaText}`, table(corpusRateColumns, escaped), ...matrices]
}

/** Rates by groups of speakers of the best systems. */
function groups(results: ExperimentResults): string[] {
  const parts = bestSummaries(results).flatMap((one) => {
    if (one.groups === undefined) return []
    const { classes } = results.corpus
    return [
      `${nameOf(results, one.name)}, ${one.protocol}:`,
      table(
        groupColumns(classes).map(plain),
        groupCells(one.groups, classes).map((cells) => cells.map(plain)),
      ),
      ...listOf('Differences:', groupDifferences(one.groups)),
      ...groupNotes(one.groups).map(plain),
    ]
  })
  return parts.length === 0 ? [] : ['## Groups of speakers', `Percent. ${groupsText}`, ...parts]
}

/** Problems of recordings, one line for each kind; the HTML report lists each recording. */
export function recordings(results: CommonResults): string[] {
  const { problems, warnings } = results.corpus
  const texts = (list: typeof problems) => groupProblems(list).map((group) => groupText(group, results))
  return [
    ...listOf('Recordings left out:', texts(problems)),
    ...listOf('Odd recordings that were used:', texts(warnings)),
  ]
}

/** A list below a title; none without texts. */
export function listOf(title: string, texts: readonly string[]): string[] {
  return texts.length === 0 ? [] : [title, texts.map((text) => `- ${plain(text)}`).join('\n')]
}

/**
 * The results of an experiment as a page: rates, speakers, tests, confusion matrices, and the command that repeats it.
 */
export function resultsMarkdown(results: ExperimentResults): string {
  checkResults('resultsMarkdown', results)
  const protocols = protocolsOf(results)
  const parts = [
    ...introduction(results),
    '## Rates',
    `Percent. ${readingText.rates}`,
    systemsTable(results),
    ...listOf('Combinations:', combinationTexts(results)),
    ...listOf(readingText.features, featuresTexts(results).map(plain)),
    ...listOf(readingText.pretraining, pretrainingTexts(results)),
    ...listOf(readingText.choices, choiceTexts(results)),
    ...studyPart(results),
    ...corpora(results),
    ...groups(results),
    '## Protocols',
    protocols.map((protocol) => `- **${protocol}**: ${protocolText[protocol]}.`).join('\n'),
    '## Speakers',
    'Percent of the recordings recognised rightly, mean over the seeds.',
    ...protocols.flatMap((protocol) => [`### ${protocol}`, speakersTable(results, protocol)]),
    ...comparisons(results),
    ...confusions(results),
    ...reproduction(results),
    ...recordings(results),
  ]
  return withoutControls(`${parts.join('\n\n')}\n`)
}
