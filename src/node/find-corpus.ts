/** Finds the recordings of a corpus on disk: by their file names, by a list, or by what another tool says of them. */
import { readdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { describe, FormatError, messageOf } from '../core/errors.ts'
import {
  type CorpusExtra,
  type CorpusGrammar,
  corpora,
  type Likeness,
  likenessOf,
  manifestText,
  misfoldered,
  type NamedCorpus,
  type PersonFacts,
  parseManifest,
  rivalOf,
  type UtteranceInfo,
} from '../corpora/index.ts'
import type { CorpusProblem } from './corpus-types.ts'
import { readWhole } from './files.ts'
import type { FoundCorpus } from './foreign/files.ts'
import { loadForeign } from './foreign/load.ts'
import { type ForeignKind, type ForeignOptions, foreignKinds, isForeign } from './foreign/options.ts'
import { isFolder, listSounds } from './sound-folder.ts'

/** Kind of corpus for {@link loadCorpus}: one with known file names, a list in CSV, or what another tool annotated or listed. */
export type CorpusKind = NamedCorpus | 'manifest' | ForeignKind

/** All values of {@link CorpusKind}. */
export const corpusKinds: readonly CorpusKind[] = [
  ...(Object.keys(corpora) as NamedCorpus[]),
  'manifest',
  ...foreignKinds,
]

/** All values of {@link CorpusExtra}, with their names in messages. */
const extraNames: Readonly<Record<CorpusExtra, string>> = { song: 'a song', video: 'the sound track of a video' }
export const corpusExtras: readonly CorpusExtra[] = Object.keys(extraNames) as CorpusExtra[]

/** Finds the recordings of a corpus of any kind. */
export async function findCorpus(
  kind: CorpusKind,
  grammar: CorpusGrammar | null,
  directory: string,
  options: ForeignOptions & { include?: readonly CorpusExtra[] },
): Promise<FoundCorpus> {
  if (grammar !== null) return await findNamed(grammar, directory, options.include ?? [])
  return isForeign(kind) ? await loadForeign(kind, directory, options) : await findListed(directory, options)
}

/** Finds the recordings in a folder by their file names. */
async function findNamed(
  grammar: CorpusGrammar,
  directory: string,
  include: readonly CorpusExtra[],
): Promise<FoundCorpus> {
  const found: FoundCorpus = { utterances: [], problems: [], base: directory }
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
      found.utterances.push({ path, ...info, ...factsOf(grammar, info) })
    }
  }
  return found
}

/** Facts that the documentation of the corpus tells about the speaker of a recording. */
function factsOf({ people = {}, language }: CorpusGrammar, info: UtteranceInfo): PersonFacts {
  const told = typeof language === 'function' ? language(info) : language
  const known = Object.hasOwn(people, info.speaker) ? people[info.speaker] : {}
  return { ...known, ...(told === undefined ? {} : { language: told }) }
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
async function findListed(file: string, { targets }: ForeignOptions): Promise<FoundCorpus> {
  try {
    if (await isFolder(file)) throw new FormatError('it is a folder: name its CSV file')
    const utterances = parseManifest(manifestText(await readWhole(file)), { targets })
    if (utterances.length === 0) throw new FormatError('it lists no recordings')
    return { utterances, problems: [], base: dirname(file) }
  } catch (cause) {
    throw new FormatError(`loadCorpus: the list "${file}": ${messageOf(cause)}`, { cause })
  }
}
