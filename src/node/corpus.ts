/** Corpora on disk: recordings with their classes and speakers, and problems of files. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { checkArray, checkBoolean, checkObject, checkOneOf, checkOptions, checkString } from '../core/check.ts'
import { describe, expectation, FormatError } from '../core/errors.ts'
import {
  type CorpusExtra,
  type CorpusGrammar,
  corpora,
  overlapsOf,
  targetFault,
  type Utterance,
} from '../corpora/index.ts'
import type { GivenRecord } from '../experiments/given-features.ts'
import { checkHooks } from '../numerics/loop.ts'
import { findFault } from './audio-file.ts'
import { checkLabelMap, chooseClasses, type LabelOptions } from './corpus-labels.ts'
import type { CorpusProblem, CorpusUtterance, LabelMap } from './corpus-types.ts'
import { type CorpusKind, corpusExtras, corpusKinds, findCorpus } from './find-corpus.ts'
import { checkForeignOptions, type ForeignOptions, foreignOptionNames, isForeign } from './foreign/options.ts'
import { type Heard, hearRecordings, joined } from './inspection.ts'
import { withPeople } from './people.ts'
import { byPlace, fileOf, makeReadable } from './readable.ts'

export type { CorpusProblem, CorpusUtterance, LabelMap } from './corpus-types.ts'
export { type CorpusKind, corpusExtras, corpusKinds } from './find-corpus.ts'

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
  /** Names of the numbers that each recording has in `targets`, to learn in place of classes; absent where none were asked for. */
  targets?: string[]
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
export interface CorpusOptions extends ForeignOptions {
  /** Classes to load. Default: all but the enthusiasm of RESD. Recordings of others are left out without a problem. */
  classes?: string[]
  /** Classes for labels of the corpus, instead of its own names: `{ calm: 'neutral', boredom: null }`; null leaves out. */
  labels?: LabelMap
  /** Returns the speaker for a path, for corpora without speakers (`folder`) or to override them. */
  speaker?: (path: string) => string
  /**
   * Table of the speakers in CSV: `speaker` and `gender`, `age` or `language`, by which rates are told (`ratesByGroup`); nothing is
   * learnt from it. Default: none; of CREMA-D `VideoDemographics.csv`, where it is in the folder.
   */
  speakerTable?: string
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

/**
 * Finds the recordings of a corpus in a folder, at any depth, and inspects each. Silence, constant signals, samples
 * that are not finite and duplicate audio are left out; clipping and audio that occurs in two classes are reported in
 * `problems`. The audio is not kept in memory but read on demand. Hidden files and files without the name of a sound
 * file are ignored. The content determines the format: WAV and AIFF are read directly, FLAC, MP3 and others by the
 * package `audio-decode`.
 *
 * @param kind - `emodb`, `ravdess`, `savee`, `cremad`, `tess`, `banglaser`, `emovo`, `aesdd`, `nemo`, `ased`, `turev`,
 * `urdu`, `emotale`, `esd`, `subesco`, `resd`; `folder` (one folder per class); `manifest` (a list in CSV); of other tools `audformat`,
 * `lhotse`, `nkululeko`, `kaldi`, `textgrid`, `elan`, `label-studio`, `audacity`
 * @param directory - the corpus' folder; for `manifest` the CSV file, whose paths are relative to its own folder, and
 * whose columns `start` and `end`, if it has them, tell parts of files; for other tools their file or folder
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
  const corpus = finish([await loadPart(kind, directory, options)], directory, true)
  return options.targets === undefined ? corpus : { ...corpus, targets: [...options.targets] }
}

/** A corpus whose doubles are not removed yet. */
export interface CorpusPart extends Omit<Corpus, 'utterances'> {
  otherClasses: Record<string, number>
  heard: Heard[]
  /** Labels that its recordings may have. */
  known: readonly string[]
  /** Whether it has recordings of the classes. */
  any: boolean
  /** Features that the recordings were given. */
  features?: GivenRecord
  /** A name of the file of a recording in one spelling. */
  fileOf: (one: Pick<Utterance, 'path' | 'segment'>) => string
}

/**
 * Finds and inspects the recordings of a corpus, but for doubles.
 *
 * @param shared - classes and labels of several corpora, of which this one need not have all
 * @param soundless - whether recordings are kept whose files are missing: they have features
 */
export async function loadPart(
  kind: CorpusKind,
  directory: string,
  options: CorpusOptions,
  shared?: LabelOptions,
  soundless = false,
): Promise<CorpusPart> {
  checkOneOf('loadCorpus', 'kind', kind, corpusKinds)
  checkString('loadCorpus', 'directory', directory)
  const grammar = kind === 'manifest' || isForeign(kind) ? null : corpora[kind]
  checkCorpusOptions(kind, grammar, options)
  const {
    utterances,
    problems,
    base,
    decode,
    findFault: faultOf = findFault,
  } = await findCorpus(kind, grammar, directory, options)
  const chosen = chooseClasses(grammar, utterances, options, shared)
  const sound: Utterance[] = []
  const silent = new Set<string>()
  problems.push(...leftApart(grammar, utterances, options, shared))
  for (const utterance of chosen.utterances) {
    const file = resolve(base, fileOf(utterance))
    const absent = soundless && !existsSync(file)
    const reason = absent ? null : await faultOf(file)
    if (absent) silent.add(utterance.path)
    if (reason === null) sound.push(utterance)
    else problems.push({ path: utterance.path, reason })
  }
  const found = makeReadable(sound.sort(byPlace), base, options.speaker, decode)
  const { utterances: readable, problems: odd } = await withPeople(found, grammar, directory, options.speakerTable)
  problems.push(...odd)
  const { inspect = true } = options
  const { heard, problems: inside } = inspect
    ? await hearPresent(readable, silent, options)
    : { heard: readable.map((utterance) => ({ utterance, sound: null })), problems: [] }
  const { classes, otherClasses, known } = chosen
  const part: CorpusPart = {
    ...{ name: kind, classes, otherClasses, known, heard, any: chosen.utterances.length > 0 },
    problems: [...problems, ...inside],
    fileOf: (one) => resolve(base, fileOf(one)),
  }
  return options.targets === undefined ? part : withTargets(part, options.targets)
}

/** Leaves out recordings that lack one of the targets, or have no number there. */
export function withTargets(part: CorpusPart, targets: readonly string[]): CorpusPart {
  const fault = ({ utterance }: Heard): string | null => targetFault(targets, utterance.targets)
  const left = part.heard.flatMap((one) => {
    const reason = fault(one)
    return reason === null ? [] : [{ path: one.utterance.path, reason }]
  })
  return { ...part, heard: part.heard.filter((one) => fault(one) === null), problems: [...part.problems, ...left] }
}

/** Inspects the recordings whose files are there. */
async function hearPresent(
  all: readonly CorpusUtterance[],
  silent: ReadonlySet<string>,
  options: CorpusOptions,
): ReturnType<typeof hearRecordings> {
  const present = await hearRecordings(
    all.filter(({ path }) => !silent.has(path)),
    options,
  )
  if (silent.size === 0) return present
  const byPath = new Map(present.heard.map((one) => [one.utterance.path, one]))
  const heard = all.flatMap((utterance) => {
    const known = byPath.get(utterance.path)
    if (known !== undefined) return [known]
    return silent.has(utterance.path) ? [{ utterance, sound: null }] : []
  })
  return { ...present, heard }
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
  checkOptions('loadCorpus', options, [
    ...(['classes', 'labels', 'speaker', 'speakerTable', 'include', 'inspect', 'onRecording', 'signal'] as const),
    ...foreignOptionNames,
  ])
  checkForeignOptions('loadCorpus', kind, options)
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
  if (options.speakerTable !== undefined) checkString('loadCorpus', 'speakerTable', options.speakerTable)
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
