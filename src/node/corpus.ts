/** Corpora on disk: recordings with their classes and speakers, and problems of files. */
import { readdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { checkArray, checkBoolean, checkObject, checkOneOf, checkOptions, checkString } from '../core/check.ts'
import { describe, expectation, FormatError, messageOf } from '../core/errors.ts'
import {
  type CorpusExtra,
  type CorpusGrammar,
  corpora,
  type Likeness,
  likenessOf,
  manifestText,
  misfoldered,
  type NamedCorpus,
  overlapsOf,
  parseManifest,
  rivalOf,
  type Utterance,
} from '../corpora/index.ts'
import { checkHooks } from '../numerics/loop.ts'
import { findFault } from './audio-file.ts'
import { checkLabelMap, chooseClasses, type LabelOptions } from './corpus-labels.ts'
import type { CorpusProblem, CorpusUtterance, LabelMap } from './corpus-types.ts'
import { readWhole } from './files.ts'
import { type Heard, hearRecordings, joined } from './inspection.ts'
import { byPlace, fileOf, makeReadable } from './readable.ts'
import { isFolder, listSounds } from './sound-folder.ts'

export type { CorpusProblem, CorpusUtterance, LabelMap } from './corpus-types.ts'

/** Kind of corpus for {@link loadCorpus}: one with known file names, or a list in CSV. */
export type CorpusKind = NamedCorpus | 'manifest'

/** The recordings of a corpus, in ascending order of their paths (by code unit, so that all machines agree). */
export interface Corpus {
  name: CorpusKind
  /** The requested classes in their order, or all that occur in the order of the corpus. */
  classes: string[]
  utterances: CorpusUtterance[]
  /**
   * Misnamed, duplicate, unreadable and silent files, and, marked `kept`, heavily clipped ones, those whose audio occurs in
   * another class too (of several corpora these are left out), and parts of a file that share sound with one of another
   * speaker or class, in ascending order of their paths.
   */
  problems: CorpusProblem[]
  /** Number of recordings of each label that is none of `classes`. */
  otherClasses?: Record<string, number>
}

/** Checks that the value is a corpus. */
export function checkCorpus(where: string, name: string, value: unknown): void {
  const { name: title, utterances, classes, problems = [] } = (value ?? {}) as Partial<Corpus>
  if (!Array.isArray(utterances) || !Array.isArray(classes)) {
    throw new TypeError(expectation(where, name, 'a corpus, such as of loadCorpus or openSource', value))
  }
  checkString(where, `${name}.name`, title)
  for (const [i, one] of checkArray(where, `${name}.problems`, problems).entries()) {
    checkObject(where, `${name}.problems[${i}]`, one)
  }
  for (const [i, one] of checkArray<CorpusUtterance>(where, `${name}.utterances`, utterances).entries()) {
    const at = `${name}.utterances[${i}]`
    const { read, ...texts } = checkObject<CorpusUtterance>(where, at, one)
    for (const key of ['path', 'speaker', 'label'] as const) checkString(where, `${at}.${key}`, texts[key])
    if (typeof read !== 'function') throw new TypeError(expectation(where, `${at}.read`, 'a function', read))
  }
}

/** Options of {@link loadCorpus}. */
export interface CorpusOptions {
  /** Classes to load. Default: all but the enthusiasm of RESD. Recordings of others are left out without a problem. */
  classes?: string[]
  /** Classes for labels of the corpus, instead of its own names: `{ calm: 'neutral', boredom: null }`; null leaves out. */
  labels?: LabelMap
  /** Returns the speaker for a path, for corpora without speakers (`folder`) or to override them. */
  speaker?: (path: string) => string
  /**
   * Recordings of RAVDESS in addition to speech: songs, and sound tracks of videos, which repeat the audio files.
   * Default: none.
   */
  include?: readonly CorpusExtra[]
  /** Whether to decode each recording to check its sound. Default true; false reads only the first bytes. */
  inspect?: boolean
  /** Called after each inspected recording, since a corpus of compressed files takes long. */
  onRecording?: (done: number, all: number) => void
  signal?: AbortSignal
}

interface Found {
  utterances: Utterance[]
  problems: CorpusProblem[]
  /** Folder to which paths are relative. */
  base: string
}

/** All values of {@link CorpusKind}. */
export const corpusKinds: readonly CorpusKind[] = [...(Object.keys(corpora) as NamedCorpus[]), 'manifest']

/** All values of {@link CorpusExtra}, with their names in messages. */
const extraNames: Readonly<Record<CorpusExtra, string>> = { song: 'a song', video: 'the sound track of a video' }
export const corpusExtras: readonly CorpusExtra[] = Object.keys(extraNames) as CorpusExtra[]

/**
 * Finds the recordings of a corpus in a folder, at any depth, and inspects each. Silence, constant signals, samples
 * that are not finite and duplicate audio are left out; clipping and audio that occurs in two classes are reported in
 * `problems`. The audio is not kept in memory but read on demand. Hidden files and files without the name of a sound
 * file are ignored. The content determines the format: WAV and AIFF are read directly, FLAC, MP3 and others by the
 * package `audio-decode`.
 *
 * @param kind - `emodb`, `ravdess`, `savee`, `cremad`, `tess`, `banglaser`, `emovo`, `aesdd`, `nemo`, `ased`, `turev`,
 * `urdu`, `emotale`, `esd`, `subesco`, `resd`; `folder` (one folder per class); `manifest` (a list in CSV)
 * @param directory - the corpus' folder; for `manifest` the CSV file, whose paths are relative to its own folder, and
 * whose columns `start` and `end`, if it has them, tell parts of files
 * @throws RangeError for a class that the corpus does not have; FormatError where the folder or the list cannot be
 * read, no recording can be used, most files are not named as those of the corpus, or another corpus fits better, with
 * the corpus that they look like; the reason of `signal` once it is aborted
 * @example
 * ```ts
 * const corpus = await loadCorpus('emodb', 'data/emodb', { classes: ['joy', 'neutral', 'sadness', 'anger'] })
 * const [{ path, speaker, label }] = corpus.utterances // such as wav/03a01Fa.wav, 03, joy
 * const { channels, sampleRate } = await corpus.utterances[0].read()
 * corpus.problems // []
 * ```
 */
export async function loadCorpus(kind: CorpusKind, directory: string, options: CorpusOptions = {}): Promise<Corpus> {
  return finish([await loadPart(kind, directory, options)], directory, true)
}

/** A corpus whose doubles are not removed yet. */
export interface CorpusPart extends Omit<Corpus, 'utterances'> {
  otherClasses: Record<string, number>
  heard: Heard[]
  /** Labels that its recordings may have. */
  known: readonly string[]
  /** Whether it has recordings of the classes. */
  any: boolean
  /** A name of the file of a recording in one spelling. */
  fileOf: (one: Pick<Utterance, 'path' | 'segment'>) => string
}

/**
 * Finds and inspects the recordings of a corpus, but for doubles.
 *
 * @param shared - classes and labels of several corpora, of which this one need not have all
 */
export async function loadPart(
  kind: CorpusKind,
  directory: string,
  options: CorpusOptions,
  shared?: LabelOptions,
): Promise<CorpusPart> {
  checkOneOf('loadCorpus', 'kind', kind, corpusKinds)
  checkString('loadCorpus', 'directory', directory)
  const grammar = kind === 'manifest' ? null : corpora[kind]
  checkCorpusOptions(kind, grammar, options)
  const { utterances, problems, base } = grammar
    ? await findNamed(grammar, directory, options.include ?? [])
    : await findListed(directory)
  const chosen = chooseClasses(grammar, utterances, options, shared)
  const sound: Utterance[] = []
  problems.push(...leftApart(grammar, utterances, options, shared))
  for (const utterance of chosen.utterances) {
    const reason = await findFault(resolve(base, fileOf(utterance)))
    if (reason === null) sound.push(utterance)
    else problems.push({ path: utterance.path, reason })
  }
  const readable = makeReadable(sound.sort(byPlace), base, options.speaker)
  const { inspect = true } = options
  const { heard, problems: found } = inspect
    ? await hearRecordings(readable, options)
    : { heard: readable.map((utterance) => ({ utterance, sound: null })), problems: [] }
  const { classes, otherClasses, known } = chosen
  return {
    ...{ name: kind, classes, otherClasses, known, heard, any: chosen.utterances.length > 0 },
    problems: [...problems, ...found],
    fileOf: (one) => resolve(base, fileOf(one)),
  }
}

/**
 * Removes doubles, within parts and across them.
 *
 * @param keep - whether recordings of one sound in several classes are used
 * @throws FormatError where nothing is left
 */
export function finish(parts: readonly CorpusPart[], directory: string, keep: boolean): Corpus {
  const [{ name, classes, otherClasses }] = parts
  const heard = parts.flatMap((part) => part.heard)
  const left = joined(
    parts.flatMap((part) => part.problems),
    heard,
    keep,
  )
  const kept = new Set(left.utterances)
  const overlaps = parts.flatMap(({ heard: own, fileOf }) =>
    overlapsOf(
      own.map(({ utterance }) => utterance).filter((one) => kept.has(one)),
      fileOf,
    ),
  )
  const problems = [...left.problems, ...overlaps.map((one) => ({ ...one, kept: true }))].sort(byPath)
  checkAny(directory, left.utterances, parts.some(({ any }) => any) ? null : classes, problems)
  return { name, classes, utterances: left.utterances, problems, otherClasses }
}

/** Throws where there is no recording, with the `missing` classes or the problem of the first file. */
export function checkAny(
  directory: string,
  utterances: unknown[],
  missing: string[] | null,
  problems: CorpusProblem[],
): void {
  if (utterances.length > 0) return
  const [first] = problems
  const why =
    first === undefined || (missing !== null && missing.length > 0)
      ? `none is of ${missing?.join(', ')}`
      : `${problems.length} ${problems.length === 1 ? 'is' : 'are'} left out, the first, "${first.path}": ${first.reason}`
  throw new FormatError(`loadCorpus: no recording in "${directory}" can be used; ${why}`)
}

function checkCorpusOptions(kind: CorpusKind, grammar: CorpusGrammar | null, options: CorpusOptions): void {
  checkOptions('loadCorpus', options, ['classes', 'labels', 'speaker', 'include', 'inspect', 'onRecording', 'signal'])
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
  if (options.labels !== undefined) checkLabelMap('loadCorpus', 'labels', options.labels)
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

/** Problems of recordings whose class is only loaded on request. */
function leftApart(
  grammar: CorpusGrammar | null,
  utterances: Utterance[],
  { classes, labels }: LabelOptions,
  shared?: LabelOptions,
): CorpusProblem[] {
  if ((classes ?? shared?.classes) !== undefined) return []
  const mapped = { ...shared?.labels, ...labels }
  return utterances
    .filter(({ label }) => grammar?.apart?.includes(label) && !Object.hasOwn(mapped, label))
    .map(({ path, label }) => ({ path, reason: `${label}: left out unless "classes" names it` }))
}

/** Finds the recordings in a folder by their file names. */
async function findNamed(grammar: CorpusGrammar, directory: string, include: readonly CorpusExtra[]): Promise<Found> {
  const found: Found = { utterances: [], problems: [], base: directory }
  const paths = (await listRoot(grammar, directory, found.problems)).sort()
  if (grammar.classes === null) checkFolders(grammar, directory, paths)
  found.problems.push(...checkNames(grammar, directory, paths))
  const firstOf = new Map<string, string>()
  for (const path of paths) {
    const info = grammar.parse(path)
    // Some copies of RAVDESS and TESS contain everything twice. In `folder`, names do not identify recordings.
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

function guessOf({ kind, title }: Likeness): string {
  return `they look like ${title}: load them as "${kind}"`
}

/** Throws where folders are those of speakers or of something else that is no class, as the names of their files tell. */
function checkFolders({ parse }: CorpusGrammar, directory: string, all: readonly string[]): void {
  const paths = all.filter((path) => parse(path) !== null)
  const labels = paths.map((path) => parse(path)?.label ?? '')
  const likeness = misfoldered(paths, labels)
  if (likeness === null) return
  const folders = [...new Set(labels)].slice(0, 2).map(describe).join(' and ')
  throw new FormatError(
    `loadCorpus: the folders in "${directory}", such as ${folders}, are no classes: each holds files of many classes by their ` +
      `names, such as "${paths[0]}"; ${guessOf(likeness)}`,
  )
}

/**
 * Throws where most files have other names or another corpus fits better: those that match by chance would get wrong
 * labels. Returns a warning where another corpus fits equally.
 */
function checkNames(grammar: CorpusGrammar, directory: string, paths: readonly string[]): CorpusProblem[] {
  const { title, example, classes, parse } = grammar
  const others = paths.filter((path) => parse(path) === null)
  if (2 * others.length <= paths.length) return classes === null ? [] : checkRival(grammar, directory, paths)
  const likeness = likenessOf(paths)
  // Kind `folder` accepts any name; files outside of class folders are reported as problems.
  if (classes === null && likeness === null) return []
  const guess = likeness === null ? '' : `; ${guessOf(likeness)}`
  throw new FormatError(
    `loadCorpus: ${others.length} of ${paths.length} files in "${directory}", such as "${others[0]}", are not named as those of ` +
      `${title}, such as ${example}${guess}`,
  )
}

/** The part of {@link checkNames} for a folder whose names match: those of another corpus may match too. */
function checkRival(grammar: CorpusGrammar, directory: string, paths: readonly string[]): CorpusProblem[] {
  const rival = rivalOf(grammar, paths)
  if (rival === null) return []
  const remedy = `load them as "${rival.kind}"`
  if (rival.even) {
    const path = paths.find((one) => grammar.parse(one)) ?? paths[0]
    const reason = `named like ${rival.title} too: if that is what all these files are, ${remedy}, whose codes mean other classes`
    return [{ path, reason, kept: true }]
  }
  throw new FormatError(
    `loadCorpus: the files in "${directory}", such as "${paths[0]}", look more like ${rival.title} than like ${grammar.title}: ${remedy}`,
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

/** Reads the recordings of a list in CSV. */
async function findListed(file: string): Promise<Found> {
  try {
    if (await isFolder(file)) throw new FormatError('it is a folder: name its CSV file')
    const utterances = parseManifest(manifestText(await readWhole(file)))
    if (utterances.length === 0) throw new FormatError('it lists no recordings')
    return { utterances, problems: [], base: dirname(file) }
  } catch (cause) {
    throw new FormatError(`loadCorpus: the list "${file}": ${messageOf(cause)}`, { cause })
  }
}
