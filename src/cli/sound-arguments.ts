/** Recordings on the command line: files, folders, quoted patterns, standard input. */
import { access } from 'node:fs/promises'
import { isAbsolute } from 'node:path'
import { addAbortSignal } from 'node:stream'
import { toMono } from '../audio/mono.ts'
import { resample } from '../audio/resample.ts'
import { FormatError } from '../core/errors.ts'
import { type AudioFile, decodeAudio, readAudioFile } from '../node/audio-file.ts'
import { isFolder, listSounds } from '../node/sound-folder.ts'

/** A recording, or the reason why an argument names none. */
export interface NamedSound {
  /** `-` for standard input. */
  path: string
  error?: string
}

/** The argument that means standard input. */
const STANDARD_INPUT = '-'

/** Matches paths that are patterns: not every shell expands them, and none does in quotes. */
const pattern = /[*?[{]/

/** The recordings of the arguments, in their order; those of folders and patterns sorted by code unit. */
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
  const { glob } = await import('tinyglobby')
  const matched = await glob(process.platform === 'win32' ? name.replaceAll('\\', '/') : name, {
    ...{ onlyFiles: false, expandDirectories: false, absolute: isAbsolute(name) },
    // As shells do: by a name, but not at any depth, where what a link leads to would count twice.
    followSymbolicLinks: !name.includes('**'),
  })
  if (matched.length === 0) return [{ path: name, error: 'no file matches' }]
  const found: NamedSound[] = []
  for (const path of matched.sort()) found.push(...(await expandFolder(path)))
  return found
}

/** The sound files of a folder; any other path unchanged. */
async function expandFolder(path: string): Promise<NamedSound[]> {
  if (!(await isFolder(path))) return [{ path }]
  const problems: { path: string; reason: string }[] = []
  const names = await listSounds(path, '', problems)
  const prefix = path.endsWith('/') ? path : `${path}/`
  const sounds: NamedSound[] = names.sort().map((name) => ({ path: `${prefix}${name}` }))
  for (const problem of problems) sounds.push({ path: `${prefix}${problem.path}`, error: problem.reason })
  return sounds.length > 0 ? sounds : [{ path, error: 'no sound file in this folder' }]
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  )
}

/** Reads a recording, from standard input where its path is `-`; the signal ends the wait for that. */
export async function readSound(path: string, signal?: AbortSignal): Promise<AudioFile> {
  if (path !== STANDARD_INPUT) return await readAudioFile(path)
  const chunks: Uint8Array[] = []
  const input = signal === undefined ? process.stdin : addAbortSignal(signal, process.stdin)
  for await (const chunk of input) chunks.push(chunk as Uint8Array)
  const bytes = Buffer.concat(chunks)
  if (bytes.length === 0) throw new FormatError('nothing came in by standard input')
  return await decodeAudio(bytes)
}

/** Which sound of a file is taken. */
export interface ChannelFlags {
  /** Counted from 1; absent for the mean of all. */
  channel?: number
  /** Hz, to which recordings are resampled; absent for their own. */
  sampleRate?: number
}

/** One channel of a recording, at the wanted rate; `warn` gets the faults that did not prevent reading it. */
export async function readChannel(
  path: string,
  flags: ChannelFlags,
  warn: (text: string) => void,
  signal?: AbortSignal,
): Promise<{ samples: Float32Array; sampleRate: number }> {
  return channelOf(await readSound(path, signal), flags, warn)
}

/** As {@link readChannel}, of what was read. */
export function channelOf(
  audio: AudioFile,
  { channel, sampleRate: wanted }: ChannelFlags,
  warn: (text: string) => void,
): { samples: Float32Array; sampleRate: number } {
  audio.warnings.forEach(warn)
  const { channels, sampleRate } = audio
  if (channel !== undefined && channel > channels.length) {
    throw new RangeError(`--channel ${channel}: the recording has ${channels.length}`)
  }
  const samples = channel === undefined ? toMono(audio) : channels[channel - 1]
  if (wanted === undefined || wanted === sampleRate) return { samples, sampleRate }
  return { samples: resample(samples, sampleRate, wanted), sampleRate: wanted }
}
