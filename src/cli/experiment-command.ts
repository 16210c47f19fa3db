import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { FormatError, messageOf, StateError } from '../core/errors.ts'
import { percent } from '../evaluation/confusion-table.ts'
import { parseBaselines } from '../experiments/baselines.ts'
import type { Baseline } from '../experiments/comparisons.ts'
import { type DimensionResults, hasTargets } from '../experiments/dimensions.ts'
import { fileNames } from '../experiments/file-names.ts'
import type { FoldJob } from '../experiments/jobs.ts'
import type { ExperimentPlan } from '../experiments/plan.ts'
import type { ExperimentResults } from '../experiments/results.ts'
import { studyClasses } from '../experiments/study.ts'
import { readNamed } from '../node/files.ts'
import { checkOwnReports, type WriteReportOptions, writeReport } from '../node/report.ts'
import { runDimensionPlan } from '../node/run-dimensions.ts'
import { type PlanOutcome, runPlan, type Shard } from '../node/run-plan.ts'
import type { TrainingProgress } from '../pipelines/system.ts'
import { systemNames } from '../pipelines/systems.ts'
import { areDimensions } from '../report/dimension-facts.ts'
import { naturalNumber, place, positiveInteger, positiveNumber, seed, words } from './arguments.ts'
import { commandLine } from './command-line.ts'
import { addCorpusFlags, openCorpus } from './corpus-flags.ts'
import { dimensionRunText, dimensionsText, scoresText } from './dimension-display.ts'
import { baselineFile, foldCounts, foldKeysOf, shard } from './experiment-arguments.ts'
import { describePlan, FoldsDisplay, isSingle, resultsText, runText } from './experiment-display.ts'
import { type OpenedPlan, openedPlan, type PlanFlags } from './experiment-plan.ts'
import { addKernelsOption } from './kernels-option.ts'
import { type QueueFlags, queueRunner } from './queue-folds.ts'

export { workerCommand } from './queue-folds.ts'

import { reportSource } from './report-source.ts'
import { abortOnInterrupt } from './signals.ts'
import { speakerWeightsOption, targetOption } from './system-options.ts'
import { terminal } from './terminal.ts'

type AnyResults = ExperimentResults | DimensionResults

/** A file of predictions to compare with, and their name; `study` needs no file. */
export interface BaselineFile {
  name: string
  file?: string
}

interface ExperimentFlags extends PlanFlags, QueueFlags {
  workers: number
  shard?: Shard
  compare: BaselineFile[]
  redo: boolean
  report: boolean
  out?: string
  cache: string | false
}

/** Reads the files of `--compare`. */
export async function readBaselines(files: readonly BaselineFile[]): Promise<Baseline[]> {
  const all: Baseline[] = []
  for (const { name, file } of files) {
    if (file === undefined) continue
    try {
      all.push(...parseBaselines(name, (await readNamed(file)).toString('utf8')))
    } catch (cause) {
      throw new FormatError(`--compare ${name}=${file}: ${messageOf(cause)}`, { cause })
    }
  }
  return all
}

/** Whether to show the study's published numbers: `--compare study`. */
export function wantsStudy(files: readonly BaselineFile[]): boolean {
  return files.some(({ file }) => file === undefined)
}

/** Adds `--compare`. */
export function addCompareOption(command: Command): Command {
  const collect = (text: string, before: BaselineFile[]): BaselineFile[] => [...before, baselineFile(text)]
  const help =
    "other systems' answers to compare with, as CSV: file,label,SYSTEM,... (may be given several times); " +
    'study alone: the reports show the printed rates and matrices of the study, on emodb'
  return command.option('--compare <name=file>', help, collect, [])
}

/** Prints the results of an experiment. */
export function showResults(results: AnyResults): void {
  terminal.end()
  const { width } = terminal
  const text = areDimensions(results) ? dimensionsText(results, width) : resultsText(results, width)
  terminal.result(`\n${text}\n\n`)
}

/** Writes the report beside the results, unless it is disabled; prints the paths. */
export async function writePages(
  results: AnyResults,
  folder: string,
  report: boolean,
  source: WriteReportOptions = reportSource(results.plan.corpus, true),
): Promise<void> {
  const written = [join(folder, 'results.json')]
  if (report) {
    terminal.status('drawing the report')
    const { files, notes } = await writeReport(results, folder, source).catch((cause: unknown) => {
      const remedy = `the results are in ${folder}, ser report ${folder} makes it again`
      throw new StateError(`no report: ${messageOf(cause)}\n${remedy}`, { cause })
    })
    terminal.end()
    written.push(...files)
    for (const note of notes) terminal.line(`note: ${note}`)
  }
  terminal.tell(`written to ${written.join(', ')}`)
}

/** The default folder: one of its own for a single run, that of the corpus for several. */
function defaultFolder(plan: ExperimentPlan): string {
  const { corpus, systems, seeds, protocols } = plan
  const [name, word] = fileNames([systems[0].name, `seed${seeds[0]}`])
  const suffix = protocols[0] === 'strict' ? '' : `-${protocols[0]}`
  return join('results', isSingle(plan) ? `${corpus.kind}-${name}-${word}${suffix}` : corpus.kind)
}

/**
 * Whether to empty the folder first. A finished demonstration is run again, so that it shows the results of this
 * version, not of an earlier one.
 */
export function startsAfresh(
  {
    corpus,
    out,
    shard: part,
    queue,
    fresh,
  }: Pick<ExperimentFlags, 'out' | 'shard' | 'queue' | 'fresh'> & { corpus: string },
  folder: string,
): boolean {
  const isDemonstration = corpus === 'synthetic' && [out, part, queue].every((flag) => flag === undefined)
  return fresh || (isDemonstration && existsSync(join(folder, 'results.json')))
}

async function runWithProgress(
  { plan, source: opened }: OpenedPlan,
  folder: string,
  flags: ExperimentFlags,
  display: FoldsDisplay,
  signal: AbortSignal,
): Promise<PlanOutcome<AnyResults>> {
  if (hasTargets(plan) && flags.compare.length > 0) {
    throw new InvalidArgumentError('--compare is for classes, which --target takes the place of')
  }
  const baselines = await readBaselines(flags.compare)
  const createRunner = await queueRunner(plan, flags)
  const source = opened ?? (await openCorpus(plan.corpus, terminal, signal))
  describePlan(source, plan, terminal)
  const { workers, shard: part, cache, redo } = flags
  const fresh = startsAfresh({ ...flags, corpus: plan.corpus.kind }, folder)
  const study = wantsStudy(flags.compare)
  const options = {
    ...{ folder, source, workers, shard: part, fresh, redo, signal, createRunner, command: commandLine() },
    cache: cache === false ? null : cache,
    onRecording: (done: number, all: number) => terminal.progress(done, all, `looking at recordings ${done}/${all}`),
    onFeatures: (done: number, all: number) => terminal.progress(done, all, `features ${done}/${all}`),
    onProblem: (path: string, reason: string, leftOut: boolean) =>
      terminal.line(`${leftOut ? 'left out ' : 'warning  '} ${path}: ${reason}`),
    onRedo: ({ id }: FoldJob, reason: string) => terminal.line(`again     ${id}: ${reason}`),
    onJobs: (jobs: readonly FoldJob[], before: readonly FoldJob[]) => display.start(jobs, before),
    onStart: (job: FoldJob) => display.begin(job),
    onEpoch: (job: FoldJob, at: TrainingProgress) => display.epoch(job, at),
    onResults: showResults,
  }
  if (hasTargets(plan)) {
    return await runDimensionPlan(plan, {
      ...options,
      onFold: (job, { fold }) =>
        display.fold(job, fold.predictions.length, scoresText(plan.corpus.targets, fold.concordance)),
      onRun: (one) => display.run(dimensionRunText(one)),
    })
  }
  return await runPlan(plan, {
    ...{ ...options, baselines, study },
    onPretraining: (one, at) => display.pretraining(one, at),
    onFold: (job, { fold }) => display.fold(job, fold.predictions.length, percent(fold.accuracy)),
    onRun: (one) => display.run(runText(one)),
  })
}

function showPart({ index, count }: Shard, folder: string, missing: number): void {
  const next =
    missing === 0
      ? 'all folds are there: the same command without --shard writes the results'
      : `when all ${count} parts are done: ser merge FOLDER... --out FOLDER`
  terminal.tell(`part ${index} of ${count} is done, its folds are in ${folder}\n${next}`)
}

async function run(flags: ExperimentFlags): Promise<void> {
  const signal = abortOnInterrupt()
  const opened = await openedPlan(flags, signal)
  const { plan } = opened
  const folder = flags.out ?? defaultFolder(plan)
  if (flags.report) await checkOwnReports(folder)
  const display = new FoldsDisplay(terminal, isSingle(plan))
  const { results, missing } = await runWithProgress(opened, folder, flags, display, signal).catch((error: unknown) => {
    terminal.end()
    display.tellWhatStays(folder)
    throw error
  })
  terminal.end()
  if (results !== null) await writePages(results, folder, flags.report)
  else if (flags.shard !== undefined) showPart(flags.shard, folder, missing.length)
  if (plan.corpus.kind === 'synthetic') {
    terminal.tell(
      'These voices are synthetic and say nothing about people. For real speech, here or in a checkout:\n' +
        '  ser experiment --corpus emodb --data DIR\n' +
        '  npm start -- --corpus emodb --data DIR',
    )
  }
}

function addPlanOptions(command: Command): Command {
  return addCorpusFlags(command, `all, of emodb and of several corpora ${studyClasses}`, {
    tests: true,
    unlabelled: true,
  })
    .addOption(targetOption())
    .option(
      '--systems <list>',
      `systems, separated by commas (${systemNames.join(', ')}; default: lstm, of features of one row a recording functionals-mlp)`,
      words,
    )
    .option(
      '--config <file>',
      "JSON: the systems' options, for all or by the systems' names, or a list of { name, system, options }",
    )
    .option(
      '--pretrain-config <file>',
      "JSON: options of the training on --pretrain-corpus, added to the systems' own, for all or by the systems' names",
      place,
    )
    .option(
      '--combine <list>',
      'a+b averages the posteriors of two systems, a alone those of all seeds of one system',
      words,
    )
    .option('--epochs <n>', 'epochs of each training', positiveInteger)
    .option('--validation-speakers <n>', 'training speakers held out for early stopping', naturalNumber)
    .addOption(speakerWeightsOption())
    .option('--seed <seed>', 'seed of weights, order, dropout and noise', seed, 1)
    .addOption(new Option('--seeds <n>', 'seeds 1 to n').argParser(positiveInteger).conflicts('seed'))
    .addOption(
      new Option(
        '--protocol <name>',
        'statistics for standardisation: of the training speakers, or of each speaker or corpus without labels',
      )
        .choices(['strict', 'speaker', 'both', 'corpus'])
        .default('strict'),
    )
    .option('--by <keys>', 'what is left out of training: speaker (default), corpus, text, or two of them', foldKeysOf)
    .option(
      '--folds <n>',
      'number of folds of whole groups, or two for two keys (default: each group once)',
      foldCounts,
    )
    .addOption(
      new Option('--train-on <which>', 'by corpus: on all others, on each corpus alone, or both').choices([
        'others',
        'each',
        'both',
      ]),
    )
}

/** Defines `ser experiment`. */
export function defineExperiment(command: Command): void {
  addCompareOption(addPlanOptions(command))
    .option('--workers <n>', 'folds at the same time, each in a thread of its own', positiveInteger, 1)
    .addOption(
      new Option(
        '--queue <url>',
        'puts the folds on a queue, redis://[user:password@]host[:port][/db] or rediss: for TLS, for any ser worker',
      ).conflicts('workers'),
    )
    .addOption(
      new Option(
        '--secret-file <file>',
        'signs the folds on the queue by the secret in this file, and takes only answers signed by it',
      ).argParser(place),
    )
    .addOption(
      new Option(
        '--longest <seconds>',
        'time in the work of one worker after which a fold on the queue goes to another (default: two days)',
      ).argParser(positiveNumber),
    )
    .option('--shard <i/n>', 'runs the i-th of n parts of the folds; ser merge merges them', shard)
    .option('--fresh', 'removes finished folds of the output folder first', false)
    .option(
      '--redo',
      'does folds of the output folder again that cannot be verified as those of these recordings',
      false,
    )
    .option('--out <folder>', 'folder for plan, folds, results.json and report (default: below results/)', place)
    .option('--no-report', 'writes no report.md and report.html')
    .option('--cache <folder>', 'folder in which features are cached between runs', place, '.ser-cache')
    .option('--no-cache', 'do not cache features')
    .action(run)
  addKernelsOption(command)
}
