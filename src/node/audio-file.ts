/** Reads recordings from files: WAV, Wave64 and AIFF directly, other formats by the optional package `audio-decode`. */

import { open } from 'node:fs/promises'
import { adtsHeader } from '../audio/adts.ts'
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
import { isRareSound, strangerName } from '../audio/strangers.ts'
import { decodeWav } from '../audio/wav-decode.ts'
import { FormatError, messageOf } from '../core/errors.ts'
import { lfsRemedy } from '../core/lfs.ts'
import { isErrorNamed } from '../core/realm.ts'
import { isSoundName } from '../corpora/names.ts'
import { checkFile, checkPath, readNamed, readWhole } from './files.ts'
import { type AudioDecoder, decodeByPackage } from './package-decoder.ts'

export type { AudioDecoder } from './package-decoder.ts'

/** A decoded recording. */
export interface AudioFile {
  /** Sample rate, Hz. */
  sampleRate: number
  /** One array of samples for each channel, in [-1, 1]. */
  channels: Float32Array[]
  /** Storage of the samples, as `decodeWav` returns it, or the kind of file, such as `flac`; absent if unknown. */
  format?: string
  /** Faults of the file that did not prevent reading it. */
  warnings: string[]
}

/** Reads a recording of a corpus as {@link readAudioFile}, from nothing but a file. */
export async function readRecording(path: string): Promise<AudioFile> {
  return await decodeAudio(await readWhole(path), decodeByPackage, path)
}

/**
 * Reads and decodes a recording. The first bytes determine the format, not the name: WAV, Wave64 and AIFF are read
 * directly, FLAC, MP3, Ogg, M4A, WebM and others, also MPEG audio within WAV, by `audio-decode`. Truncated files give
 * the remaining samples and a warning. Pipes are read to their end unless their name is that of a recording, such as `x.wav`; devices are
 * refused.
 *
 * @param decode - decoder of other formats. Default: the package `audio-decode`
 * @throws FormatError where the file is not a recording, StateError where `audio-decode` is needed and not installed
 */
export async function readAudioFile(path: string, decode: AudioDecoder = decodeByPackage): Promise<AudioFile> {
  checkPath('readAudioFile', 'path', path)
  return await decodeAudio(await (isSoundName(path) ? readWhole : readNamed)(path), decode, path)
}

/** As {@link readAudioFile}, for bytes in memory, such as from standard input. */
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
  // Bytes of unknown format in a file named as WAV get the more helpful error of the WAV reader.
  if ((kind && ownKinds.includes(kind)) || (!kind && /\.wave?$/i.test(path))) return decodeWav(bytes)
  return await decodeOther(bytes, kind, decode)
}

/** Decodes formats that the library does not read itself. */
async function decodeOther(bytes: Uint8Array, kind: SoundKind | undefined, decode: AudioDecoder): Promise<AudioFile> {
  try {
    const { channelData, sampleRate } = await decode(bytes)
    if (channelData.length === 0 || channelData[0].length === 0) throw new FormatError('no sound in it')
    const cut = cutOffWarning(bytes, kind, channelData[0].length)
    const told = kind === undefined ? {} : { format: kind }
    const warnings = [cut, missingChannels(bytes, channelData.length)].filter((one) => one !== undefined)
    return { sampleRate, channels: channelData, ...told, warnings }
  } catch (error) {
    if (isErrorNamed(error, 'StateError')) throw error
    throw new FormatError(`${undecoded(bytes, kind)}: ${messageOf(error)}`, { cause: error })
  }
}

/** A warning where the decoder gave fewer channels than an AAC file states, as it does at 8 kHz, or undefined. */
function missingChannels(bytes: Uint8Array, given: number): string | undefined {
  const { channels = 0 } = adtsHeader(bytes) ?? {}
  return given < channels ? `the AAC file states ${channels} channels, of which the decoder gave ${given}` : undefined
}

function undecoded(bytes: Uint8Array, kind: SoundKind | undefined): string {
  if (kind === undefined) return 'cannot be decoded'
  const cut = cutOffWarning(bytes, kind, 0)
  return `${kindNames[kind]} that cannot be decoded${cut === undefined ? '' : ` (${cut})`}`
}

function isWave(header: Uint8Array): boolean {
  return textAt(header.subarray(id3Bytes(header)), 8, 4) === 'WAVE'
}

/** The reason, by its first bytes, why a file is not a recording; null if it may be one. */
export async function findFault(file: string): Promise<string | null> {
  try {
    await checkFile(file)
    const header = await readHeader(file)
    if (header.length === 0) return 'an empty file'
    const kind = soundKind(header)
    if (kind === 'lfs') return lfsRemedy('recording')
    const isWav = /\.wave?$/i.test(file)
    if (kind === undefined ? !isWav && isRareSound(header) : kind !== 'wav' || isWave(header)) return null
    const wanted = kind === undefined && !isWav ? 'sound' : 'WAV'
    const name = kind === undefined ? strangerName(header) : undefined
    if (name !== undefined) return `not a ${wanted} file but ${name}`
    return `not a ${wanted} file by its first ${wanted === 'WAV' ? 12 : signatureBytes} bytes`
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
