/** The results of an experiment with targets as a Markdown page. */
import { withoutControls } from '../core/text.ts'
import type { DimensionResults } from '../experiments/dimensions.ts'
import { foldsText } from '../experiments/folds.ts'
import type { Protocol } from '../experiments/plan.ts'
import {
  bestDimensions,
  corpusScoreCells,
  corpusScoreColumns,
  dimensionText,
  numberText,
  scoreCells,
  scoreColumns,
  scoreText,
} from './dimension-facts.ts'
import { choiceTexts, plural, protocolsOf, protocolText, readingText, splitText, syntheticText } from './facts.ts'
import { listOf, plain, recordings, reproduction, table } from './markdown.ts'
import { countPaths } from './problems.ts'

function cells(rows: readonly (readonly string[])[]): string[][] {
  return rows.map((row) => row.map(plain))
}

function introduction({ corpus, plan, targets }: DimensionResults): string[] {
  const { name, utterances, speakers, problems, warnings } = corpus
  const title = `# ${plain(name)}, ${plural(targets.length, 'target')}: ${plain(foldsText(plan.folds))}`
  const size = `${plural(utterances, 'recording')} of ${plural(speakers.length, 'speaker')}`
  const leftOut = problems.length === 0 ? '' : ` Left out: ${plural(problems.length, 'recording')}.`
  const odd = warnings.length === 0 ? '' : ` Something is odd about ${countPaths(warnings)} of them.`
  const rows = targets.map(({ target, mean, standardDeviation, low, high }) => [
    plain(target),
    ...[mean, standardDeviation, low, high].map(numberText),
  ])
  return [
    title,
    `${size}.${odd} ${plain(splitText({ plan }))}${leftOut}`,
    ...(name === 'synthetic' ? [syntheticText] : []),
    '## Targets',
    `As the corpus gives them. ${dimensionText.given}`,
    table(['target', 'mean', 'standard deviation', 'least', 'greatest'], rows),
  ]
}

function calibrations(results: DimensionResults): string[] {
  const blocks = bestDimensions(results).flatMap(({ name, protocol, scores }) =>
    scores.flatMap(({ target, calibration }) => [
      `${plain(target)}: ${plain(name)}, ${protocol}`,
      table(
        ['recordings', 'predicted', 'given'],
        calibration.map(({ recordings: n, said, given }) => [String(n), numberText(said), numberText(given)]),
      ),
    ]),
  )
  return ['## Calibration of the best', dimensionText.calibration, ...blocks]
}

function speakersTable({ summary, targets }: DimensionResults, protocol: Protocol): string {
  const systems = summary.filter((one) => one.protocol === protocol)
  const columns = systems.flatMap(({ name }) => targets.map(({ target }) => `${name}: ${target}`))
  const rows = systems[0].speakers.map(({ speaker, n }) => [
    plain(speaker),
    String(n),
    ...systems.flatMap(({ speakers }) => {
      const own = speakers.find((one) => one.speaker === speaker)
      return targets.map((_, k) => scoreText(own?.scores[k].concordance ?? null))
    }),
  ])
  return table(['speaker', 'n', ...columns.map(plain)], rows)
}

/** The results of an experiment with targets as a page: scores, calibration, speakers, and the command that repeats it. */
export function dimensionMarkdown(results: DimensionResults): string {
  const protocols = protocolsOf(results)
  const corpora = corpusScoreCells(results)
  const parts = [
    ...introduction(results),
    '## Scores',
    dimensionText.scores,
    table(scoreColumns, cells(scoreCells(results))),
    ...listOf(readingText.choices, choiceTexts(results)),
    ...(corpora.length === 0 ? [] : ['## Corpora', table(corpusScoreColumns, cells(corpora))]),
    ...calibrations(results),
    '## Protocols',
    protocols.map((protocol) => `- **${protocol}**: ${protocolText[protocol]}.`).join('\n'),
    '## Speakers',
    dimensionText.speakers,
    ...protocols.flatMap((protocol) => [`### ${protocol}`, speakersTable(results, protocol)]),
    ...reproduction(results),
    ...recordings(results),
  ]
  return withoutControls(`${parts.join('\n\n')}\n`)
}
