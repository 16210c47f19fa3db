/** Files of annotations, and the sound files that belong to them. */
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { FormatError, messageOf } from '../../core/errors.ts'
import { isErrorNamed } from '../../core/realm.ts'
import { manifestText, type Utterance } from '../../corpora/index.ts'
import { isSoundName } from '../../corpora/names.ts'
import type { AudioFile } from '../audio-file.ts'
import type { CorpusProblem } from '../corpus-types.ts'
import { readWhole } from '../files.ts'
import { isFolder, listFiles } from '../sound-folder.ts'

/** Recordings of a corpus, and how their files are read where they are no plain ones. */
export interface FoundCorpus {
  utterances: Utterance[]
  problems: CorpusProblem[]
  /** Folder to which paths are relative. */
  base: string
  decode?: (file: string) => Promise<AudioFile>
  /** The reason why a file is not a recording, by its first bytes; null if it may be one. */
  findFault?: (file: string) => Promise<string | null>
}

/** The text of a file in UTF-8, with or without a byte order mark. */
export async function readText(path: string): Promise<string> {
  return manifestText(await readWhole(path)).replace(/^\ufeff/, '')
}

/** Names the file in errors of what is read from it. */
export async function inFile<T>(path: string, read: () => Promise<T> | T): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    if (isErrorNamed(cause, 'StateError')) throw cause // a package that is missing
    throw new FormatError(`"${path}": ${messageOf(cause)}`, { cause })
  }
}

/** The file itself, or those of a folder, at any depth, with an ending; relative to a base. */
export async function annotationFiles(
  path: string,
  ending: RegExp,
  what: string,
): Promise<{ base: string; files: string[]; problems: CorpusProblem[] }> {
  if (!(await isFolder(path))) return { base: dirname(path), files: [basename(path)], problems: [] }
  const problems: CorpusProblem[] = []
  const files = (await listFiles(path, '', problems, (name) => ending.test(name))).sort()
  if (files.length === 0) throw new FormatError(`no ${what} in the folder`)
  return { base: path, files, problems }
}

/** Names of the sound files in a folder. */
async function soundsIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).filter(isSoundName)
}

const stemOf = (name: string): string => name.replace(/\.[^.]*$/, '')

/**
 * The sound file of an annotation: with its name but for the ending, or else one that the annotation names.
 *
 * @param file - the annotation, relative to the folder of the sounds
 * @returns its path relative to that folder, or the reason why there is none
 */
export async function soundBeside(
  root: string,
  file: string,
  named: readonly string[] = [],
): Promise<{ path: string } | { reason: string }> {
  const folder = dirname(file)
  const names = await soundsIn(join(root, folder))
  const stem = stemOf(basename(file))
  const same = names.filter((name) => stemOf(name) === stem)
  const wave = same.filter((name) => /\.wav$/i.test(name))
  const chosen = wave.length === 1 ? wave : same.length > 0 ? same : named.filter((name) => names.includes(name))
  if (chosen.length === 1) return { path: folder === '.' ? chosen[0] : `${folder}/${chosen[0]}` }
  if (chosen.length > 1) return { reason: `several sound files of its name: ${chosen.sort().join(', ')}` }
  return { reason: `no sound file ${stem}.wav beside it, nor another of that name` }
}

/** Whether a path lies in a folder. */
export function isWithin(root: string, path: string): boolean {
  const step = relative(root, resolve(root, path))
  return step !== '..' && !step.startsWith(`..${sep}`) && existsSync(resolve(root, path))
}
