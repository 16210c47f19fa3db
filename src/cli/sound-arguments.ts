/** Recordings as they are named on the command line: files, folders, patterns in quotes, standard input. */
import { access, readdir } from 'node:fs/promises'
import { FormatError } from '../core/errors.ts'
import { type AudioFile, decodeAudio, readAudioFile } from '../node/audio-file.ts'
import { isFolder, listSounds } from '../node/sound-folder.ts'

/** A recording, or what keeps an argument from naming any. */
export interface NamedSound {
  /** `-` for standard input. */
  path: string
  error?: string
}

/** The argument that means standard input. */
export const STANDARD_INPUT = '-'

/** Whether a part of a path is a pattern; not every shell expands them, and none does in quotes. */
const pattern = /[*?[]/

/** The recordings that arguments name, in their order, those of folders and patterns by code unit. */
export async function expandSounds(names: readonly string[]): Promise<NamedSound[]> {
  const sounds: NamedSound[] = []
  let asked = false
  for (const name of names) {
    if (name !== STANDARD_INPUT) sounds.push(...(await expand(name)))
    else if (asked) sounds.push({ path: name, error: 'standard input is read once' })
    else sounds.push({ path: name })
    asked ||= name === STANDARD_INPUT
  }
  return sounds
}

async function expand(name: string): Promise<NamedSound[]> {
  if (!pattern.test(name) || (await exists(name))) return await expandFolder(name)
  const parts = name.split(process.platform === 'win32' ? /[\\/]/ : '/')
  const matched = await matches(parts[0] === '' ? '/' : '', parts[0] === '' ? parts.slice(1) : parts)
  if (matched.length === 0) return [{ path: name, error: 'no file matches' }]
  const found: NamedSound[] = []
  for (const path of [...new Set(matched)].sort()) found.push(...(await expandFolder(path)))
  return found
}

/** The sound files of a folder; another path stands for itself. */
async function expandFolder(path: string): Promise<NamedSound[]> {
  if (!(await isFolder(path))) return [{ path }]
  const problems: { path: string; reason: string }[] = []
  const names = await listSounds(path, '', problems)
  const prefix = path.endsWith('/') ? path : `${path}/`
  const sounds: NamedSound[] = names.sort().map((name) => ({ path: `${prefix}${name}` }))
  for (const problem of problems) sounds.push({ path: `${prefix}${problem.path}`, error: problem.reason })
  return sounds.length > 0 ? sounds : [{ path, error: 'no sound file in this folder' }]
}

/** The paths below `base` (empty, or ending with a slash) that the parts of a pattern match. */
async function matches(base: string, [part, ...rest]: readonly string[]): Promise<string[]> {
  const last = rest.length === 0
  if (part === '**') return await matchesAtAnyDepth(base, last ? ['*'] : rest)
  if (!pattern.test(part)) {
    if (last) return (await exists(base + part)) ? [base + part] : []
    return await matches(`${base}${part}/`, rest)
  }
  const found: string[] = []
  for (const name of await namesIn(base, part.startsWith('.'))) {
    if (!toRegExp(part).test(name)) continue
    if (last) found.push(base + name)
    else if (await isFolder(base + name)) found.push(...(await matches(`${base}${name}/`, rest)))
  }
  return found
}

async function matchesAtAnyDepth(base: string, rest: readonly string[]): Promise<string[]> {
  const found = await matches(base, rest)
  for (const entry of await readdir(base === '' ? '.' : base, { withFileTypes: true }).catch(() => [])) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue
    found.push(...(await matchesAtAnyDepth(`${base}${entry.name}/`, rest)))
  }
  return found
}

async function namesIn(base: string, hidden: boolean): Promise<string[]> {
  const names = await readdir(base === '' ? '.' : base).catch(() => [])
  return names.filter((name) => hidden || !name.startsWith('.'))
}

/** `*` any characters, `?` one, `[a-c]` one of these, `[!a-c]` one of the others. */
function toRegExp(part: string): RegExp {
  const source = part.replace(/\[(!?)([^\]]+)\]|[\s\S]/g, (text, not: string | undefined, set: string | undefined) => {
    if (set !== undefined) return isSet(set) ? `[${not ? '^' : ''}${escapedSet(set)}]` : '(?!)'
    if (text === '*') return '.*'
    return text === '?' ? '.' : text.replace(/[.+^${}()|[\]\\/]/g, '\\$&')
  })
  return new RegExp(`^${source}$`, 's')
}

function escapedSet(set: string): string {
  return set.replace(/[\\^]/g, '\\$&')
}

/** Whether the ranges of a set ascend; one that does not, such as `b-a`, matches nothing. */
function isSet(set: string): boolean {
  return [...set.matchAll(/(.)-(.)/gs)].every(([, from, to]) => from <= to)
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

/** Reads a recording, from standard input where its path is `-`. */
export async function readSound(path: string): Promise<AudioFile> {
  if (path !== STANDARD_INPUT) return await readAudioFile(path)
  const chunks: Uint8Array[] = []
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array)
  const bytes = Buffer.concat(chunks)
  if (bytes.length === 0) throw new FormatError('nothing came in by standard input')
  return await decodeAudio(bytes)
}
