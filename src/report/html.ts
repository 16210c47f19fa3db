/** The report as one self-contained HTML page without scripts. */
import { checkObject } from '../core/check.ts'
import { foldsText } from '../experiments/folds.ts'
import { checkResults, type ExperimentResults, type SystemSummary } from '../experiments/results.ts'
import {
  type StudySystem,
  shownStudyOf,
  showsStudy,
  standsBesideStudy,
  studyAlone,
  studySource,
} from '../experiments/study.ts'
import type { Chart } from './chart.ts'
import { confusionSpec } from './confusion-chart.ts'
import { foldCurvesSpec, shownRuns } from './curves-chart.ts'
import {
  bestSummaries,
  type CommonResults,
  choiceTexts,
  classCounts,
  clockText,
  combinationTexts,
  commitText,
  corporaText,
  featuresTexts,
  isCombination,
  percentage,
  percentages,
  plural,
  pretrainingTexts,
  protocolsOf,
  protocolText,
  readingText,
  splitText,
  syntheticText,
} from './facts.ts'
import { groupDifferences, groupNotes, groupsText } from './group-cells.ts'
import { groupsSpec } from './groups-chart.ts'
import {
  comparisonsSection,
  corporaTable,
  groupsTable,
  ratesTable,
  scrolling,
  speakersTable,
  timesTable,
} from './html-tables.ts'
import { html, Markup, type MarkupValue } from './markup.ts'
import { pageOf } from './page.ts'
import { countPaths, groupProblems, groupText } from './problems.ts'
import { ratesSpec, systemsByRate } from './rates-chart.ts'
import { renderSvg } from './render.ts'
import { speakersSpec } from './speakers-chart.ts'
import { transferSpec } from './transfer-chart.ts'
import { chooseUtterance, type UtterancePanel, utteranceSpec } from './utterance.ts'

/** Options of {@link reportHtml}. */
export interface ReportOptions {
  /** Data of the utterance that {@link chooseUtterance} selects; leave out if its audio is not available. */
  utterance?: UtterancePanel
}

/** Widths of plots on narrow screens, pixels: with their margins they fit a phone. */
const PHONE = { rates: 330, speakers: 250, groups: 190 } as const

/** Most problems of one kind to show; more are collapsed. */
const SHOWN_PROBLEMS = 5

/** Draws charts, each with ids of its own. */
export class Gallery {
  private drawn = 0

  async drawing(spec: Chart): Promise<Markup> {
    return new Markup(await renderSvg(spec, { idPrefix: `c${++this.drawn}-` }))
  }

  async figure(spec: Chart): Promise<Markup> {
    return html`<figure>${await this.drawing(spec)}</figure>
`
  }

  /** A chart in two widths; the page shows the one that fits. */
  async pair(wide: Chart, narrow: Chart, caption: MarkupValue = null): Promise<Markup> {
    const drawings = html`<div class="wide">${await this.drawing(wide)}</div><div class="narrow">${await this.drawing(narrow)}</div>`
    return html`<figure>${drawings}${caption === null ? null : html`<figcaption>${caption}</figcaption>`}</figure>
`
  }

  async figures(specs: readonly Chart[]): Promise<Markup> {
    const drawn: Markup[] = []
    for (const spec of specs) drawn.push(await this.figure(spec))
    return html`<div class="drawings">${drawn}</div>`
  }
}

function header(results: ExperimentResults): Markup {
  const { name, classes, utterances, speakers, problems, warnings } = results.corpus
  const best = bestSummaries(results).map(
    (one) =>
      html`<li><b>${one.name}</b>${isCombination(results, one.name) ? ' (combination)' : ''}, ${one.protocol}: WAR
      ${percentage(one.accuracy.mean)} % (interval ${percentages(one.accuracyInterval)}), UAR
      ${percentage(one.unweightedRecall.mean)} %, ${plural(one.seeds, 'seed')}</li>`,
  )
  const leftOut = problems.length === 0 ? null : html` Left out: ${plural(problems.length, 'recording')}.`
  const odd = warnings.length === 0 ? null : html` Something is odd about ${String(countPaths(warnings))} of them.`
  return html`<h1>Emotions in speech: ${name}</h1>
<p class="lead">${plural(utterances, 'recording')} of ${plural(speakers.length, 'speaker')},
${plural(classes.length, 'class', 'classes')} (${classCounts(results)}), ${foldsText(results.plan.folds)}.${odd}${leftOut}</p>
${name === 'synthetic' ? html`<p><b>${syntheticText}</b></p>` : null}
<p class="keep">The best under each protocol:</p><ul>${best}</ul>`
}

async function rates(results: ExperimentResults, gallery: Gallery): Promise<Markup> {
  const hasStudy = standsBesideStudy(results)
  const tick = hasStudy ? " Orange tick: the study's printed rate." : ''
  const caption = `Dot: mean over the seeds. Thick bar: their range. Line: Wilson's 95 % interval of the mean.${tick}`
  const combinations = combinationTexts(results)
  const choices = choiceTexts(results)
  const before = pretrainingTexts(results)
  const features = featuresTexts(results)
  return html`<h2>Rates</h2>
${await gallery.pair(ratesSpec(results), ratesSpec(results, { width: PHONE.rates }), caption)}
${ratesTable(results)}
<p class="note">Percent. ${readingText.rates}</p>
${combinations.map((text) => html`<p class="note">Combination ${text}.</p>`)}
${features.length > 0 ? html`<p class="note">${readingText.features} ${features.join('; ')}.</p>` : null}
${before.length > 0 ? html`<p class="note">${readingText.pretraining} ${before.join('; ')}.</p>` : null}
${choices.length > 0 ? html`<p class="note">${readingText.choices} ${choices.join('; ')}.</p>` : null}
${showsStudy(results) ? html`<p class="note">The study: ${studySource}; its normalisation was fitted over all speakers.</p>` : null}`
}

/** Rates of each corpus, and heat maps by training set and corpus. */
async function corpora(results: ExperimentResults, gallery: Gallery): Promise<Markup | null> {
  const rows = corporaTable(results)
  const maps = results.summary.flatMap((one) => transferSpec(one) ?? [])
  if (rows === null) return null
  return html`<h2>Corpora</h2>${rows}<p class="note">Percent. ${corporaText}</p>
${maps.length === 0 ? null : html`<h3>Trained on one, tested on another</h3>${await gallery.figures(maps)}`}`
}

/** Rates by groups of speakers of the best systems. */
async function groups(results: ExperimentResults, gallery: Gallery): Promise<Markup | null> {
  const parts: Markup[] = []
  for (const one of bestSummaries(results)) {
    if (one.groups === undefined) continue
    const title = `${one.name}, ${one.protocol}: UAR, percent`
    const drawn = await gallery.pair(
      groupsSpec(one.groups, { title }),
      groupsSpec(one.groups, { title, width: PHONE.groups }),
    )
    const differences = groupDifferences(one.groups).map((text) => html`<li>${text}</li>`)
    parts.push(html`${drawn}${groupsTable(one)}
${differences.length === 0 ? null : html`<ul>${differences}</ul>`}
${groupNotes(one.groups).map((text) => html`<p class="note">${text}</p>`)}`)
  }
  if (parts.length === 0) return null
  return html`<h2>Groups of speakers</h2><p class="note">Percent. ${groupsText} Hollow dot: a small group.</p>${parts}`
}

function rateTexts(accuracy: number, unweightedRecall: number): string {
  return `WAR ${percentage(accuracy)}, UAR ${percentage(unweightedRecall)}`
}

function ownSpec(one: SystemSummary): Chart {
  const seeds = one.seeds > 1 ? `, mean of ${one.seeds} seeds` : ''
  const subtitle = [`${one.protocol}${seeds}`, rateTexts(one.accuracy.mean, one.unweightedRecall.mean)]
  return confusionSpec(one.confusion, { title: one.name, subtitle })
}

function studySpec({ title, confusion, printed, accuracy, unweightedRecall }: StudySystem): Chart {
  const [rate, said] = [percentage(accuracy, 2), percentage(printed, 2)]
  const subtitle = [
    rate === said ? 'as printed' : `by its counts; printed: WAR ${said}`,
    rateTexts(accuracy, unweightedRecall),
  ]
  return confusionSpec(confusion, { title: `The study: ${title}`, subtitle })
}

/**
 * Confusion matrices: systems beside their counterparts in the study, other systems, then the study's other systems.
 */
async function confusions(results: ExperimentResults, gallery: Gallery): Promise<Markup> {
  const names = systemsByRate(results)
  const own = (name: string): Chart[] => results.summary.filter((one) => one.name === name).map(ownSpec)
  const pairs: Markup[] = []
  for (const name of names) {
    const found = shownStudyOf(results, name)
    if (found) pairs.push(await gallery.figures([...own(name), studySpec(found)]))
  }
  const others = names.filter((name) => shownStudyOf(results, name) === undefined).flatMap(own)
  const rest = studyAlone(results)
  return html`<h2>Confusion matrices</h2>
<p class="note keep">Rows true, columns said. In each cell the percentage of the row, and the number of recordings.</p>
${pairs.length === 0 ? null : html`<h3>Beside the study</h3>${pairs}<h3>The others</h3>`}
${await gallery.figures(others)}
${rest.length === 0 ? null : html`<h3>The study alone</h3>${await gallery.figures(rest.map(studySpec))}`}`
}

/** Training curves of each system as separate charts, so that they wrap with the width of the page. */
async function training(results: ExperimentResults, gallery: Gallery): Promise<Markup | null> {
  const runs = shownRuns(results)
  if (runs.length === 0) return null
  const what = `Training loss by epoch, a line for each fold (seed ${runs[0].seed}, ${runs[0].protocol}).`
  return html`<h2>Training</h2><p class="note keep">${what}</p>${await gallery.figures(runs.map(foldCurvesSpec))}`
}

async function speakers(results: ExperimentResults, gallery: Gallery): Promise<Markup> {
  const drawn = await gallery.pair(speakersSpec(results), speakersSpec(results, { width: PHONE.speakers }))
  return html`<h2>Speakers</h2>${drawn}${speakersTable(results)}`
}

async function utteranceSection(
  results: ExperimentResults,
  panel: UtterancePanel | undefined,
  gallery: Gallery,
): Promise<Markup | null> {
  const shown = chooseUtterance(results)
  if (shown === null) return null
  const { run, fold, timeline } = shown
  if (panel === undefined) {
    return html`<h2>An utterance</h2><p class="note">Not drawn: the audio of ${timeline.path} was not at hand.
      <code>ser report FOLDER --data PATH</code> draws it.</p>`
  }
  const prediction = fold.predictions.find(({ path }) => path === timeline.path)
  const answer = prediction
    ? ` Its class is ${prediction.label}; asked of the whole, the answer was ${prediction.said}.`
    : ''
  const caption =
    `${timeline.path}, of speaker ${prediction?.speaker ?? fold.speaker}, whom the system (${run.name}, ${run.protocol}, seed ${run.seed}) never heard ` +
    `in training.${answer} A point of the lines is the answer to the second of speech around it.`
  const drawing = scrolling('Chart of an utterance', await gallery.drawing(utteranceSpec(panel)))
  return html`<h2>An utterance</h2><figure class="utterance">${drawing}<figcaption>${caption}</figcaption></figure>`
}

/** The protocols and the split. */
export function protocols(results: CommonResults): Markup {
  const items = protocolsOf(results).map((protocol) => html`<dt>${protocol}</dt><dd>${protocolText[protocol]}</dd>`)
  return html`<h2>Protocol</h2><p>${splitText(results)}</p><dl>${items}</dl>`
}

/** Recordings and their problems; many of one kind are collapsed. */
function problemList(
  title: string,
  problems: ExperimentResults['corpus']['problems'],
  results: CommonResults,
): Markup | null {
  if (problems.length === 0) return null
  const parts = groupProblems(problems).map((group) => {
    const items = group.problems.map(({ path, reason }) => html`<li>${path}: ${reason}</li>`)
    if (items.length <= SHOWN_PROBLEMS) return items
    return html`<li><details><summary>${groupText(group, results)}</summary><ul>${items}</ul></details></li>`
  })
  return html`<h3>${title}</h3><ul>${parts}</ul>`
}

/** The command, versions, times and problems. */
export function reproduction(results: CommonResults): Markup {
  const { command, versions, kernels, started, finished } = results.run
  const used = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  const facts: [string, string][] = [
    ['seeds', results.plan.seeds.join(', ')],
    ['commit', commitText(results)],
    ['versions', used.join(', ')],
    ['kernels', kernels],
    ['run', `${started} to ${finished}, ${clockText(results)}`],
  ]
  return html`<h2>To repeat it</h2><pre>${command}</pre>
<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>
${problemList('Recordings left out', results.corpus.problems, results)}
${problemList('Odd recordings that were used', results.corpus.warnings, results)}
<details><summary>Training times</summary>${timesTable(results)}</details>`
}

/**
 * The report of an experiment as one self-contained HTML page without scripts: rates with intervals, confusion matrices
 * beside the study's, training curves, an utterance, speakers, tests, protocol, and the command that repeats it.
 *
 * @throws StateError where the optional packages `vega` and `vega-lite` are not installed
 */
export async function reportHtml(results: ExperimentResults, options: ReportOptions = {}): Promise<string> {
  checkResults('reportHtml', results)
  const { utterance } = checkObject<ReportOptions>('reportHtml', 'options', options)
  const gallery = new Gallery()
  const body = [
    header(results),
    await rates(results, gallery),
    await corpora(results, gallery),
    await groups(results, gallery),
    await confusions(results, gallery),
    await training(results, gallery),
    await utteranceSection(results, utterance, gallery),
    await speakers(results, gallery),
    comparisonsSection(results),
    protocols(results),
    reproduction(results),
  ]
  return pageOf(`Emotions in speech: ${results.corpus.name}`, body)
}
