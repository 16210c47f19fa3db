/** Flags that specify a corpus or several, shared by several commands. */

import { type Command, InvalidArgumentError, Option } from 'commander'
import { type CorpusReference, type NamedReference, partsOf } from '../experiments/corpora.ts'
import { studyClasses } from '../experiments/study.ts'
import { corpusKinds } from '../node/corpus.ts'
import { type ExperimentSource, openSource } from '../node/source.ts'
import type { ReadingHooks } from '../node/training-set.ts'
import { oneOf, place, positiveNumber, words } from './arguments.ts'
import {
  featuresAt,
  type Labels,
  type Listed,
  type ListFlags,
  labelled,
  listOf,
  placing,
  readLabels,
  readList,
  together,
} from './corpus-list.ts'
import { regularExpression } from './experiment-arguments.ts'
import { checkNoCorpusFile, checkNoInput, checkNoSound } from './own-inputs.ts'
import type { Terminal } from './terminal.ts'

const SYNTHETIC_SPEAKERS = 8

/** The flags of {@link addCorpusFlags}. */
export interface CorpusFlags extends ListFlags {
  classes?: string[]
  target?: string[]
  corpora?: string
  labels?: string
}

/** Contents of the files that flags name. */
export interface CorpusFiles {
  list?: Listed[]
  labels?: Labels
}

/**
 * Adds the flags that specify corpora; `classes` describes the default classes, `tests` adds `--test-corpus` and
 * `--pretrain-corpus`, `unlabelled` `--unlabelled-corpus`; `instead` tells what corpora take the place of, the synthetic one by default.
 */
export function addCorpusFlags(
  command: Command,
  classes = 'all',
  { tests = false, unlabelled = false, instead }: { tests?: boolean; unlabelled?: boolean; instead?: string } = {},
): Command {
  const featured = instead === undefined
  const placed = placing()
  const kinds = ['synthetic', ...corpusKinds]
  const kind = placed((text) => {
    if (kinds.includes(text)) return text
    throw new InvalidArgumentError(`Allowed choices are ${kinds.join(', ')}.`)
  })
  command.addOption(
    new Option(
      '--corpus <name>',
      `corpus to use${instead ?? ''}, may be given several times (${instead ? '' : 'default: synthetic; '}${kinds.join(', ')})`,
    ).argParser(kind),
  )
  if (tests) {
    const help = 'corpus, as --corpus, on which networks are trained first, before each fold goes on from there'
    command
      .addOption(new Option('--test-corpus <name>', 'corpus to test on only, as --corpus').argParser(kind))
      .addOption(new Option('--pretrain-corpus <name>', help).argParser(kind))
  }
  if (unlabelled) {
    const help = 'corpus whose sound alone CRBMs learn from, without labels, as --corpus'
    command.addOption(new Option('--unlabelled-corpus <name>', help).argParser(kind))
  }
  if (featured) {
    command
      .option(
        '--features <path>',
        'features of the corpus before it that another tool or network computed, instead of those from sound: a folder with a .npy, .npz or .csv file for each recording, or one file of all: CSV with a column file, .npz, .ark, .scp',
        placed(place),
      )
      .option(
        '--features-step <seconds>',
        'from row to row of these features (default: by the times in a table, else 0.01)',
        placed(positiveNumber),
      )
  }
  return command
    .option(
      '--data <path>',
      'folder of the corpus before it, or the list or file of --corpus manifest and of other tools (CSV, .jsonl, .TextGrid, .eaf, JSON, .txt); several: parts of one',
      placed(place),
    )
    .option('--name <name>', 'name of the corpus before it, for its speakers (default: its kind)', placed(String))
    .option(
      '--corpora <file>',
      'JSON: a list of corpora, { kind, path, name, classes, labels, labelFrom, speaker, speakerFrom, speakerTable, table, root, votes, votesAs, include, test, unlabelled, pretrain }',
      place,
    )
    .option('--classes <list>', `classes, separated by commas (default: ${classes})`, words)
    .option(
      '--labels <file>',
      'JSON: classes for labels, { label: class or null }, of all corpora or by their names',
      place,
    )
    .option(
      '--speaker <regexp>',
      "expression whose first group is the speaker in a recording's path, of the corpus before it",
      placed(regularExpression),
    )
    .option(
      '--speaker-table <file>',
      'CSV of the speakers of the corpus before it, with gender, age or language, for rates by groups (default: VideoDemographics.csv of CREMA-D)',
      placed(place),
    )
    .option('--votes <file>', "CSV of listeners' votes of the corpus before it, as votes.csv of CREMA-D", placed(place))
    .option(
      '--votes-as <use>',
      'votes as label, or agreed: only recordings whose label they agree with',
      placed((text) => oneOf(text, ['label', 'agreed'] as const)),
    )
    .option(
      '--label-from <names>',
      'column, tier, control or file that has the labels of the corpus before it, of another tool; several tiers by commas',
      placed(words),
    )
    .option('--speaker-from <name>', 'column, tier or control that has its speakers', placed(String))
    .option('--table <names>', 'audformat: table of the labels, or several by commas', placed(words))
    .option('--root <folder>', 'folder from which the paths of its sound files count', placed(place))
    .option(
      '--include <list>',
      'parts of RAVDESS to add, left out by default: song, video (sound tracks)',
      placed(words),
    )
}

/** The synthetic corpus, where the flags name none. */
function syntheticOf({ data, speaker, include, name, votes, table, root, classes, ...flags }: CorpusFlags): Listed {
  const from = { 'label-from': flags.labelFrom, 'speaker-from': flags.speakerFrom, 'speaker-table': flags.speakerTable }
  const [flag] =
    Object.entries({ data, speaker, include, name, votes, table, root, ...from }).find(
      ([, value]) => value !== undefined,
    ) ?? []
  if (flag !== undefined) {
    throw new InvalidArgumentError(`--${flag} needs --corpus: the synthetic corpus has no recordings`)
  }
  const emotions = classes?.map((name) => oneOf(name, studyClasses))
  return {
    kind: 'synthetic',
    synthetic: { speakers: SYNTHETIC_SPEAKERS, ...(emotions === undefined ? {} : { emotions }) },
    ...featuresAt(flags),
  }
}

function checkSynthetic(flags: CorpusFlags, list: readonly Listed[]): void {
  if (list.every(({ kind }) => kind !== 'synthetic')) return
  if (flags.corpora !== undefined) return
  if (list.length > 1) {
    throw new InvalidArgumentError('--corpus synthetic stands alone; --corpora has lists with synthetic corpora')
  }
}

type NamedCorpora = (Listed & NamedReference)[]

/** The corpora that the flags name, with names and labels; those of pre-trainings beside the others. */
function allCorporaOf(flags: CorpusFlags, { list = [], labels = {} }: CorpusFiles): NamedCorpora {
  const given = [...list, ...listOf(flags)]
  checkSynthetic(flags, given)
  if (given.length > 0 && given.every(({ pretrain }) => pretrain)) {
    throw new InvalidArgumentError('--pretrain-corpus needs --corpus, that of the folds')
  }
  const none = given.length === 0 || (given.length === 1 && list.length === 0 && given[0].kind === 'synthetic')
  return labelled(none ? [syntheticOf(flags)] : given, labels)
}

/** The corpora of the folds. */
export function corporaOf(flags: CorpusFlags, files: CorpusFiles = {}): NamedCorpora {
  return allCorporaOf(flags, files).filter(({ pretrain }) => !pretrain)
}

/** The corpus of the pre-trainings, or several; undefined for none. */
export function pretrainingCorpusOf(flags: CorpusFlags, files: CorpusFiles = {}): CorpusReference | undefined {
  const list = allCorporaOf(flags, files).filter(({ pretrain }) => pretrain)
  return list.length === 0 ? undefined : together(list, files.labels?.all)
}

/** One reference for the corpora of the list; `some` are the default classes of EmoDB, and of several. */
function referenceOf(
  list: readonly (Listed & NamedReference)[],
  { classes: asked, target: targets }: CorpusFlags,
  some: readonly string[] | undefined,
  { labels }: CorpusFiles,
): CorpusReference {
  const [{ kind }] = list
  const few = targets === undefined ? some : undefined
  const classes = asked ?? (few !== undefined && (list.length > 1 || kind === 'emodb') ? [...few] : undefined)
  const whole = together(list, labels?.all, kind === 'synthetic' && list.length === 1 ? undefined : classes)
  return targets === undefined ? whole : { ...whole, targets }
}

/** The corpus of the flags, or several; `some` are the default classes of EmoDB, and of several. */
export function corpusOf(flags: CorpusFlags, some?: readonly string[], files: CorpusFiles = {}): CorpusReference {
  return referenceOf(corporaOf(flags, files), flags, some, files)
}

/** Reads the files that the flags name. */
export async function readCorpusFiles({ corpora, labels }: CorpusFlags): Promise<CorpusFiles> {
  return {
    ...(corpora === undefined ? {} : { list: await readList(corpora) }),
    ...(labels === undefined ? {} : { labels: await readLabels(labels) }),
  }
}

/** The corpus of the flags, or several, and those to be used without labels. */
function withoutPretraining(
  flags: CorpusFlags,
  some: readonly string[] | undefined,
  files: CorpusFiles,
): { corpus: CorpusReference; unlabelled?: CorpusReference } {
  if (pretrainingCorpusOf(flags, files) !== undefined) {
    throw new InvalidArgumentError('"pretrain" corpora are for ser experiment; ser train has --start-from')
  }
  const all = corporaOf(flags, files)
  const [labelled, plain] = [false, true].map((is) => all.filter(({ unlabelled = false }) => unlabelled === is))
  if (labelled.length === 0) {
    throw new InvalidArgumentError('--unlabelled-corpus needs a --corpus beside it, whose labels are learnt')
  }
  const corpus = referenceOf(labelled, flags, some, files)
  // Whatever their labels are.
  return plain.length === 0 ? { corpus } : { corpus, unlabelled: together(plain, undefined) }
}

/**
 * Reads the files that the flags name, and gives the corpus to learn from, or several, and those to be used without labels.
 *
 * @throws InvalidArgumentError for corpora of pre-trainings and for those to test on, which only experiments have
 */
export async function readCorpora(
  flags: CorpusFlags,
  some?: readonly string[],
): Promise<{ corpus: CorpusReference; unlabelled?: CorpusReference }> {
  const files = await readCorpusFiles(flags)
  if (files.list?.some(({ test }) => test)) {
    throw new InvalidArgumentError('"test" corpora are for ser experiment: a training would learn from them')
  }
  return withoutPretraining(flags, some, files)
}

/**
 * Reads the files that the flags name, and gives the corpus, or several.
 *
 * @throws InvalidArgumentError for corpora to be used without labels, of which only trainings learn
 */
export async function readCorpus(flags: CorpusFlags, some?: readonly string[]): Promise<CorpusReference> {
  const { corpus, unlabelled } = withoutPretraining(flags, some, await readCorpusFiles(flags))
  if (unlabelled === undefined) return corpus
  throw new InvalidArgumentError('"unlabelled" corpora are for ser experiment and ser train')
}

/** Reads the files that the flags name, and gives the corpus, or several, whatever each is for in an experiment. */
export async function readAllCorpora(flags: CorpusFlags): Promise<CorpusReference> {
  const { list, ...files } = await readCorpusFiles(flags)
  const plain = list?.map(({ test: _, unlabelled: __, pretrain: ___, ...reference }) => reference)
  return corpusOf(flags, undefined, plain === undefined ? files : { ...files, list: plain })
}

/** Whether all recordings are synthetic voices. */
export function isSynthetic(reference: CorpusReference): boolean {
  return partsOf(reference).every(({ kind }) => kind === 'synthetic')
}

/** Throws where a file to be written is one that the flags name. */
export async function checkNoFlagFile(outputs: readonly string[], { corpora, labels }: CorpusFlags): Promise<void> {
  await checkNoInput(outputs, [corpora, labels])
}

/**
 * Opens the corpus; announces it if it is on disk, and shows the progress.
 *
 * @param outputs - files to be written, which must be none of the corpus
 */
export async function openCorpus(
  reference: CorpusReference,
  terminal: Pick<Terminal, 'line' | 'progress' | 'end'>,
  signal?: AbortSignal,
  outputs: readonly string[] = [],
): Promise<ExperimentSource> {
  await checkNoCorpusFile(outputs, reference)
  for (const { kind, path } of partsOf(reference)) {
    if (path !== undefined) terminal.line(`reading   ${kind} in ${path}`)
  }
  const onRecording = (done: number, all: number): void =>
    terminal.progress(done, all, `looking at recordings ${done}/${all}`, true)
  const source = await openSource(reference, { onRecording, signal })
  await checkNoSound(outputs, source.utterances)
  // Computing features is a separate task with its own progress bar.
  terminal.end()
  return source
}

/** Hooks that show the progress of reading recordings, and their problems. */
export function readingHooks(terminal: Terminal, signal: AbortSignal): ReadingHooks {
  return {
    signal,
    onRecording: (done, all) => terminal.progress(done, all, `recordings ${done}/${all}`),
    onProblem: (path, reason, leftOut) => terminal.line(`${leftOut ? 'left out ' : 'warning  '} ${path}: ${reason}`),
  }
}
