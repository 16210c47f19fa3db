/** The flags that name a corpus and a system's options, for every command that has them. */
import { readFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { FormatError, messageOf } from '../core/errors.ts'
import { type SystemConfig, type SystemName, systemNames } from '../pipelines/systems.ts'
import { type CorpusKind, corpusKinds, loadCorpus } from '../runtime/node/corpus.ts'
import { type ExperimentSource, syntheticSource } from '../runtime/node/index.ts'
import type { ReadingHooks } from '../runtime/node/training-set.ts'
import { oneOf, regularExpression, words } from './arguments.ts'
import type { Progress } from './display.ts'

/** The classes of the study, which are also those of the synthetic voices. */
export const studyClasses = ['joy', 'neutral', 'sadness', 'anger'] as const

/** The synthetic voices are short and learnt in few passes: under a minute in all. */
const synthetic = { corpus: { speakers: 8 }, system: { epochs: 20, learningRate: 8e-3, cropSeconds: 1 } } as const

/** Systems that take other options than the networks over time. */
const withoutTime: readonly SystemName[] = ['functionals-mlp', 'dnn-hf', 'ensemble']

/** What {@link addCorpusFlags} adds. */
export interface CorpusFlags {
  corpus: 'synthetic' | CorpusKind
  data?: string
  classes?: string[]
  speaker?: RegExp
}

/** A configuration file's content. */
export type Config = { [key: string]: unknown }

/** Adds the flags that name a corpus. */
export function addCorpusFlags(command: Command): Command {
  return command
    .addOption(
      new Option('--corpus <name>', 'which corpus').choices(['synthetic', ...corpusKinds]).default('synthetic'),
    )
    .option('--data <path>', "the corpus' folder, or the CSV file of --corpus manifest")
    .option('--classes <list>', 'classes, separated by commas', words)
    .option(
      '--speaker <regexp>',
      "expression whose first group is the speaker in a recording's path",
      regularExpression,
    )
}

function loadSynthetic({ data, classes }: CorpusFlags): ExperimentSource {
  if (data !== undefined) {
    throw new InvalidArgumentError('--data needs --corpus: the synthetic corpus has no recordings')
  }
  const emotions = classes?.map((name) => oneOf(name, studyClasses))
  return syntheticSource({ ...synthetic.corpus, ...(emotions === undefined ? {} : { emotions }) })
}

/** The corpus that the flags name; its classes are those of `--classes`, else `classes`, else all. */
export async function openCorpus(flags: CorpusFlags, classes?: readonly string[]): Promise<ExperimentSource> {
  const { corpus, data, speaker } = flags
  if (corpus === 'synthetic') return loadSynthetic(flags)
  if (data === undefined) throw new InvalidArgumentError(`--corpus ${corpus} needs --data, the corpus' place`)
  const speakerOf = speaker && ((path: string) => speaker.exec(path)?.[1] ?? '')
  return await loadCorpus(corpus, data, { classes: flags.classes ?? (classes && [...classes]), speaker: speakerOf })
}

/** The object in a JSON file. */
export async function readJson(flag: string, path: string): Promise<Config> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new FormatError(`${flag} ${path}: ${messageOf(cause)}`, { cause })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Config
  throw new FormatError(`${flag} ${path}: expected a JSON object`)
}

/** The part of a configuration by systems that is for this one, or all of one that has none. */
function partFor(name: SystemName, config: Config): Config {
  const names: readonly string[] = systemNames
  const keys = Object.keys(config)
  if (keys.length === 0 || keys.some((key) => !names.includes(key))) return config
  return (config[name] ?? {}) as Config
}

/** A system with its options from a configuration, those of flags before these. */
export function systemFor(
  name: SystemName,
  config: Config,
  flags: { [key: string]: unknown },
  { corpus }: CorpusFlags,
): SystemConfig {
  const given = Object.entries(flags).filter(([, value]) => value !== undefined)
  const base = corpus === 'synthetic' && !withoutTime.includes(name) ? synthetic.system : {}
  return { system: name, options: { ...base, ...partFor(name, config), ...Object.fromEntries(given) } } as SystemConfig
}

function count<T>(items: readonly T[], of: T): number {
  return items.filter((item) => item === of).length
}

/** Tells what a corpus has and lacks. */
export function describeCorpus(
  { name, classes, utterances, problems }: Pick<ExperimentSource, 'name' | 'classes' | 'utterances' | 'problems'>,
  progress: Progress,
): void {
  const labels = utterances.map(({ label }) => label)
  const speakers = new Set(utterances.map(({ speaker }) => speaker)).size
  const perClass = classes.map((label) => `${label} ${count(labels, label)}`).join(', ')
  progress.line(`corpus    ${name}: ${utterances.length} utterances of ${speakers} speakers (${perClass})`)
  for (const { path, reason } of problems) progress.line(`left out  ${path}: ${reason}`)
}

/** Shows how far the reading of recordings is, and what is wrong with them. */
export function readingHooks(progress: Progress, signal: AbortSignal): ReadingHooks {
  return {
    signal,
    onRecording: (done, all) => progress.update(done, all, `recordings ${done}/${all}`),
    onProblem: (path, reason, leftOut) => progress.line(`${leftOut ? 'left out ' : 'warning  '} ${path}: ${reason}`),
  }
}

/** Aborted by Ctrl-C. */
export function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort(new DOMException('interrupted', 'AbortError')))
  return controller.signal
}
