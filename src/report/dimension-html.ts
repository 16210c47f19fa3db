/** The report of an experiment with targets as one self-contained HTML page without scripts. */
import type { DimensionResults } from '../experiments/dimensions.ts'
import { foldsText } from '../experiments/folds.ts'
import { scatterSpec, speakerScoresSpec } from './dimension-charts.ts'
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
import { choiceTexts, plural, protocolsOf, readingText, syntheticText } from './facts.ts'
import { Gallery, protocols, reproduction } from './html.ts'
import { type Kind, row, table } from './html-tables.ts'
import { html, type Markup } from './markup.ts'
import { pageOf } from './page.ts'
import { countPaths } from './problems.ts'

const words: Kind[] = ['word', 'word']

function header(results: DimensionResults): Markup {
  const { corpus, plan, targets } = results
  const { name, utterances, speakers, problems, warnings } = corpus
  const best = bestDimensions(results).flatMap(({ name: system, protocol, scores }) =>
    scores.map(({ target, concordance, intervals }) => {
      const { low, high } = intervals.concordance
      return html`<li><b>${target}</b>: CCC ${scoreText(concordance)} (interval ${scoreText(low)} to ${scoreText(high)}),
      ${system}, ${protocol}</li>`
    }),
  )
  const leftOut = problems.length === 0 ? null : html` Left out: ${plural(problems.length, 'recording')}.`
  const odd = warnings.length === 0 ? null : html` Something is odd about ${String(countPaths(warnings))} of them.`
  const rows = targets.map(({ target, mean, standardDeviation, low, high }) =>
    row([target, ...[mean, standardDeviation, low, high].map(numberText)]),
  )
  return html`<h1>Emotions in speech: ${name}</h1>
<p class="lead">${plural(utterances, 'recording')} of ${plural(speakers.length, 'speaker')}, ${foldsText(plan.folds)}.${odd}${leftOut}</p>
${name === 'synthetic' ? html`<p><b>${syntheticText}</b></p>` : null}
<p class="keep">The best under each protocol:</p><ul>${best}</ul>
<h2>Targets</h2><p class="note">As the corpus gives them. ${dimensionText.given}</p>
${table('Targets', ['target', 'mean', 'standard deviation', 'least', 'greatest'], rows)}`
}

function scores(results: DimensionResults): Markup {
  const rows = scoreCells(results).map((cells) => row(cells, words))
  const chosen = choiceTexts(results).map((text) => html`<li>${text}</li>`)
  const corpora = corpusScoreCells(results).map((cells) => row(cells, [...words, 'word']))
  return html`<h2>Scores</h2><p class="note">${dimensionText.scores}</p>${table('Scores', scoreColumns, rows, words)}
${chosen.length === 0 ? null : html`<p class="note keep">${readingText.choices}</p><ul>${chosen}</ul>`}
${corpora.length === 0 ? null : html`<h2>Corpora</h2>${table('Scores of each corpus', corpusScoreColumns, corpora, [...words, 'word'])}`}`
}

async function scatters(results: DimensionResults, gallery: Gallery): Promise<Markup> {
  const specs = results.summary.flatMap((one) => one.scores.map((_, k) => scatterSpec(results, one, k)))
  return html`<h2>Predicted against given</h2><p class="note keep">A point for each recording. ${dimensionText.calibration}</p>
${await gallery.figures(specs)}`
}

function speakersTable({ summary, targets }: DimensionResults, protocol: string): Markup {
  const systems = summary.filter((one) => one.protocol === protocol)
  const rows = systems[0].speakers.map(({ speaker, n }) => {
    const cells = systems.flatMap(({ speakers }) => {
      const own = speakers.find((one) => one.speaker === speaker)
      return targets.map((_, k) => scoreText(own?.scores[k].concordance ?? null))
    })
    return row([speaker, String(n), ...cells])
  })
  const columns = systems.flatMap(({ name }) => targets.map(({ target }) => `${name}: ${target}`))
  return html`<h3>${protocol}</h3>${table(`CCC by speaker, ${protocol}`, ['speaker', 'n', ...columns], rows)}`
}

async function speakers(results: DimensionResults, gallery: Gallery): Promise<Markup> {
  const drawn = await gallery.figures(results.targets.map((_, k) => speakerScoresSpec(results, k)))
  const tables = protocolsOf(results).map((protocol) => speakersTable(results, protocol))
  return html`<h2>Speakers</h2><p class="note keep">${dimensionText.speakers}</p>${drawn}
<details><summary>The numbers</summary>${tables}</details>`
}

/**
 * The report of an experiment with targets: scores with intervals, predicted against given numbers, calibration, speakers, protocol, and
 * the command that repeats it.
 *
 * @throws StateError where the optional packages `vega` and `vega-lite` are not installed
 */
export async function dimensionHtml(results: DimensionResults): Promise<string> {
  const gallery = new Gallery()
  return pageOf(`Emotions in speech: ${results.corpus.name}`, [
    header(results),
    scores(results),
    await scatters(results, gallery),
    await speakers(results, gallery),
    protocols(results),
    reproduction(results),
  ])
}
