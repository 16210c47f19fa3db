/** Flags that specify a corpus, shared by several commands. */

import { readFile } from 'node:fs/promises'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { FormatError, messageOf } from '../core/errors.ts'
import type { CorpusReference } from '../experiments/plan.ts'
import { studyClasses } from '../experiments/study.ts'
import { type CorpusKind, corpusExtras, corpusKinds } from '../node/corpus.ts'
import { type ExperimentSource, openSource } from '../node/source.ts'
import type { ReadingHooks } from '../node/training-set.ts'
import { groupProblems } from '../report/problems.ts'
import { oneOf, place, regularExpression, words } from './arguments.ts'
import type { Options } from './system-options.ts'
import type { Terminal } from './terminal.ts'

const SYNTHETIC_SPEAKERS = 8

/** Most problems of one kind to list; more are counted. */
const SHOWN_PROBLEMS = 10

/** The flags of {@link addCorpusFlags}. */
export interface CorpusFlags {
  corpus: 'synthetic' | CorpusKind
  data?: string
  classes?: string[]
  speaker?: RegExp
  include?: string[]
}

/** Adds the flags that specify a corpus; `classes` describes the default classes. */
export function addCorpusFlags(command: Command, classes = 'all'): Command {
  return command
    .addOption(
      new Option('--corpus <name>', 'corpus to use').choices(['synthetic', ...corpusKinds]).default('synthetic'),
    )
    .option('--data <path>', "the corpus' folder, or the CSV file of --corpus manifest", place)
    .option('--classes <list>', `classes, separated by commas (default: ${classes})`, words)
    .option(
      '--speaker <regexp>',
      "expression whose first group is the speaker in a recording's path",
      regularExpression,
    )
    .option('--include <list>', 'parts of RAVDESS to add, left out by default: song, video (sound tracks)', words)
}

/** The corpus of the flags; `emodb` are the default classes of EmoDB. */
export function corpusOf(
  { corpus, data, classes, speaker, include }: CorpusFlags,
  emodb?: readonly string[],
): CorpusReference {
  if (corpus === 'synthetic') {
    const [flag] = Object.entries({ data, speaker, include }).find(([, value]) => value !== undefined) ?? []
    if (flag !== undefined) {
      throw new InvalidArgumentError(`--${flag} needs --corpus: the synthetic corpus has no recordings`)
    }
    const emotions = classes?.map((name) => oneOf(name, studyClasses))
    return {
      kind: corpus,
      synthetic: { speakers: SYNTHETIC_SPEAKERS, ...(emotions === undefined ? {} : { emotions }) },
    }
  }
  if (data === undefined) throw new InvalidArgumentError(`--corpus ${corpus} needs --data, the corpus' place`)
  const chosen = classes ?? (corpus === 'emodb' && emodb !== undefined ? [...emodb] : undefined)
  return {
    ...{ kind: corpus, path: data },
    ...(chosen === undefined ? {} : { classes: chosen }),
    ...(speaker === undefined ? {} : { speaker: speaker.source }),
    ...(include === undefined ? {} : { include: include.map((one) => oneOf(one, corpusExtras)) }),
  }
}

/** Reads an object from a JSON file. */
export async function readJson(flag: string, path: string): Promise<Options> {
  let value: unknown
  try {
    value = JSON.parse(await readFile(path, 'utf8'))
  } catch (cause) {
    throw new FormatError(`${flag} ${path}: ${messageOf(cause)}`, { cause })
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Options
  throw new FormatError(`${flag} ${path}: expected a JSON object`)
}

function count<T>(items: readonly T[], of: T): number {
  return items.filter((item) => item === of).length
}

/** Opens the corpus; announces it if it is on disk, and shows the progress. */
export async function openCorpus(
  reference: CorpusReference,
  terminal: Pick<Terminal, 'line' | 'progress' | 'end'>,
  signal?: AbortSignal,
): Promise<ExperimentSource> {
  if (reference.path !== undefined) terminal.line(`reading   ${reference.kind} in ${reference.path}`)
  const onRecording = (done: number, all: number): void =>
    terminal.progress(done, all, `looking at recordings ${done}/${all}`, true)
  const source = await openSource(reference, { onRecording, signal })
  // Computing features is a separate task with its own progress bar.
  terminal.end()
  return source
}

/** Prints the contents of a corpus and its problems. */
export function describeCorpus(
  { name, classes, utterances, problems }: Pick<ExperimentSource, 'name' | 'classes' | 'utterances' | 'problems'>,
  terminal: Pick<Terminal, 'line'>,
): void {
  const labels = utterances.map(({ label }) => label)
  const speakers = new Set(utterances.map(({ speaker }) => speaker)).size
  const perClass = classes.map((label) => `${label} ${count(labels, label)}`).join(', ')
  terminal.line(`corpus    ${name}: ${utterances.length} utterances of ${speakers} speakers (${perClass})`)
  for (const label of classes) if (!labels.includes(label)) terminal.line(`warning   no recording of ${label}`)
  for (const group of groupProblems(problems)) {
    const shown = group.problems.length > SHOWN_PROBLEMS ? group.problems.slice(0, SHOWN_PROBLEMS - 1) : group.problems
    for (const { path, reason, kept } of shown) terminal.line(`${kept ? 'warning ' : 'left out'}  ${path}: ${reason}`)
    const more = group.problems.length - shown.length
    if (more > 0) terminal.line(`${group.problems[0].kept ? 'warning ' : 'left out'}  ${more} more: ${group.kind}`)
  }
}

/** Hooks that show the progress of reading recordings, and their problems. */
export function readingHooks(terminal: Terminal, signal: AbortSignal): ReadingHooks {
  return {
    signal,
    onRecording: (done, all) => terminal.progress(done, all, `recordings ${done}/${all}`),
    onProblem: (path, reason, leftOut) => terminal.line(`${leftOut ? 'left out ' : 'warning  '} ${path}: ${reason}`),
  }
}

/** A signal that Ctrl-C aborts. */
export function abortOnInterrupt(): AbortSignal {
  const controller = new AbortController()
  process.once('SIGINT', () => controller.abort(new DOMException('interrupted', 'AbortError')))
  return controller.signal
}
