/** Reports of experiments on disk. */

import { join } from 'node:path'
import { toMono } from '../audio/mono.ts'
import { checkOptions } from '../core/check.ts'
import { describe, FormatError, messageOf } from '../core/errors.ts'
import { isErrorNamed } from '../core/realm.ts'
import { checkDimensionFile, checkDimensionResults } from '../experiments/dimension-form.ts'
import type { DimensionResults } from '../experiments/dimensions.ts'
import { checkResults, type ExperimentResults } from '../experiments/results.ts'
import { checkResultsFile } from '../experiments/results-form.ts'
import { areDimensions } from '../report/dimension-facts.ts'
import { dimensionHtml } from '../report/dimension-html.ts'
import { dimensionMarkdown } from '../report/dimension-markdown.ts'
import { reportHtml } from '../report/html.ts'
import { resultsMarkdown } from '../report/markdown.ts'
import { chooseUtterance, type UtterancePanel, utterancePanel } from '../report/utterance.ts'
import type { Corpus } from './corpus.ts'
import { checkNotForeign } from './experiment-folder.ts'
import { checkPath, readJson, writeWhole } from './files.ts'

/** Options of {@link writeReport}. */
export interface WriteReportOptions {
  /** Opens the corpus, for the one utterance that is drawn; called only if there is one. */
  openSource?: () => Promise<Pick<Corpus, 'utterances'>>
}

/** The result of {@link writeReport}. */
export interface WrittenReport {
  /** Paths of the files. */
  files: string[]
  /** Parts that are missing from the files, with remedies. */
  notes: string[]
}

/**
 * Reads the results of `ser experiment` from a folder.
 *
 * @throws FormatError where there are none, they have another version, or a field is not as experiments write it, which it names
 * @example
 * ```ts
 * const plan = checkPlan({
 *   ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['strict'], combinations: [] },
 *   corpus: { kind: 'synthetic', synthetic: { speakers: 2, sentences: 1 } },
 *   systems: [{ system: 'functionals-mlp', options: { epochs: 2 } }],
 * })
 * await runPlan(plan, { folder: 'results', fresh: true })
 * const results = await readResults('results')
 * results.corpus.utterances // 8
 * ```
 */
export async function readResults(folder: string): Promise<ExperimentResults> {
  const { path, refuse, results } = await readFrom('readResults', folder)
  if (areDimensions(results)) {
    throw new FormatError(`readResults: ${path} holds results of targets; call readDimensionResults`)
  }
  return classResults(path, refuse, results as ExperimentResults | null)
}

/**
 * Reads the results of an experiment with targets from a folder.
 *
 * @throws FormatError as {@link readResults}
 * @example
 * ```ts
 * const plan = checkPlan({
 *   ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['strict'], combinations: [] },
 *   corpus: { kind: 'synthetic', synthetic: { speakers: 2, sentences: 1 }, targets: ['arousal'] },
 *   systems: [{ system: 'functionals-mlp', options: { epochs: 2 } }],
 * })
 * await runDimensionPlan(plan, { folder: 'arousal', fresh: true })
 * const { targets, summary } = await readDimensionResults('arousal')
 * targets[0].target // arousal
 * summary[0].speakers.length // 2
 * ```
 */
export async function readDimensionResults(folder: string): Promise<DimensionResults> {
  const where = 'readDimensionResults'
  const { path, refuse, results } = await readFrom(where, folder)
  if (!areDimensions(results)) throw new FormatError(`${where}: ${path} holds no results of an experiment with targets`)
  try {
    return checkDimensionFile('results', results)
  } catch (cause) {
    return refuse(cause)
  }
}

/** Reads results of either kind. */
export async function readAnyResults(folder: string): Promise<ExperimentResults | DimensionResults> {
  const { results } = await readFrom('readResults', folder)
  return areDimensions(results) ? await readDimensionResults(folder) : await readResults(folder)
}

async function readFrom(where: string, folder: string) {
  const path = join(checkPath(where, 'folder', folder), 'results.json')
  const refuse = (cause: unknown): never => {
    throw new FormatError(`${where}: ${path}: ${messageOf(cause)}`, { cause })
  }
  return { path, refuse, results: (await readJson(path).catch(refuse)) as unknown }
}

function classResults(
  path: string,
  refuse: (cause: unknown) => never,
  results: ExperimentResults | null,
): ExperimentResults {
  if (results?.format !== 'ser-core/results') throw new FormatError(`readResults: ${path} holds no results of ser-core`)
  if (results.version !== 2) {
    throw new FormatError(
      `readResults: ${path} expected version 2, got ${describe(results.version)}: run the experiment again`,
    )
  }
  try {
    return checkResultsFile('results', results)
  } catch (cause) {
    return refuse(cause)
  }
}

/** Data of the utterance to draw, or why it cannot be drawn; null if there is none. */
async function findPanel(
  results: ExperimentResults,
  openSource: WriteReportOptions['openSource'],
): Promise<UtterancePanel | string | null> {
  const shown = chooseUtterance(results)
  if (shown === null) return null
  const { path } = shown.timeline
  if (openSource === undefined) return `no utterance is drawn: the audio of ${path} is not at hand`
  try {
    const { utterances } = await openSource()
    const utterance = utterances.find((one) => one.path === path)
    if (utterance === undefined) return `no utterance is drawn: the corpus has no ${path}`
    const audio = await utterance.read()
    return utterancePanel(toMono(audio), audio.sampleRate, shown.timeline, results.corpus.classes)
  } catch (error) {
    return `no utterance is drawn: ${messageOf(error)}`
  }
}

/** The Markdown page of results of either kind. */
export function pageOf(results: ExperimentResults | DimensionResults): string {
  return areDimensions(results) ? dimensionMarkdown(results) : resultsMarkdown(results)
}

/** The files of a report. */
const pages = ['report.md', 'report.html']

/**
 * Checks, before long work, that a folder has no pages of a user where a report would be written.
 *
 * @throws StateError that names one
 */
export async function checkOwnReports(folder: string): Promise<void> {
  for (const name of pages) await checkNotForeign(folder, name)
}

/**
 * Writes `report.md` and, where the optional packages `vega` and `vega-lite` are installed, `report.html` into a
 * folder.
 *
 * @param results - results of an experiment
 * @param folder - output folder; made if it is missing
 * @throws StateError where it has a page of this name that is no report
 * @example
 * ```ts
 * const plan = checkPlan({
 *   ...{ format: 'ser-core/plan', version: 1, seeds: [1], protocols: ['strict'], combinations: [] },
 *   corpus: { kind: 'synthetic', synthetic: { speakers: 2, sentences: 1 } },
 *   systems: [{ system: 'functionals-mlp', options: { epochs: 2 } }],
 * })
 * const { results } = await runPlan(plan, { folder: 'reported', fresh: true })
 * if (results !== null) await writeReport(results, 'reported', { openSource: () => openSource(plan.corpus) })
 * ```
 */
export async function writeReport(
  results: ExperimentResults | DimensionResults,
  folder: string,
  options: WriteReportOptions = {},
): Promise<WrittenReport> {
  const where = 'writeReport'
  if (areDimensions(results)) checkDimensionResults(where, results)
  else checkResults(where, results)
  checkPath(where, 'folder', folder)
  checkOptions(where, options, ['openSource'])
  await checkOwnReports(folder)
  const files = [join(folder, pages[0])]
  const notes: string[] = []
  await writeWhole(files[0], pageOf(results))
  const panel = areDimensions(results) ? null : await findPanel(results, options.openSource)
  if (typeof panel === 'string') notes.push(panel)
  const utterance = typeof panel === 'string' || panel === null ? undefined : panel
  try {
    const page = areDimensions(results) ? await dimensionHtml(results) : await reportHtml(results, { utterance })
    files.push(join(folder, pages[1]))
    await writeWhole(files[1], page)
  } catch (error) {
    if (!isErrorNamed(error, 'StateError')) throw error
    notes.push(`no report.html: ${error.message}`)
  }
  return { files, notes }
}
