/** Corpora on disk: which recordings there are, whose they are, and what is wrong with the rest. */
import { readdir, readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { checkArray, checkBoolean, checkOneOf, checkOptions, checkString } from '../core/check.ts'
import { describe, expectation, FormatError, messageOf } from '../core/errors.ts'
import {
  type CorpusExtra,
  type CorpusGrammar,
  corpora,
  likenessOf,
  manifestText,
  type NamedCorpus,
  parseManifest,
  type Utterance,
} from '../corpora/index.ts'
import { checkHooks } from '../numerics/loop.ts'
import { findFault } from './audio-file.ts'
import type { CorpusProblem, CorpusUtterance } from './corpus-types.ts'
import { inspectRecordings } from './inspection.ts'
import { byPlace, fileOf, makeReadable } from './readable.ts'
import { isFolder, listSounds } from './sound-folder.ts'

export type { CorpusProblem, CorpusUtterance } from './corpus-types.ts'

/** A corpus that {@link loadCorpus} reads: one known by its file names, or a list in CSV. */
export type CorpusKind = NamedCorpus | 'manifest'

/** The recordings of a corpus, in ascending order of their paths (by code unit: the same on every machine). */
export interface Corpus {
  name: CorpusKind
  /** The classes asked for in that order, or all that occur in the order of the corpus. */
  classes: string[]
  utterances: CorpusUtterance[]
  /**
   * Misnamed, doubled, unreadable and silent files, and (`kept`) heavily clipped ones and those whose audio another class has
   * too, in ascending order of their paths.
   */
  problems: CorpusProblem[]
}

/** Throws unless the value is a corpus. */
export function checkCorpus(where: string, name: string, value: unknown): void {
  const { utterances, classes } = (value ?? {}) as Partial<Corpus>
  if (Array.isArray(utterances) && Array.isArray(classes)) return
  throw new TypeError(expectation(where, name, 'a corpus, such as of loadCorpus or openSource', value))
}

/** Options of {@link loadCorpus}. */
export interface CorpusOptions {
  /** The classes to load; all by default. Recordings of others are left out and are no problems. */
  classes?: string[]
  /** Tells the speaker by the path, where the corpus does not (`folder`) or to overrule it. */
  speaker?: (path: string) => string
  /** Recordings beside the speech of RAVDESS: songs, and the sound tracks of its videos, whose sound is there twice. None by default. */
  include?: readonly CorpusExtra[]
  /** Whether each recording is decoded to see what is wrong with its sound. Default true; false reads the first bytes alone. */
  inspect?: boolean
  /** Called after each recording that is looked at: a corpus of compressed files takes its time. */
  onRecording?: (done: number, all: number) => void
  signal?: AbortSignal
}

interface Found {
  utterances: Utterance[]
  problems: CorpusProblem[]
  /** The folder that paths are relative to. */
  base: string
}

/** All of {@link CorpusKind}. */
export const corpusKinds: readonly CorpusKind[] = [...(Object.keys(corpora) as NamedCorpus[]), 'manifest']

/** All of {@link CorpusExtra}, with what they are called. */
const extraNames: Readonly<Record<CorpusExtra, string>> = { song: 'a song', video: 'the sound track of a video' }
export const corpusExtras: readonly CorpusExtra[] = Object.keys(extraNames) as CorpusExtra[]

/**
 * Finds the recordings of a corpus in a folder, at any depth, and looks at each: silence, constant signals, samples that are not
 * finite and the same audio twice are left out, clipping and audio of two classes are told in `problems`. The audio is not kept, but read when asked for. Hidden files
 * and files that are not named as sound files are passed over; what a file is, its content tells: WAV and AIFF are read by the
 * library itself, FLAC, MP3 and others by the package `audio-decode`.
 *
 * @param kind - `emodb`, `ravdess`, `savee`, `cremad`, `tess`; `folder` (a folder a class); `manifest` (a list in CSV)
 * @param directory - the corpus' folder; for `manifest` the CSV file, whose paths are relative to its own folder, and whose columns
 * `start` and `end`, if it has them, tell parts of files
 * @throws RangeError for a class that the corpus does not have; FormatError where the folder or the list cannot be read, no
 * recording can be used, or most files are not named as those of the corpus, with the corpus that they look like; the reason of
 * `signal` once it is aborted
 * @example
 * ```ts
 * const corpus = await loadCorpus('emodb', 'data/emodb', { classes: ['joy', 'neutral', 'sadness', 'anger'] })
 * const [{ path, speaker, label }] = corpus.utterances // such as wav/03a01Fa.wav, 03, joy
 * const { channels, sampleRate } = await corpus.utterances[0].read()
 * corpus.problems // []
 * ```
 */
export async function loadCorpus(kind: CorpusKind, directory: string, options: CorpusOptions = {}): Promise<Corpus> {
  checkOneOf('loadCorpus', 'kind', kind, corpusKinds)
  checkString('loadCorpus', 'directory', directory)
  const grammar = kind === 'manifest' ? null : corpora[kind]
  checkCorpusOptions(kind, grammar, options)
  const { utterances, problems, base } = grammar
    ? await findNamed(grammar, directory, options.include ?? [])
    : await findListed(directory)
  const classes = chooseClasses(utterances, grammar, options.classes)
  const sound: Utterance[] = []
  for (const utterance of utterances.filter(({ label }) => classes.includes(label))) {
    const reason = await findFault(resolve(base, fileOf(utterance)))
    if (reason === null) sound.push(utterance)
    else problems.push({ path: utterance.path, reason })
  }
  const readable = makeReadable(sound.sort(byPlace), base, options.speaker)
  const { inspect = true } = options
  const seen = inspect ? await inspectRecordings(readable, options) : { utterances: readable, problems: [] }
  const all = [...problems, ...seen.problems].sort(byPath)
  const asked = utterances.some(({ label }) => classes.includes(label))
  checkAny(directory, seen.utterances, asked ? null : classes, all)
  return { name: kind, classes, utterances: seen.utterances, problems: all }
}

/** Throws where there is no recording: none of the `missing` classes, or with what is wrong with the first. */
function checkAny(directory: string, utterances: unknown[], missing: string[] | null, problems: CorpusProblem[]): void {
  if (utterances.length > 0) return
  const [first] = problems
  const why =
    first === undefined || (missing !== null && missing.length > 0)
      ? `none is of ${missing?.join(', ')}`
      : `${problems.length} ${problems.length === 1 ? 'is' : 'are'} left out, the first, "${first.path}": ${first.reason}`
  throw new FormatError(`loadCorpus: no recording in "${directory}" can be used; ${why}`)
}

function checkCorpusOptions(kind: CorpusKind, grammar: CorpusGrammar | null, options: CorpusOptions): void {
  checkOptions('loadCorpus', options, ['classes', 'speaker', 'include', 'inspect', 'onRecording', 'signal'])
  checkHooks('loadCorpus', options, ['onRecording'])
  const { classes, speaker, include = [], inspect = true } = options
  checkBoolean('loadCorpus', 'inspect', inspect)
  for (const extra of checkArray<string>('loadCorpus', 'include', include)) {
    checkOneOf('loadCorpus', 'include', extra, corpusExtras)
    if (grammar?.extras) continue
    throw new RangeError(
      expectation('loadCorpus', 'include', `nothing for "${kind}": "ravdess" alone has extras`, extra),
    )
  }
  if (speaker !== undefined && typeof speaker !== 'function') {
    throw new TypeError(expectation('loadCorpus', 'speaker', 'a function', speaker))
  }
  if (classes === undefined) return
  const names = checkArray('loadCorpus', 'classes', classes, 1).map((name) =>
    checkString('loadCorpus', 'classes', name),
  )
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) throw new RangeError(`loadCorpus: "classes" names ${describe(twice)} twice`)
}

function byPath(a: { path: string }, b: { path: string }): number {
  if (a.path === b.path) return 0
  return a.path < b.path ? -1 : 1
}

function chooseClasses(utterances: Utterance[], grammar: CorpusGrammar | null, wanted?: string[]): string[] {
  const present = new Set(utterances.map(({ label }) => label))
  const known = grammar?.classes ?? [...present].sort()
  if (wanted === undefined) return known.filter((name) => present.has(name))
  for (const name of wanted) checkOneOf('loadCorpus', 'classes', name, known)
  return [...wanted]
}

/** The recordings in a folder whose names tell what they are. */
async function findNamed(grammar: CorpusGrammar, directory: string, include: readonly CorpusExtra[]): Promise<Found> {
  const found: Found = { utterances: [], problems: [], base: directory }
  const paths = (await listRoot(grammar, directory, found.problems)).sort()
  checkNames(grammar, directory, paths)
  const firstOf = new Map<string, string>()
  for (const path of paths) {
    const info = grammar.parse(path)
    // Copies of RAVDESS and TESS that hold everything twice are about. A folder's own names tell no recordings apart.
    const identity = grammar.classes === null ? path : JSON.stringify(info)
    const first = firstOf.get(identity)
    const extra = info && grammar.extras?.(info).find((one) => !include.includes(one))
    if (info === null) found.problems.push({ path, reason: `not named like ${grammar.example}` })
    else if (extra)
      found.problems.push({ path, reason: `${extraNames[extra]}: left out unless "include" has "${extra}"` })
    else if (first !== undefined) found.problems.push({ path, reason: `the same recording as ${first}` })
    else {
      firstOf.set(identity, path)
      found.utterances.push({ path, ...info })
    }
  }
  return found
}

/** Throws where most files are named otherwise: those that fit by chance would get wrong labels. */
function checkNames(
  { title, example, classes, parse }: CorpusGrammar,
  directory: string,
  paths: readonly string[],
): void {
  const others = paths.filter((path) => parse(path) === null)
  if (2 * others.length <= paths.length) return
  const likeness = likenessOf(paths)
  // Any name will do in a folder for each class: that none is in one is told as their problem.
  if (classes === null && likeness === null) return
  const remedy =
    likeness?.kind === undefined ? 'list them in a CSV file (corpus "manifest")' : `load them as "${likeness.kind}"`
  const guess = likeness === null ? '' : `; they look like ${likeness.title}: ${remedy}`
  throw new FormatError(
    `loadCorpus: ${others.length} of ${paths.length} files in "${directory}", such as "${others[0]}", are not named as those of ` +
      `${title}, such as ${example}${guess}`,
  )
}

async function listRoot(grammar: CorpusGrammar, directory: string, problems: CorpusProblem[]): Promise<string[]> {
  const home = grammar.home === '' ? '' : ` (${grammar.title}: ${grammar.home})`
  try {
    await readdir(directory)
  } catch (cause) {
    throw new FormatError(`loadCorpus: cannot read the folder "${directory}": ${messageOf(cause)}${home}`, { cause })
  }
  const paths = await listSounds(directory, '', problems)
  if (paths.length === 0)
    throw new FormatError(`loadCorpus: no .wav file in the folder "${directory}", nor another sound file${home}`)
  return paths
}

/** The recordings that a list in CSV names. */
async function findListed(file: string): Promise<Found> {
  try {
    if (await isFolder(file)) throw new FormatError('it is a folder: name its CSV file')
    const utterances = parseManifest(manifestText(await readFile(file)))
    if (utterances.length === 0) throw new FormatError('it lists no recordings')
    return { utterances, problems: [], base: dirname(file) }
  } catch (cause) {
    throw new FormatError(`loadCorpus: the list "${file}": ${messageOf(cause)}`, { cause })
  }
}
