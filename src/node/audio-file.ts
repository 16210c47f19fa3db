/** Recordings in files: WAV, Wave64 and AIFF by the library itself, other formats by the optional package `audio-decode`. */

import { open, readFile } from 'node:fs/promises'
import { cutOffWarning } from '../audio/cut-off.ts'
import { mpegInWav } from '../audio/open-wav.ts'
import {
  id3Bytes,
  kindNames,
  ownKinds,
  type SoundKind,
  signatureBytes,
  soundKind,
  textAt,
} from '../audio/sound-kind.ts'
import { strangerName } from '../audio/strangers.ts'
import { decodeWav } from '../audio/wav-decode.ts'
import { FormatError, messageOf } from '../core/errors.ts'
import { lfsRemedy } from '../core/lfs.ts'
import { isErrorNamed } from '../core/realm.ts'
import { type AudioDecoder, decodeByPackage } from './package-decoder.ts'

export type { AudioDecoder } from './package-decoder.ts'

/** A decoded recording. */
export interface AudioFile {
  /** Hz. */
  sampleRate: number
  /** One array of samples a channel. */
  channels: Float32Array[]
  /** How the samples were stored, as `decodeWav` tells it, or the kind of the file, such as `flac`; absent where nothing tells. */
  format?: string
  /** Faults of the file that did not keep it from being read. */
  warnings: string[]
}

/**
 * Reads and decodes a recording. What it is, its first bytes tell, whatever its name: WAV, Wave64 and AIFF are read by the
 * library itself, FLAC, MP3, Ogg, M4A, WebM and others by `audio-decode`, MPEG audio within WAV too. Files that were cut off give
 * what is there, with a warning.
 *
 * @param decode - what decodes other formats; by default the package `audio-decode`
 * @throws FormatError for what is no recording, StateError where `audio-decode` is needed and not installed
 */
export async function readAudioFile(path: string, decode: AudioDecoder = decodeByPackage): Promise<AudioFile> {
  return await decodeAudio(await readFile(path), decode, path)
}

/** {@link readAudioFile} of bytes that are there already, as from standard input. */
export async function decodeAudio(
  bytes: Uint8Array,
  decode: AudioDecoder = decodeByPackage,
  path = '',
): Promise<AudioFile> {
  if (bytes.length === 0) throw new FormatError('an empty file')
  const kind = soundKind(bytes)
  if (kind === 'lfs') throw new FormatError(lfsRemedy('recording'))
  const within = mpegInWav(bytes, kind)
  if (within !== undefined) {
    const audio = await decodeOther(within.mpeg, 'mp3', decode)
    return { ...audio, warnings: [...within.warnings, ...audio.warnings] }
  }
  // Of bytes that nothing tells, a name that says WAV makes the better error.
  if ((kind && ownKinds.includes(kind)) || (!kind && /\.wave?$/i.test(path))) return decodeWav(bytes)
  return await decodeOther(bytes, kind, decode)
}

/** Decodes what the library does not read itself. */
async function decodeOther(bytes: Uint8Array, kind: SoundKind | undefined, decode: AudioDecoder): Promise<AudioFile> {
  try {
    const { channelData, sampleRate } = await decode(bytes)
    if (channelData.length === 0 || channelData[0].length === 0) throw new FormatError('no sound in it')
    const cut = cutOffWarning(bytes, kind, channelData[0].length)
    const told = kind === undefined ? {} : { format: kind }
    return { sampleRate, channels: channelData, ...told, warnings: cut === undefined ? [] : [cut] }
  } catch (error) {
    if (isErrorNamed(error, 'StateError')) throw error
    throw new FormatError(`${undecoded(bytes, kind)}: ${messageOf(error)}`, { cause: error })
  }
}

function undecoded(bytes: Uint8Array, kind: SoundKind | undefined): string {
  if (kind === undefined) return 'cannot be decoded'
  const cut = cutOffWarning(bytes, kind, 0)
  return `${kindNames[kind]} that cannot be decoded${cut === undefined ? '' : ` (${cut})`}`
}

function isWave(header: Uint8Array): boolean {
  return textAt(header.subarray(id3Bytes(header)), 8, 4) === 'WAVE'
}

/** The reason why a file is no recording, by its first bytes, or null: of those that tell nothing the decoder knows more. */
export async function findFault(file: string): Promise<string | null> {
  try {
    const header = await readHeader(file)
    if (header.length === 0) return 'an empty file'
    const kind = soundKind(header)
    if (kind === 'lfs') return lfsRemedy('recording')
    const isOther = kind === undefined ? /\.wave?$/i.test(file) : kind === 'wav' && !isWave(header)
    if (!isOther) return null
    const name = kind === undefined ? strangerName(header) : undefined
    return name === undefined ? 'not a WAV file by its first 12 bytes' : `not a WAV file but ${name}`
  } catch (error) {
    return `cannot be read: ${messageOf(error)}`
  }
}

async function readHeader(file: string): Promise<Uint8Array> {
  const handle = await open(file)
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(signatureBytes), 0, signatureBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
