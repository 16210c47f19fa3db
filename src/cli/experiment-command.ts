import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { FormatError, messageOf } from '../core/errors.ts'
import { ConfusionMatrix } from '../evaluation/confusion-matrix.ts'
import { percent } from '../evaluation/confusion-table.ts'
import type { System } from '../pipelines/system.ts'
import { createSystem, type SystemName, systemNames } from '../pipelines/systems.ts'
import { type CorpusKind, corpusKinds, loadCorpus } from '../runtime/node/corpus.ts'
import { runExperiment, type SystemResults } from '../runtime/node/experiment.ts'
import { writeWhole } from '../runtime/node/files.ts'
import { type ExperimentSource, syntheticSource } from '../runtime/node/source.ts'
import { version } from '../runtime/version.ts'
import { naturalNumber, oneOf, positiveInteger, regularExpression, seed, words } from './arguments.ts'
import { createProgress, type Progress } from './display.ts'

const corpora = ['synthetic', ...corpusKinds]
const studyClasses = ['joy', 'neutral', 'sadness', 'anger'] as const
/** The synthetic voices are short and learnt in few passes: under a minute in all. */
const synthetic = { corpus: { speakers: 8 }, system: { epochs: 20, learningRate: 8e-3, cropSeconds: 1 } } as const

/** Systems that take other options than the networks over time. */
const withoutTime: readonly SystemName[] = ['functionals-mlp', 'dnn-hf', 'ensemble']

type Options = { [key: string]: unknown }

interface ExperimentFlags {
  corpus: 'synthetic' | CorpusKind
  data?: string
  classes?: string[]
  speaker?: RegExp
  systems: SystemName[]
  config?: string
  epochs?: number
  validationSpeakers?: number
  seed: number | string
  out?: string
  cache: string | false
}

function systemsOf(text: string): SystemName[] {
  return words(text).map((name) => oneOf(name, systemNames))
}

function loadSynthetic({ data, classes }: ExperimentFlags): ExperimentSource {
  if (data !== undefined) {
    throw new InvalidArgumentError('--data needs --corpus: the synthetic corpus has no recordings')
  }
  const emotions = classes?.map((name) => oneOf(name, studyClasses))
  return syntheticSource({ ...synthetic.corpus, ...(emotions === undefined ? {} : { emotions }) })
}

/** The first group of the expression in a path, '' where it does not match. */
function speakerBy(expression: RegExp | undefined): ((path: string) => string) | undefined {
  return expression && ((path) => expression.exec(path)?.[1] ?? '')
}

async function loadSource(flags: ExperimentFlags): Promise<ExperimentSource> {
  const { corpus, data } = flags
  if (corpus === 'synthetic') return loadSynthetic(flags)
  if (data === undefined) throw new InvalidArgumentError(`--corpus ${corpus} needs --data, the corpus' place`)
  if (corpus === 'folder' && flags.speaker === undefined) {
    throw new InvalidArgumentError('--corpus folder needs --speaker, where in a path the speaker is')
  }
  const classes = flags.classes ?? (corpus === 'emodb' ? [...studyClasses] : undefined)
  return await loadCorpus(corpus, data, { classes, speaker: speakerBy(flags.speaker) })
}

async function readConfig(path: string | undefined): Promise<Options> {
  if (path === undefined) return {}
  try {
    return JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new FormatError(`--config ${path}: ${messageOf(cause)}`, { cause })
  }
}

/** The part of a configuration by systems that is for this one, or all of one that has none. */
function configOf(name: SystemName, config: Options): Options {
  const names: readonly string[] = systemNames
  const keys = Object.keys(config)
  if (keys.length === 0 || keys.some((key) => !names.includes(key))) return config
  return (config[name] ?? {}) as Options
}

function systemOptions(name: SystemName, config: Options, flags: ExperimentFlags): Options {
  return {
    ...(flags.corpus === 'synthetic' && !withoutTime.includes(name) ? synthetic.system : {}),
    ...configOf(name, config),
    ...(flags.epochs === undefined ? {} : { epochs: flags.epochs }),
    ...(flags.validationSpeakers === undefined ? {} : { validationSpeakers: flags.validationSpeakers }),
  }
}

function count<T>(items: readonly T[], of: T): number {
  return items.filter((item) => item === of).length
}

function describeSource({ name, classes, utterances, problems }: ExperimentSource, progress: Progress): void {
  const labels = utterances.map(({ label }) => label)
  const speakers = new Set(utterances.map(({ speaker }) => speaker)).size
  const perClass = classes.map((label) => `${label} ${count(labels, label)}`).join(', ')
  progress.line(`corpus    ${name}: ${utterances.length} utterances of ${speakers} speakers (${perClass})`)
  for (const { path, reason } of problems) progress.line(`left out  ${path}: ${reason}`)
}

async function runOne(
  source: ExperimentSource,
  system: System,
  flags: ExperimentFlags,
  progress: Progress,
  signal: AbortSignal,
): Promise<SystemResults> {
  progress.line(`system    ${system.name}, seed ${flags.seed}`)
  progress.line('protocol  leave-one-speaker-out, statistics of the training speakers')
  const results = await runExperiment(source, system, {
    seed: flags.seed,
    signal,
    cache: flags.cache === false ? null : flags.cache,
    onFeatures: (done, all) => progress.update(done, all, `features ${done}/${all}`),
    onProblem: (path, reason, leftOut) => progress.line(`${leftOut ? 'left out ' : 'warning  '} ${path}: ${reason}`),
    onProgress: ({ fold, folds, speaker, epoch, epochs, loss }) => {
      const text = `fold ${fold}/${folds} (speaker ${speaker}), epoch ${epoch}/${epochs}, loss ${loss.toFixed(3)}`
      progress.update((fold - 1) * epochs + epoch, folds * epochs, text)
    },
    onFold: ({ speaker, accuracy, predictions }) =>
      progress.line(`speaker   ${speaker}: ${percent(accuracy)} of ${predictions.length}`),
  })
  progress.stop()
  return results
}

function commandLine(): string {
  return ['ser', ...process.argv.slice(2)]
    .map((word) => (/^[\w./:=,@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ')
}

async function save(results: SystemResults, folder: string, started: Date): Promise<string> {
  const path = join(folder, 'results.json')
  const versions = { 'ser-core': version, node: process.versions.node, v8: process.versions.v8 }
  const run = { command: commandLine(), versions, started: started.toISOString(), finished: new Date().toISOString() }
  await writeWhole(path, `${JSON.stringify({ ...results, run }, null, 2)}\n`)
  return path
}

function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort(new DOMException('interrupted', 'AbortError')))
  return controller.signal
}

async function run(flags: ExperimentFlags): Promise<void> {
  const signal = abortOnInterrupt()
  const config = await readConfig(flags.config)
  const systems = flags.systems.map((name) => createSystem(name, systemOptions(name, config, flags)))
  const progress = createProgress()
  try {
    const source = await loadSource(flags)
    describeSource(source, progress)
    for (const system of systems) {
      const started = new Date()
      const results = await runOne(source, system, flags, progress, signal)
      const folder = flags.out ?? join('results', `${source.name}-${system.name}-seed${flags.seed}`)
      const path = await save(results, systems.length > 1 && flags.out ? join(folder, system.name) : folder, started)
      process.stdout.write(`\n${ConfusionMatrix.fromJSON(results.confusion)}\n\nwritten to ${path}\n`)
    }
  } finally {
    progress.stop()
  }
  if (flags.corpus === 'synthetic') {
    process.stdout.write(
      'These voices are synthetic and say nothing about people. For real speech:\n' +
        '  ser experiment --corpus emodb --data DIR    (from a checkout: npm start -- --corpus emodb --data DIR)\n',
    )
  }
}

/** Adds `ser experiment`. */
export function addExperimentCommand(program: Command): void {
  program
    .command('experiment')
    .description(
      'leave-one-speaker-out: trains on all speakers but one, asks for that one, prints the confusion matrix',
    )
    .addOption(new Option('--corpus <name>', 'which corpus').choices(corpora).default('synthetic'))
    .option('--data <path>', "the corpus' folder, or the CSV file of --corpus manifest")
    .option('--classes <list>', 'classes, separated by commas (emodb: joy,neutral,sadness,anger)', words)
    .option(
      '--speaker <regexp>',
      "expression whose first group is the speaker in a recording's path",
      regularExpression,
    )
    .option('--systems <list>', `systems, separated by commas (${systemNames.join(', ')})`, systemsOf, ['lstm'])
    .option('--config <file>', "the systems' options as JSON, for all or by the systems' names")
    .option('--epochs <n>', 'epochs of each training', positiveInteger)
    .option('--validation-speakers <n>', 'training speakers held out for early stopping', naturalNumber)
    .option('--seed <seed>', 'seed of weights, order, dropout and noise', seed, 1)
    .option('--out <folder>', 'where results.json goes (default: results/CORPUS-SYSTEM-seedSEED)')
    .option('--cache <folder>', 'where features are kept between runs', '.ser-cache')
    .option('--no-cache', 'keep no features')
    .action(run)
}
